"""Rosters: who is recorded together, and how many samples each has.

A log row holds a whole squad, so it cannot carry a session's key. The roster maps the athlete index
of the row to the session, and keeps the counters of all of them in one row of the file: an append
costs the same at 30 and at 1,000 athletes, and a session's figures are known without opening a blob.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.errors import UnknownSessionError
from twin.records import Indices, Times

Keys = npt.NDArray[np.int64]
_NEVER = np.iinfo(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """The sessions of a squad at one time, and what was kept of each.

    Parameters
    ----------
    id : int
        Number in the file.
    keys : ndarray of int64
        Session key by athlete index; 0 = not recorded.
    samples, first_ns, last_ns : ndarray of int64
        Rows kept, earliest and latest instant, by athlete index.
    late : bool
        Whether a session of it had ended already: what still comes must be counted there.
    """

    id: int
    keys: Keys
    samples: Keys
    first_ns: Keys
    last_ns: Keys
    late: bool = False

    def counted(self, athlete: Indices, time: Times) -> "Roster":
        """Return the roster with these rows counted."""
        time_ns = time.view(np.int64)
        samples = self.samples + np.bincount(athlete, minlength=len(self.keys))
        first_ns, last_ns = self.first_ns.copy(), self.last_ns.copy()
        np.minimum.at(first_ns, athlete, time_ns)
        np.maximum.at(last_ns, athlete, time_ns)
        return Roster(self.id, self.keys, samples, first_ns, last_ns, self.late)

    def save(self, connection: sqlite3.Connection) -> None:
        """Write the counters, and those of sessions that have ended already."""
        connection.execute(
            "UPDATE roster SET samples = ?, first_ns = ?, last_ns = ? WHERE id = ?",
            (self.samples.tobytes(), self.first_ns.tobytes(), self.last_ns.tobytes(), self.id),
        )
        if self.late:
            fold(connection, [int(key) for key in self.keys if key])


@dataclass(frozen=True, slots=True)
class Count:
    """How much is kept of one session; instants in ns since 1970 UTC."""

    samples: int
    first_ns: int
    last_ns: int


def open_roster(connection: sqlite3.Connection, sessions: Sequence[str]) -> Roster:
    """Begin a roster for these session ids, by athlete index; empty = not recorded.

    Raises
    ------
    UnknownSessionError
        If one of them is not stored.
    """
    found = [_session(connection, session) if session else (0, "live") for session in sessions]
    keys = np.array([key for key, _ in found], np.int64)
    empty = np.zeros(len(keys), np.int64)
    first_ns, last_ns = np.full_like(empty, _NEVER.max), np.full_like(empty, _NEVER.min)
    number = connection.execute(
        "INSERT INTO roster (keys, samples, first_ns, last_ns) VALUES (?, ?, ?, ?)",
        (keys.tobytes(), empty.tobytes(), first_ns.tobytes(), last_ns.tobytes()),
    ).lastrowid
    connection.executemany(
        "INSERT INTO roster_member (session, roster, athlete) VALUES (?, ?, ?)",
        [(int(key), number, athlete) for athlete, key in enumerate(keys) if key],
    )
    late = any(state != "live" for _, state in found)
    return Roster(int(number or 0), keys, empty, first_ns, last_ns, late)


def _session(connection: sqlite3.Connection, session: str) -> tuple[int, str]:
    row = connection.execute("SELECT key, state FROM session WHERE id = ?", (session,)).fetchone()
    if row is None:
        raise UnknownSessionError(f"no session {session!r} is stored")
    return int(row[0]), str(row[1])


def count(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, Count]:
    """Return what the rosters say of these sessions; those without a sample are absent."""
    counts: dict[int, Count] = {}
    wanted = np.array(keys, np.int64)
    for roster in _rosters_of(connection, keys):
        blobs = connection.execute(
            "SELECT keys, samples, first_ns, last_ns FROM roster WHERE id = ?", (roster,)
        ).fetchone()
        columns = np.array([np.frombuffer(blob, np.int64) for blob in blobs])
        for key, samples, first_ns, last_ns in columns[:, np.isin(columns[0], wanted)].T.tolist():
            if samples:
                before = counts.get(key, Count(0, first_ns, last_ns))
                counts[key] = Count(
                    before.samples + samples,
                    min(before.first_ns, first_ns),
                    max(before.last_ns, last_ns),
                )
    return counts


def _rosters_of(connection: sqlite3.Connection, keys: Sequence[int]) -> list[int]:
    found: set[int] = set()
    for key in keys:
        found.update(
            roster
            for (roster,) in connection.execute(
                "SELECT DISTINCT roster FROM roster_member WHERE session = ?", (key,)
            )
        )
    return sorted(found)


def fold(connection: sqlite3.Connection, keys: Sequence[int]) -> None:
    """Write the counts of these sessions into their own rows."""
    connection.executemany(
        "UPDATE session SET samples = ?, start_ns = ?, end_ns = ? WHERE key = ?",
        [
            (counted.samples, counted.first_ns, counted.last_ns, key)
            for key, counted in count(connection, keys).items()
        ],
    )
