"""Deleting a session: first nobody can read it, then its rows leave log and files.

Its own file is deleted. Rows of a squad share blobs and segments: these are written anew without the
rows of the deleted athlete, blobs some at a time, so that who goes on recording waits for one portion,
not for all. A crash in between leaves rows without a session, which no read returns and the next
erasure removes. The database does not shrink; its free pages are emptied and used again.
"""

import json
import sqlite3
import time

import numpy as np

from twin.errors import StoreError
from twin.store.codec import decode, encode
from twin.store.database import Database
from twin.store.log import TABLES, WAVES
from twin.store.outbox import forget_lines
from twin.store.sealing import purge
from twin.store.segments import (
    file_segment,
    list_segment,
    read_sessions,
    settle_homes,
    strike,
    superseded,
    sweep,
)

_BLOBS_AT_ONCE = 300
_ORPHAN_FILES = (
    "SELECT DISTINCT file, stream FROM segment_part p JOIN segment g ON g.id = p.segment"
    " WHERE session NOT IN (SELECT key FROM session) ORDER BY g.id"
)
_ORPHANS = (
    "SELECT DISTINCT roster FROM roster_member"
    " WHERE session NOT IN (SELECT key FROM session) ORDER BY roster"
)


def has_orphans(connection: sqlite3.Connection) -> bool:
    """Return whether rows are left of sessions no longer in the catalogue."""
    found = (connection.execute(query).fetchone() for query in (_ORPHANS, _ORPHAN_FILES))
    return any(row is not None for row in found)


def forget_session(connection: sqlite3.Connection, key: int) -> None:
    """Take a session out of the catalogue, with its laps, notes, alerts and unshared periods."""
    session, squad = connection.execute(
        "SELECT id, squad_session FROM session WHERE key = ?", (key,)
    ).fetchone()
    forget_lines(connection, session)
    connection.execute("DELETE FROM session WHERE key = ?", (key,))
    connection.execute("DELETE FROM alert WHERE session = ?", (session,))
    connection.execute(
        "DELETE FROM period WHERE squad_session = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM session WHERE squad_session = ?1)",
        (squad,),
    )


def erase_orphans(database: Database) -> None:
    """Remove the rows of every session that is no longer in the catalogue.

    Only who holds the lease of the files may call it.
    """
    purge(database)
    with database.reading() as connection:
        files = connection.execute(_ORPHAN_FILES).fetchall()
    for file, stream in files:
        _erase_from_file(database, file, stream)
    with database.writing() as connection:  # they may hold the rows too; readers read anew
        sweep(connection, database.folder, superseded(connection, time.time_ns()))
    with database.reading() as connection:
        rosters = [int(roster) for (roster,) in connection.execute(_ORPHANS)]
    for roster in rosters:
        _erase_from_log(database, roster)


def _erase_from_file(database: Database, file: str, stream: str) -> None:
    """Put a file without the rows of deleted sessions in the place of one with them."""
    with database.reading() as connection:
        living = connection.execute(
            "SELECT session FROM segment_part p JOIN segment g ON g.id = p.segment"
            " WHERE file = ? AND NOT moved AND session IN (SELECT key FROM session)",
            (file,),
        ).fetchall()
    segment = None
    if living:
        try:
            rows = read_sessions(database.folder, file, (key for (key,) in living))
        except StoreError:  # damaged: `twin store check` tells of it
            with database.writing() as connection:
                connection.execute(
                    "DELETE FROM segment_part WHERE session NOT IN (SELECT key FROM session)"
                    " AND segment = (SELECT id FROM segment WHERE file = ?)",
                    (file,),
                )
            return
        segment = file_segment(database.folder, stream, rows)
        settle_homes(database.folder)
    with database.writing() as connection:
        if segment is not None:
            list_segment(connection, segment)
        strike(connection, [file])


def _erase_from_log(database: Database, roster: int) -> None:
    with database.writing() as connection:
        gone = _gone(connection, roster)
        shared = _drop_unshared(connection, roster)
    if shared:
        for table in TABLES:
            after: int | None = 0
            while after is not None:
                with database.writing() as connection:
                    after = _rewrite(connection, table, roster, gone, after)
    with database.writing() as connection:
        connection.execute(
            "DELETE FROM roster_member WHERE roster = ?"
            " AND session NOT IN (SELECT key FROM session)",
            (roster,),
        )


def _gone(connection: sqlite3.Connection, roster: int) -> list[int]:
    rows = connection.execute(
        "SELECT athlete FROM roster_member WHERE roster = ?"
        " AND session NOT IN (SELECT key FROM session)",
        (roster,),
    )
    return [int(athlete) for (athlete,) in rows]


def _drop_unshared(connection: sqlite3.Connection, roster: int) -> bool:
    """Delete a roster nobody is left in; True if somebody is."""
    left = connection.execute(
        "SELECT 1 FROM roster_member WHERE roster = ? AND session IN (SELECT key FROM session)",
        (roster,),
    ).fetchone()
    if left is None:
        for table in TABLES:
            connection.execute(f"DELETE FROM {table} WHERE roster = ?", (roster,))
        connection.execute("DELETE FROM roster WHERE id = ?", (roster,))
    return left is not None


def _rewrite(
    connection: sqlite3.Connection, table: str, roster: int, gone: list[int], after: int
) -> int | None:
    """Write the next blobs without the rows of these athletes; return where to go on."""
    found = connection.execute(
        f"SELECT seq, names, batch FROM {table} JOIN layout ON layout.id = layout"
        " WHERE roster = ? AND seq > ? AND rows > 0 ORDER BY seq LIMIT ?",
        (roster, after, _BLOBS_AT_ONCE),
    ).fetchall()
    for seq, names_text, blob in found:
        names = tuple(json.loads(names_text))
        rows, _ = decode([blob], names, names)
        kept = ~np.isin(rows.athlete, gone)
        if kept.all():
            continue
        if kept.any():
            connection.execute(
                f"UPDATE {table} SET batch = ?, rows = ? WHERE seq = ?",
                (encode(rows.take(kept), small=table == WAVES), int(kept.sum()), seq),
            )
        else:
            connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))
    return int(found[-1][0]) if found else None
