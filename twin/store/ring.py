"""Rings of time-stamped rows, one per athlete, in one block of memory."""

import numpy as np

from twin.records import Floats, Indices, Times


class Ring:
    """The newest rows of each athlete.

    The first rows of all athletes lie side by side, then the second ones, ...: a squad in step
    writes one stretch of memory. The operating system gives memory only as rows are written: a
    hundred athletes with ten minutes of samples cost ten minutes, not the capacity.

    Parameters
    ----------
    athletes : int
        Number of athletes.
    capacity : int
        Rows kept per athlete; the oldest goes when a new one comes.
    width : int
        Values per row.

    Examples
    --------
    >>> ring = Ring(athletes=1, capacity=2, width=1)
    >>> times = np.array(["2026-10-01", "2026-10-02", "2026-10-03"], "datetime64[ns]")
    >>> ring.append(np.zeros(3, np.int32), times, np.array([[1.0], [2.0], [3.0]]))
    >>> ring.values(ring.newest(0), 0).ravel()
    array([2., 3.])
    """

    def __init__(self, athletes: int, capacity: int, width: int) -> None:
        self.capacity = capacity
        self.width = width
        self._count = np.zeros(athletes, np.int64)
        self._in_step: int | None = 0  # the count of everybody, while all have the same
        self._everyone = np.arange(athletes, dtype=np.int32)
        self._times: Times = np.zeros((capacity, athletes), "datetime64[ns]")
        self._values: Floats = np.zeros((capacity, athletes, width))

    @property
    def athletes(self) -> int:
        """Number of athletes."""
        return len(self._count)

    def append(self, athlete: Indices, times: Times, rows: Floats) -> None:
        """Write rows, shape (n, width), in the order they came."""
        in_step = self._in_step
        everybody = len(athlete) == self.athletes
        if in_step is not None and everybody and not np.count_nonzero(athlete != self._everyone):
            slot = in_step % self.capacity
            self._times[slot] = times
            self._values[slot] = rows
            self._count += 1
            self._in_step = in_step + 1
        else:
            self._append_some(athlete, times, rows)
            self._in_step = self._agreed_count()

    def _append_some(self, athlete: Indices, times: Times, rows: Floats) -> None:
        """Write rows of athletes who are not in step."""
        if not (athlete[1:] > athlete[:-1]).all():
            self._append_many(athlete, times, rows)
            return
        slots = self._count[athlete] % self.capacity
        self._times[slots, athlete] = times
        self._values[slots, athlete] = rows
        self._count[athlete] += 1

    def _agreed_count(self) -> int | None:
        """Return how many rows each athlete has had, None where they differ."""
        count = int(self._count.max(initial=0))
        return count if (self._count == count).all() else None

    def _append_many(self, athlete: Indices, times: Times, rows: Floats) -> None:
        """Write several rows of an athlete at once, in any order of athletes."""
        order = np.argsort(athlete, kind="stable")
        index, first, added = np.unique(athlete[order], return_index=True, return_counts=True)
        rank = np.arange(len(order)) - np.repeat(first, added)
        fits = rank >= np.repeat(added, added) - self.capacity
        order, rank = order[fits], rank[fits]
        owner = athlete[order]
        slot = (self._count[owner] + rank) % self.capacity
        self._times[slot, owner] = times[order]
        self._values[slot, owner] = rows[order]
        self._count[index] += added

    def newest(self, athlete: int, after: np.datetime64 | None = None) -> Indices:
        """Return the slots of the rows later than an instant (None: all), in order of time."""
        count = int(self._count[athlete])
        slots = np.arange(max(0, count - self.capacity), count) % self.capacity
        times = self._times[slots, athlete]
        if after is not None:
            keep = times > after
            slots, times = slots[keep], times[keep]
        if (times[1:] < times[:-1]).any():
            slots = slots[np.argsort(times, kind="stable")]
        return slots.astype(np.int32)

    def last_time(self, athlete: int) -> np.datetime64 | None:
        """Return the latest instant of an athlete; None where there is no row."""
        filled = min(int(self._count[athlete]), self.capacity)
        return self._times[:filled, athlete].max() if filled else None

    def times(self, slots: Indices, athlete: int) -> Times:
        """Return the instants in these slots, a copy."""
        return self._times[slots, athlete]

    def values(self, slots: Indices, athlete: int) -> Floats:
        """Return the rows in these slots, a copy of shape (n, width)."""
        return self._values[slots, athlete]

    def clear(self, athlete: int) -> None:
        """Forget the rows of one athlete."""
        self._count[athlete] = 0
        self._in_step = self._agreed_count()

    def resized(self, athletes: int) -> "Ring":
        """Return a ring for another number of athletes, with the rows of those who stay."""
        ring = Ring(athletes, self.capacity, self.width)
        kept = min(athletes, self.athletes)
        filled = min(int(self._count[:kept].max(initial=0)), self.capacity)
        ring._times[:filled, :kept] = self._times[:filled, :kept]
        ring._values[:filled, :kept] = self._values[:filled, :kept]
        ring._count[:kept] = self._count[:kept]
        ring._in_step = ring._agreed_count()
        return ring
