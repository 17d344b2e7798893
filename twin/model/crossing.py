"""When the forecasts of a whole squad reach a line, and how likely that is."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from twin.records import Floats

RECENT_MIN = 20  # minutes whose highest heart rate is remembered
_QUANTILE_80 = 1.2816  # standard deviations of the half-width of an 80 % band
_NARROWEST_BPM = 0.5
_FURTHEST = (-3.5, 3.0)  # standard deviations; bands tell nothing of what is rarer
_BEYOND_BPM, _FAR_BEYOND_BPM = 10.0, 40.0  # how hard it is to go higher than of late
_MEAN_SHARE = 1 / 8  # of a reading in the mean that counts as reached
_LEAST_READINGS = 5


def time_to_line(
    heart_rate: Floats,
    expected: Floats,
    horizons_s: Sequence[float],
    line: npt.ArrayLike,
    *,
    elapsed_s: float = 0.0,
) -> Floats:
    """Time until expected heart rate reaches a line from below, all athletes at once.

    Parameters
    ----------
    heart_rate : ndarray, shape (athletes,)
        When the forecast was made. [bpm]
    expected : ndarray, shape (horizons, athletes)
        Forecast at each horizon; an edge of its band gives the earliest or latest time. [bpm]
    horizons_s : sequence of float
        How far each line of `expected` looks ahead, rising. [s]
    line : float or ndarray, shape (athletes,)
        The line of each; NaN = none. [bpm]
    elapsed_s : float
        Since the forecast was made. [s]

    Returns
    -------
    ndarray, shape (athletes,)
        0 at or above the line already, infinite where it is not reached within the last horizon,
        NaN where forecast or line are not known. Between two horizons the path is straight. [s]

    Examples
    --------
    >>> now, ahead = np.array([150.0, 150.0]), np.array([[160.0, 152.0], [180.0, 154.0]])
    >>> time_to_line(now, ahead, (30, 60), 170)
    array([45., inf])
    """
    count = len(heart_rate)
    marks = np.concatenate([[0.0], np.asarray(horizons_s, np.float64)])
    path = np.vstack([heart_rate, expected])
    lines = np.broadcast_to(np.asarray(line, np.float64), count)
    above = path >= lines
    reached, first = above.any(0), above.argmax(0)
    column, before = np.arange(count), np.maximum(first - 1, 0)
    step = path[first, column] - path[before, column]
    share = np.where(step > 0, (lines - path[before, column]) / np.where(step > 0, step, 1.0), 0.0)
    time = marks[before] + share * (marks[first] - marks[before])
    time = np.where(reached, np.maximum(time - elapsed_s, 0.0), np.inf)
    return np.where(np.isnan(path).any(0) | np.isnan(lines), np.nan, time)


def chance_of_line(
    expected: Floats,
    half_width: Floats,
    horizons_s: Sequence[float],
    line: npt.ArrayLike,
    highest: Floats,
    *,
    within_s: float = 300.0,
) -> Floats:
    """Chance that heart rate reaches a line from below, all athletes at once.

    A forecast knows only the workload that goes on; what the athlete reached lately tells what
    the session still holds. On the logistic scale the line counts by its distance from the
    forecast, in standard deviations at the horizon that comes nearest, and by 1 for every 10 bpm
    above the highest heart rate of late. Nothing in it is fitted; logistic regressions on
    simulated squads and on a runner's month gave weights of 0.8 to 1.0 and 0.9 to 1.1.

    Parameters
    ----------
    expected, half_width : ndarray, shape (horizons, athletes)
        Forecast, and the half-width of its 80 % band. [bpm]
    horizons_s : sequence of float
        How far each line of them looks ahead, rising. [s]
    line : float or ndarray, shape (athletes,)
        The line of each; NaN = none. [bpm]
    highest : ndarray, shape (athletes,)
        Highest heart rate of late, see `RecentHighest`; -inf = none. [bpm]
    within_s : float
        How far ahead; the first horizon always counts. [s]

    Returns
    -------
    ndarray, shape (athletes,)
        NaN where forecast or line are not known. [1]

    Examples
    --------
    >>> ahead, width, reached = np.full((2, 2), 170.0), np.full((2, 2), 12.8), np.array([182.0, 150.0])
    >>> chance_of_line(ahead, width, (30, 60), 180, reached).round(2)
    array([0.27, 0.02])
    """
    near = np.asarray(horizons_s) <= max(within_s, horizons_s[0])
    lines = np.asarray(line, np.float64)
    deviation = np.maximum(half_width[near] / _QUANTILE_80, _NARROWEST_BPM)
    nearest = np.clip(((expected[near] - lines) / deviation).max(axis=0), *_FURTHEST)
    higher = np.clip(lines - highest, 0.0, _FAR_BEYOND_BPM) / _BEYOND_BPM
    return np.asarray(expit(nearest - higher))


class RecentHighest:
    """Highest heart rate of each athlete in the last 20 min, as a mean over 8 readings or so.

    Parameters
    ----------
    athletes : int
        How many.

    Examples
    --------
    >>> recent = RecentHighest(1)
    >>> for _ in range(30):
    ...     recent.observe(np.array([150.0]))
    >>> recent.value
    array([150.])
    """

    def __init__(self, athletes: int) -> None:
        self._mean = np.full(athletes, np.nan)
        self._readings = np.zeros(athletes, np.int64)
        self._by_minute = np.full((RECENT_MIN, athletes), -np.inf)
        self._second = 0

    def observe(self, heart_rate: Floats) -> None:
        """Take in one second; NaN is what was not measured. [bpm]"""
        minute = self._second // 60 % RECENT_MIN
        if self._second % 60 == 0:
            self._by_minute[minute] = -np.inf
        came = ~np.isnan(heart_rate)
        begun = np.where(np.isnan(self._mean), heart_rate, self._mean)
        self._mean = np.where(came, begun + _MEAN_SHARE * (heart_rate - begun), self._mean)
        self._readings += came
        reached = np.where(came & (self._readings >= _LEAST_READINGS), self._mean, -np.inf)
        np.maximum(self._by_minute[minute], reached, out=self._by_minute[minute])
        self._second += 1

    @property
    def value(self) -> Floats:
        """Now, shape (athletes,); -inf before the first readings. [bpm]"""
        return np.asarray(self._by_minute.max(axis=0))

    def begin(self, athlete: int) -> None:
        """Forget one athlete: a new session begins."""
        self._mean[athlete], self._readings[athlete] = np.nan, 0
        self._by_minute[:, athlete] = -np.inf
