"""Sealing: what stands in the log leaves it for a Parquet file.

The switch is one small transaction: the file is listed and the number moves up to which the log is not
read any more. The rows behind that number are then removed in small portions, between which recording
goes on; a crash anywhere leaves either the log or the file as the one place where a row is read.
"""

import sqlite3
from pathlib import Path

import numpy as np

from twin.store.codec import decode
from twin.store.database import Database
from twin.store.log import TABLES, layouts
from twin.store.segments import Segment, file_segment, list_segment, settle_homes
from twin.store.sorted_rows import Sorted

MOST_BYTES = 24_000_000  # of the log in one file, so that a long log needs no big memory [B]
_PURGED_BYTES = 2_000_000  # removed in one transaction [B]
_SIZES = (
    "SELECT seq, sum(bytes) FROM ("
    + " UNION ALL ".join(
        f"SELECT seq, length(batch) AS bytes FROM {t} WHERE seq > ?1" for t in TABLES
    )
    + ") GROUP BY seq ORDER BY seq"
)


def sealed_until(connection: sqlite3.Connection) -> int:
    """Return the number up to which the log is not read any more."""
    return int(connection.execute("SELECT seq FROM sealed").fetchone()[0])


def waiting_bytes(connection: sqlite3.Connection) -> int:
    """Return the size of what stands in the log. [B]"""
    return sum(size for _, size in connection.execute(_SIZES, (sealed_until(connection),)))


def seal(database: Database, folder: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Move the oldest stretch of the log into a file; False if there was nothing to move.

    Only who holds the lease of the files may call it.
    """
    with database.reading() as connection:
        after = sealed_until(connection)
        last = _last_of(connection, after, most_bytes)
        streams = {table: _rows(connection, table, after, last) for table in TABLES}
    if last > after:
        segments = [_filed(folder, table, rows) for table, rows in streams.items() if rows]
        settle_homes(folder)
        with database.writing() as connection:
            for segment in segments:
                list_segment(connection, segment)
            connection.execute("UPDATE sealed SET seq = ?", (last,))
    purge(database)
    return last > after


def _last_of(connection: sqlite3.Connection, after: int, most_bytes: int) -> int:
    last, total = after, 0
    for seq, size in connection.execute(_SIZES, (after,)):
        total += size
        if total > most_bytes and last > after:
            break
        last = int(seq)
    return last


def _filed(folder: Path, table: str, pieces: list[Sorted]) -> Segment:
    return file_segment(folder, table, Sorted.of(pieces))


def _rows(connection: sqlite3.Connection, table: str, after: int, last: int) -> list[Sorted]:
    """Return the rows of some appends of sessions that are in the catalogue."""
    living = np.array([key for (key,) in connection.execute("SELECT key FROM session")], np.int64)
    known = layouts(connection)
    alike: dict[tuple[int, int, int], list[tuple[int, bytes]]] = {}
    for roster, layout, rows, seq, batch in connection.execute(
        f"SELECT roster, layout, rows, seq, batch FROM {table}"
        " WHERE seq > ? AND seq <= ? AND rows > 0 ORDER BY seq",
        (after, last),
    ):
        alike.setdefault((roster, layout, rows), []).append((seq, batch))
    pieces = []
    for (roster, layout, _), found in alike.items():
        numbers, blobs = zip(*found, strict=True)
        names = known[layout]
        rows, blob = decode(blobs, names, names)
        session = _keys(connection, roster)[rows.athlete]
        piece = Sorted(session, np.array(numbers, np.int64)[blob], rows.time, rows.values, names)
        kept = np.isin(session, living)
        if kept.any():
            pieces.append(piece.take(kept))
    return pieces


def _keys(
    connection: sqlite3.Connection, roster: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    (keys,) = connection.execute("SELECT keys FROM roster WHERE id = ?", (roster,)).fetchone()
    return np.frombuffer(keys, np.int64)


def purge(database: Database) -> None:
    """Remove from the log what stands in files, a little at a time."""
    for table in TABLES:
        while True:
            with database.reading() as connection:
                last = _last_to_purge(connection, table)
            if last is None:
                break
            with database.writing() as connection:
                connection.execute(f"DELETE FROM {table} WHERE seq <= ?", (last,))


def _last_to_purge(connection: sqlite3.Connection, table: str) -> int | None:
    last, total = None, 0
    for seq, size in connection.execute(
        f"SELECT seq, length(batch) FROM {table} WHERE seq <= (SELECT seq FROM sealed) ORDER BY seq"
    ):
        last, total = int(seq), total + size
        if total > _PURGED_BYTES:
            break
    return last
