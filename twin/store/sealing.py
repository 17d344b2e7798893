"""Sealing: what stands in the log leaves it for a Parquet file.

The switch is one small transaction: the file is listed and the number moves up to which the log is not
read any more. The rows behind that number are then removed in small portions, between which recording
goes on; a crash anywhere leaves either the log or the file as the one place where a row is read.
"""

import sqlite3
from pathlib import Path

import numpy as np

from twin.store.database import Database
from twin.store.log import TABLES, read_appends
from twin.store.segments import file_segment, list_segment, settle_homes
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
        segments = [
            file_segment(folder, table, Sorted.of(rows)) for table, rows in streams.items() if rows
        ]
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


def _rows(connection: sqlite3.Connection, table: str, after: int, last: int) -> list[Sorted]:
    """Return the rows of some appends of sessions that are in the catalogue."""
    living = np.array([key for (key,) in connection.execute("SELECT key FROM session")], np.int64)
    pieces = []
    for piece in read_appends(connection, table, after, last):
        kept = np.isin(piece.session, living)
        if kept.any():
            pieces.append(piece.take(kept))
    return pieces


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
