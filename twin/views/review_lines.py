"""What a chart of a stored session draws in a range of time: few points, every peak and gap."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.records import Floats, Times
from twin.state.review import Reviewed
from twin.views.charts import PACED
from twin.views.review_thin import kept_rows, with_breaks
from twin.views.theme import local

_CHANNELS = ("heart_rate", "speed", "power", "cadence", "altitude")
_PIXELS = 1000
_SLOWEST_PACE = 12.0  # slower is drawn as standing [min/km]

Columns = dict[str, npt.NDArray[Any]]


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
    """

    name: str
    times: Times
    values: Floats

    def columns(self, first: Any = None, last: Any = None) -> Columns:
        """Return the columns to draw between two instants; everything without them."""
        rows = self._within(first, last)
        rows = rows[kept_rows(self.values[rows], _PIXELS)]
        return {"time": self.times[rows], self.name: self.values[rows]}

    def _within(self, first: Any, last: Any) -> npt.NDArray[np.intp]:
        if first is None or last is None:
            return np.arange(len(self.times))
        begin, end = np.searchsorted(self.times, [instant(first), instant(last)])
        return np.arange(max(begin - 1, 0), min(end + 1, len(self.times)))


def lines_of(reviewed: Reviewed) -> dict[str, Line]:
    """Return what there is to draw of a session over time, by channel, from top to bottom."""
    samples, sport = reviewed.samples, reviewed.session.sport
    index = pd.DatetimeIndex(samples.index)
    times, gap_s, lines = wall_times(index), gap_of(index), {}
    for name in _CHANNELS:
        source = "current_speed" if name == "speed" else name
        if source not in samples:
            continue
        values = samples[source].to_numpy(float)
        if not np.nan_to_num(values).any():  # 0 all through says that nothing was measured
            continue
        if name == "speed":
            values = drawn_speed(values, sport)
        if not np.isnan(values).all():
            lines[name] = Line(name, *with_breaks(times, values, gap_s=gap_s))
    return lines


def wall_times(index: pd.DatetimeIndex) -> Times:
    """Return instants in UTC as axes want them: local, without a zone."""
    times: Times = local(index.tz_convert(None).to_numpy("datetime64[ns]"))
    return times


def in_zones(columns: Columns, name: str, bounds: Floats) -> Columns:
    """Return a line as stretches from point to point, each with the zone it leads to; gaps left out.

    Examples
    --------
    >>> columns = {"time": np.arange(4), "heart_rate": np.array([90.0, 120.0, np.nan, 150.0])}
    >>> in_zones(columns, "heart_rate", np.array([100.0, 140.0]))["zone"].tolist()
    [1.0]
    """
    times, values = columns["time"], columns[name]
    known = ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
    zone = np.searchsorted(bounds, values[1:], side="right").astype(float)
    return {
        "time0": times[:-1][known],
        f"{name}0": values[:-1][known],
        "time": times[1:][known],
        name: values[1:][known],
        "zone": zone[known],
    }


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
    if sport not in PACED:
        return speed * 3.6
    with np.errstate(divide="ignore"):
        pace = 1000 / speed / 60
    return np.where(pace <= _SLOWEST_PACE, pace, np.nan)
