"""Heart-rate variability by frequency, at rest. In exercise or under 2 min it says nothing."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.signal import detrend, welch

from twin.records import Floats

LOW_HZ, HIGH_HZ = (0.04, 0.15), (0.15, 0.40)
SHORTEST_S = 120.0
_RATE_HZ = 4.0
_WINDOW_S = 256.0


class BandPower(NamedTuple):
    """Variance of NN intervals in the low and the high band, NaN where unknown. [ms2]"""

    low: float
    high: float

    @property
    def ratio(self) -> float:
        """Low over high; not a measure of balance of the nervous system. [1]"""
        return self.low / self.high if self.high > 0 else float("nan")


class Spectrum(NamedTuple):
    """How the variance of NN intervals is spread over frequency; empty where it is not known.

    Parameters
    ----------
    frequency : ndarray
        Rising. [Hz]
    density : ndarray
        [ms2/Hz]
    """

    frequency: Floats
    density: Floats


def band_power(nn_ms: npt.ArrayLike) -> BandPower:
    """Power of NN intervals in the low (0.04-0.15 Hz) and high (0.15-0.4 Hz) band [1]_.

    Parameters
    ----------
    nn_ms : array_like, shape (n,)
        NN intervals at rest, in order; NaN values are bridged. [ms]

    Returns
    -------
    BandPower
        Of the `spectrum`; NaN for less than two minutes. [ms2]

    References
    ----------
    .. [1] Task Force 1996, doi:10.1161/01.CIR.93.5.1043.

    Examples
    --------
    >>> beats = np.arange(300)
    >>> power = band_power(1000 + 40 * np.sin(2 * np.pi * 0.1 * beats))
    >>> round(power.low, -1)
    800.0
    """
    frequency, density = spectrum(nn_ms)
    if not len(frequency):
        return BandPower(float("nan"), float("nan"))
    step = frequency[1] - frequency[0]
    low, high = (
        float(np.sum(density[(frequency >= a) & (frequency < b)]) * step)
        for a, b in (LOW_HZ, HIGH_HZ)
    )
    return BandPower(low, high)


def spectrum(nn_ms: npt.ArrayLike) -> Spectrum:
    """Spectrum of NN intervals at rest [1]_.

    Resampled at 4 Hz by cubic splines (straight lines take a third of the high band), the linear
    trend removed, Welch windows of 256 s or the whole.

    Parameters
    ----------
    nn_ms : array_like, shape (n,)
        NN intervals at rest, in order; NaN values are bridged. [ms]

    Returns
    -------
    Spectrum
        Without values for less than two minutes. [Hz], [ms2/Hz]

    References
    ----------
    .. [1] Task Force 1996, doi:10.1161/01.CIR.93.5.1043.

    Examples
    --------
    >>> found = spectrum(1000 + 40 * np.sin(2 * np.pi * 0.25 * np.arange(300)))  # breathing
    >>> float(found.frequency[found.density.argmax()])
    0.25
    """
    nn = np.asarray(nn_ms, np.float64)
    known = ~np.isnan(nn)
    if known.sum() < 2:
        return Spectrum(np.empty(0), np.empty(0))
    beats = np.arange(len(nn))
    nn = np.interp(beats, beats[known], nn[known])
    time = np.cumsum(nn) / 1000
    if time[-1] - time[0] < SHORTEST_S:
        return Spectrum(np.empty(0), np.empty(0))
    grid = np.arange(time[0], time[-1], 1 / _RATE_HZ)
    even = detrend(CubicSpline(time, nn)(grid))
    window = min(len(even), int(_WINDOW_S * _RATE_HZ))
    return Spectrum(*welch(even, _RATE_HZ, nperseg=window))
