"""Balance of W' (or D') as the athlete works: a state, one step a second, and how sure it is.

Recovery is where models disagree, by a third of W' after three minutes: until an athlete's own
time constant is known the band is wide, and it says so.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from twin.physiology.w_prime_balance import BALANCE_ERROR, FAST_S, FAST_SHARE, SLOW_S, balance_step
from twin.records import Floats

_SOON = 6.0  # a few percent of a recovery bring the whole error of the models
_RECOVERY_SD = 0.10  # of one person's recoveries, share of the spent W': 0.05 to 0.12 in papers


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Balance of every athlete, with its uncertainty.

    Parameters
    ----------
    left : ndarray, shape (athletes,)
        What is left; below zero critical power or W' is too low. [J]
    lowest : ndarray, shape (athletes,)
        What was left when the present recovery began. [J]
    variance : ndarray, shape (athletes,)
        Of `lowest`. [J2]
    above_s : ndarray, shape (athletes,)
        Seconds above critical power since it was full. [s]
    """

    left: Floats
    lowest: Floats
    variance: Floats
    above_s: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Reserve:
    """What the athletes have to spend, shape (athletes,).

    Parameters
    ----------
    critical_power, w_prime : ndarray
        [W], [J]; or critical speed and D'. [m/s], [m]
    critical_power_sd, w_prime_sd : ndarray
        Their standard errors.
    time_constant_s : ndarray
        Own time constant of recovery; NaN where it is not known and the differential model's,
        W' over the deficit of power, serves. [s]
    """

    critical_power: Floats
    w_prime: Floats
    critical_power_sd: Floats
    w_prime_sd: Floats
    time_constant_s: Floats


def full(reserve: Reserve) -> Balance:
    """Return the balance of rested athletes: all of W'; NaN where W' is not known. [J]

    Examples
    --------
    >>> nothing = np.zeros(1)
    >>> full(Reserve(np.array([250.0]), np.array([2e4]), nothing, nothing, nothing + np.nan)).left
    array([20000.])
    """
    none = np.zeros(len(reserve.w_prime))
    return Balance(reserve.w_prime.copy(), reserve.w_prime.copy(), none, none)


def step(balance: Balance, power: Floats, reserve: Reserve, seconds: float = 1.0) -> Balance:
    """Take in one more step, exact over its length.

    Parameters
    ----------
    balance : Balance
        So far.
    power : ndarray, shape (athletes,)
        NaN is a pause, 0 W. [W]
    reserve : Reserve
        Of the athletes.
    seconds : float
        Length of the step. [s]

    Examples
    --------
    >>> known = np.array([20_000.0])
    >>> mine = Reserve(np.array([250.0]), known, np.zeros(1), np.zeros(1), np.array([np.nan]))
    >>> spent = step(full(mine), np.array([350.0]), mine, 120)
    >>> back = step(spent, np.array([150.0]), mine, 180)
    >>> spent.left, back.left.round(1), half_width(spent, mine), half_width(back, mine).round()
    (array([8000.]), array([15121.2]), array([0.]), array([3691.]))
    """
    watts = np.nan_to_num(power)
    above = watts > reserve.critical_power
    own = ~np.isnan(reserve.time_constant_s)
    common = balance_step(
        balance.left, watts, critical_power=reserve.critical_power, w_prime=reserve.w_prime,
        seconds=seconds,
    )  # fmt: skip
    keep = np.exp(-seconds / np.where(own, reserve.time_constant_s, np.inf))
    recovered = reserve.w_prime - (reserve.w_prime - balance.left) * keep
    left = np.where(own & ~above, recovered, common)
    spent = Balance(
        left,
        np.where(above, left, balance.lowest),
        np.where(above, _recovery_variance(balance, reserve), balance.variance),
        balance.above_s + above * seconds,
    )
    return replace(spent, above_s=np.where(left > 0.99 * reserve.w_prime, 0.0, spent.above_s))


def half_width(balance: Balance, reserve: Reserve, level: float = 0.80) -> Floats:
    """Half-width of the band around what is left. [J]

    It holds the error of the models, 24 % of W' (80 % of 31 published recoveries lie inside), and
    the errors of critical power and W', which add up over the seconds above critical power. NaN where
    they are not known.

    Examples
    --------
    >>> nothing = np.zeros(1)
    >>> mine = Reserve(np.array([250.0]), np.array([2e4]), nothing, nothing + 1000.0, nothing + np.nan)
    >>> half_width(full(mine), mine).round(1)  # 1.2816 standard deviations of W' alone
    array([1281.6])
    """
    variance = _recovery_variance(balance, reserve)
    variance = variance + reserve.w_prime_sd**2 + (reserve.critical_power_sd * balance.above_s) ** 2
    return np.asarray(ndtri(0.5 + level / 2) * np.sqrt(variance))


def _recovery_variance(balance: Balance, reserve: Reserve) -> Floats:
    missing = np.maximum(reserve.w_prime - balance.lowest, 1e-9)
    share = np.clip((balance.left - balance.lowest) / missing, 0.0, 1.0)
    begun = np.minimum(1.0, _SOON * np.sqrt(share * (1 - share)))
    models = BALANCE_ERROR * np.minimum(missing, reserve.w_prime) * begun
    return np.asarray(balance.variance * (1 - share) ** 2 + models**2)


def biexponential_step(
    spent: Floats, power: Floats, critical_power: Floats, *, seconds: float = 1.0
) -> Floats:
    """Take one step of a balance with a fast and a slow part [1]_.

    Parameters
    ----------
    spent : ndarray, shape (athletes, 2)
        What each part misses; W' less their sum is left. [J]
    power : ndarray, shape (athletes,)
        NaN is a pause. [W]
    critical_power : ndarray, shape (athletes,)
        [W]
    seconds : float
        Length of the step. [s]

    Returns
    -------
    ndarray, shape (athletes, 2)
        Work above critical power is split between the parts; below it each recovers by its own
        time constant, whatever the power, as it was measured at 20 W. [J]

    References
    ----------
    .. [1] Chorley et al. 2022, doi:10.1007/s00421-021-04874-3.

    Examples
    --------
    >>> spent = biexponential_step(np.zeros((1, 2)), np.array([400.0]), np.array([300.0]), seconds=100)
    >>> left = biexponential_step(spent, np.array([20.0]), np.array([300.0]), seconds=180)
    >>> (1 - left.sum() / spent.sum()).round(3)
    np.float64(0.69)
    """
    above = np.maximum(np.nan_to_num(power) - critical_power, 0.0)
    fade = np.exp(-seconds / np.array([FAST_S, SLOW_S]))
    split = np.array([FAST_SHARE, 1 - FAST_SHARE])
    working = (above > 0)[:, None]
    return np.where(working, spent + above[:, None] * seconds * split, spent * fade)


def integral_step(
    spent: Floats, power: Floats, critical_power: Floats, time_constant_s: Floats
) -> Floats:
    """Take one second of the integral model: what was spent fades, even above critical power [1]_.

    Parameters
    ----------
    spent : ndarray, shape (athletes,)
        W' less what is left. [J]
    power, critical_power : ndarray, shape (athletes,)
        NaN power is a pause. [W]
    time_constant_s : ndarray, shape (athletes,)
        `skiba_2012_time_s` of the running mean deficit below critical power. [s]

    References
    ----------
    .. [1] Skiba et al. 2012, doi:10.1249/MSS.0b013e3182517a80.

    Examples
    --------
    >>> integral_step(np.array([100.0]), np.array([np.nan]), np.array([250.0]), np.array([400.0]))
    array([99.75031224])
    """
    above = np.maximum(np.nan_to_num(power) - critical_power, 0.0)
    return np.asarray(spent * np.exp(-1 / time_constant_s) + above)


def fit_time_constant(
    seconds: npt.ArrayLike, share: npt.ArrayLike, *, prior_s: float = 377.0, prior_sd: float = 0.3
) -> float:
    """Time constant of one athlete's recoveries, pulled towards what is common.

    Parameters
    ----------
    seconds : array_like
        How long each recovery lasted. [s]
    share : array_like
        Share of the spent W' that was back, from a second effort to exhaustion; NaN is left out.
        [1]
    prior_s, prior_sd : float
        What is common, and the standard deviation of its logarithm. [s], [1]

    Returns
    -------
    float
        `prior_s` without recoveries. [s]

    Examples
    --------
    >>> round(fit_time_constant([120, 240, 480] * 8, [0.33, 0.55, 0.80] * 8))
    303
    """
    time, back = np.asarray(seconds, np.float64), np.asarray(share, np.float64)
    known = ~np.isnan(time + back)
    time, back = time[known], back[known]

    def misfit(log_tau: float) -> float:
        errors = -np.expm1(-time / np.exp(log_tau)) - back
        pull = (log_tau - np.log(prior_s)) / prior_sd
        return float(np.sum((errors / _RECOVERY_SD) ** 2) + pull**2)

    best = minimize_scalar(misfit, bounds=(np.log(30), np.log(2000)), method="bounded")
    return float(np.exp(best.x))
