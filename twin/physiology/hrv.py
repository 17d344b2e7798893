"""Heart-rate variability: indices of a window of NN intervals.

NN intervals are RR intervals after artefact correction (`twin.physiology.rr_artefacts`): three bad
beats in 180 move `dfa_alpha1` from 1.6 to 0.9.
"""

import numpy as np
import numpy.typing as npt

from twin.records import Floats

_BOXES = tuple(range(4, 17))


def rmssd(nn_ms: npt.ArrayLike) -> float:
    """Root mean square of successive differences of NN intervals [1]_.

    Parameters
    ----------
    nn_ms : array_like
        NN intervals in order. NaN marks a gap: no difference is taken across it. [ms]

    Returns
    -------
    float
        NaN with fewer than two neighbouring intervals; 60 s are enough. [ms]

    References
    ----------
    .. [1] Task Force 1996, doi:10.1161/01.CIR.93.5.1043.

    Examples
    --------
    >>> rmssd([800, 830, 790]).__round__(3)
    35.355
    """
    steps = _steps(nn_ms)
    return float(np.sqrt(np.mean(steps**2))) if len(steps) else float("nan")


def sdnn(nn_ms: npt.ArrayLike) -> float:
    """Give the standard deviation of NN intervals (n - 1); NaN values are left out [1]_. [ms]

    References
    ----------
    .. [1] Task Force 1996, doi:10.1161/01.CIR.93.5.1043.

    Examples
    --------
    >>> sdnn([800, 830, 770])
    30.0
    """
    known = _known(nn_ms)
    return float(np.std(known, ddof=1)) if len(known) > 1 else float("nan")


def pnn50(nn_ms: npt.ArrayLike) -> float:
    """Share of successive differences above 50 ms, of all differences [1]_. [%]

    NaN marks a gap: no difference is taken across it. NaN with fewer than two neighbouring intervals.

    References
    ----------
    .. [1] Task Force 1996, doi:10.1161/01.CIR.93.5.1043.

    Examples
    --------
    >>> pnn50([800, 860, 850])
    50.0
    """
    steps = np.abs(_steps(nn_ms))
    return float(100 * np.mean(steps > 50)) if len(steps) else float("nan")


def poincare(nn_ms: npt.ArrayLike) -> tuple[float, float]:
    """Short and long axis of the Poincaré plot, SD1 and SD2 [1]_.

    Returns
    -------
    sd1, sd2 : float
        From SDNN and the SD of differences; NaN with fewer than three intervals. [ms]

    References
    ----------
    .. [1] Brennan et al. 2001, doi:10.1109/10.959330.

    Examples
    --------
    >>> [round(axis, 2) for axis in poincare([800, 810, 830, 840])]
    [4.08, 25.5]
    """
    steps = _steps(nn_ms)
    if len(steps) < 2:
        return float("nan"), float("nan")
    across = float(np.var(steps, ddof=1)) / 2
    along = max(2 * sdnn(nn_ms) ** 2 - across, 0.0)
    return across**0.5, along**0.5


def dfa_alpha1(nn_ms: npt.ArrayLike) -> float:
    """Short-term scaling exponent by detrended fluctuation analysis, boxes of 4 to 16 beats [1]_.

    Parameters
    ----------
    nn_ms : array_like
        About 200 intervals (120 s of exercise), corrected; NaN values are left out. [ms]

    Returns
    -------
    float
        About 1 at ease, 0.5 for noise; NaN with fewer than 32 intervals or none that vary. The
        thresholds of 0.75 and 0.5 are off by -10 +- 16 bpm against gas exchange (Eronen et al.
        2024): a trend, not a threshold. [1]

    References
    ----------
    .. [1] Peng et al. 1995, doi:10.1063/1.166141; in exercise Rogers et al. 2021,
       doi:10.3389/fphys.2020.596567.

    Examples
    --------
    >>> dfa_alpha1(np.random.default_rng(0).standard_normal(2000)).__round__(4)
    0.5843
    """
    known = _known(nn_ms)
    if len(known) < 2 * _BOXES[-1] or np.ptp(known) == 0:
        return float("nan")
    profile = np.cumsum(known - known.mean())
    fluctuations = [_fluctuation(profile, size) for size in _BOXES]
    return float(np.polyfit(np.log(_BOXES), np.log(fluctuations), 1)[0])


def _fluctuation(profile: Floats, size: int) -> float:
    boxes = profile[: len(profile) // size * size].reshape(-1, size)
    place = np.arange(size) - (size - 1) / 2
    slope = boxes @ place / (place @ place)
    rest = boxes - boxes.mean(1, keepdims=True) - slope[:, None] * place
    return float(np.sqrt(np.mean(rest**2)))


def _steps(nn_ms: npt.ArrayLike) -> Floats:
    steps = np.diff(np.asarray(nn_ms, np.float64))
    return steps[~np.isnan(steps)]


def _known(nn_ms: npt.ArrayLike) -> Floats:
    nn = np.asarray(nn_ms, np.float64)
    return nn[~np.isnan(nn)]
