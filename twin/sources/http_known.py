"""Which readings were received before: a batch that is sent again adds nothing twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from twin.schema import MEASURED_NAMES
from twin.sources.http_rows import Row

KEPT = 1200  # instants remembered of an athlete; older ones are looked up in the store
_EVER = 2**62
RR = 1 << len(MEASURED_NAMES)
_BIT = {name: 1 << position for position, name in enumerate(MEASURED_NAMES)}

# What the store holds of an athlete's id from one instant to another, both included. [ns]
Lookup = Callable[[str, int, int], Mapping[int, int]]


def channels_of(row: Row) -> int:
    """Return which readings a row has, one bit each.

    >>> channels_of(Row("Ada", 0, {"heart_rate": 141.0, "power": 200.0}))
    3
    """
    bits = sum(_BIT[name] for name in row.values)
    return bits | RR if row.rr_ms else bits


class Known:
    """Remembers readings by athlete, instant and channel; the store remembers the rest.

    Parameters
    ----------
    lookup : callable
        Asks the store; called for what is older than the memory, so first of all for everybody.

    Examples
    --------
    >>> known = Known(lambda athlete, first_ns, last_ns: {5: channels_of(row)})
    >>> row = Row("Ada", 5, {"heart_rate": 141.0})
    >>> known.recall([row])
    >>> known.fresh(row) is None, known.fresh(Row("Ada", 5, {"power": 200.0})).values
    (True, {'power': 200.0})
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._instants: dict[str, dict[int, int]] = {}
        self._since: dict[str, int] = {}  # from here on, the memory knows everything

    def recall(self, rows: Sequence[Row]) -> None:
        """Ask the store about everything that is older than the memory; may take its time."""
        earliest: dict[str, int] = {}
        for row in rows:
            earliest[row.id] = min(row.time_ns, earliest.get(row.id, row.time_ns))
        for athlete, first in earliest.items():
            since = self._since.get(athlete)
            if since is None or first < since:
                until = _EVER if since is None else since - 1
                stored = self._lookup(athlete, first, until)
                self._instants[athlete] = {**stored, **self._instants.get(athlete, {})}
                self._since[athlete] = first

    def fresh(self, row: Row) -> Row | None:
        """Return the row with only what was not received before, None if there is nothing new."""
        instants = self._instants.setdefault(row.id, {})
        before, now = instants.get(row.time_ns, 0), channels_of(row)
        if not now & ~before:
            return None
        instants[row.time_ns] = before | now
        if not before:
            return row
        values = {name: v for name, v in row.values.items() if not before & _BIT[name]}
        return replace(row, values=values, rr_ms=() if before & RR else row.rr_ms)

    def trim(self) -> None:
        """Forget the oldest instants of those who have many; they are in the store."""
        for athlete, instants in self._instants.items():
            if len(instants) > 2 * KEPT:
                newest = sorted(instants)[-KEPT:]
                self._instants[athlete] = {instant: instants[instant] for instant in newest}
                self._since[athlete] = newest[0]
