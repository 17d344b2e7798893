"""Merging: at its end a session becomes one sorted file, out of its pieces in shared ones."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twin.store.database import Database
from twin.store.log import TABLES
from twin.store.segments import (
    Segment,
    by_file,
    file_segment,
    list_segment,
    read_sessions,
    settle_homes,
    strike_unread,
)
from twin.store.sorted_rows import Sorted

_MOST_ROWS = 1_000_000  # merged at once, so that a big squad needs no big memory
_MOST_SESSIONS = 500
_SCATTERED = (
    "SELECT s.key, s.id, sum(p.rows) FROM session s JOIN segment_part p ON p.session = s.key"
    " JOIN segment g ON g.id = p.segment WHERE NOT p.moved AND g.stream = ? AND s.state <> 'live'"
    " GROUP BY s.key HAVING NOT min(g.final) ORDER BY s.key"
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Ended sessions whose rows are scattered, ids by key, and which of them each file holds."""

    sessions: dict[int, str]
    files: dict[str, list[int]]


def merge(database: Database, folder: Path, most_rows: int = _MOST_ROWS) -> bool:
    """Give some ended sessions a file of their own each; False if all have one.

    Only who holds the lease of the files may call it.
    """
    for stream in TABLES:
        with database.reading() as connection:
            group = _next_group(connection, stream, most_rows)
        if group.sessions:
            finals = _finals(folder, stream, group)
            settle_homes(folder)
            with database.writing() as connection:
                _switch(connection, stream, group, finals)
            return True
    return False


def _next_group(connection: sqlite3.Connection, stream: str, most_rows: int) -> _Group:
    sessions: dict[int, str] = {}
    total = 0
    for key, session, rows in connection.execute(_SCATTERED, (stream,)):
        total += rows
        if len(sessions) == _MOST_SESSIONS or (sessions and total > most_rows):
            break
        sessions[key] = session
    files = connection.execute(
        "SELECT file, session FROM segment g JOIN segment_part p ON p.segment = g.id"
        f" WHERE stream = ? AND NOT moved AND session IN ({_marks(sessions)}) ORDER BY g.id",
        (stream, *sessions),
    )
    return _Group(sessions, by_file(files))


def _marks(values: dict[int, str]) -> str:
    return ", ".join("?" * len(values))


def _finals(folder: Path, stream: str, group: _Group) -> list[Segment]:
    rows = Sorted.of([read_sessions(folder, file, keys) for file, keys in group.files.items()])
    keys, places, counts = np.unique(rows.session, return_index=True, return_counts=True)
    return [
        file_segment(
            folder, stream, rows.take(slice(place, place + count)), final=group.sessions[key]
        )
        for key, place, count in zip(keys.tolist(), places.tolist(), counts.tolist(), strict=True)
    ]


def _switch(
    connection: sqlite3.Connection, stream: str, group: _Group, finals: list[Segment]
) -> None:
    """Have these sessions read from their own files."""
    connection.execute(
        "UPDATE segment_part SET moved = 1 WHERE segment IN (SELECT id FROM segment WHERE stream = ?)"
        f" AND session IN ({_marks(group.sessions)})",
        (stream, *group.sessions),
    )
    for final in finals:
        list_segment(connection, final)
    strike_unread(connection)
