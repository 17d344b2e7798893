"""The journal: every append one row, read back by session and stretch of time.

Rows leave it for Parquet files (`twin.store.sealing`); up to the number in `sealed` they are read there.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from twin.records import Batch
from twin.store.codec import Rows, decode, encode
from twin.store.roster import Roster
from twin.store.sorted_rows import Sorted

BEAT_NAMES = ("rr_ms",)
WAVE_NAMES = ("signal", "value")
SAMPLES, BEATS, WAVES = "log", "beat_log", "wave_log"
TABLES = (SAMPLES, BEATS, WAVES)
_BYTES_AT_ONCE = 32_000_000  # decoded together, so that a big squad needs no big memory [B]
_LogRow = tuple[int, bytes, int, int]


def kept_rows(batch: Batch, roster: Roster) -> Rows:
    """Return the rows of athletes who are recorded, without channels that are all NaN.

    Raises
    ------
    ValueError
        If the batch names an athlete for whom no session entry was given.
    """
    tables = (batch, batch.beats, batch.waves)
    highest = max(int(table.athlete.max(initial=-1)) for table in tables)
    if highest >= len(roster.keys):
        raise ValueError(
            f"the batch names athlete {highest}, sessions has {len(roster.keys)} entries"
        )
    rows = roster.keys[batch.athlete] != 0
    if rows.all():
        athlete, time, values = batch.athlete, batch.time, batch.values
    else:
        athlete, time, values = batch.athlete[rows], batch.time[rows], batch.values[:, rows]
    lines = np.flatnonzero(~np.isnan(values).all(axis=1)) if len(time) else np.empty(0, np.intp)
    return Rows(athlete, time, values[lines], tuple(batch.names[line] for line in lines))


def kept_beats(batch: Batch, roster: Roster) -> Rows:
    """Return the RR intervals of athletes who are recorded."""
    beats = batch.beats
    rows = roster.keys[beats.athlete] != 0
    return Rows(beats.athlete[rows], beats.time[rows], beats.rr_ms[np.newaxis, rows], BEAT_NAMES)


def kept_waves(batch: Batch, roster: Roster) -> Rows:
    """Return the values of fast signals of athletes who are recorded."""
    waves = batch.waves
    rows = roster.keys[waves.athlete] != 0
    values = np.stack([waves.signal[rows].astype(np.float64), waves.value[rows]])
    return Rows(waves.athlete[rows], waves.time[rows], values, WAVE_NAMES)


class Journal:
    """Writes log rows and remembers the number of each layout."""

    def __init__(self) -> None:
        self._layouts: dict[tuple[str, ...], int] = {}

    def write(
        self, connection: sqlite3.Connection, roster: Roster, rows: Rows, beats: Rows,
        waves: Rows | None = None,
    ) -> int:  # fmt: skip
        """Add one row to the journal, and one for the beats and the waves if there are any."""
        seq = self._insert(connection, SAMPLES, roster, rows)
        if len(beats):
            self._insert(connection, BEATS, roster, beats, seq)
        if waves is not None and len(waves):
            self._insert(connection, WAVES, roster, waves, seq)
        return seq

    def _insert(
        self, connection: sqlite3.Connection, table: str, roster: Roster, rows: Rows,
        seq: int | None = None,
    ) -> int:  # fmt: skip
        layout = self._layout(connection, rows.names)
        time_ns = rows.time.view(np.int64)
        first, last = (int(time_ns.min()), int(time_ns.max())) if len(rows) else (0, 0)
        return int(
            connection.execute(
                f"INSERT INTO {table} (seq, roster, layout, rows, start_ns, end_ns, batch)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    seq,
                    roster.id,
                    layout,
                    len(rows),
                    first,
                    last,
                    encode(rows, small=table == WAVES),
                ),
            ).lastrowid
            or 0
        )

    def _layout(self, connection: sqlite3.Connection, names: tuple[str, ...]) -> int:
        if names not in self._layouts:
            text = json.dumps(names)
            connection.execute("INSERT OR IGNORE INTO layout (names) VALUES (?)", (text,))
            found = connection.execute("SELECT id FROM layout WHERE names = ?", (text,)).fetchone()
            self._layouts[names] = int(found[0])
        return self._layouts[names]

    def forget(self) -> None:
        """Look layouts up again: the transaction that made one was undone."""
        self._layouts.clear()


def read_log(
    connection: sqlite3.Connection,
    table: str,
    key: int,
    columns: Sequence[str] | None,
    first: int,
    last: int,
) -> Iterator[Sorted]:
    """Yield what the log holds of a session between two instants, in no order.

    Parameters
    ----------
    connection : sqlite3.Connection
        Sees one state of the file.
    table : str
        One of `TABLES`.
    key : int
        Key of the session.
    columns : sequence of str, optional
        Channels to read; None = all that the log holds.
    first, last : int
        Both included. [ns since 1970 UTC]
    """
    for roster, athletes in _places(connection, key):
        for names, blobs, numbers in _blobs(connection, table, roster, first, last):
            rows, blob = decode(blobs, names, names if columns is None else columns, athletes)
            time_ns = rows.time.view(np.int64)
            asked = (time_ns >= first) & (time_ns <= last)
            kept, seq = rows.take(asked), numbers[blob[asked]]
            yield Sorted(np.full(len(seq), key), seq, kept.time, kept.values, kept.names)


def read_appends(
    connection: sqlite3.Connection, table: str, after: int, last: int
) -> Iterator[Sorted]:
    """Yield the rows of the appends after one number up to another, those that look alike together.

    Sessions may be among them that are no longer in the catalogue.
    """
    alike: dict[tuple[int, str, int], list[tuple[int, bytes]]] = {}
    for roster, text, rows, seq, batch in connection.execute(
        f"SELECT roster, names, rows, seq, batch FROM {table} JOIN layout ON layout.id = layout"
        " WHERE seq > ? AND seq <= ? AND rows > 0 ORDER BY seq",
        (after, last),
    ):
        alike.setdefault((roster, text, rows), []).append((seq, batch))
    for (roster, text, _), found in alike.items():
        numbers, blobs = zip(*found, strict=True)
        names = tuple(json.loads(text))
        (keys,) = connection.execute("SELECT keys FROM roster WHERE id = ?", (roster,)).fetchone()
        decoded, blob = decode(blobs, names, names)
        session = np.frombuffer(keys, np.int64)[decoded.athlete]
        seqs = np.array(numbers, np.int64)[blob]
        yield Sorted(session, seqs, decoded.time, decoded.values, names)


def layouts(connection: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Return the channels of each layout."""
    return {
        number: tuple(json.loads(names))
        for number, names in connection.execute("SELECT id, names FROM layout")
    }


def _places(connection: sqlite3.Connection, key: int) -> list[tuple[int, list[int]]]:
    """Return the rosters of a session in their order, with its athlete indices there."""
    places: dict[int, list[int]] = {}
    for roster, athlete in connection.execute(
        "SELECT roster, athlete FROM roster_member WHERE session = ? ORDER BY roster", (key,)
    ):
        places.setdefault(roster, []).append(athlete)
    return list(places.items())


def _blobs(
    connection: sqlite3.Connection, table: str, roster: int, first: int, last: int
) -> Iterator[tuple[tuple[str, ...], list[bytes], npt.NDArray[np.int64]]]:
    """Yield blobs of one layout and number of rows, and their numbers, in bounded portions."""
    known = layouts(connection)
    found = connection.execute(
        f"SELECT layout, batch, seq, rows FROM {table} WHERE seq IN (SELECT seq FROM {table}"
        " WHERE roster = ? AND end_ns >= ? AND start_ns <= ? AND rows > 0"
        " AND seq > (SELECT seq FROM sealed)) ORDER BY seq",
        (roster, first, last),
    )
    for portion in _portions(found):
        alike: dict[tuple[int, int], list[_LogRow]] = {}
        for row in portion:
            alike.setdefault((row[0], row[3]), []).append(row)
        for (layout, _), found_alike in alike.items():
            _, blobs, numbers, _ = zip(*found_alike, strict=True)
            yield known[layout], list(blobs), np.array(numbers)


def _portions(found: Iterable[_LogRow]) -> Iterator[list[_LogRow]]:
    portion: list[_LogRow] = []
    size = 0
    for row in found:
        portion.append(row)
        size += len(row[1])
        if size > _BYTES_AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
