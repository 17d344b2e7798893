"""Core temperature guessed from heart rate. Off by default, and nothing in `twin` calls it.

Why it is off: every rise of heart rate without heat (caffeine, intervals, fright) reads as fever,
hard running reads as 38.6 °C after an hour in any weather, and the method is covered by a United
States patent (10,702,165) whose standing was not checked. It is never a medical statement. A
sensor made for it (`core_temperature`) is the honest way.
"""

import numpy as np
import numpy.typing as npt

from twin.records import Floats

_QUADRATIC = (-4.5714, 384.4286, -7887.1)  # heart rate [bpm] of core temperature [degC]
_PROCESS_SD, _HEART_RATE_SD = 0.022, 18.88  # degC per minute, bpm
_START = 37.1


def heart_rate_of_temperature(core_temperature: npt.ArrayLike) -> Floats:
    """Heart rate that commonly goes with a core temperature; NaN gives NaN [1]_. [bpm]

    References
    ----------
    .. [1] Buller et al. 2013, doi:10.1088/0967-3334/34/7/781.

    Examples
    --------
    >>> heart_rate_of_temperature([37.0, 38.0]).round(2)
    array([ 78.51, 120.09])
    """
    return np.asarray(np.polyval(_QUADRATIC, np.asarray(core_temperature, np.float64)))


def core_temperature(minute_heart_rate: npt.ArrayLike, *, start: float = _START) -> Floats:
    """Core temperature of each minute from heart rate, by an extended Kalman filter [1]_.

    Parameters
    ----------
    minute_heart_rate : array_like
        Mean of each minute; NaN keeps the temperature, less sure of it. [bpm]
    start : float
        Temperature at the beginning. [degC]

    Returns
    -------
    ndarray
        Error ±0.63 °C (95 %) in walking soldiers, unknown in athletes. [degC]

    References
    ----------
    .. [1] Buller et al. 2013, doi:10.1088/0967-3334/34/7/781.

    Examples
    --------
    >>> core_temperature([150.0] * 60)[[0, 59]].round(4)
    array([37.1041, 38.5681])
    """
    temperature, variance, line = start, 0.0, []
    for rate in np.asarray(minute_heart_rate, np.float64):
        variance += _PROCESS_SD**2
        if not np.isnan(rate):
            slope = 2 * _QUADRATIC[0] * temperature + _QUADRATIC[1]
            gain = variance * slope / (slope**2 * variance + _HEART_RATE_SD**2)
            temperature += gain * (rate - float(np.polyval(_QUADRATIC, temperature)))
            variance *= 1 - gain * slope
        line.append(temperature)
    return np.array(line, np.float64)
