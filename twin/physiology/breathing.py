"""Breathing rate from RR intervals, where the heart still follows the breath."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.signal import detrend
from scipy.signal.windows import hann

from twin.physiology.alpha1 import MAX_ARTEFACT_SHARE
from twin.physiology.rr_artefacts import Corrected, correct
from twin.records import Floats

SHORTEST_S = 30.0
_RATE_HZ, _PADDED = 8.0, 8
_SLOWEST_HZ, _FASTEST_HZ = 0.15, 1.0  # below are the waves of blood pressure, not of breath
_ALIAS_SHARE = 0.45  # of the heart rate: a faster breath cannot be told from a slower one
_LEAST_SHARE = 0.30  # of the variance in the band that must stand in one peak
_HALF_PEAK_HZ = 0.04


class Breathing(NamedTuple):
    """Breathing rate, and how much of the variation it explains.

    `rate` is NaN where it is not valid. [1/min], [1]
    """

    rate: float
    clarity: float


def breathing_rate(rr_ms: npt.ArrayLike | Corrected) -> Breathing:
    """Breathing rate of a window of RR intervals, from the peak of their spectrum [1]_.

    Parameters
    ----------
    rr_ms : array_like or Corrected
        30 to 120 s of intervals in order; NaN is bridged. Those corrected already are taken as they
        are. [ms]

    Returns
    -------
    Breathing
        Within 1 to 2 breaths/min at rest. Not valid (NaN) for less than 30 s, with more than 5 %
        corrected beats, or where no clear peak stands below 45 % of the heart rate: in hard
        exercise the heart follows the breath by a few milliseconds only.

    References
    ----------
    .. [1] Charlton et al. 2018, doi:10.1109/RBME.2017.2763681 (review of methods).

    Examples
    --------
    >>> beats = 500 + 12 * np.sin(2 * np.pi * 0.25 * 0.5 * np.arange(240))
    >>> round(breathing_rate(beats).rate, 1)
    15.0
    """
    mended = rr_ms if isinstance(rr_ms, Corrected) else correct(rr_ms)
    nn = mended.nn_ms
    length_s = float(np.nansum(nn)) / 1000
    if length_s < SHORTEST_S or not mended.share <= MAX_ARTEFACT_SHARE or np.isnan(nn).any():
        return Breathing(float("nan"), float("nan"))
    fastest = min(_FASTEST_HZ, _ALIAS_SHARE * len(nn) / length_s)
    frequency, power = _spectrum(nn)
    inside = (frequency >= _SLOWEST_HZ) & (frequency <= fastest)
    total = float(power[inside].sum())
    if not total > 1e-9:
        return Breathing(float("nan"), float("nan"))
    top = int(np.flatnonzero(inside)[power[inside].argmax()])
    peak = inside & (np.abs(frequency - frequency[top]) <= _HALF_PEAK_HZ)
    clarity = float(power[peak].sum()) / total
    on_edge = power[top - 1] > power[top] or power[top + 1] > power[top]
    rate = 60 * float(frequency[top])
    return Breathing(float("nan") if clarity < _LEAST_SHARE or on_edge else rate, clarity)


def _spectrum(nn: Floats) -> tuple[Floats, Floats]:
    time = np.cumsum(nn) / 1000
    grid = np.arange(time[0], time[-1], 1 / _RATE_HZ)
    even = detrend(CubicSpline(time, nn)(grid))
    size = _PADDED * len(even)
    power = np.abs(np.fft.rfft(even * hann(len(even)), size)) ** 2
    return np.asarray(np.fft.rfftfreq(size, 1 / _RATE_HZ), np.float64), np.asarray(
        power, np.float64
    )
