"""Rows cut into whole seconds: what twins and rules take in does not depend on how rows came."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from twin.records import Floats, Indices
from twin.schema import ALL_NAMES

Flags = npt.NDArray[np.bool_]
Told = Callable[[int, Flags, Floats], None]

LONGEST_GAP_S = 180  # after which twins have forgotten and alerts are over


class Seconds:
    """The clock of athletes who share a source.

    Parameters
    ----------
    athletes : int
        How many share it.
    told : callable
        Gets every second once, in order: its number since 1970 [s], of whom anything came, and the
        newest value of each channel of `twin.schema.ALL_NAMES` in it, NaN = none. A gap is told as
        empty seconds, `LONGEST_GAP_S` at most.
    """

    def __init__(self, athletes: int, told: Told) -> None:
        self._told = told
        self._second: int | None = None
        self._received = np.zeros(athletes, np.bool_)
        self._values = np.full((len(ALL_NAMES), athletes), np.nan)

    def follow(self, place: Indices, seconds: npt.NDArray[np.int64], values: Floats) -> None:
        """Take in rows in order of time; a second is told when a row of a later one comes."""
        for second in np.unique(seconds).tolist():
            if self._second is None:
                self._second = second
            self.until(second)
            rows = np.flatnonzero(seconds == second)
            self._received[place[rows]] = True
            for row in [rows] if len(rows) == len(np.unique(place[rows])) else rows[:, None]:
                came, of = values[:, row], place[row]
                self._values[:, of] = np.where(np.isnan(came), self._values[:, of], came)

    def until(self, second: int) -> None:
        """Tell every second before this one, empty where nothing came."""
        if self._second is None or second <= self._second:
            return
        for told in range(self._second, min(second, self._second + LONGEST_GAP_S)):
            received, values = self._received, self._values
            self._received = np.zeros_like(received)
            self._values = np.full_like(values, np.nan)
            self._told(told, received, values)
        self._second = second
