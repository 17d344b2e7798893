"""The outbox: how far a server has followed this store, in the same file as what it follows.

The journal is the queue and nothing is copied: the cursor holds the last number that the server has
acknowledged, and moves only then. A crash anywhere sends the last body again, which changes nothing
there: the same points are written over themselves.
"""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from twin.store.database import Database
from twin.store.delivery import DeadLetter
from twin.store.filed import Filed, waiting_rows
from twin.store.line_protocol import tag
from twin.store.parcels import Parcel, next_parcel
from twin.store.parquet import FileGoneError
from twin.store.sealing import sealed_until


@dataclass(frozen=True, slots=True)
class Backlog:
    """How a server stands to this store.

    Parameters
    ----------
    sink : str
        The server's name.
    rows : int
        Samples and RR intervals that it has not taken yet; about, where they stand in files.
    sessions : int
        Catalogue entries that it has not taken yet.
    dead_lines : int
        Lines that it refused for good; kept in the file.
    trouble : str
        Why nothing goes out; empty when all is well.
    since_ns : int
        Since when, ns since 1970 UTC.
    """

    sink: str
    rows: int
    sessions: int
    dead_lines: int
    trouble: str = ""
    since_ns: int = 0


class Outbox:
    """Rows on their way to one server.

    Parameters
    ----------
    database : Database
        The file.
    sink : str
        The server's name; another name begins at the first row again.
    """

    def __init__(self, database: Database, sink: str) -> None:
        self.sink = sink
        self._database = database
        self._filed = Filed(database.folder)

    def next(self) -> Parcel | None:
        """Return what the server has not taken yet, in portions; None if it has everything."""
        try:
            return self._next()
        except FileGoneError:  # superseded and deleted since it was listed
            return self._next()

    def _next(self) -> Parcel | None:
        with self._database.reading() as connection:
            return next_parcel(connection, self._filed, *self._cursor(connection))

    def taken(self, parcel: Parcel, dead: Sequence[DeadLetter] = ()) -> None:
        """Move the cursor behind a parcel; what was refused of it is kept, in one transaction."""
        with self._database.writing() as connection:
            self._set_aside(connection, dead)
            connection.execute(
                "INSERT INTO outbox VALUES (?, ?, ?, '', 0) ON CONFLICT (sink) DO UPDATE SET"
                " seq = max(seq, excluded.seq), change = max(change, excluded.change),"
                " trouble = '', since_ns = 0",
                (self.sink, parcel.seq, parcel.change),
            )

    def trouble(self, words: str) -> None:
        """Note why nothing goes out, for who looks from another process; the cursor stays."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO outbox VALUES (?, 0, 0, ?, ?) ON CONFLICT (sink) DO UPDATE SET"
                " since_ns = CASE trouble WHEN '' THEN excluded.since_ns ELSE since_ns END,"
                " trouble = excluded.trouble",
                (self.sink, words, time.time_ns()),
            )

    def well(self) -> None:
        """Note that the server is there again, and nothing waits for it."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE outbox SET trouble = '', since_ns = 0 WHERE sink = ?", (self.sink,)
            )

    def rewind(self) -> None:
        """Begin at the first row again: what the server has is written over itself."""
        with self._database.writing() as connection:
            connection.execute("UPDATE outbox SET seq = 0, change = 0 WHERE sink = ?", (self.sink,))

    def dead_letters(self) -> tuple[tuple[int, DeadLetter], ...]:
        """Return what was set aside, each with its number, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, body, lines, status, reason FROM dead_letter WHERE sink = ? ORDER BY id",
                (self.sink,),
            )
            return tuple((number, DeadLetter(*rest)) for number, *rest in rows)

    def retried(self, number: int, dead: Sequence[DeadLetter]) -> None:
        """Put what is still refused in the place of a dead letter that was sent again."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM dead_letter WHERE id = ?", (number,))
            self._set_aside(connection, dead)

    def backlog(self) -> Backlog:
        """Return how much the server has still to take, and what is wrong."""
        with self._database.reading() as connection:
            seq, change = self._cursor(connection)
            rows, sessions, dead = connection.execute(
                "SELECT (SELECT coalesce(sum(rows), 0) FROM log WHERE seq > max(?1, ?4))"
                " + (SELECT coalesce(sum(rows), 0) FROM beat_log WHERE seq > max(?1, ?4)),"
                " (SELECT count(*) FROM catalogue_change WHERE change > ?2),"
                " (SELECT coalesce(sum(lines), 0) FROM dead_letter WHERE sink = ?3)",
                (seq, change, self.sink, sealed_until(connection)),
            ).fetchone()
            rows += waiting_rows(connection, seq)
            told = connection.execute(
                "SELECT trouble, since_ns FROM outbox WHERE sink = ?", (self.sink,)
            ).fetchone()
        return Backlog(self.sink, rows, sessions, dead, *(told or ("", 0)))

    def _cursor(self, connection: sqlite3.Connection) -> tuple[int, int]:
        found = connection.execute(
            "SELECT seq, change FROM outbox WHERE sink = ?", (self.sink,)
        ).fetchone()
        return found or (0, 0)

    def _set_aside(self, connection: sqlite3.Connection, dead: Sequence[DeadLetter]) -> None:
        connection.executemany(
            "INSERT INTO dead_letter (sink, time_ns, lines, status, reason, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(self.sink, time.time_ns(), d.lines, d.status, d.reason, d.body) for d in dead],
        )


def known_sinks(database: Database) -> tuple[str, ...]:
    """Return the names of all servers that have followed a store."""
    with database.reading() as connection:
        return tuple(sink for (sink,) in connection.execute("SELECT sink FROM outbox ORDER BY 1"))


def forget_lines(connection: sqlite3.Connection, session: str) -> None:
    """Take the lines of a session that is deleted out of what was set aside."""
    mark = f",session={tag(session)} ".encode()
    found = connection.execute("SELECT id, body FROM dead_letter WHERE instr(body, ?)", (mark,))
    for number, body in found.fetchall():
        kept = [line for line in body.split(b"\n") if mark not in line]
        if kept:
            connection.execute(
                "UPDATE dead_letter SET body = ?, lines = ? WHERE id = ?",
                (b"\n".join(kept), len(kept), number),
            )
        else:
            connection.execute("DELETE FROM dead_letter WHERE id = ?", (number,))
