"""Faults of a heart-rate sensor over a stored session: what `watch` told, and from when on.

Afterwards it is known what came next, so three things are told that live are not: where a fault
began, whether a jump came back, and that a level which ends by a jump was no heart rate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from twin.records import Codes, Floats
from twin.records.time_grid import grid_seconds, newest_in_each
from twin.schema import CHANNELS
from twin.sensors.faults import (
    AWAY_S,
    DRY_FALL,
    DRY_UNTIL_S,
    EDGE_S,
    FAULTS,
    LOCK_JUMP,
    LOCKED_S,
    SLIPS_S,
    SPIKE,
    Fault,
    Flags,
    Readings,
)
from twin.sensors.memory import start
from twin.sensors.watch import advance, moved_within

_LEVEL_S = 20  # s before a jump
_REST_S = 10  # of an episode that another one covers: less is not worth a word
_COMES_AND_GOES_S = 30  # s between two stretches of one strap without contact
_NO_LEVEL = (Fault.DROPOUT, Fault.FLICKER)  # a jump right after all others leaves no true level
_CODE: dict[Fault, int] = {fault: code for code, fault in enumerate(FAULTS, 1)}


@dataclass(frozen=True, slots=True)
class FaultEpisode:
    """A stretch in which the sensor does not tell the heart rate.

    Parameters
    ----------
    fault : Fault
        What is wrong.
    start_s, end_s : int
        Seconds from the first, the end not included. [s]
    told_s : int
        When it could be told live; the end where it could not. [s]
    """

    fault: Fault
    start_s: int
    end_s: int
    told_s: int


def fault_episodes(readings: Readings) -> tuple[FaultEpisode, ...]:
    """Return what was wrong with the sensor of one athlete, in order of time, none over another.

    Parameters
    ----------
    readings : Readings
        A whole session of one athlete, as `readings_of` gives it.

    Examples
    --------
    >>> rate = np.r_[np.full(200, 140.0) + np.arange(200) % 2, np.full(90, 141.0), 139.0]
    >>> unknown = np.full((291, 3, 1), np.nan)
    >>> seconds = Readings(rate[:, None], unknown, np.ones((291, 1), bool), np.array([190.0]))
    >>> [(e.fault.value, e.start_s, e.end_s, e.told_s) for e in fault_episodes(seconds)]
    [('frozen', 200, 290, 260)]
    """
    if not len(readings.heart_rate):
        return ()
    _, told = advance(start(1), readings)
    codes, since_s = told.codes[:, 0], told.since_s[:, 0]
    told_live = list(_dated_back(codes, since_s))
    rate = readings.heart_rate[:, 0]
    jumps = [e for e in told_live if e.fault is Fault.SPIKE]
    found = [e for e in told_live if e.fault not in (Fault.SPIKE, Fault.CADENCE_LOCK)]
    found += _locks(rate, codes, told.on_steps_s[:, 0])
    ends = [e.end_s for e in found if e.fault not in _NO_LEVEL]
    jumps = [e for e in jumps if not any(0 <= e.start_s - end <= SLIPS_S for end in ends)]
    found += [e for e in jumps if _came_back(e, rate)]
    found += _levels_that_fall(rate, [e for e in jumps if e.end_s - e.start_s >= AWAY_S - 1])
    return tuple(_painted(len(codes), _joined(found)))


def readings_of(samples: pd.DataFrame, *, max_hr: float = float("nan")) -> Readings:
    """Return a stored session second by second, on the grid of `time_grid.grid_seconds`.

    Parameters
    ----------
    samples : DataFrame
        As recorded, on a UTC index; what it lacks, or cannot be, is NaN. A second has the newest value in it.
    max_hr : float
        Of the athlete; without it nothing is impossible. [bpm]

    Examples
    --------
    >>> index = pd.to_datetime(["2026-10-01 10:00:00", "2026-10-01 10:00:02"], utc=True)
    >>> seconds = readings_of(pd.DataFrame({"heart_rate": [140.0, 142.0]}, index), max_hr=190.0)
    >>> seconds.heart_rate[:, 0]
    array([140.,  nan, 142.])
    """
    index = pd.DatetimeIndex(samples.index)
    second = np.maximum.accumulate(grid_seconds(index)).astype(np.int64)
    seconds = int(second[-1]) + 1 if len(second) else 0

    def line(name: str) -> Floats:
        if name not in samples:
            return np.full(seconds, np.nan)
        return newest_in_each(second, samples[name].to_numpy(np.float64), seconds)

    rate, valid = line("heart_rate"), CHANNELS["heart_rate"]
    rate[(rate < valid.low) | (rate > valid.high)] = np.nan
    work = np.stack([line(name) for name in ("power", "cadence", "speed")], axis=1)[..., None]
    received = np.zeros((seconds, 1), np.bool_)
    received[second] = True
    return Readings(rate[:, None], work, received, np.array([max_hr]))


def stretches(flags: Flags) -> list[tuple[int, int]]:
    """Return first and one past the last of each stretch of true flags.

    >>> stretches(np.array([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(np.int8), 0]))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _dated_back(codes: Codes, since_s: Floats) -> Iterator[FaultEpisode]:
    """Yield every stretch of a code from where what it tells of began."""
    for code, fault in enumerate(FAULTS, 1):
        for first, stop in stretches(codes == code):
            yield FaultEpisode(fault, max(first - int(since_s[first]), 0), stop, first)


def _came_back(spike: FaultEpisode, rate: Floats) -> bool:
    """Return whether what jumped came back at once, by half of its height, and was worth a word."""
    if spike.end_s >= len(rate):
        return False
    before = rate[: spike.start_s][~np.isnan(rate[: spike.start_s])][-1]
    away = np.abs(rate[spike.start_s : spike.end_s] - before)
    away = away[~np.isnan(away)]
    back = abs(rate[spike.end_s] - before)
    height = float(away.max())
    return bool(height >= SPIKE and 2 * back <= height <= 2 * (away[-1] - back))


def _levels_that_fall(rate: Floats, stayed: list[FaultEpisode]) -> Iterator[FaultEpisode]:
    """Yield the level of the first minutes that ends by a jump down: before it, the strap was dry."""
    began = worn = int(np.argmax(~np.isnan(rate)))
    for jump in stayed:
        first, stop = max(jump.start_s - _LEVEL_S, began), jump.start_s
        if stop - worn > DRY_UNTIL_S or stop <= first:
            break
        fall = np.nanmedian(rate[first:stop]) - np.nanmedian(rate[stop : jump.end_s])
        if fall >= DRY_FALL:
            yield FaultEpisode(Fault.DRY_STRAP, began, stop, stop)
        elif fall < 0:
            began = stop


def _locks(rate: Floats, codes: Codes, on_steps_s: Floats) -> Iterator[FaultEpisode]:
    """Yield where heart rate was the cadence, told live after a jump, or afterwards before one."""
    for first, stop in stretches(on_steps_s > 0):
        last = stop - 1 - SLIPS_S
        live = np.flatnonzero(codes[first:stop] == _CODE[Fault.CADENCE_LOCK])
        lasts_s = int(on_steps_s[stop - 1]) - SLIPS_S
        around = rate[max(last - EDGE_S, 0) : last + EDGE_S + 1]
        jumps = lasts_s >= LOCKED_S and stop < len(rate) and moved_within(around) >= LOCK_JUMP
        if len(live) or jumps:
            told = first + int(live[0]) if len(live) else last + 1
            yield FaultEpisode(Fault.CADENCE_LOCK, first, last + 1, min(told, last + 1))


def _joined(found: list[FaultEpisode]) -> Iterator[FaultEpisode]:
    """Yield episodes, those of a strap that comes and goes as one."""
    held: dict[Fault, FaultEpisode] = {}
    for episode in sorted(found, key=lambda e: e.start_s):
        before = held.get(episode.fault)
        if before and episode.start_s - before.end_s <= _COMES_AND_GOES_S:
            episode = replace(
                before, end_s=max(before.end_s, episode.end_s), told_s=min(before.told_s, episode.told_s)
            )  # fmt: skip
        elif before:
            yield before
        if episode.fault in (Fault.DRY_STRAP, Fault.FLICKER):
            held[episode.fault] = episode
        else:
            yield episode
    yield from held.values()


def _painted(seconds: int, found: Iterator[FaultEpisode]) -> list[FaultEpisode]:
    """Return episodes that do not overlap: the first of two explanations counts."""
    codes = np.zeros(seconds, np.int64)
    place: dict[int, FaultEpisode] = {}
    for number, episode in enumerate(sorted(found, key=lambda e: -_CODE[e.fault]), 1):
        codes[episode.start_s : episode.end_s], place[number] = number, episode
    return sorted(
        (
            replace(place[number], start_s=first, end_s=stop, told_s=max(place[number].told_s, first))
            for number in place
            for first, stop in stretches(codes == number)
            if stop - first >= min(_REST_S, (place[number].end_s - place[number].start_s) / 2)
        ),
        key=lambda e: e.start_s,
    )  # fmt: skip
