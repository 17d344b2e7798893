"""Rows that came over HTTP become batches, their beats placed on the line of time. Pure."""

from collections.abc import Mapping, Sequence

import numpy as np

from twin.records import NO_BEATS, Batch, Beats
from twin.schema import MEASURED_NAMES
from twin.sources.http_rows import Row

LONGEST = 60  # rows of one athlete in a batch: more at once would hold up everybody else
_LINE = {name: line for line, name in enumerate(MEASURED_NAMES)}
_LEAST_NS = 1_000_000  # between two beats that had to be moved apart
_MS = 1_000_000


def portions(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows by time, cut so that no portion has more than `LONGEST` of one athlete.

    >>> [len(part) for part in portions([Row("Ada", second) for second in range(150)])]
    [60, 60, 30]
    """
    counts: dict[str, int] = {}
    parts: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: row.time_ns):
        number = counts[row.id] = counts.get(row.id, -1) + 1
        part = number // LONGEST
        if part == len(parts):
            parts.append([])
        parts[part].append(row)
    return parts


def as_batch(
    rows: Sequence[Row], place: Mapping[str, int], beats: Beats, now: np.datetime64
) -> Batch:
    """Return rows as a batch: readings of one athlete at one instant share a row.

    Parameters
    ----------
    rows : sequence of Row
        By time; no reading twice.
    place : mapping of str to int
        Index of each athlete's id.
    beats : Beats
        Of these rows.
    now : datetime64[ns]
        Clock of the source.
    """
    places: dict[tuple[int, int], int] = {}
    for row in rows:
        if row.values:
            places.setdefault((row.time_ns, place[row.id]), len(places))
    values = np.full((len(MEASURED_NAMES), len(places)), np.nan)
    for row in rows:
        for name, value in row.values.items():
            values[_LINE[name], places[row.time_ns, place[row.id]]] = value
    return Batch(
        athlete=np.array([athlete for _, athlete in places], np.int32),
        time=np.array([time_ns for time_ns, _ in places], np.int64).view("datetime64[ns]"),
        values=values,
        beats=beats,
        now=now,
    )


class BeatPlacer:
    """Places RR intervals: the last of a row ends at its instant, the others before it.

    Distances within a row are exact. A row that reaches back behind the newest beat of its athlete
    has its first beats moved up, so that no two beats share an instant.

    Examples
    --------
    >>> placer = BeatPlacer()
    >>> beats = placer.place([Row("Ada", 10 * 10**9, rr_ms=(500.0, 600.0))], {"ada": 0})
    >>> beats.time.astype("datetime64[ms]").astype(int).tolist(), beats.rr_ms.tolist()
    ([9400, 10000], [500.0, 600.0])
    """

    def __init__(self) -> None:
        self._newest_ns: dict[str, int] = {}

    def place(self, rows: Sequence[Row], place: Mapping[str, int]) -> Beats:
        """Return the beats of rows, which come by time."""
        found = [
            (place[row.id], instant_ns, rr_ms)
            for row in rows
            if row.rr_ms
            for instant_ns, rr_ms in zip(self._instants(row), row.rr_ms, strict=True)
        ]
        if not found:
            return NO_BEATS
        athletes, instants, intervals = zip(*found, strict=True)
        time = np.array(instants, np.int64).view("datetime64[ns]")
        return Beats(np.array(athletes, np.int32), time, np.array(intervals, np.float64))

    def _instants(self, row: Row) -> list[int]:
        ends = np.cumsum(row.rr_ms)
        instants = [row.time_ns - round((ends[-1] - end) * _MS) for end in ends.tolist()]
        newest_ns = self._newest_ns.get(row.id, -1)
        if row.time_ns <= newest_ns:
            return instants  # sent late: where it belongs
        step_ns = min(_LEAST_NS, (row.time_ns - newest_ns) // len(instants))
        for number, instant in enumerate(instants[:-1]):
            instants[number] = max(instant, newest_ns + (number + 1) * step_ns)
        self._newest_ns[row.id] = row.time_ns
        return instants
