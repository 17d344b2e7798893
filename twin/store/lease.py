"""A right that one process at a time has in a folder, given back even by a crash."""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: TextIOWrapper, *, shared: bool = False) -> None:
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: TextIOWrapper, *, shared: bool = False) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


_LOCKED_BYTE = 4096  # past the text, so that others can read who holds it


class Lease:
    """A file lock of the operating system, so a process that dies cannot leave it behind.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    name : str
        File that is locked: another name is another right, such as that to send to a server.
    """

    def __init__(self, folder: Path, name: str = "live.lock") -> None:
        self._path = folder / name
        self._file: TextIOWrapper | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lease."""
        return self._file is not None

    def acquire(self) -> bool:
        """Take the lease; False if somebody else holds it."""
        if self._file is not None:
            return True
        file = self._path.open("a+", encoding="utf-8")
        try:
            _lock(file)
        except OSError:
            file.close()
            return False
        with contextlib.suppress(OSError):  # on a full disk the lock holds without a name
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"process {os.getpid()} on {socket.gethostname()}".encode())
        self._file = file
        return True

    def is_free(self) -> bool:
        """Return whether nobody holds the lease; those who ask do not disturb one another."""
        with self._path.open("a+", encoding="utf-8") as file:
            try:
                _lock(file, shared=True)
            except OSError:
                return False
        return True

    @contextmanager
    def held_for(self, patience_s: float) -> Iterator[bool]:
        """Hold the lease for the length of the block; gives False if nobody let go of it in time."""
        until = time.monotonic() + patience_s
        while not (got := self.acquire()) and time.monotonic() < until:
            time.sleep(0.02)
        try:
            yield got
        finally:
            if got:
                self.release()

    def release(self) -> None:
        """Give the lease back."""
        if self._file is not None:
            self._file.close()
            self._file = None
