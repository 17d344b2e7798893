"""Bests of a session: the highest mean of a channel over 1 s to 3 h, and where it begins."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.physiology.power_duration import best_windows
from twin.physiology.power_envelope import DURATIONS_S
from twin.physiology.training_load import GAP_S
from twin.pipeline.windows import AVERAGED
from twin.records import Floats
from twin.records.time_grid import grid_seconds, held_values

PEAKS_S = (1, 5, 10, 15, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600, 5400, 7200, 10_800)
BEST_S = tuple(sorted({*PEAKS_S, *DURATIONS_S}))  # those that capacity is told from, too
_WHOLE = {"heart_rate"}  # a heart does not stand still where it is not measured


@dataclass(frozen=True, slots=True)
class Best:
    """Highest mean of a channel over a window; NaN if the session is shorter or has no value.

    Parameters
    ----------
    channel : str
        One of `windows.AVERAGED`.
    window_s : int
        Length of the window. [s]
    value : float
        In the unit of the channel.
    begin_s : float
        From the first sample to where the window begins. [s]
    """

    channel: str
    window_s: int
    value: float
    begin_s: float = np.nan


def bests(samples: pd.DataFrame) -> tuple[Best, ...]:
    """Return the bests of a session, of every channel over every one of `BEST_S`.

    Parameters
    ----------
    samples : DataFrame
        From `derive`; channels may be absent.

    Notes
    -----
    A value holds until the next, 10 s at most. Seconds without power or speed count as 0, so that a
    best is never too high; of heart rate only windows count that are measured from end to end. A
    pause counts as 5 min at most.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01 10:00", periods=3, freq="s", tz="UTC", name="time")
    >>> found = bests(pd.DataFrame({"power": [100.0, 300.0, 200.0]}, index=index))
    >>> [(best.value, best.begin_s) for best in found if best.channel == "power"][0]
    (300.0, 1.0)
    """
    index = pd.DatetimeIndex(samples.index)
    grid, elapsed_s = grid_seconds(index), (index - index[:1].min()).total_seconds().to_numpy()
    seconds = int(grid[-1]) + 1 if len(grid) else 0
    found = []
    for channel in AVERAGED:
        values: Floats = np.full(len(index), np.nan)
        if channel in samples:
            values = samples[channel].to_numpy(np.float64)
        levels = held_values(grid, values, seconds, hold_s=GAP_S)
        if channel not in _WHOLE and not np.isnan(levels).all():
            levels = np.nan_to_num(levels)
        best, second = best_windows(levels, BEST_S)
        row = np.maximum(np.searchsorted(grid, second, side="right") - 1, 0)
        begin = elapsed_s[row] + second - grid[row] if len(grid) else second
        begin_s = np.where(second < 0, np.nan, begin)
        found += [
            Best(channel, window_s, float(value), float(begins))
            for window_s, value, begins in zip(BEST_S, best, begin_s, strict=True)
        ]
    return tuple(found)
