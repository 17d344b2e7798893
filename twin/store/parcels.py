"""What goes to a server next: journal rows and catalogue entries as line protocol.

Three measurements, all with the tags `athlete` (id) and `session` (id):

- ``samples``: a float field per channel, at the instant of the reading;
- ``rr``: the float field ``rr_ms``, at the instant of the beat; both have a third tag, ``repeat``: 0,
  and 1, 2 .. for further rows of the same instant, as files have them;
- ``sessions``: what the catalogue says, at the session's start; of several points of one session the
  one with the highest ``revision`` counts.
"""

import sqlite3
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.store.filed import Filed
from twin.store.line_protocol import encode_lines, head, text_field
from twin.store.log import BEATS, SAMPLES, read_appends
from twin.store.sealing import sealed_until
from twin.store.sorted_rows import Sorted

MEASUREMENTS = {SAMPLES: "samples", BEATS: "rr"}
CATALOGUE = "sessions"
DELETED = "deleted"
_APPENDS, _ROWS = 10, 10_000
_ENTRIES = 500
_MOST_REPEATS = 99  # each is a series of its own on the server
_SEQUENCES = (
    "SELECT seq, sum(rows) FROM (SELECT seq, rows FROM (SELECT seq, rows FROM log WHERE seq > ?1"
    " ORDER BY seq LIMIT ?2) UNION ALL SELECT seq, rows FROM (SELECT seq, rows FROM beat_log"
    " WHERE seq > ?1 ORDER BY seq LIMIT ?2)) GROUP BY seq ORDER BY seq LIMIT ?2"
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One body for the server, and where the cursor stands once it was taken.

    Parameters
    ----------
    seq, change : int
        Numbers of the last append and of the last change of the catalogue that it covers.
    body : bytes
        Line protocol; empty if nothing of the rows is left, as after a deletion.
    """

    seq: int
    change: int
    body: bytes


def next_parcel(
    connection: sqlite3.Connection, filed: Filed, seq: int, change: int
) -> Parcel | None:
    """Return what follows these numbers; rows first, the catalogue when all rows are gone.

    Parameters
    ----------
    connection : sqlite3.Connection
        Sees one state of the file.
    filed : Filed
        The rows that have left the log for Parquet files.
    seq, change : int
        What was sent last.
    """
    sealed = sealed_until(connection)
    if seq < sealed:
        last, streams = filed.after(connection, seq, sealed, appends=_APPENDS, rows=_ROWS)
        bodies = [_encoded(connection, table, rows) for table, rows in streams.items() if len(rows)]
        return Parcel(last, change, b"\n".join(body for body in bodies if body))
    logged = _last_of_next(connection, seq)
    if logged is not None:
        bodies = [
            _encoded(connection, table, rows)
            for table in MEASUREMENTS
            for rows in read_appends(connection, table, seq, logged)
        ]
        return Parcel(logged, change, b"\n".join(body for body in bodies if body))
    entries = connection.execute(
        "SELECT change, c.session, c.athlete, c.start_ns, a.name, s.sport, s.state, s.source,"
        " s.title, s.squad_session, s.samples, s.end_ns - s.start_ns FROM catalogue_change c"
        " LEFT JOIN session s ON s.id = c.session LEFT JOIN athlete a ON a.id = s.athlete"
        " WHERE change > ? ORDER BY change LIMIT ?",
        (change, _ENTRIES),
    ).fetchall()
    if not entries:
        return None
    return Parcel(seq, entries[-1][0], "\n".join(map(_entry, entries)).encode())


def _last_of_next(connection: sqlite3.Connection, seq: int) -> int | None:
    """Return the number of the last append of the next body; None if all were sent."""
    last, total = None, 0
    for number, rows in connection.execute(_SEQUENCES, (seq, _APPENDS)):
        total += rows
        if last is not None and total > _ROWS:
            break
        last = int(number)
    return last


def _encoded(connection: sqlite3.Connection, table: str, rows: Sorted) -> bytes:
    """Return rows as line protocol; those of a session deleted meanwhile are left out."""
    keys, owner = np.unique(rows.session, return_inverse=True)
    owners = [_owner(connection, key) for key in keys.tolist()]
    kept = np.array([known is not None for known in owners], bool)[owner]
    if not kept.all():
        rows, owner = rows.take(kept), owner[kept]
    repeat = _repeats(rows)
    heads = [
        "" if known is None else head(MEASUREMENTS[table], *known, number)
        for number in range(repeat.max(initial=0) + 1)
        for known in owners
    ]
    series = (owner + repeat * len(owners)).astype(np.int32)
    return encode_lines(heads, series, rows.time, rows.values, rows.names)


def _repeats(rows: Sorted) -> npt.NDArray[np.intp]:
    """Return of each row how many before it in its append have its session and instant."""
    keys = (rows.seq, rows.session, rows.time)
    order = np.lexsort((rows.time, rows.session, rows.seq))
    anew = np.ones(len(order), bool)
    anew[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    place = np.arange(len(order))
    repeat = np.empty(len(order), np.intp)
    repeat[order] = place - np.maximum.accumulate(np.where(anew, place, 0))
    return np.minimum(repeat, _MOST_REPEATS)


def _owner(connection: sqlite3.Connection, key: int) -> tuple[str, str] | None:
    """Return athlete and session of a key; None where it was deleted."""
    found = connection.execute("SELECT athlete, id FROM session WHERE key = ?", (key,)).fetchone()
    return None if found is None else (str(found[0]), str(found[1]))


def _entry(row: tuple[int | str | None, ...]) -> str:
    """Return the line of one session; of a deleted one only that it is deleted."""
    change, session, athlete, start_ns, name, sport, state, *texts, samples, length_ns = row
    fields = f"id={text_field(str(session))},revision={change}"
    if state is None:
        fields += f",state={text_field(DELETED)}"
    else:
        words = zip(
            ("athlete_name", "sport", "state", "source", "title", "squad_session"),
            (name, sport, state, *texts),
            strict=True,
        )
        fields += "".join(f",{key}={text_field(str(word))}" for key, word in words)
        fields += f",samples={samples},duration_s={int(length_ns or 0) / 1e9!r}"
    return f"{head(CATALOGUE, str(athlete), str(session))}{fields} {start_ns}"
