"""Team sport: metabolic power, distance by speed, accelerations, the ground a team covers.

A count of accelerations is a property of the filter: the same six players gave 1,266, 48 and 16
per match with no filter, 1 Hz and 0.5 Hz. `DEFINITION` belongs beside every such number.
"""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt, sosfilt_zi, sosfiltfilt
from scipy.spatial import ConvexHull, QhullError

from twin.physiology.running import running_cost
from twin.records import Floats

HIGH_SPEED, SPRINT = 5.5, 7.0  # m/s
CUTOFF_HZ, DWELL_S = 1.0, 0.5
DEFINITION = "speed filtered at 1 Hz (second-order Butterworth, zero lag), threshold held for 0.5 s"
_GRAVITY = 9.81
_GRASS = 1.29
_LEAST_SLOPE, _STEEPEST_SLOPE = -0.6, 0.9
_MINETTI_RANGE = 0.45


def metabolic_power(speed: npt.ArrayLike, acceleration: npt.ArrayLike) -> Floats:
    """Energy per second of accelerated running on grass, per kilogram [1]_ [2]_.

    Parameters
    ----------
    speed : array_like
        NaN gives NaN. [m/s]
    acceleration : array_like
        Along the path. [m/s2]

    Returns
    -------
    ndarray
        Never negative. It underestimates what team drills cost, and depends on the filter of
        speed. [W/kg]

    References
    ----------
    .. [1] di Prampero et al. 2005, doi:10.1242/jeb.01700.
    .. [2] Osgnach et al. 2010, doi:10.1249/MSS.0b013e3181ae5cfd.

    Examples
    --------
    >>> metabolic_power([5.0, 5.0, 3.0], [2.0, 0.0, -2.0]).round(4)
    array([60.1345, 23.22  ,  7.1431])
    """
    slope = np.clip(np.asarray(acceleration, np.float64) / _GRAVITY, _LEAST_SLOPE, _STEEPEST_SLOPE)
    flat = np.asarray(running_cost(np.clip(slope, -_MINETTI_RANGE, _MINETTI_RANGE)))
    cost = flat * np.sqrt(slope**2 + 1) * _GRASS
    return np.asarray(np.maximum(cost * np.asarray(speed, np.float64), 0.0))


def filtered_speed(speed: npt.ArrayLike, rate_hz: float, *, cutoff_hz: float = CUTOFF_HZ) -> Floats:
    """Speed without noise, for accelerations of a finished session.

    Parameters
    ----------
    speed : array_like
        Evenly sampled; NaN is bridged in a line for the filter and stays NaN. [m/s]
    rate_hz : float
        Samples per second, above twice the cut-off. [Hz]
    cutoff_hz : float
        Of a second-order Butterworth filter run both ways. [Hz]

    Returns
    -------
    ndarray
        As it came where there are under 10 samples.

    Raises
    ------
    ValueError
        If `rate_hz` is not above twice `cutoff_hz`.

    Examples
    --------
    >>> filtered_speed([3.0] * 20, 10)[[0, 19]].round(6)  # what is steady stays
    array([3., 3.])
    """
    if rate_hz <= 2 * cutoff_hz:
        raise ValueError(f"rate {rate_hz} Hz: expected more than twice the cut-off {cutoff_hz} Hz")
    raw = np.asarray(speed, np.float64)
    known = ~np.isnan(raw)
    if known.sum() < 10:
        return raw
    place = np.arange(len(raw))
    whole = np.interp(place, place[known], raw[known])
    smooth = sosfiltfilt(butter(1, cutoff_hz, fs=rate_hz, output="sos"), whole)
    return np.where(known, smooth, np.nan)


def live_speed(
    speed: npt.ArrayLike,
    rate_hz: float,
    state: Floats | None = None,
    *,
    cutoff_hz: float = CUTOFF_HZ,
) -> tuple[Floats, Floats]:
    """Filter speed as it comes: the causal equivalent of `filtered_speed`, later by about 0.2 s.

    Parameters
    ----------
    speed : array_like
        The next samples, evenly spaced; NaN holds the last. [m/s]
    rate_hz : float
        Samples per second, above twice the cut-off. [Hz]
    state : ndarray, optional
        From the call before; without it the filter begins settled at the first sample.
    cutoff_hz : float
        Of a second-order Butterworth filter. [Hz]

    Returns
    -------
    smooth, state : ndarray
        Filtered samples, NaN where they were missing, and the state for the next call.

    Examples
    --------
    >>> live_speed([5.0, 5.0], 10.0)[0].round(6).tolist()
    [5.0, 5.0]
    """
    if rate_hz <= 2 * cutoff_hz:
        raise ValueError(f"rate {rate_hz} Hz: expected more than twice the cut-off {cutoff_hz} Hz")
    raw = np.asarray(speed, np.float64)
    sections = butter(2, cutoff_hz, fs=rate_hz, output="sos")
    known = ~np.isnan(raw)
    if not known.any():
        return raw, np.zeros((1, 2)) if state is None else state
    last = np.maximum.accumulate(np.where(known, np.arange(len(raw)), known.argmax()))
    start = sosfilt_zi(sections) * raw[known.argmax()] if state is None else state
    smooth, state = sosfilt(sections, raw[last], zi=start)
    return np.where(known, smooth, np.nan), state


def count_efforts(
    signal: npt.ArrayLike, threshold: float, rate_hz: float, *, dwell_s: float = DWELL_S
) -> int:
    """How often a signal stayed above a threshold for long enough.

    Parameters
    ----------
    signal : array_like
        Speed [m/s] for sprints, acceleration [m/s2] for accelerations. NaN ends an effort.
    threshold : float
        Exceeded by an effort, in the unit of `signal`.
    rate_hz : float
        Samples per second. [Hz]
    dwell_s : float
        Shortest effort. [s]

    Examples
    --------
    >>> count_efforts([0, 8, 8, 0, 8, 0], 7, rate_hz=1, dwell_s=2)
    1
    """
    above = np.asarray(signal, np.float64) > threshold
    edges = np.flatnonzero(np.diff(np.concatenate([[0], above.astype(int), [0]])))
    lengths = edges[1::2] - edges[::2]
    return int(np.sum(lengths >= dwell_s * rate_hz))


def distance_by_speed(speed: npt.ArrayLike, rate_hz: float, bounds: npt.ArrayLike) -> Floats:
    """Distance covered in each band of speed; NaN samples count nowhere. [m]

    `bounds` cut n + 1 bands, a value on a bound belongs to the upper one. [m/s]

    Examples
    --------
    >>> distance_by_speed([2.0, 6.0, 8.0], 1.0, [HIGH_SPEED, SPRINT])
    array([2., 6., 8.])
    """
    pace, cuts = np.asarray(speed, np.float64), np.asarray(bounds, np.float64)
    known = pace[~np.isnan(pace)]
    band = np.searchsorted(cuts, known, side="right")
    distance = np.bincount(band, weights=known / rate_hz, minlength=len(cuts) + 1)
    return distance.astype(np.float64)


def hull_area_m2(x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> float:
    """Area of the convex hull around positions, NaN with fewer than three apart. [m2]

    >>> round(hull_area_m2([0, 10, 10, 0, 5, 3], [0, 0, 5, 5, 2, 1]), 6)
    50.0
    """
    points = np.column_stack([np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)])
    points = np.unique(points[~np.isnan(points).any(1)], axis=0)
    if len(points) < 3:
        return float("nan")
    try:
        return float(ConvexHull(points).volume)
    except QhullError:  # all on one line
        return float("nan")
