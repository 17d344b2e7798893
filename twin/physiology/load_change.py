"""How the load of this week compares with the last four: a description, not a risk.

The ratio does not predict injuries: its discrimination is 0.54 to 0.57 where 0.5 is chance, and
dividing by a random number in place of the last weeks gives odds ratios as large (Impellizzeri et
al. 2020, doi:10.1123/ijspp.2019-0864). It is shown without colours and without a "sweet spot".
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

_ACUTE_DAYS, _CHRONIC_DAYS = 7, 28


class Window(StrEnum):
    """Which days make the last weeks."""

    COUPLED = "coupled"  # all 28 days, this week too: never more than 4
    UNCOUPLED = "uncoupled"  # the 21 days before this week
    EXPONENTIAL = "exponential"  # means that fade, over 7 and 28 days


def load_change(daily_load: npt.ArrayLike, window: Window = Window.UNCOUPLED) -> float:
    """Load of the last 7 days over that of the last 4 weeks [1]_ [2]_.

    Parameters
    ----------
    daily_load : array_like
        One load a day, the newest last, days of rest as 0; NaN gives NaN. [au]
    window : Window
        What the last weeks are.

    Returns
    -------
    float
        1 is as before; NaN with fewer than 28 days or without load before. [1]

    References
    ----------
    .. [1] Hulin et al. 2014, doi:10.1136/bjsports-2013-092524 (coupled windows).
    .. [2] Williams et al. 2017, doi:10.1136/bjsports-2016-096589 (exponential means).

    Examples
    --------
    >>> harder = [50.0] * 28 + [100.0] * 7
    >>> [round(load_change(harder, window), 4) for window in Window]
    [1.6, 2.0, 1.3394]
    """
    load = np.asarray(daily_load, np.float64)
    if len(load) < _CHRONIC_DAYS:
        return float("nan")
    if window is Window.EXPONENTIAL:
        acute, chronic = (_fading_mean(load, days) for days in (_ACUTE_DAYS, _CHRONIC_DAYS))
    else:
        acute = float(load[-_ACUTE_DAYS:].mean())
        until = len(load) - (_ACUTE_DAYS if window is Window.UNCOUPLED else 0)
        chronic = float(load[len(load) - _CHRONIC_DAYS : until].mean())
    return acute / chronic if chronic > 0 else float("nan")


def _fading_mean(load: npt.NDArray[np.float64], days: int) -> float:
    share, mean = 2 / (days + 1), float(load[0])
    for value in load[1:]:
        mean += share * (float(value) - mean)
    return mean
