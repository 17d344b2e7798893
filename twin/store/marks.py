"""Laps, periods, notes and efforts in the file of the store."""

import sqlite3
import time
from collections.abc import Sequence

from twin.records import Effort, Lap, Note, Period
from twin.store.instants import from_ns, from_ns_or_none, to_ns, to_ns_or_none


def laps(connection: sqlite3.Connection, key: int) -> tuple[Lap, ...]:
    """Return the laps of a session, in the order they were set."""
    rows = connection.execute(
        "SELECT number, start_ns, end_ns, label FROM lap WHERE session = ? ORDER BY place", (key,)
    )
    return tuple(
        Lap(number, from_ns(start), from_ns_or_none(end), label)
        for number, start, end, label in rows
    )


def set_laps(connection: sqlite3.Connection, key: int, laps: Sequence[Lap]) -> None:
    """Put these laps in the place of those kept."""
    connection.execute("DELETE FROM lap WHERE session = ?", (key,))
    connection.executemany(
        "INSERT INTO lap (session, place, number, start_ns, end_ns, label)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (key, place, lap.number, to_ns(lap.start), to_ns_or_none(lap.end), lap.label)
            for place, lap in enumerate(laps)
        ],
    )


def periods(connection: sqlite3.Connection, squad_session: str) -> tuple[Period, ...]:
    """Return the periods of a squad's session; none where nothing was marked."""
    rows = connection.execute(
        "SELECT name, start_ns, end_ns FROM period WHERE squad_session = ? ORDER BY place",
        (squad_session,),
    )
    return tuple(Period(name, from_ns(start), from_ns_or_none(end)) for name, start, end in rows)


def set_periods(
    connection: sqlite3.Connection, squad_session: str, periods: Sequence[Period]
) -> None:
    """Put these periods in the place of those kept."""
    connection.execute("DELETE FROM period WHERE squad_session = ?", (squad_session,))
    connection.executemany(
        "INSERT INTO period (squad_session, place, name, start_ns, end_ns) VALUES (?, ?, ?, ?, ?)",
        [
            (squad_session, place, period.name, to_ns(period.start), to_ns_or_none(period.end))
            for place, period in enumerate(periods)
        ],
    )


def notes(connection: sqlite3.Connection, key: int) -> tuple[Note, ...]:
    """Return the notes of a session, by time."""
    rows = connection.execute(
        "SELECT time_ns, text, author FROM note WHERE session = ? ORDER BY time_ns, id", (key,)
    )
    return tuple(Note(from_ns(time), text, author) for time, text, author in rows)


def add_note(connection: sqlite3.Connection, key: int, note: Note) -> None:
    """Keep one more note."""
    connection.execute(
        "INSERT INTO note (session, time_ns, text, author) VALUES (?, ?, ?, ?)",
        (key, to_ns(note.time), note.text, note.author),
    )


def remove_note(connection: sqlite3.Connection, key: int, note: Note) -> None:
    """Let go of a note; nothing happens where it is not kept."""
    connection.execute(
        "DELETE FROM note WHERE id IN (SELECT max(id) FROM note"
        " WHERE session = ? AND time_ns = ? AND text = ? AND author = ?)",
        (key, to_ns(note.time), note.text, note.author),
    )


def effort(connection: sqlite3.Connection, key: int) -> Effort | None:
    """Return what was last said of how hard a session was; None where nothing was."""
    row = connection.execute(
        "SELECT rating, text, author FROM effort WHERE session = ? ORDER BY id DESC LIMIT 1", (key,)
    ).fetchone()
    return None if row is None else Effort(*row)


def efforts(connection: sqlite3.Connection, athlete: str) -> dict[str, Effort]:
    """Return what was last said of the sessions of an athlete, by session id."""
    rows = connection.execute(
        "SELECT s.id, rating, text, author FROM effort e JOIN session s ON s.key = e.session"
        " WHERE s.athlete = ? ORDER BY e.id",
        (athlete,),
    )
    return {session: Effort(*said) for session, *said in rows}


def say_effort(connection: sqlite3.Connection, key: int, said: Effort) -> None:
    """Keep how hard a session was; what was said before is kept under it."""
    connection.execute(
        "INSERT INTO effort (session, rating, text, author, said_ns) VALUES (?, ?, ?, ?, ?)",
        (key, said.rating, said.text, said.author, time.time_ns()),
    )


def take_back_effort(connection: sqlite3.Connection, key: int) -> None:
    """Let what was said before count again."""
    connection.execute(
        "DELETE FROM effort WHERE id IN (SELECT max(id) FROM effort WHERE session = ?)", (key,)
    )
