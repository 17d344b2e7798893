"""Running: what a slope costs, and the flat speed that would cost the same."""

import numpy as np
import numpy.typing as npt

from twin.physiology.power_load import power_load
from twin.records import Floats

_RUN = (155.4, -30.4, -43.3, 46.3, 19.5, 3.6)  # Minetti et al. 2002, i^5 ... i^0  [J/kg/m]
_WALK = (280.5, -58.7, -76.8, 51.9, 19.6, 2.5)
_STEEPEST = 0.45  # range of the measurements
_LEAST_FACTOR = 0.6  # treadmill fits over-reward downhill: braking and technique cost too
_MAX_FACTOR = 3.0


def running_cost(grade: Floats) -> Floats:
    """Energy to run one metre on a slope [1]_.

    Parameters
    ----------
    grade : ndarray
        Rise over run, clipped to the measured -0.45 to 0.45. NaN gives NaN. [1]

    Returns
    -------
    ndarray
        Cost. [J/kg/m]

    References
    ----------
    .. [1] Minetti et al. 2002, J Appl Physiol 93:1039, doi:10.1152/japplphysiol.01177.2001.

    Examples
    --------
    >>> running_cost(np.array([-0.1, 0.0, 0.1])).round(4)
    array([2.1517, 3.6   , 5.9682])
    """
    return np.asarray(np.polyval(_RUN, np.clip(grade, -_STEEPEST, _STEEPEST)))


def walking_cost(grade: Floats) -> Floats:
    """Energy to walk one metre on a slope [1]_; NaN gives NaN, see `running_cost`. [J/kg/m]

    References
    ----------
    .. [1] Minetti et al. 2002, J Appl Physiol 93:1039, doi:10.1152/japplphysiol.01177.2001.

    Examples
    --------
    >>> walking_cost(np.array([0.0, 0.1])).round(4)
    array([2.5   , 4.8991])
    """
    return np.asarray(np.polyval(_WALK, np.clip(grade, -_STEEPEST, _STEEPEST)))


def grade_adjusted_speed(speed: Floats, grade: Floats) -> Floats:
    """Flat running speed that costs as much as this speed on this slope [1]_.

    Parameters
    ----------
    speed : ndarray
        NaN gives NaN. [m/s]
    grade : ndarray
        Rise over run, from altitude smoothed over at least 20 m; NaN counts as flat. [1]

    Returns
    -------
    ndarray
        Speed; downhill it is at least 0.6 of the speed, uphill at most 3 times. [m/s]

    References
    ----------
    .. [1] Minetti et al. 2002, J Appl Physiol 93:1039, doi:10.1152/japplphysiol.01177.2001.

    Examples
    --------
    >>> grade_adjusted_speed(np.array([3.0]), np.array([0.1])).round(4)
    array([4.9735])
    """
    factor = running_cost(np.nan_to_num(grade)) / _RUN[-1]
    return np.asarray(speed * np.clip(factor, _LEAST_FACTOR, _MAX_FACTOR))


def running_load(adjusted_speed: npt.ArrayLike, threshold_speed: float) -> float:
    """Load of a run from grade-adjusted speed: 100 is one hour at threshold speed [1]_.

    Parameters
    ----------
    adjusted_speed : array_like
        Grade-adjusted speed, one value a second; NaN seconds carry no load. [m/s]
    threshold_speed : float
        Speed that can be held for about an hour. [m/s]

    Returns
    -------
    float
        NaN without 30 s of speed. [au]

    Raises
    ------
    ValueError
        If `threshold_speed` is not positive.

    References
    ----------
    .. [1] Public form of a proprietary measure: fourth-power mean of 30 s means, as for power in
       Allen and Coggan, Training and Racing with a Power Meter, 2nd ed. 2010, ISBN
       978-1934030554.

    Examples
    --------
    >>> round(running_load(np.full(45 * 60, 3.8), 4.0), 2)
    67.69
    """
    if not threshold_speed > 0:
        raise ValueError(f"threshold_speed ({threshold_speed} m/s) must be positive")
    return power_load(adjusted_speed, threshold_speed)


def step_length_m(speed: npt.ArrayLike, cadence: npt.ArrayLike) -> Floats:
    """Length of one step; NaN where speed or cadence is missing or the runner stands. [m]

    >>> step_length_m([3.0, 0.0], [180.0, 0.0])
    array([ 1., nan])
    """
    steps = np.asarray(cadence, np.float64)
    moving = np.where(steps > 0, steps, np.nan)
    return np.asarray(np.asarray(speed, np.float64) * 60 / moving)
