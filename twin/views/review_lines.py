"""What a chart of a stored session draws in a range of time: few points, every peak and gap."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.records import Floats, Times
from twin.views.charts import ON_FOOT
from twin.views.review_thin import kept_rows

_PIXELS = 1000
_SLOWEST_PACE = 12.0  # slower is drawn as standing [min/km]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One channel over wall time, with a NaN in every gap.

    Parameters
    ----------
    name : str
        Channel.
    times : ndarray of datetime64[ns]
        Wall time, rising.
    values : ndarray
        As the axis has them.
    bounds : ndarray or None
        Lower bounds of the zones, where the line is drawn in their colours. [bpm]
    """

    name: str
    times: Times
    values: Floats
    bounds: Floats | None = None

    def columns(self, first: Any = None, last: Any = None) -> dict[str, npt.NDArray[Any]]:
        """Return the columns to draw between two instants; everything without them."""
        rows = self._within(first, last)
        rows = rows[kept_rows(self.values[rows], _PIXELS)]
        times, values = self.times[rows], self.values[rows]
        if self.bounds is None:
            return {"time": times, self.name: values}
        known = ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
        zone = np.searchsorted(self.bounds, values[1:], side="right").astype(float)
        return {
            "time": times[:-1][known],
            self.name: values[:-1][known],
            "time_to": times[1:][known],
            f"{self.name}_to": values[1:][known],
            "color": zone[known],
        }

    def _within(self, first: Any, last: Any) -> npt.NDArray[np.intp]:
        if first is None or last is None:
            return np.arange(len(self.times))
        begin, end = np.searchsorted(self.times, [instant(first), instant(last)])
        return np.arange(max(begin - 1, 0), min(end + 1, len(self.times)))


def instant(value: Any) -> np.datetime64:
    """Return an end of a range as an instant; numbers are milliseconds.

    >>> instant(1_000)
    np.datetime64('1970-01-01T00:00:01.000000000')
    """
    if isinstance(value, int | float):
        return np.datetime64(round(value * 1e6), "ns")
    return np.datetime64(value, "ns")


def gap_of(index: pd.DatetimeIndex) -> float:
    """Return the longest step that is no gap: three usual steps, 10 s at least. [s]

    >>> gap_of(pd.date_range("2026-10-01", periods=5, freq="7s"))
    21.0
    """
    steps = np.diff(index.to_numpy("datetime64[ns]")) / np.timedelta64(1, "s")
    return float(max(10.0, 3 * np.median(steps))) if len(steps) else 10.0


def drawn_speed(speed: Floats, sport: str) -> Floats:
    """Return speed as the chart has it: pace [min/km] on foot, standing left out; else km/h.

    >>> drawn_speed(np.array([4.0, 0.1]), "running").round(2).tolist()
    [4.17, nan]
    """
    if sport not in ON_FOOT:
        return speed * 3.6
    with np.errstate(divide="ignore"):
        pace = 1000 / speed / 60
    return np.where(pace <= _SLOWEST_PACE, pace, np.nan)
