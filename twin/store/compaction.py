"""Compaction: the log stays short, every session ends as a Parquet file, old files go.

All of it is done in pieces, each under a lease of the files, so that it can be broken off at any place
and a deletion waits for one piece only. Recording goes on meanwhile; a server reads what it has not
taken yet from the files too, so nothing here waits for one (`docs/decisions`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from twin.errors import StoreError
from twin.records import SourceStatus
from twin.store.catalogue import live_keys
from twin.store.database import Database
from twin.store.erasure import erase_orphans, has_orphans
from twin.store.lease import Lease
from twin.store.merging import merge
from twin.store.sealing import MOST_BYTES, seal, sealed_until, waiting_bytes
from twin.store.segments import superseded, sweep, unlisted_files

logger = logging.getLogger(__name__)

FILES_LEASE = "files.lock"
GRACE_S = 60.0  # a reader holds a list of files for much less
SEAL_EVERY_S = 120.0
_LOOK_EVERY_S = 5.0
_LAST_WORDS_S = 3.0
_PATIENCE_S = 0.5
_FILES_PATIENCE_S = 20.0


def compact(database: Database, *, everything: bool = True, grace_s: float = GRACE_S) -> bool:
    """Do one piece of compaction; False if there is nothing left to do.

    Parameters
    ----------
    database : Database
        The store's.
    everything : bool
        Seal also what is still being recorded; else only where the log is long or a session ended.
    grace_s : float
        How long a superseded file is kept for who may still read it. [s]

    Raises
    ------
    StoreFullError
        If the disk is full: all is left as it was.
    """
    with Lease(database.folder, FILES_LEASE).held_for(_PATIENCE_S) as mine:
        if not mine:  # another process is at it
            return False
        with database.reading() as connection:
            orphans = has_orphans(connection)
            old = superseded(connection, time.time_ns() - int(grace_s * 1e9))
        if old:
            with database.writing() as connection:
                sweep(connection, database.folder, old)
        if orphans:
            erase_orphans(database)
        sealed = (everything or _worth_sealing(database)) and seal(database, database.folder)
        return sealed or merge(database, database.folder)


def _worth_sealing(database: Database) -> bool:
    """Return whether the log is long, or holds rows of a session that has ended."""
    with database.reading() as connection:
        if waiting_bytes(connection) > MOST_BYTES:
            return True
        live = np.array([0, *live_keys(connection)], np.int64)
        rosters = connection.execute(
            "SELECT keys FROM roster WHERE id IN (SELECT DISTINCT roster FROM log WHERE seq > ?)",
            (sealed_until(connection),),
        )
        return any(not np.isin(np.frombuffer(keys, np.int64), live).all() for (keys,) in rosters)


def remove_strays(database: Database) -> None:
    """Delete the files that a crash left before they were listed."""
    with Lease(database.folder, FILES_LEASE).held_for(_PATIENCE_S) as mine:
        if mine:
            with database.reading() as connection:
                strays = unlisted_files(connection, database.folder)
            for stray in strays:
                stray.unlink(missing_ok=True)


@contextmanager
def holding_files(folder: Path) -> Iterator[None]:
    """Keep every process from changing the list of files for the length of the block.

    Raises
    ------
    StoreError
        If another process works on the files for long.
    """
    with Lease(folder, FILES_LEASE).held_for(_FILES_PATIENCE_S) as mine:
        if not mine:
            raise StoreError(f"{folder}: another process works on the files; try again later")
        yield


def erase_now(database: Database) -> None:
    """Erase what was deleted; if another process works on the files for long, it will do it."""
    with Lease(database.folder, FILES_LEASE).held_for(_FILES_PATIENCE_S) as mine:
        if mine:
            erase_orphans(database)


class Compactor:
    """Compacts a store on a thread and connections of its own, as long as a hub runs.

    Parameters
    ----------
    folder : path
        Home of the store.
    every_s : float
        How often what is being recorded is sealed. [s]
    clock : callable
        Monotonic time. [s]
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        every_s: float = SEAL_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = Path(folder)
        self._every_s = every_s
        self._clock = clock
        self._sealed = clock()
        self._begun = False
        self._trouble = ""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="compactor", daemon=True)

    def status(self) -> SourceStatus | None:
        """Return what keeps it from its work, for the screens; None when all is well."""
        trouble = self._trouble
        return SourceStatus("compaction", "waiting", trouble) if trouble else None

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Bring what has ended into files if that is quickly done, and end."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        with closing(Database(self._folder)) as database:
            while not self._ending.wait(0.0 if self.step(database) else _LOOK_EVERY_S):
                pass
            until = self._clock() + _LAST_WORDS_S
            while self.step(database) and self._clock() < until:
                pass

    def step(self, database: Database) -> bool:
        """Do one piece; whether there may be more. What fails is tried again, and shown."""
        due = self._clock() - self._sealed >= self._every_s
        if due:
            self._sealed = self._clock()
        try:
            if not self._begun:
                remove_strays(database)
                self._begun = True
            more = compact(database, everything=due)
        except StoreError as error:
            self._note(str(error))
            return False
        except Exception as error:  # a fault here must not end the recording
            logger.exception("compaction failed; it goes on")
            self._note(repr(error))
            return False
        self._trouble = ""
        return more

    def _note(self, words: str) -> None:
        if not self._trouble:
            logger.error("compaction: %s", words)
        self._trouble = f"{words}; what was recorded stays in the log"
