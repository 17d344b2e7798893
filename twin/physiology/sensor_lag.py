"""How far a heart-rate sensor lags behind the beats: 0 to 13 s in recordings that hold both."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.records import Floats

LONGEST_S = 20
_BLOCK_S = 300
_LEAST_VARIATION = 2.0  # bpm within a block: a steady heart shows no lag
_FARTHEST_RR = 0.3  # of the median interval: beats further off are artefacts
_SMOOTHED_BEATS = 5


class Lag(NamedTuple):
    """Lag of heart rate behind RR intervals and its standard error; NaN where not known. [s]"""

    seconds: float
    sd: float


def sensor_lag(
    heart_rate: npt.ArrayLike,
    heart_rate_time_s: npt.ArrayLike,
    rr_ms: npt.ArrayLike,
    rr_time_s: npt.ArrayLike,
) -> Lag:
    """Lag at which heart rate agrees best with the rate of the beats.

    Parameters
    ----------
    heart_rate : array_like
        As the sensor gives it; NaN is left out. [bpm]
    heart_rate_time_s : array_like
        Its instants, rising. [s]
    rr_ms : array_like
        RR intervals, raw or corrected. [ms]
    rr_time_s : array_like
        Instants of the beats that end them, on the same clock, rising. [s]

    Returns
    -------
    Lag
        Median over blocks of 5 min in which heart rate changes, between 0 and 20 s. NaN without
        such a block. With less than three blocks the error is that of a guess, 4 s.

    Examples
    --------
    >>> time = np.arange(900.0)
    >>> rate = 140 + 15 * np.sin(time / 40)
    >>> shown = np.interp(time - 6, time, rate)
    >>> round(sensor_lag(shown, time, 60_000 / rate, time).seconds)
    6
    """
    shown, shown_at = _known(heart_rate, heart_rate_time_s)
    beats, beats_at = _known(rr_ms, rr_time_s)
    if len(beats) < _BLOCK_S or len(shown) < _BLOCK_S // 2:
        return Lag(float("nan"), float("nan"))
    sound = np.abs(beats - np.median(beats)) < _FARTHEST_RR * np.median(beats)
    beats, beats_at = beats[sound], beats_at[sound]
    rate = 60_000 / np.convolve(beats, np.full(_SMOOTHED_BEATS, 1 / _SMOOTHED_BEATS), "same")
    middle = (beats / 2000)[len(beats) // 2]  # an interval tells of its middle, not of its end
    lags = _lags_of_blocks(shown, shown_at, rate, beats_at - middle)
    if not len(lags):
        return Lag(float("nan"), float("nan"))
    sd = float(np.std(lags, ddof=1) / np.sqrt(len(lags))) if len(lags) > 2 else 4.0
    return Lag(float(np.median(lags)), sd)


def _lags_of_blocks(shown: Floats, shown_at: Floats, rate: Floats, rate_at: Floats) -> Floats:
    lags = []
    for start in np.arange(shown_at[0] + LONGEST_S, shown_at[-1] - _BLOCK_S / 2, _BLOCK_S):
        block = (shown_at >= start) & (shown_at < start + _BLOCK_S)
        if block.sum() < _BLOCK_S // 4 or np.std(shown[block]) < _LEAST_VARIATION:
            continue
        tried = np.arange(LONGEST_S + 1.0)
        misfit = np.array(
            [
                np.var(shown[block] - np.interp(shown_at[block] - lag, rate_at, rate))
                for lag in tried
            ]
        )
        lags.append(_lowest(misfit))
    return np.array(lags)


def _lowest(misfit: Floats) -> float:
    """Return where a parabola through the lowest point and its neighbours is lowest."""
    at = int(misfit.argmin())
    if at in (0, len(misfit) - 1):
        return float(at)
    before, here, after = misfit[at - 1 : at + 2]
    bend = before - 2 * here + after
    return at + float((before - after) / (2 * bend)) if bend > 0 else float(at)


def _known(values: npt.ArrayLike, times: npt.ArrayLike) -> tuple[Floats, Floats]:
    value, time = np.asarray(values, np.float64), np.asarray(times, np.float64)
    known = ~np.isnan(value + time)
    return value[known], time[known]
