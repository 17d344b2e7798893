"""Samples laid on seconds."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.records import Floats

_LONGEST_PAUSE_S = 300.0  # some recordings span days


def grid_seconds(index: pd.DatetimeIndex) -> Floats:
    """Return where samples lie on a grid of seconds from the first: a pause is 5 min at most. [s]

    >>> grid_seconds(pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:02", "2026-10-01 12:00:00"]))
    array([  0.,   2., 302.])
    """
    elapsed_s = np.asarray((index - index[:1].min()).total_seconds(), np.float64)
    steps = np.diff(elapsed_s, prepend=elapsed_s[:1])
    return np.asarray(np.cumsum(np.minimum(steps, _LONGEST_PAUSE_S)))


def newest_in_each(second: npt.NDArray[np.int64], values: Floats, seconds: int) -> Floats:
    """Return the last value known in each second, NaN where there is none.

    >>> newest_in_each(np.array([0, 2, 2, 2]), np.array([1.0, 3.0, 4.0, np.nan]), 3)
    array([ 1., nan,  4.])
    """
    line = np.full(seconds, np.nan)
    known = ~np.isnan(values)
    line[second[known]] = values[known]
    return line


def held_values(grid_s: Floats, values: Floats, seconds: int, *, hold_s: float) -> Floats:
    """Return a value for every second: the last one known, where it is not older than `hold_s`; else NaN.

    >>> held_values(np.array([0.0, 2.0]), np.array([1.0, 3.0]), 5, hold_s=1)
    array([ 1.,  1.,  3.,  3., nan])
    """
    known = ~np.isnan(values)
    if not known.any():
        return np.full(seconds, np.nan)
    grid_s, values = grid_s[known], values[known]
    line = np.arange(seconds)
    last = np.searchsorted(grid_s, line, side="right") - 1
    age_s = np.where(last >= 0, line - grid_s[last], np.inf)
    return np.where(age_s <= hold_s, values[last], np.nan)
