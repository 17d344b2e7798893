"""Beats in a FIT file: RR intervals set on the clock, and heart rate kept by a swim strap."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.files.beats import beat_series
from twin.files.fit_layout import HRV, RECORD, layout
from twin.files.fit_messages import Fields, Messages
from twin.files.timeline import utc_times
from twin.records import Floats

# A device writes beats up to about two seconds after they happened.
_LATENCY_S = 2.0
_CARRY_STEP_S, _CARRY_STEPS = 0.25, 20  # a strap's rate stands for 5 s, in steps of 0.25 s
_LONGEST_RR_S = 65.0  # 65.535 s: not measured
_EVENT_TICKS = 1024.0  # per second


def rr_intervals(data: bytes, messages: Messages) -> pd.Series:
    """Return the RR intervals of a FIT file on the instants of their beats. [ms]

    Notes
    -----
    The file gives the intervals without a time, in order among the samples. Times are the running
    sum of the intervals; where that leaves the two samples around an interval by more than 2 s
    (beats lost, a pause, a lap after one) it begins anew there. The intervals stay as recorded.

    Examples
    --------
    >>> beats = Messages({"record": [{"timestamp": 1e9}, {"timestamp": 1e9 + 1}],
    ...                   "hrv": [{"time": [0.8, 65.535]}]}, order=(RECORD, RECORD, HRV))
    >>> rr_intervals(b"", beats).tolist()  # 65.535 s is none
    [800.0]
    """
    intervals, owner = _intervals(messages)
    stamps = messages.record_column("timestamp")
    if not len(intervals) or not np.isfinite(stamps).any():
        return beat_series(np.empty(0, "datetime64[ns]"), np.empty(0))
    stamps = np.asarray(pd.Series(stamps).ffill().bfill(), dtype="float64")
    kinds = np.array(messages.order or layout(data).kinds, dtype=np.int64)
    kinds = kinds[(kinds == RECORD) | (kinds == HRV)]
    before = np.cumsum(kinds == RECORD)[kinds == HRV]
    last = before[-1] if len(before) else 0
    before = np.pad(before, (0, max(0, int(owner[-1]) + 1 - len(before))), constant_values=last)
    position = np.clip(before[owner], 0, len(stamps))
    low = stamps[np.maximum(position - 1, 0)]
    high = stamps[np.minimum(position, len(stamps) - 1)]
    return beat_series(utc_times(beat_times(intervals, low, high)), np.round(intervals * 1000.0, 6))


def beat_times(rr_s: Floats, low: Floats, high: Floats) -> Floats:
    """Return the time of the beat that ends each interval.

    Parameters
    ----------
    rr_s : ndarray of float64
        Intervals in the order they came. [s]
    low, high : ndarray of float64
        Time of the samples before and after each interval. [s]

    Returns
    -------
    ndarray of float64
        Running sum of the intervals, begun anew where it leaves the samples around it. [s]

    Examples
    --------
    >>> beat_times(np.array([0.8, 0.8, 0.8]), np.array([9.0, 10, 60]), np.array([10.0, 11, 61]))
    array([ 9. ,  9.8, 60. ])
    """
    now = low[0] - rr_s[0] if len(rr_s) else 0.0
    times = np.cumsum(np.concatenate(([now], rr_s)))[1:]
    if ((times >= low - _LATENCY_S) & (times <= high + _LATENCY_S) & (high >= low)).all():
        return times  # as it is in most files, and what the steps below would give
    for index, (interval, begin, end) in enumerate(zip(rr_s, low, high, strict=True)):
        expected = now + interval
        if expected < begin - _LATENCY_S:
            now = begin
        elif expected > end + _LATENCY_S and end >= begin:
            # The device counted more time than passed: hold at the edge, beats stay apart.
            now = max(end + _LATENCY_S, now + interval / 2)
        elif end < begin:  # the clock stepped back here
            now = end
        else:
            now = expected
        times[index] = now
    return times


def with_strap_heart_rate(heart_rate: Floats, messages: Messages) -> Floats:
    """Return heart rate with the values that a strap kept under water and sent afterwards.

    Parameters
    ----------
    heart_rate : ndarray of float64
        Of the record messages. NaN = not measured. [bpm]
    messages : Messages
        With their ``hr`` messages.

    Returns
    -------
    ndarray of float64
        Where the strap has values since the sample before, their mean, rounded; else as given.
        [bpm]

    Examples
    --------
    >>> with_strap_heart_rate(np.array([140.0, np.nan]), Messages({}))
    array([140.,  nan])
    """
    times, rates = _strap_rates(messages.of("hr"))
    stamps = messages.record_column("timestamp")
    if not len(times) or not len(stamps):
        return heart_rate
    since = np.concatenate(([stamps[0] - 1], stamps[:-1]))
    since = np.where(since >= stamps, stamps - 1, since)
    total = np.concatenate(([0.0], np.cumsum(rates)))
    first = np.searchsorted(times, since, side="right")
    after = np.searchsorted(times, stamps, side="right")
    measured = (after > first) & (after < len(times))
    mean = (total[after] - total[first]) / np.maximum(after - first, 1)
    return np.where(measured, np.floor(mean + 0.5), heart_rate)


def _intervals(messages: Messages) -> tuple[Floats, np.ndarray]:
    """Return all intervals and the number of the message that each came in."""
    if messages.beats is not None:
        intervals = messages.beats.ravel()
        owner = np.repeat(np.arange(len(messages.beats)), messages.beats.shape[1])
    else:
        lists = [_listed(message.get("time")) for message in messages.of("hrv")]
        owner = np.repeat(np.arange(len(lists)), [len(values) for values in lists])
        intervals = np.array([value for values in lists for value in values], dtype="float64")
    sound = (intervals > 0) & (intervals < _LONGEST_RR_S)
    return intervals[sound], owner[sound]


def _strap_rates(messages: Sequence[Fields]) -> tuple[Floats, Floats]:
    """Return time [s] and rate [bpm] of the strap's beats, each carried on over a gap."""
    times: list[float] = []
    rates: list[float] = []
    anchor_s, anchor_ticks, ticks = None, 0, 0
    for message in messages:
        bpm = _listed(message.get("filtered_bpm"))
        if isinstance(message.get("timestamp"), int):
            events = _listed(message.get("event_timestamp"))
            anchor_s = message["timestamp"] + float(message.get("fractional_timestamp") or 0.0)
            anchor_ticks = ticks = round(events[0] * _EVENT_TICKS) if events else 0
            found = [ticks]
        else:
            found = []
            for low in _twelve_bits(bytes(message.get("event_timestamp_12") or b"")):
                ticks += (low - ticks) & 0xFFF
                found.append(ticks)
        if anchor_s is not None and len(found) == len(bpm):
            times += [anchor_s + (event - anchor_ticks) / _EVENT_TICKS for event in found]
            rates += bpm
    return _carried(np.array(times), np.array(rates, dtype="float64"))


def _carried(times: Floats, rates: Floats) -> tuple[Floats, Floats]:
    if len(times) < 2:
        return times, rates
    steps = np.ceil(np.diff(times) / _CARRY_STEP_S - 1e-9).astype(int) - 1
    repeats = np.append(np.clip(steps, 0, _CARRY_STEPS), 0) + 1
    first = np.repeat(np.cumsum(repeats) - repeats, repeats)
    offset = (np.arange(len(first)) - first) * _CARRY_STEP_S
    return np.repeat(times, repeats) + offset, np.repeat(rates, repeats)


def _twelve_bits(data: bytes) -> list[int]:
    values = []
    for low, middle, high in zip(data[::3], data[1::3], data[2::3], strict=False):
        values += [low | (middle & 0x0F) << 8, middle >> 4 | high << 4]
    return values


def _listed(value: object) -> list[float]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, int | float)]
    return [value] if isinstance(value, int | float) else []
