"""Oxygen uptake: what steady work costs, how uptake follows work, estimates of its maximum.

Estimates of maximal uptake are off by 5 to 10 % of it in most people; an error of 10 bpm in
maximal heart rate alone makes 5 to 8 %.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.records import Floats

_REST = 3.5  # ml/kg/min
# One standard deviation, as a share of the estimate. Uth et al. found less in 46 trained men; papers
# of the other two give correlations only, so they take the wide end of what is common.
_RATIO_ERROR = _RACE_ERROR = _TWELVE_MINUTE_ERROR = 0.10


class MaxUptake(NamedTuple):
    """Maximal oxygen uptake and its standard error. [ml/kg/min]"""

    value: float
    sd: float


def running_uptake(speed: npt.ArrayLike, grade: npt.ArrayLike = 0.0) -> Floats:
    """Oxygen uptake in steady running on a slope [1]_.

    Parameters
    ----------
    speed : array_like
        Above 2.2 m/s. NaN gives NaN. [m/s]
    grade : array_like
        Rise over run. [1]

    Returns
    -------
    ndarray
        Group mean; one person differs by about 7 %. [ml/kg/min]

    References
    ----------
    .. [1] American College of Sports Medicine, Guidelines for Exercise Testing and Prescription,
       10th ed. 2017, ISBN 978-1496339072.

    Examples
    --------
    >>> running_uptake(200 / 60, [0.0, 0.03]).round(1)
    array([43.5, 48.9])
    """
    metres = np.asarray(speed, np.float64) * 60
    return np.asarray(0.2 * metres + 0.9 * metres * np.asarray(grade, np.float64) + _REST)


def walking_uptake(speed: npt.ArrayLike, grade: npt.ArrayLike = 0.0) -> Floats:
    """Oxygen uptake in steady walking on a slope, 0.8 to 1.7 m/s; NaN gives NaN, see `running_uptake`. [ml/kg/min]

    >>> walking_uptake([80 / 60], 0.05).round(1)
    array([18.7])
    """
    metres = np.asarray(speed, np.float64) * 60
    return np.asarray(0.1 * metres + 1.8 * metres * np.asarray(grade, np.float64) + _REST)


def cycling_uptake(power: npt.ArrayLike, mass_kg: float) -> Floats:
    """Oxygen uptake in steady cycling; NaN power gives NaN, see `running_uptake`. [ml/kg/min]

    Raises
    ------
    ValueError
        If `mass_kg` is not positive.

    Examples
    --------
    >>> cycling_uptake([200.0], 75.0).round(1)
    array([35.8])
    """
    if not mass_kg > 0:
        raise ValueError(f"mass_kg ({mass_kg} kg) must be positive")
    return np.asarray(10.8 * np.asarray(power, np.float64) / mass_kg + 2 * _REST)


def uptake_after_step(
    time_s: npt.ArrayLike,
    *,
    baseline: float,
    amplitude: float,
    delay_s: float = 15.0,
    time_constant_s: float = 30.0,
    slow_amplitude: float = 0.0,
    slow_delay_s: float = 120.0,
    slow_time_constant_s: float = 200.0,
) -> Floats:
    """Oxygen uptake after work has risen in one step [1]_ [2]_.

    Parameters
    ----------
    time_s : array_like
        Since the step; NaN gives NaN. [s]
    baseline, amplitude : float
        Uptake before, and its rise in the end. [ml/min]
    delay_s, time_constant_s : float
        10-20 s and 20-45 s, shorter in the trained. [s]
    slow_amplitude : float
        Slow component: none below the first threshold, up to 15 % of `amplitude` above. [ml/min]
    slow_delay_s, slow_time_constant_s : float
        100-150 s and 100-300 s. [s]

    References
    ----------
    .. [1] Whipp et al. 1982, doi:10.1152/jappl.1982.52.6.1506.
    .. [2] Barstow and Molé 1991, doi:10.1152/jappl.1991.71.6.2099 (slow component).

    Examples
    --------
    >>> uptake_after_step([10, 40], baseline=800, amplitude=1500, delay_s=10).round(1)
    array([ 800. , 1748.2])
    """
    time = np.asarray(time_s, np.float64)
    since, later = np.maximum(time - delay_s, 0), np.maximum(time - slow_delay_s, 0)
    quick = -amplitude * np.expm1(-since / time_constant_s)
    return np.asarray(baseline + quick - slow_amplitude * np.expm1(-later / slow_time_constant_s))


def max_uptake_from_heart_rate(max_hr: float, resting_hr: float) -> MaxUptake:
    """Maximal uptake from the ratio of maximal to resting heart rate [1]_.

    Returns
    -------
    MaxUptake
        Found in well-trained men; off by 10 % or more. [ml/kg/min]

    Raises
    ------
    ValueError
        If `max_hr` does not exceed `resting_hr`, or that is not positive; nor does NaN.

    References
    ----------
    .. [1] Uth et al. 2004, doi:10.1007/s00421-003-0988-y.

    Examples
    --------
    >>> value, sd = max_uptake_from_heart_rate(190, 50)
    >>> round(value, 2), round(sd, 1)
    (58.14, 5.8)
    """
    if not max_hr > resting_hr > 0:
        raise ValueError(f"max_hr ({max_hr} bpm) must exceed resting_hr ({resting_hr} bpm)")
    value = 15.3 * max_hr / resting_hr
    return MaxUptake(value, _RATIO_ERROR * value)


def max_uptake_from_race(distance_m: float, time_s: float) -> MaxUptake:
    """Maximal uptake that an even race on the flat points to [1]_.

    Parameters
    ----------
    distance_m : float
        1,500 m to the marathon. [m]
    time_s : float
        Race time. [s]

    Returns
    -------
    MaxUptake
        Too low as far as it was no race, or hilly. [ml/kg/min]

    Raises
    ------
    ValueError
        If distance or time is not positive; NaN is not.

    References
    ----------
    .. [1] Daniels and Gilbert, Oxygen Power, 1979; coefficients as in common use.

    Examples
    --------
    >>> round(max_uptake_from_race(5000, 1200).value, 2)
    49.81
    """
    if not (distance_m > 0 and time_s > 0):
        raise ValueError(f"distance {distance_m} m and time {time_s} s must be positive")
    minutes = time_s / 60
    speed = distance_m / minutes
    cost = -4.6 + 0.182258 * speed + 0.000104 * speed**2
    share = 0.8 + 0.1894393 * np.exp(-0.012778 * minutes) + 0.2989558 * np.exp(-0.1932605 * minutes)
    value = float(cost / share)
    return MaxUptake(value, _RACE_ERROR * value)


def max_uptake_from_12_minutes(distance_m: float) -> MaxUptake:
    """Maximal uptake from the distance run in 12 min [1]_; NaN gives NaN. [ml/kg/min]

    References
    ----------
    .. [1] Cooper 1968, doi:10.1001/jama.1968.03140030033008.

    Examples
    --------
    >>> round(max_uptake_from_12_minutes(3000).value, 2)
    55.78
    """
    value = (distance_m - 504.9) / 44.73
    return MaxUptake(value, _TWELVE_MINUTE_ERROR * value)


def max_uptake_from_segments(
    uptake: npt.ArrayLike, heart_rate: npt.ArrayLike, *, max_hr: float
) -> MaxUptake:
    """Maximal uptake by carrying the line of uptake on heart rate to the maximum.

    Parameters
    ----------
    uptake : array_like
        What steady segments cost, from speed, grade or power. [ml/kg/min]
    heart_rate : array_like
        Of the same segments; pairs with NaN are left out. [bpm]
    max_hr : float
        The athlete's own. [bpm]

    Returns
    -------
    MaxUptake
        Standard error of the line alone: an error of `max_hr` comes on top. NaN with fewer than three segments
        or all at one heart rate. [ml/kg/min]

    Examples
    --------
    >>> max_uptake_from_segments([20, 30, 40], [110, 135, 160], max_hr=185).value.__round__(6)
    50.0
    """
    cost, rate = np.asarray(uptake, np.float64), np.asarray(heart_rate, np.float64)
    known = ~np.isnan(cost + rate)
    cost, rate = cost[known], rate[known]
    spread = float(np.sum((rate - rate.mean()) ** 2)) if len(rate) else 0.0
    if len(rate) < 3 or not spread:
        return MaxUptake(float("nan"), float("nan"))
    slope, start = np.polyfit(rate, cost, 1)
    scatter = np.sum((cost - start - slope * rate) ** 2) / (len(rate) - 2)
    error = np.sqrt(scatter * (1 / len(rate) + (max_hr - rate.mean()) ** 2 / spread))
    return MaxUptake(float(start + slope * max_hr), float(error))
