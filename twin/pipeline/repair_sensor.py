"""Faults of a heart-rate sensor in a stored session, as the live hub tells them, and their repair."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from twin.pipeline.repair_values import Column
from twin.records import Proposal
from twin.records.time_grid import grid_seconds
from twin.sensors.episodes import FaultEpisode, fault_episodes, readings_of
from twin.sensors.faults import FROZEN_ANYHOW_S, SPIKE, Fault

_LEFT_ALONE = (Fault.DROPOUT, Fault.FLICKER)  # there is nothing to take away
_SURE = {Fault.CADENCE_LOCK: 0.8, Fault.IMPOSSIBLE: 0.8, Fault.DRY_STRAP: 0.75}
_LESS_SURE = 0.15  # what only the rest of the session told


def sensor_faults(samples: pd.DataFrame, *, max_hr: float = float("nan")) -> Iterator[Proposal]:
    """Yield what of heart rate is none, with the edit that mends it.

    Parameters
    ----------
    samples : DataFrame
        As stored, on a sorted UTC index. NaN marks a missing value.
    max_hr : float
        Of the athlete; without it nothing is impossible. [bpm]

    Notes
    -----
    The faults are those of `twin.sensors.faults`, found by the code that watches live.
    Up to 30 s are bridged by a line, longer stretches cleared.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=160, freq="s", tz="UTC", name="time")
    >>> rate = [140.0] + [141.0] * 159
    >>> (still,) = sensor_faults(pd.DataFrame({"heart_rate": rate}, index))
    >>> still.fault, still.samples, still.edit.kind
    ('frozen', 158, 'clear')
    """
    if "heart_rate" not in samples:
        return
    column = Column.of(samples, "heart_rate")
    measured = samples["heart_rate"].notna().to_numpy()
    second = grid_seconds(pd.DatetimeIndex(samples.index))[measured]
    for episode in fault_episodes(readings_of(samples, max_hr=max_hr)):
        first, stop = np.searchsorted(second, [episode.start_s, episode.end_s]).tolist()
        if episode.fault not in _LEFT_ALONE and stop > first:
            level = column.values[max(first - 1, 0)]
            away = float(np.abs(column.values[first:stop] - level).max())
            yield column.mended(episode.fault.value, first, stop, _confidence(episode, away),
                                _why(episode, column.values[first], away))  # fmt: skip


def _why(episode: FaultEpisode, rate: float, away: float) -> str:
    lasts = f"for {episode.end_s - episode.start_s} s"
    return (
        "heart rate "
        + {
            Fault.FROZEN: f"stays at {rate:.0f} bpm {lasts}",
            Fault.CADENCE_LOCK: f"is the cadence {lasts}, with a jump there",
            Fault.IMPOSSIBLE: f"jumps {away:.0f} bpm to what is above the maximum {lasts}",
            Fault.DRY_STRAP: f"is restless, or falls at once, {lasts}: a dry strap",
            Fault.SPIKE: f"jumps by {away:.0f} bpm {lasts} and comes back",
        }[episode.fault]
    )


def _confidence(episode: FaultEpisode, away: float) -> float:
    lasts_s = episode.end_s - episode.start_s
    if episode.fault is Fault.FROZEN:
        return 1 - 0.5 * min(FROZEN_ANYHOW_S / lasts_s, 1.0)
    if episode.fault is Fault.SPIKE:
        return 1 - 0.5 * SPIKE / max(away, SPIKE)
    return _SURE[episode.fault] - _LESS_SURE * (episode.told_s >= episode.end_s)
