"""Who records whom: one process at a time writes an athlete, and even a crash gives the right back.

Any number of processes record into one store, each its own athletes. Each keeps a list of them beside
a lock of the operating system: the list counts as long as the lock is held.
"""

import json
import os
import socket
import threading
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from twin.errors import AthleteTakenError, StoreError
from twin.store.lease import Lease

_FOLDER = "recorders"
_PATIENCE_S = 10.0  # others hold the door for milliseconds


class Claims:
    """The athletes that one recorder writes; a second claim of the same one is counted.

    Parameters
    ----------
    folder : Path
        Home of the store.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = uuid.uuid4().hex
        self._lease: Lease | None = None
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, athletes: Iterable[str]) -> Mapping[str, str]:
        """Claim athletes by id; return who has those that are taken.

        Raises
        ------
        StoreError
            If the folder cannot be written.
        """
        asked = list(athletes)
        with self._lock:
            if all(self._held[one] for one in asked):
                self._held.update(asked)
                return {}
            with _door(self._folder):
                others = self.others()
                free = [one for one in asked if one not in others]
                self._held.update(free)
                self._write()
        return {one: others[one] for one in asked if one in others}

    def demand(self, athlete: str) -> None:
        """Claim one athlete.

        Raises
        ------
        AthleteTakenError
            If another process records this athlete; it is named.
        """
        for holder in self.take([athlete]).values():
            raise AthleteTakenError(
                f"{self._folder}: {holder} is recording {athlete} into this store; "
                "one hub at a time records an athlete"
            )

    def give_back(self, athletes: Iterable[str]) -> None:
        """Undo one claim of each of these athletes."""
        with self._lock:
            self._held.subtract(athletes)
            if any(count <= 0 for count in self._held.values()):
                self._held = +self._held
                with _door(self._folder):
                    self._write()

    def others(self) -> dict[str, str]:
        """Return by whom athletes are claimed elsewhere; what a dead process left is removed."""
        found: dict[str, str] = {}
        for path in sorted((self._folder / _FOLDER).glob("*.json")):
            if path.stem != self._name:
                found |= _claims_of(path)
        return found

    def close(self) -> None:
        """Give everything back."""
        with self._lock:
            if self._held:
                self._held.clear()
                with _door(self._folder):
                    self._write()

    def _write(self) -> None:
        """Make the file say what is held; without anything held there is none."""
        path = self._folder / _FOLDER / f"{self._name}.json"
        if not self._held:
            path.unlink(missing_ok=True)
            if self._lease is not None:
                self._lease.release()
                self._lease = None
                path.with_suffix(".lock").unlink(missing_ok=True)
            return
        if self._lease is None:
            path.parent.mkdir(exist_ok=True)
            self._lease = Lease(path.parent, f"{self._name}.lock")
            self._lease.acquire()
        who = f"process {os.getpid()} on {socket.gethostname()}"
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"who": who, "athletes": sorted(self._held)}), encoding="utf-8")
        part.replace(path)


def _claims_of(path: Path) -> dict[str, str]:
    lease = Lease(path.parent, f"{path.stem}.lock")
    try:
        if lease.is_free():  # its holder is gone
            path.unlink(missing_ok=True)
            path.with_suffix(".lock").unlink(missing_ok=True)
            return {}
        claim = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:  # given back in this moment
        return {}
    return dict.fromkeys(claim["athletes"], claim["who"])


@contextmanager
def _door(folder: Path) -> Iterator[None]:
    """Let one process at a time change who records whom."""
    try:
        with Lease(folder).held_for(_PATIENCE_S) as mine:
            if not mine:
                raise StoreError(f"{folder}: another process keeps the right to record for long")
            yield
    except OSError as error:
        raise StoreError(f"{folder} cannot be used to record: {error}") from error


@contextmanager
def nobody_records(folder: Path) -> Iterator[None]:
    """Let nobody begin to record for the length of the block.

    Raises
    ------
    StoreError
        If somebody is recording; it is named.
    """
    with _door(folder):
        for holder in Claims(folder).others().values():
            raise StoreError(
                f"{folder}: {holder} is recording into this store; end it, or use another folder"
            )
        yield
