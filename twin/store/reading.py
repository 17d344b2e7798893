"""Reading a session: its files and what the log holds beside them, from one state of the store."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from twin.store.catalogue import key_of
from twin.store.database import Database
from twin.store.log import read_log
from twin.store.parquet import FileGoneError, read_part
from twin.store.sorted_rows import Sorted

_EVER = np.iinfo(np.int64)
_PARTS = (
    "SELECT file, place, p.rows FROM segment_part p JOIN segment g ON g.id = p.segment"
    " WHERE session = ? AND stream = ? AND NOT moved AND end_ns >= ? AND start_ns <= ? ORDER BY g.id"
)


def read_session(
    database: Database,
    table: str,
    session: str,
    columns: Sequence[str] | None,
    start_ns: int | None = None,
    end_ns: int | None = None,
) -> Sorted:
    """Return the rows of one session sorted by time; equal times in the order they came.

    List of files and log are read in one transaction, which ends before a file is opened. If a file
    has been superseded and deleted meanwhile, all is read anew.

    Parameters
    ----------
    database : Database
        The store's.
    table : str
        One of `log.TABLES`.
    session : str
        Id of the session.
    columns : sequence of str, optional
        Channels to read; None = all that the session holds.
    start_ns, end_ns : int, optional
        First and last instant, both included. [ns since 1970 UTC]

    Raises
    ------
    UnknownSessionError
        If no session of that id is stored.
    StoreError
        If a file is missing or damaged.
    """
    first = _EVER.min if start_ns is None else start_ns
    last = _EVER.max if end_ns is None else end_ns
    missing: Path | None = None
    while True:
        with database.reading() as connection:
            key = key_of(connection, session)
            parts = connection.execute(_PARTS, (key, table, first, last)).fetchall()
            pieces = list(read_log(connection, table, key, columns, first, last))
        for name, place, rows in parts:
            file = database.folder / name
            try:
                pieces.append(read_part(file, place, rows, columns, first, last))
            except FileGoneError:
                if missing == file:
                    raise
                missing = file
                break
        else:
            if len(pieces) == 1 and _in_order(pieces[0].time):
                return pieces[0]
            return Sorted.of(pieces, columns)


def _in_order(time: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> bool:
    return not (time[1:] < time[:-1]).any()
