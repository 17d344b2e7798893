"""Load from power: weighted power, its share of critical power, load of a session."""

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from twin.records import Floats

_WINDOW_S = 30
_SMOOTHING_S = 25.0  # Skiba's exponential alternative to the 30 s window
_IMPOSSIBLE_W = 2000.0
_LOAD_OF_AN_HOUR = 100.0  # at the threshold


def weighted_power(power: npt.ArrayLike, *, full_windows: bool = True) -> float:
    """Steady power that would have cost as much, for power that varies [1]_.

    Parameters
    ----------
    power : ndarray
        One value a second, coasting as zero. NaN (a gap) breaks the 30 s windows; more than
        2,000 W counts as missing. [W]
    full_windows : bool
        Take only whole windows; else those of the first 30 s are shorter, as some products do.

    Returns
    -------
    float
        NaN without a whole window. Not meaningful under 20 min. [W]

    References
    ----------
    .. [1] Allen and Coggan, Training and Racing with a Power Meter, 2nd ed. 2010, ISBN
       978-1934030554: fourth-power mean of a 30 s rolling mean.

    Examples
    --------
    >>> weighted_power(np.tile(np.repeat([300.0, 100.0], 60), 10)).__round__(3)
    239.372
    """
    watts = _possible(power)
    if not full_windows:
        seen = np.minimum(np.arange(len(watts)) + 1, _WINDOW_S)
        padded = np.concatenate([np.zeros(_WINDOW_S), np.cumsum(np.nan_to_num(watts))])
        smooth = (padded[_WINDOW_S:] - padded[:-_WINDOW_S]) / seen
        smooth = np.where(np.isnan(watts), np.nan, smooth)
    elif len(watts) < _WINDOW_S:
        return float("nan")
    else:
        smooth = np.convolve(watts, np.full(_WINDOW_S, 1 / _WINDOW_S), "valid")
    return _fourth_power_mean(smooth)


def exponentially_weighted_power(power: npt.ArrayLike) -> float:
    """Weighted power by an exponential mean of 25 s in place of the window [1]_.

    Parameters
    ----------
    power : ndarray
        One value a second; NaN leaves the mean as it is, which begins at the first value. [W]

    Returns
    -------
    float
        NaN without power. [W]

    References
    ----------
    .. [1] Skiba et al. 2012, doi:10.1249/MSS.0b013e3182517a80 uses the same smoothing idea; the
       constant is published in his software notes.

    Examples
    --------
    >>> exponentially_weighted_power(np.tile(np.repeat([300.0, 100.0], 60), 10)).__round__(2)
    225.62
    """
    known = _possible(power)
    known = known[~np.isnan(known)]
    if not len(known):
        return float("nan")
    keep = np.exp(-1 / _SMOOTHING_S)
    smooth, _ = lfilter([1 - keep], [1.0, -keep], known, zi=[keep * known[0]])
    return _fourth_power_mean(smooth)


def power_load(power: npt.ArrayLike, critical_power: float) -> float:
    """Load of a session from power: 100 is one hour at critical power [1]_.

    Parameters
    ----------
    power : ndarray
        One value a second; NaN seconds carry no load. [W]
    critical_power : float
        Highest power that can be held for long. [W]

    Returns
    -------
    float
        NaN without a 30 s window of power. [au]

    Raises
    ------
    ValueError
        If `critical_power` is not positive.

    References
    ----------
    .. [1] Allen and Coggan, Training and Racing with a Power Meter, 2nd ed. 2010, ISBN
       978-1934030554.

    Examples
    --------
    >>> power_load(np.full(3600, 200.0), 250.0).__round__(6)
    64.0
    """
    if not critical_power > 0:
        raise ValueError(f"critical_power ({critical_power} W) must be positive")
    seconds = int(np.sum(~np.isnan(_possible(power))))
    return float(load_of_weighted(weighted_power(power), seconds, critical_power))


def load_of_weighted(
    weighted: npt.ArrayLike, power_s: npt.ArrayLike, critical_power: npt.ArrayLike
) -> Floats:
    """Load of sessions whose weighted power is known, as `power_load` defines it.

    Parameters
    ----------
    weighted : array_like
        Weighted power of each; NaN gives NaN. [W]
    power_s : array_like
        Time with power. [s]
    critical_power : array_like
        Of each, or of all. NaN gives NaN. [W]

    Returns
    -------
    ndarray
        100 is one hour at critical power. [au]

    Examples
    --------
    >>> float(load_of_weighted(200.0, 3600.0, 250.0).round(6))
    64.0
    """
    intensity = np.asarray(weighted, np.float64) / np.asarray(critical_power, np.float64)
    return np.asarray(_LOAD_OF_AN_HOUR * intensity**2 * np.asarray(power_s) / 3600)


def _possible(power: npt.ArrayLike) -> Floats:
    power = np.asarray(power, np.float64)
    return np.where(power > _IMPOSSIBLE_W, np.nan, power)


def _fourth_power_mean(smooth: Floats) -> float:
    known = smooth[~np.isnan(smooth)]
    return float(np.mean(known**4) ** 0.25) if len(known) else float("nan")
