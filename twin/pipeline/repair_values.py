"""Faults of single values in a stored session: spikes, drop-outs and short gaps.

Of heart rate the gaps alone: what else is wrong with it, `repair_sensor` tells. With what came after known too, more can be told than live: a jump is a fault if it comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.records import Edit, Floats, Proposal, utc
from twin.schema import CHANNELS
from twin.sensors.episodes import stretches
from twin.sensors.faults import LOST_S

_BRIDGED_S = 30.0  # across more a straight line would be an invention
SMART_S = 10.0  # steps of smart recording; longer is a pause
_LEVEL = 5  # samples that tell the level before a jump
_SPARSE = 0.3  # a channel that misses more is measured less often, and lost nothing


@dataclass(frozen=True, slots=True)
class _Jump:
    """What no sensor measures: a step of `least` at `rate` that comes back before `longest_s`.

    In the channel's unit, its unit per second, and seconds.
    """

    least: float
    rate: float
    longest_s: float
    from_level: float = -np.inf  # only from here on, and only upwards: athletes stop and start


_JUMPS = {
    "power": _Jump(700.0, 500.0, 3.0),
    "cadence": _Jump(60.0, 50.0, 4.0, from_level=40.0),
    "speed": _Jump(8.0, 6.0, 4.0),
    "altitude": _Jump(15.0, 10.0, 20.0),
    "core_temperature": _Jump(0.5, 0.2, 60.0),
    "muscle_oxygen": _Jump(15.0, 10.0, 10.0),
    "respiration_rate": _Jump(20.0, 15.0, 10.0),
}
# Zero while the other channel says that work goes on: at least so much, for so long at most.
_ZEROS = {"power": ("cadence", 40.0, 5.0), "cadence": ("power", 80.0, 5.0)}
_GAP_APART = {
    "heart_rate": 20.0
}  # bpm between both sides of a gap; further apart, a line is no guess
_GAPS_S = {
    "heart_rate": _BRIDGED_S,
    "power": 5.0,
    "cadence": 5.0,
    "speed": 5.0,
    "altitude": _BRIDGED_S,
}


def value_faults(samples: pd.DataFrame) -> Iterator[Proposal]:
    """Yield spikes and drop-outs, with the edit that mends each.

    Parameters
    ----------
    samples : DataFrame
        As stored, on a sorted UTC index. NaN marks a missing value.

    Notes
    -----
    A spike leaves the level of the five samples before by a step no sensor measures, and comes back
    within seconds; downwards it is lost contact. What is out of the valid range of `twin.schema` is
    a spike as well. Bridged is up to 30 s; longer stretches are cleared. The confidence grows with
    how far the fault is off: 0.5 at the limit, 0.9 at five times it.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=9, freq="s", tz="UTC", name="time")
    >>> power = [140.0] * 5 + [1925.0, 1926.0] + [141.0] * 2
    >>> (fault,) = value_faults(pd.DataFrame({"power": power}, index))
    >>> fault.fault, fault.samples, fault.before, round(fault.after, 1), round(fault.confidence, 2)
    ('spike', 2, 1926.0, 140.7, 0.8)
    """
    for name in (name for name in samples.columns if name in CHANNELS):
        column = Column.of(samples, name)
        if len(column.values):
            yield from _impossible(column)
            column = column.within_range()
            if name in _JUMPS:
                yield from _jumps(column, _JUMPS[name])
            if name in _ZEROS:
                yield from _zeros(column, samples)
            if name in _GAPS_S:
                yield from _gaps(column, samples)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The measured values of a channel, and their seconds."""

    name: str
    values: Floats
    seconds: Floats
    index: pd.DatetimeIndex

    @classmethod
    def of(cls, samples: pd.DataFrame, name: str) -> "Column":
        """Return the measured values of a channel."""
        known = samples[name].dropna()
        index = pd.DatetimeIndex(known.index)
        return cls(name, known.to_numpy(np.float64), index.as_unit("ns").asi8 / 1e9, index)

    def within_range(self) -> "Column":
        """Return the values that can be true."""
        channel = CHANNELS[self.name]
        kept = (self.values >= channel.low) & (self.values <= channel.high)
        return Column(self.name, self.values[kept], self.seconds[kept], self.index[kept])

    def mended(self, fault: str, first: int, stop: int, confidence: float, why: str) -> Proposal:
        """Return the proposal to mend the values from `first` until before `stop`."""
        around = self.seconds[[max(first - 1, 0), min(stop, len(self.seconds) - 1)]]
        inner = first > 0 and stop < len(self.values)
        bridged = inner and around[1] - around[0] <= _BRIDGED_S
        level = self.values[max(first - 1, 0)]
        worst = first + int(np.argmax(np.abs(self.values[first:stop] - level)))
        after = np.nan
        if bridged:
            after = np.interp(self.seconds[worst], around, self.values[[first - 1, stop]])
        edit = Edit(
            "bridge" if bridged else "clear", self.name, utc(self.index[first].to_datetime64()),
            utc(self.index[stop - 1].to_datetime64()), reason=why,
        )  # fmt: skip
        return Proposal(
            fault, edit, stop - first, float(self.values[worst]), float(after), confidence
        )


def _impossible(column: Column) -> Iterator[Proposal]:
    channel = CHANNELS[column.name]
    wrong = (column.values < channel.low) | (column.values > channel.high)
    for first, stop in stretches(wrong):
        why = f"{channel.label.lower()} outside {channel.low:g} to {channel.high:g} {channel.unit}"
        yield column.mended("spike", first, stop, 1.0, why)


def _jumps(column: Column, jump: _Jump) -> Iterator[Proposal]:
    values, seconds = column.values, column.seconds
    steps, took = np.diff(values), np.diff(seconds)
    abrupt = (np.abs(steps) >= np.maximum(jump.least, jump.rate * took)) & (took <= SMART_S)
    done = 0
    for first in (np.flatnonzero(abrupt) + 1).tolist():
        if done and first <= done:
            continue
        level = float(np.median(values[max(done, first - _LEVEL) : first]))
        stop = _comes_back(column, jump, first, level)
        if stop:
            away = float(np.max(np.abs(values[first:stop] - level)))
            up = values[first] > level
            label = CHANNELS[column.name].label.lower()
            why = f"{label} {'jumps' if up else 'falls'} by {away:.4g} {CHANNELS[column.name].unit}"
            why += f" for {seconds[stop] - seconds[first]:.0f} s and comes back"
            sure = 1 - jump.least / (2 * max(away, jump.least))
            yield column.mended("spike" if up else "drop-out", first, stop, sure, why)
            done = stop


def _comes_back(column: Column, jump: _Jump, first: int, level: float) -> int:
    """Return the first row that is back on the level, by a step as abrupt; 0 if none is in time."""
    values, seconds = column.values, column.seconds
    side = np.sign(values[first] - level)
    if abs(values[first] - level) < jump.least or level < jump.from_level:
        return 0
    if side < 0 and jump.from_level > 0:
        return 0
    for row in range(first + 1, len(values)):
        if seconds[row] - seconds[first] > jump.longest_s:
            return 0
        away = side * (values[row] - level)
        if away < jump.least / 2:
            back = side * (values[row - 1] - values[row])
            return row if back >= jump.least / 2 and away > -jump.least else 0
    return 0


def _zeros(column: Column, samples: pd.DataFrame) -> Iterator[Proposal]:
    other, least, longest_s = _ZEROS[column.name]
    if other not in samples:
        return
    works = samples.loc[samples[column.name].notna().to_numpy(), other].to_numpy(np.float64)
    for first, stop in stretches((column.values == 0) & (works >= least)):
        if first == 0 or stop == len(column.values):
            continue
        lasts_s = column.seconds[stop] - column.seconds[first - 1]
        if lasts_s <= longest_s + 1 and column.values[[first - 1, stop]].min() >= least:
            why = f"{column.name} 0 while {other} is {works[first]:.0f}"
            yield column.mended("drop-out", first, stop, 0.7, why)


def _gaps(column: Column, samples: pd.DataFrame) -> Iterator[Proposal]:
    missing = samples[column.name].isna().to_numpy()
    if missing.mean() > _SPARSE:
        return
    index = pd.DatetimeIndex(samples.index)
    least = _GAP_APART.get(column.name) or _JUMPS[column.name].least
    for first, stop in stretches(missing):
        if first == 0 or stop == len(missing):
            continue
        lasts_s = (index[stop] - index[first - 1]).total_seconds()
        ends = samples[column.name].iloc[[first - 1, stop]].to_numpy(np.float64)
        if lasts_s > _GAPS_S[column.name] + 1 or abs(ends[1] - ends[0]) > least:
            continue
        label = CHANNELS[column.name].label.lower()
        edit = Edit(
            "bridge", column.name, utc(index[first].to_datetime64()),
            utc(index[stop - 1].to_datetime64()), reason=f"{label} missing for {lasts_s:.0f} s",
        )  # fmt: skip
        sure = 0.9 - 0.4 * lasts_s / (_GAPS_S[column.name] + 1)
        fault = "drop-out" if lasts_s - 1 > LOST_S else "short gap"
        yield Proposal(fault, edit, stop - first, np.nan, float(ends.mean()), sure)
