"""Rings of time-stamped rows, one per athlete, in one block of memory."""

import mmap
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.records import Floats, Indices, Times


class Ring:
    """The newest rows of each athlete.

    Rows of one athlete lie side by side, so the operating system gives memory only as rows are
    written: a hundred athletes with ten minutes of samples cost ten minutes, not the capacity.

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
        self._times: Times = _lazy(athletes * capacity, "datetime64[ns]").reshape(
            athletes, capacity
        )
        self._values: Floats = _lazy(athletes * capacity * width, "float64").reshape(
            athletes, capacity, width
        )

    @property
    def athletes(self) -> int:
        """Number of athletes."""
        return len(self._count)

    def append(self, athlete: Indices, times: Times, rows: Floats) -> None:
        """Write rows, shape (n, width), in the order they came."""
        if not (athlete[1:] > athlete[:-1]).all():
            self._append_many(athlete, times, rows)
            return
        slot = self._count[athlete] % self.capacity
        if 0 < len(slot) == self.athletes and (slot == slot[0]).all():  # all in step: twice as fast
            self._times[:, slot[0]] = times
            self._values[:, slot[0]] = rows
        else:
            self._times[athlete, slot] = times
            self._values[athlete, slot] = rows
        self._count[athlete] += 1

    def _append_many(self, athlete: Indices, times: Times, rows: Floats) -> None:
        """Write several rows of an athlete at once, in any order of athletes."""
        order = np.argsort(athlete, kind="stable")
        index, first, added = np.unique(athlete[order], return_index=True, return_counts=True)
        rank = np.arange(len(order)) - np.repeat(first, added)
        fits = rank >= np.repeat(added, added) - self.capacity
        order, rank = order[fits], rank[fits]
        owner = athlete[order]
        slot = (self._count[owner] + rank) % self.capacity
        self._times[owner, slot] = times[order]
        self._values[owner, slot] = rows[order]
        self._count[index] += added

    def newest(self, athlete: int, after: np.datetime64 | None = None) -> Indices:
        """Return the slots of the rows later than an instant (None: all), in order of time."""
        count = int(self._count[athlete])
        slots = np.arange(max(0, count - self.capacity), count) % self.capacity
        times = self._times[athlete, slots]
        if after is not None:
            keep = times > after
            slots, times = slots[keep], times[keep]
        if (times[1:] < times[:-1]).any():
            slots = slots[np.argsort(times, kind="stable")]
        return slots.astype(np.int32)

    def last_time(self, athlete: int) -> np.datetime64 | None:
        """Return the latest instant of an athlete; None where there is no row."""
        filled = min(int(self._count[athlete]), self.capacity)
        return self._times[athlete, :filled].max() if filled else None

    def times(self, slots: Indices, athlete: int) -> Times:
        """Return the instants in these slots, a copy."""
        return self._times[athlete, slots]

    def values(self, slots: Indices, athlete: int) -> Floats:
        """Return the rows in these slots, a copy of shape (n, width)."""
        return self._values[athlete, slots]

    def clear(self, athlete: int) -> None:
        """Forget the rows of one athlete."""
        self._count[athlete] = 0

    def resized(self, athletes: int) -> "Ring":
        """Return a ring for another number of athletes, with the rows of those who stay."""
        ring = Ring(athletes, self.capacity, self.width)
        for athlete in range(min(athletes, self.athletes)):
            filled = min(int(self._count[athlete]), self.capacity)
            ring._times[athlete, :filled] = self._times[athlete, :filled]
            ring._values[athlete, :filled] = self._values[athlete, :filled]
            ring._count[athlete] = self._count[athlete]
        return ring


def _lazy(length: int, dtype: str) -> npt.NDArray[Any]:
    """Return an array that takes memory page by page, as it is written.

    `numpy.empty` asks for huge pages: 100 athletes would take 180 MB with their first row.
    """
    block = mmap.mmap(-1, max(1, length) * 8)
    if sys.platform == "linux":
        block.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(block, dtype, count=length)
