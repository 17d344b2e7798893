"""How long an effort can be held, down to a sprint: critical power, W' and maximal power."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import curve_fit

from twin.physiology.power_duration import CriticalPower, known_pairs
from twin.records import Floats


def three_parameter_power(
    time_s: npt.ArrayLike, critical_power: float, w_prime: float, max_power: float
) -> Floats:
    """Power that can be held for a time, with a limit for the shortest [1]_; NaN gives NaN.

    Parameters
    ----------
    time_s : array_like
        Above zero. [s]
    critical_power, w_prime, max_power : float
        [W], [J], [W]

    Returns
    -------
    ndarray
        [W]

    References
    ----------
    .. [1] Morton 1996, doi:10.1080/00140139608964484.

    Examples
    --------
    >>> three_parameter_power([5, 1200], 250, 20_000, 1000).round(2)
    array([881.58, 266.3 ])
    """
    time = np.asarray(time_s, np.float64)
    return critical_power + w_prime / (time + w_prime / (max_power - critical_power))


def fit_three_parameter_power(
    time_s: npt.ArrayLike, power: npt.ArrayLike
) -> tuple[CriticalPower, float]:
    """Fit critical power, W' and maximal power to efforts that include short ones [1]_.

    Parameters
    ----------
    time_s, power : array_like
        Duration and mean power of each; pairs with NaN are left out. [s], [W]

    Returns
    -------
    curve : CriticalPower
    max_power : float
        Bounded to 2.5 times the highest power seen: without efforts under 30 s it is a guess. [W]

    Raises
    ------
    ValueError
        With fewer than four efforts.

    References
    ----------
    .. [1] Morton 1996, doi:10.1080/00140139608964484.

    Examples
    --------
    >>> seconds = [5, 30, 60, 180, 300, 720, 1200]
    >>> curve, top = fit_three_parameter_power(
    ...     seconds, three_parameter_power(seconds, 250, 20_000, 1000)
    ... )
    >>> round(curve.critical_power), round(curve.w_prime), round(top)
    (250, 20000, 1000)
    """
    time, watts = known_pairs(time_s, power)
    if len(time) < 4:
        raise ValueError(f"{len(time)} efforts: expected at least 4 for three parameters")
    high, model = watts.max(), _three_parameters()
    (critical, reserve, top), _ = curve_fit(
        model, time, watts,
        p0=(watts.min() * 0.9, max(1.0, np.median(time) * (high - watts.min()) / 4), high * 1.5),
        bounds=([0, 0, high], [watts.min(), np.inf, 2.5 * high]),
    )  # fmt: skip
    curve = CriticalPower(float(critical), float(reserve), trials=len(time))
    return curve, float(top)


def _three_parameters() -> Callable[..., Floats]:
    return lambda t, cp, w, top: three_parameter_power(t, cp, w, max(top, cp + 1e-6))
