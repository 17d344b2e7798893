"""Balance of the work that can be done above critical power, second by second.

Models disagree by a third of W' after one recovery of three minutes: show a band. The same
equations serve speed (m/s, m); there is no validated time constant for it.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from twin.records import Floats

# One SD of the differential model, share of W': RMSE on 31 published recoveries is 22 %, and with 24 %
# the 80 % band holds 80 % of them.
BALANCE_ERROR = 0.24

# Group means of the part that recovers fast, and the time constants [s]: Chorley et al. 2022.
FAST_SHARE, FAST_S, SLOW_S = 0.5067, 21.5, 388.0


def skiba_2012_time_s(deficit: npt.ArrayLike) -> Floats:
    """Recovery time constant, `deficit` = critical power minus power of the recovery [W]; NaN gives NaN [1]_. [s]

    References
    ----------
    .. [1] Skiba et al. 2012, doi:10.1249/MSS.0b013e3182517a80.

    Examples
    --------
    >>> skiba_2012_time_s([100.0]).round(3)
    array([516.862])
    """
    return np.asarray(546 * np.exp(-0.01 * np.asarray(deficit, np.float64)) + 316)


def bartram_2018_time_s(deficit: npt.ArrayLike) -> Floats:
    """Recovery time constant of elite cyclists, from the deficit of power [W]; NaN gives NaN [1]_. [s]

    References
    ----------
    .. [1] Bartram et al. 2018, doi:10.1123/ijspp.2017-0034.

    Examples
    --------
    >>> bartram_2018_time_s([100.0]).round(1)  # 2287.2 * 100 ** -0.688
    array([96.2])
    """
    return np.asarray(2287.2 * np.maximum(np.asarray(deficit, np.float64), 1e-9) ** -0.688)


def weigend_2022_time_s(deficit: npt.ArrayLike) -> Floats:
    """Recovery time constant fitted to published recoveries of Caen et al., from the deficit [W]; NaN gives NaN [1]_. [s]

    References
    ----------
    .. [1] Weigend et al. 2022, doi:10.1007/s10479-022-04947-2.

    Examples
    --------
    >>> weigend_2022_time_s([100.0]).round(1)  # 1274.45 exp(-3.0808) + 266.65
    array([325.2])
    """
    return np.asarray(1274.45 * np.exp(-0.030808 * np.asarray(deficit, np.float64)) + 266.65)


def balance_step(
    balance: npt.ArrayLike,
    power: npt.ArrayLike,
    *,
    critical_power: npt.ArrayLike,
    w_prime: npt.ArrayLike,
    seconds: float = 1.0,
    time_constant: Callable[[Floats], Floats] | None = None,
) -> Floats:
    """Balance after one more step: the live update, for any number of athletes [1]_.

    Parameters
    ----------
    balance : array_like
        Balance so far. [J]
    power : array_like
        Power of the step; NaN is taken as a pause, 0 W. [W]
    critical_power, w_prime : array_like
        Of the athletes. [W], [J]
    seconds : float
        Length of the step. [s]
    time_constant : callable, optional
        Recovery time constant from the deficit of power [W -> s]; without it that of the
        differential model, ``w_prime / deficit``.

    Returns
    -------
    ndarray
        Exact solution over the step. Below zero the model is exceeded: critical power or W' is
        too low. [J]

    References
    ----------
    .. [1] Skiba et al. 2015, doi:10.1007/s00421-014-3050-3.

    Examples
    --------
    >>> balance_step([20_000], 350, critical_power=250, w_prime=20_000, seconds=120)
    array([8000.])
    >>> balance_step([8_000], 150, critical_power=250, w_prime=20_000, seconds=180).round(1)
    array([15121.2])
    """
    full = np.asarray(w_prime, np.float64)
    above = np.nan_to_num(np.asarray(power, np.float64)) - np.asarray(critical_power, np.float64)
    deficit = np.maximum(-above, 0)
    with np.errstate(divide="ignore"):
        slow = (
            time_constant(deficit) if time_constant else np.where(deficit, full / deficit, np.inf)
        )
    missing = full - np.asarray(balance, np.float64)
    recovered = full - missing * np.exp(-seconds / slow)
    return np.where(above >= 0, np.asarray(balance) - above * seconds, recovered)


def differential_balance(
    power: npt.ArrayLike,
    critical_power: float,
    w_prime: float,
    *,
    time_constant: Callable[[Floats], Floats] | None = None,
) -> Floats:
    """Balance after each second of a session, from full [1]_. [J]

    Parameters
    ----------
    power : array_like, shape (n,)
        One value a second; NaN is a pause, 0 W. [W]
    critical_power, w_prime : float
        [W], [J]
    time_constant : callable, optional
        As for `balance_step`.

    References
    ----------
    .. [1] Skiba et al. 2015, doi:10.1007/s00421-014-3050-3.

    Examples
    --------
    >>> differential_balance(np.full(120, 350.0), 250, 20_000)[-1:]
    array([8000.])
    """
    balance, line = np.asarray(w_prime, np.float64), []
    for watts in np.asarray(power, np.float64):
        balance = balance_step(
            balance, watts, critical_power=critical_power, w_prime=w_prime,
            time_constant=time_constant,
        )  # fmt: skip
        line.append(balance)
    return np.array(line, np.float64)


def integral_balance(power: npt.ArrayLike, critical_power: float, w_prime: float) -> Floats:
    """Balance after each second by the integral model [1]_.

    Its time constant comes from the mean power below critical power of the whole session, so it
    is for finished sessions; it recovers even while power is above critical power.

    Parameters
    ----------
    power : array_like
        One value a second; NaN is a pause, 0 W. [W]
    critical_power : float
        [W]
    w_prime : float
        [J]

    References
    ----------
    .. [1] Skiba et al. 2012, doi:10.1249/MSS.0b013e3182517a80.

    Examples
    --------
    >>> rode = np.repeat([350.0, 150.0], [120, 180])
    >>> integral_balance(rode, 250, 20_000)[[119, 299]].round(-2)
    array([ 9300., 12400.])
    """
    watts = np.nan_to_num(np.asarray(power, np.float64))
    below = watts[watts < critical_power]
    deficit = critical_power - below.mean() if len(below) else 0.0
    keep = float(np.exp(-1 / skiba_2012_time_s(deficit)))
    spent, line = 0.0, np.empty(len(watts))
    for second, value in enumerate(watts):
        spent = spent * keep + max(value - critical_power, 0.0)
        line[second] = w_prime - spent
    return line


def biexponential_recovery(
    seconds: npt.ArrayLike,
    *,
    fast_share: float = FAST_SHARE,
    fast_s: float = FAST_S,
    slow_s: float = SLOW_S,
) -> Floats:
    """Share of the spent W' that is back after a time of recovery [1]_.

    Parameters
    ----------
    seconds : array_like
        Time of recovery at 20 W; NaN gives NaN. [s]
    fast_share, fast_s, slow_s : float
        Group means; `slow_s` varied with SD 100 s between people and grows with repetition.

    References
    ----------
    .. [1] Chorley et al. 2022, doi:10.1007/s00421-021-04874-3.

    Examples
    --------
    >>> biexponential_recovery([0, 180]).round(3)
    array([0.  , 0.69])
    """
    time = np.asarray(seconds, np.float64)
    left = fast_share * np.exp(-time / fast_s) + (1 - fast_share) * np.exp(-time / slow_s)
    return np.asarray(1 - left)
