"""The SQLite file: one writer, any number of readers, and its errors in our words."""

import contextlib
import errno
import queue
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.errors import StoreError, StoreFullError
from twin.store.migrations import file_version, migrate
from twin.store.tables import SCRIPTS

FILE_NAME = "twin.db"
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_PART = ("SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part"))
_BUSY_TIMEOUT_S = 10.0
_WAL_BYTES = 16_000_000  # what is kept of the companion file after it was emptied [B]


class Database:
    """The file of a store; a new one is made where there is none.

    Parameters
    ----------
    folder : Path
        Home of the store; made if need be. Never on a network drive: SQLite's log needs memory
        shared by all processes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self._lock = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._closed = False
        with our_words(self.path):
            if not self.path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                self._open_writer()
            else:
                self._check()

    def _check(self) -> None:
        """Refuse a newer file, mend an older one."""
        with self.reading() as connection:
            current = file_version(connection)
        with self._lock:
            if current != len(SCRIPTS):
                self._open_writer()

    def _open_writer(self) -> sqlite3.Connection:
        self._refuse_if_closed()
        if self._writer is None:
            connection = _connect(self.path, "rwc")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(
                "PRAGMA secure_delete = ON"
            )  # what is deleted is not left in the file
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
            migrate(connection)
            self._writer = connection
        return self._writer

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the writer inside one transaction: on disk when the block ends, or nothing of it.

        Within another such block it is a part of that: undone alone, on disk with the whole.

        Raises
        ------
        StoreFullError
            If the disk is full.
        StoreError
            If another process keeps the file locked, or it is damaged.
        """
        with self._lock, our_words(self.path):
            connection = self._open_writer()
            begin, keep, undo = _PART if connection.in_transaction else _WHOLE
            connection.execute(begin)
            try:
                yield connection
                connection.execute(keep)
            except BaseException:
                if connection.in_transaction:
                    for statement in undo:
                        connection.execute(statement)
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the file for the length of the block."""
        self._refuse_if_closed()
        with our_words(self.path):
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                connection = _connect(self.path, "ro")
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.execute("ROLLBACK")
                self._idle.put(connection)
                if self._closed:
                    self._close_idle()

    def shrink(self) -> None:
        """Write the file anew without its free pages.

        Raises
        ------
        StoreFullError
            If there is no room for a second one meanwhile.
        """
        with self._lock, our_words(self.path):
            connection = self._open_writer()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection; one that is being read from, when that read ends."""
        self._closed = True
        self._close_idle()
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _close_idle(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreError(f"the store in {self.path.parent} is closed")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


@contextmanager
def our_words(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system say of a file into our errors."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
            raise StoreFullError(
                f"{path.parent}: the disk is full, nothing more is recorded; all before is kept"
            ) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreError(
                f"{path}: locked by another process for {_BUSY_TIMEOUT_S:.0f} s"
            ) from error
        raise StoreError(f"{path}: {error}") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreFullError(f"{path.parent}: the disk is full") from error
        raise StoreError(f"{path.parent} cannot be used as a store: {error}") from error


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < 1_000_000
