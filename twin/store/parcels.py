"""What goes to a server next: journal rows and catalogue entries as line protocol.

Three measurements, all with the tags `athlete` (id) and `session` (id):

- ``samples``: a float field per channel, at the instant of the reading;
- ``rr``: the float field ``rr_ms``, at the instant of the beat; both have a third tag, ``repeat``: 0,
  and 1, 2 .. for further rows of the same instant, as files have them;
- ``sessions``: what the catalogue says, at the session's start; of several points of one session the
  one with the highest ``revision`` counts.
"""

import json
import sqlite3
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.store.codec import Rows, decode
from twin.store.line_protocol import encode_lines, head, text_field
from twin.store.log import BEATS, SAMPLES

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


def next_parcel(connection: sqlite3.Connection, seq: int, change: int) -> Parcel | None:
    """Return what follows these numbers; rows first, the catalogue when all rows are gone."""
    last = _last_of_next(connection, seq)
    if last is not None:
        bodies = [
            body for table in MEASUREMENTS for body in _bodies(connection, table, seq, last) if body
        ]
        return Parcel(last, change, b"\n".join(bodies))
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


def _bodies(connection: sqlite3.Connection, table: str, after: int, last: int) -> list[bytes]:
    """Return the rows of some appends, those that look alike encoded together."""
    alike: dict[tuple[int, str, int], list[bytes]] = {}
    for roster, names, rows, batch in connection.execute(
        f"SELECT roster, names, rows, batch FROM {table} JOIN layout ON layout.id = layout"
        " WHERE seq > ? AND seq <= ? AND rows > 0 ORDER BY seq",
        (after, last),
    ):
        alike.setdefault((roster, names, rows), []).append(batch)
    return [
        _encoded(connection, table, roster, tuple(json.loads(names)), blobs)
        for (roster, names, _), blobs in alike.items()
    ]


def _encoded(
    connection: sqlite3.Connection,
    table: str,
    roster: int,
    names: tuple[str, ...],
    blobs: list[bytes],
) -> bytes:
    owners = _owners(connection, roster)
    living = [athlete for athlete, owner in enumerate(owners) if owner is not None]
    rows, blob = decode(blobs, names, names, None if len(living) == len(owners) else living)
    repeat = _repeats(blob, rows)
    heads = [
        head(MEASUREMENTS[table], *owner, number) if owner is not None else ""
        for number in range(repeat.max(initial=0) + 1)
        for owner in owners
    ]
    series = rows.athlete + repeat * len(owners)
    return encode_lines(heads, series, rows.time, rows.values, names)


def _repeats(blob: npt.NDArray[np.intp], rows: Rows) -> npt.NDArray[np.intp]:
    """Return of each row how many before it in its append have its athlete and instant."""
    order = np.lexsort((rows.time, rows.athlete, blob))
    keys = (blob[order], rows.athlete[order], rows.time[order])
    anew = np.ones(len(order), bool)
    anew[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    place = np.arange(len(order))
    repeat = np.empty(len(order), np.intp)
    repeat[order] = place - np.maximum.accumulate(np.where(anew, place, 0))
    return np.minimum(repeat, _MOST_REPEATS)


def _owners(connection: sqlite3.Connection, roster: int) -> list[tuple[str, str] | None]:
    """Return athlete and session of each athlete index; None where it was deleted."""
    (keys,) = connection.execute("SELECT keys FROM roster WHERE id = ?", (roster,)).fetchone()
    found = {
        key: (athlete, session)
        for key, athlete, session in connection.execute(
            "SELECT key, athlete, id FROM session WHERE key IN"
            " (SELECT session FROM roster_member WHERE roster = ?)",
            (roster,),
        )
    }
    return [found.get(key) for key in np.frombuffer(keys, np.int64).tolist()]


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
