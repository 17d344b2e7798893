"""Recordings straight into files of their own, past the log: for archives of thousands.

The log is there for rows that come one by one. A recording comes whole, so its file can be final at
once, if nothing else waits in the log: files and log are read in the order of their numbers. Like all
files these are whole on disk before the transaction that lists them ends. They are written beside the
transaction, by threads: to encode, to read back and to wait for the disk takes longer than all else.
"""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from twin.store.codec import Rows
from twin.store.compaction import FILES_LEASE
from twin.store.lease import Lease
from twin.store.segments import Segment, file_segment, list_segment, settle_homes
from twin.store.sorted_rows import Sorted

_PATIENCE_S = 0.5
_WRITERS = 2
_NEXT = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'log' RETURNING seq"


class Filing:
    """Files the rows of whole sessions, in one transaction of the store.

    Parameters
    ----------
    folder : Path
        Home of the store.
    writers : Executor
        Who writes the files.
    """

    def __init__(self, folder: Path, writers: Executor) -> None:
        self._folder = folder
        self._writers = writers
        self._written: list[Future[Segment]] = []

    def can(self, connection: sqlite3.Connection) -> bool:
        """Whether the log is empty, so that what is filed now comes after all before."""
        waits = connection.execute("SELECT 1 FROM log WHERE seq > (SELECT seq FROM sealed) LIMIT 1")
        return waits.fetchone() is None

    def keep(
        self, connection: sqlite3.Connection, key: int, session: str, streams: dict[str, Rows],
        rows_per_append: int,
    ) -> None:  # fmt: skip
        """Begin to write a file for each stream that has rows, under numbers of their own."""
        appends = -(-max(map(len, streams.values())) // rows_per_append)
        last = _last_of_next(connection, appends)
        for stream, rows in streams.items():
            if len(rows):
                seq = last - appends + 1 + np.arange(len(rows)) // rows_per_append
                filed = Sorted(np.full(len(rows), key), seq, rows.time, rows.values, rows.names)
                self._written.append(
                    self._writers.submit(
                        file_segment, self._folder, stream, _in_order(filed), final=session
                    )
                )
        connection.execute("UPDATE sealed SET seq = ?", (last,))

    def settle(self, connection: sqlite3.Connection) -> None:
        """List the files, once they and their names are on disk.

        Raises
        ------
        StoreFullError
            If one could not be written.
        """
        segments = [written.result() for written in self._written]
        if segments:
            settle_homes(self._folder)
        for segment in segments:
            list_segment(connection, segment)

    def undo(self) -> None:
        """Delete what was written: it will not be listed."""
        for written in self._written:
            with suppress(Exception):  # one that could not be written left nothing
                (self._folder / written.result().file).unlink(missing_ok=True)


@contextmanager
def filing(folder: Path) -> Iterator[Filing | None]:
    """Give who files recordings; None while another process works on the files."""
    with (
        Lease(folder, FILES_LEASE).held_for(_PATIENCE_S) as mine,
        ThreadPoolExecutor(_WRITERS, "filing") as writers,
    ):
        files = Filing(folder, writers) if mine else None
        try:
            yield files
        except BaseException:
            if files is not None:
                files.undo()
            raise


def _last_of_next(connection: sqlite3.Connection, appends: int) -> int:
    """Take numbers that the log will never give; return the last of them."""
    row = connection.execute(_NEXT, (appends,)).fetchone()
    if row is None:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('log', ?)", (appends,))
    return appends if row is None else int(row[0])


def _in_order(rows: Sorted) -> Sorted:
    if not (rows.time[1:] < rows.time[:-1]).any():
        return rows
    return rows.take(np.argsort(rows.time, kind="stable"))
