"""The catalogue of sessions: what is kept, of whom, from when, and how it stands."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from twin.errors import UnknownSessionError
from twin.records import Session, SessionState
from twin.store.instants import from_ns, to_ns
from twin.store.roster import Count, count, fold

COLUMNS = (
    "session", "athlete", "sport", "start", "end", "duration_s", "samples", "source", "state",
    "title", "squad_session", "distance",
)  # fmt: skip
# By how much repairs move the clock at the first and the last sample; their instants are cut to µs.
_SHIFTS = (
    "SELECT s.key, sum(value * (e.start_ns <= s.start_ns)),"
    " sum(value * (e.end_ns + 999 >= s.end_ns)) FROM edit e JOIN session s ON s.key = e.session"
    " WHERE e.kind = 'shift' AND undone_ns IS NULL"
)
_FIELDS = "id, athlete, sport, start_ns, end_ns, state, source, title, squad_session, samples"


def insert_session(
    connection: sqlite3.Connection, session: Session, content: str | None = None
) -> Session:
    """Enter a session; an id that is empty or taken becomes one of its own."""
    named = replace(session, id=_free_id(connection, session))
    start_ns = to_ns(session.start)
    end_ns = start_ns if session.end is None else to_ns(session.end)
    connection.execute(
        f"INSERT INTO session ({_FIELDS}, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        (
            named.id, named.athlete, named.sport, start_ns, end_ns, str(named.state),
            named.source, named.title, named.squad_session, content,
        ),
    )  # fmt: skip
    return named


def _free_id(connection: sqlite3.Connection, session: Session) -> str:
    wanted = session.id or f"{session.start:%Y%m%dT%H%M%S}-{session.athlete}"
    taken = {
        row[0]
        for row in connection.execute(
            "SELECT id FROM session WHERE id = ? OR id GLOB ? || '-*'", (wanted, wanted)
        )
    }
    free, number = wanted, 2
    while free in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free


def key_of(connection: sqlite3.Connection, session: str) -> int:
    """Return the key of a session.

    Raises
    ------
    UnknownSessionError
        If no session of that id is stored.
    """
    row = connection.execute("SELECT key FROM session WHERE id = ?", (session,)).fetchone()
    if row is None:
        raise UnknownSessionError(f"no session {session!r} is stored")
    return int(row[0])


def find_session(
    connection: sqlite3.Connection, session: str, *, repaired: bool = False
) -> Session:
    """Return one session; `start` and `samples` of a live one are those of this moment."""
    key = key_of(connection, session)
    row = connection.execute(f"SELECT {_FIELDS} FROM session WHERE key = ?", (key,)).fetchone()
    found = _session(row)
    shifts = connection.execute(f"{_SHIFTS} AND s.key = ? GROUP BY s.key", (key,))
    for _, first, last in shifts if repaired else ():
        end = found.end and found.end + timedelta(seconds=last)
        found = replace(found, start=found.start + timedelta(seconds=first), end=end)
    now = count(connection, [key]).get(key) if found.state is SessionState.LIVE else None
    if now is None:
        return found
    return replace(found, start=from_ns(now.first_ns), samples=now.samples)


def find_content(connection: sqlite3.Connection, content: str) -> Session | None:
    """Return the session made from a file of this content; None where there is none."""
    row = connection.execute(
        f"SELECT {_FIELDS} FROM session WHERE content = ?", (content,)
    ).fetchone()
    return None if row is None else _session(row)


def _session(row: tuple[str, str, str, int, int, str, str, str, str, int]) -> Session:
    name, athlete, sport, start_ns, end_ns, state, source, title, squad_session, samples = row
    end = None if state == SessionState.LIVE else from_ns(end_ns)
    return Session(
        name, athlete, sport, from_ns(start_ns), end, SessionState(state), source, title,
        squad_session, samples,
    )  # fmt: skip


def live_keys(connection: sqlite3.Connection) -> list[int]:
    """Return the keys of all sessions marked as being recorded."""
    rows = connection.execute("SELECT key FROM session WHERE state = 'live' ORDER BY key")
    return [int(key) for (key,) in rows]


def live_athletes(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the athlete of each session marked as being recorded, by its key."""
    return dict(connection.execute("SELECT key, athlete FROM session WHERE state = 'live'"))


def set_state(connection: sqlite3.Connection, keys: Sequence[int], state: SessionState) -> None:
    """Close sessions at their last sample, or open them."""
    fold(connection, keys)
    connection.executemany(
        "UPDATE session SET state = ? WHERE key = ?", [(str(state), key) for key in keys]
    )


def list_sessions(
    connection: sqlite3.Connection,
    athlete_id: str | None,
    since_ns: int | None,
    until_ns: int | None,
) -> pd.DataFrame:
    """Return sessions begun from `since_ns` until before `until_ns`, newest first.

    Times are those of the repaired clock. The distance is that of the figures kept; NaN where none are. [m]
    """
    counts = count(connection, live_keys(connection))
    rows = connection.execute(
        "SELECT key, s.id, a.name, s.sport, start_ns, end_ns, samples, source, state, title,"
        " squad_session, distance FROM session s JOIN athlete a ON a.id = s.athlete"
        " LEFT JOIN figure f ON f.session = s.key"
        " WHERE ? IS NULL OR a.id = ?",
        (athlete_id, athlete_id),
    ).fetchall()
    frame = pd.DataFrame.from_records(rows, columns=("key", *COLUMNS[:5], *COLUMNS[6:]))
    frame = _of_now(frame, connection, counts)
    frame["distance"] = frame["distance"].astype("float64")
    frame["duration_s"] = (frame["end"] - frame["start"]) / 1e9
    if since_ns is not None:
        frame = frame[frame["start"] >= since_ns]
    if until_ns is not None:
        frame = frame[frame["start"] < until_ns]
    for instant in ("start", "end"):
        frame[instant] = pd.to_datetime(frame[instant], unit="ns", utc=True)
    frame = frame.sort_values(["start", "key"], ascending=False, ignore_index=True)
    return frame[list(COLUMNS)]


def _of_now(
    frame: pd.DataFrame, connection: sqlite3.Connection, counts: dict[int, Count]
) -> pd.DataFrame:
    """Return the rows with what live sessions have by now, at the times of the repaired clock."""
    live = [(row, counts[key]) for row, key in enumerate(frame["key"]) if key in counts]
    now = pd.DataFrame(
        [(counted.first_ns, counted.last_ns, counted.samples) for _, counted in live],
        index=[row for row, _ in live],
        columns=["start", "end", "samples"],
        dtype="int64",
    )
    frame = frame.astype(dict.fromkeys(now.columns, "int64"))
    frame.loc[now.index, now.columns] = now
    for key, first, last in connection.execute(f"{_SHIFTS} GROUP BY s.key").fetchall():
        moved = [round(first * 1e9), round(last * 1e9)]
        frame.loc[frame["key"] == key, ["start", "end"]] += moved
    return frame
