"""Faults of the clock: impossible dates, steps within a session, an offset to another recording."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from twin.physiology.gps import distance_m
from twin.records import Edit, Floats, Proposal, utc

_ROLLOVER = timedelta(weeks=1024)  # an old receiver counts the weeks of satellite time modulo 1024
_EARLIEST_YEAR = 2000  # no device recorded before
_STEP_S = 60.0
_AT_WORK_S = 10.0
_SAME_RATE, _SAME_PLACE_M = 5.0, 60.0  # bpm, m: nobody pauses without recovering or moving
_MOVES = {"speed": 1.0, "power": 50.0, "cadence": 30.0}
_ZONE_S = 1800  # time zones and summer time step by whole or half hours

_SLOW_S = 31  # what is slower than this is alike in many sessions; the quick of a heart is its own
_PEAK_S = 45  # half-width of the peak of likeness
_SHARED_S = 300  # the least that two recordings must have in common
# Least correlation of two recordings of one session: 1 bpm of noise in each leaves 0.43 of a steady
# heart rate, two athletes on one course reach 0.2 in heart rate and 0.8 in power.
_ALIKE = {"heart_rate": 0.4, "power": 0.9}
_SECOND_BEST = 0.93  # of that; intervals are alike at several offsets


def clock_steps(samples: pd.DataFrame) -> Iterator[Proposal]:
    """Yield where the clock stepped ahead within a session, with the edit that moves back the rest.

    Parameters
    ----------
    samples : DataFrame
        As stored, on a sorted UTC index.

    Notes
    -----
    A gap of a minute or more is a step of the clock where the athlete is at work right before and
    right after it, at the same heart rate within 5 bpm and in the same place within 60 m: after a
    pause heart rate would have fallen. A clock that stepped back leaves no gap and is not found.
    """
    index = pd.DatetimeIndex(samples.index)
    seconds = index.as_unit("ns").asi8 / 1e9
    steps = np.diff(seconds)
    usual = float(np.median(steps)) if len(steps) else 1.0
    for row in (np.flatnonzero(steps >= _STEP_S) + 1).tolist():
        around = (
            samples[(seconds >= seconds[row - 1] - _AT_WORK_S) & (seconds <= seconds[row - 1])],
            samples[(seconds >= seconds[row]) & (seconds <= seconds[row] + _AT_WORK_S)],
        )
        if not _goes_on(*around):
            continue
        ahead = float(steps[row - 1]) - usual
        zone = abs(ahead - round(ahead / _ZONE_S) * _ZONE_S) <= 5
        sure = 0.9 if zone and ahead > _ZONE_S / 2 else 0.6
        begin, end = (utc(index[i].to_datetime64()) for i in (row, -1))
        why = f"the clock steps {ahead:.0f} s ahead while the work goes on"
        edit = Edit("shift", "", begin, end, -ahead, why)
        yield Proposal("clock", edit, len(samples) - row, ahead, 0.0, sure)


def _goes_on(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Return whether two stretches are the same work in the same place."""
    rates = [part["heart_rate"].dropna().median() if "heart_rate" in part else np.nan
             for part in (before, after)]  # fmt: skip
    works = [
        any((part[name] >= least).all() for name, least in _MOVES.items() if name in part)
        for part in (before, after)
    ]
    if {"latitude", "longitude"} <= set(before):
        places = [part[["latitude", "longitude"]].dropna() for part in (before, after)]
        if all(len(place) for place in places):
            apart = distance_m(*places[0].to_numpy()[-1], *places[1].to_numpy()[0])
            if apart > _SAME_PLACE_M:
                return False
    return all(works) and abs(rates[0] - rates[1]) <= _SAME_RATE


def impossible_date(
    begin: datetime, end: datetime, samples: int, *, now: datetime
) -> Iterator[Proposal]:
    """Yield the shift by 1024 weeks of a session dated before 2000 or before its receiver was built.

    Parameters
    ----------
    begin, end : datetime
        First and last sample as stored.
    samples : int
        How many it has.
    now : datetime
        No session ends later.

    Examples
    --------
    >>> from datetime import UTC
    >>> old = datetime(1999, 12, 31, 10, tzinfo=UTC)
    >>> (wrong,) = impossible_date(old, old, 1, now=datetime(2026, 11, 1, tzinfo=UTC))
    >>> f"{old + timedelta(seconds=wrong.edit.value):%Y-%m-%d}"
    '2019-08-16'
    """
    moved = 0
    while begin.year < _EARLIEST_YEAR and begin + _ROLLOVER <= now:
        begin, moved = begin + _ROLLOVER, moved + 1
    if moved:
        first, shift_s = begin - moved * _ROLLOVER, (moved * _ROLLOVER).total_seconds()
        why = f"dated {first.year}: satellite weeks counted modulo 1024; begins {begin:%Y-%m-%d %H:%M} then"
        yield Proposal(
            "clock", Edit("shift", "", first, end, shift_s, why), samples, -shift_s, 0.0, 0.8
        )


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two recordings of the same work lie to each other.

    Parameters
    ----------
    offset_s : float
        To be added to the clock of the first. [s]
    likeness : float
        Correlation there, 0 to 1. [1]
    """

    offset_s: float
    likeness: float


def alignment(one: pd.DataFrame, other: pd.DataFrame) -> Alignment | None:
    """Return at which offset two sessions tell of the same work; None where they do not.

    Parameters
    ----------
    one, other : DataFrame
        Samples on UTC indexes.

    Notes
    -----
    Heart rate, else power, each second less its mean of the half minute around, is correlated at
    every offset [1]_ at which the two share five minutes and half of the shorter. From 0.4 (power: 0.9) on they are
    one session, if no other offset is as good.

    References
    ----------
    .. [1] Padfield 2012, masked normalised cross-correlation, doi:10.1109/TIP.2011.2181402.
    """
    for name, least in _ALIKE.items():
        if name in one and name in other:
            first, second = _detail(one[name]), _detail(other[name])
            if min(len(first), len(second)) >= _SHARED_S:
                found = _best_offset(first, second, least)
                if found is not None:
                    apart = (other.index[0] - one.index[0]).total_seconds()
                    return Alignment(round(apart) - found[0], found[1])
    return None


def _detail(column: pd.Series) -> Floats:
    """Return a value each second, less the mean of the minutes around it; NaN in gaps."""
    seconds = pd.DatetimeIndex(column.index).as_unit("ns").asi8 // 1_000_000_000
    line = np.full(int(seconds[-1] - seconds[0]) + 1 if len(seconds) else 0, np.nan)
    line[seconds - seconds[0]] = column.to_numpy(np.float64)
    even = pd.Series(line).interpolate(limit=8, limit_area="inside")
    return (even - even.rolling(_SLOW_S, center=True, min_periods=10).mean()).to_numpy()


def _best_offset(one: Floats, other: Floats, least: float) -> tuple[int, float] | None:
    """Return by how many seconds `other` begins after `one` on a common clock, and how alike they are."""
    likeness, shared = _correlated(one, other)
    half = 0.5 * min((~np.isnan(one)).sum(), (~np.isnan(other)).sum())
    likeness[shared < max(_SHARED_S, half)] = -1
    place = int(np.argmax(likeness))
    best = float(likeness[place])
    around = np.abs(np.arange(len(likeness)) - place) <= _PEAK_S
    if best < least or np.where(around, -1, likeness).max() > _SECOND_BEST * best:
        return None
    return place - (len(other) - 1), best


def _correlated(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return correlation and number of shared seconds at every offset of `other` against `one`."""
    size = 1 << (len(one) + len(other) - 2).bit_length()

    def spectrum(values: Floats) -> np.ndarray:
        return np.fft.rfft(values, size)

    def at_offsets(a: np.ndarray, b: np.ndarray) -> Floats:
        return np.fft.irfft(a * b, size)[: len(one) + len(other) - 1]

    known, known_other = ~np.isnan(one), ~np.isnan(other[::-1])
    values, values_other = np.nan_to_num(one), np.nan_to_num(other[::-1])
    mask, mask_other = spectrum(known * 1.0), spectrum(known_other * 1.0)
    a, b = spectrum(values), spectrum(values_other)
    shared = np.maximum(np.round(at_offsets(mask, mask_other)), 1.0)
    sum_a, sum_b = at_offsets(a, mask_other), at_offsets(mask, b)
    spread_a = at_offsets(spectrum(values**2), mask_other) - sum_a**2 / shared
    spread_b = at_offsets(mask, spectrum(values_other**2)) - sum_b**2 / shared
    together = at_offsets(a, b) - sum_a * sum_b / shared
    spread = np.sqrt(np.maximum(spread_a, 0) * np.maximum(spread_b, 0))
    return np.divide(together, spread, out=np.zeros_like(spread), where=spread > 1e-6), shared
