"""How long an effort can be held: critical power and speed, and the work above it.

The same equations serve power (W, J) and speed (m/s, m): the names are those of power.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.optimize import curve_fit
from scipy.stats import t as student

from twin.records import Floats

# Repeated trials to exhaustion differ by 10-15 % of their time; worth four trials as a prior.
_COMMON_TIME_ERROR, _PRIOR_TRIALS = 0.12, 4


class ErrorSpace(StrEnum):
    """In which unit errors are made small: the result depends on it."""

    WORK = "work"  # work = W' + CP t
    POWER = "power"  # power = CP + W' / t
    TIME = "time"  # t = W' / (P - CP)


@dataclass(frozen=True, slots=True)
class CriticalPower:
    """Two-parameter power-duration curve.

    Parameters
    ----------
    critical_power : float
        Power that can be held for long; or critical speed. [W or m/s]
    w_prime : float
        Work that can be done above it; or D'. [J or m]
    time_error : float
        SD of the logarithm of one time to exhaustion. [1]
    covariance : tuple
        Of critical power and W'.
    trials : int
        Efforts behind it; 0 where it was not fitted.
    """

    critical_power: float
    w_prime: float
    time_error: float = float("nan")
    covariance: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.0, 0.0))
    trials: int = 0

    def time_to_exhaustion(self, power: npt.ArrayLike) -> Floats:
        """How long a power can be held fresh; infinite at critical power and below, NaN stays. [s]

        >>> CriticalPower(250, 20_000).time_to_exhaustion([350, 250, float("nan")])
        array([200.,  inf,  nan])
        """
        above = np.asarray(power, np.float64) - self.critical_power
        with np.errstate(divide="ignore"):
            return np.where(above <= 0, np.inf, self.w_prime / np.maximum(above, 0))

    def time_interval(self, power: float, level: float = 0.80) -> tuple[float, float]:
        """Interval that holds the time to exhaustion with this probability. [s]

        From the scatter of the fitted trials, blended with what people commonly scatter, and the
        uncertainty of the curve, which grows outside the tested range. Unknown (0 to infinity)
        where the curve was not fitted, at critical power and below.

        >>> CriticalPower(250, 20_000).time_interval(350)
        (0.0, inf)
        >>> low, high = CriticalPower(250, 20_000, time_error=0.1, trials=4).time_interval(350)
        >>> round((low * high) ** 0.5)  # the time to exhaustion is in the middle of the logarithms
        200
        """
        above = power - self.critical_power
        if not self.trials or above <= 0:
            return 0.0, float("inf")
        slope = np.array([1 / above, 1 / self.w_prime])  # of log time on critical power and W'
        variance = self.time_error**2 + slope @ np.array(self.covariance) @ slope
        freedom = max(self.trials - 2, 0) + _PRIOR_TRIALS
        half = student.ppf(0.5 + level / 2, freedom) * float(np.sqrt(variance))
        time = self.w_prime / above
        return time * float(np.exp(-half)), time * float(np.exp(half))


def fit_critical_power(
    time_s: npt.ArrayLike, power: npt.ArrayLike, *, space: ErrorSpace = ErrorSpace.POWER
) -> CriticalPower:
    """Fit critical power and W' to efforts to exhaustion [1]_.

    Parameters
    ----------
    time_s : array_like
        Durations, best 2 to 15 min and a factor of three apart. [s]
    power : array_like
        Mean power of each; pairs with NaN are left out. [W or m/s]
    space : ErrorSpace
        Where errors are made small: work against time, power against 1/time, or time (hyperbola).

    Raises
    ------
    ValueError
        With fewer than two different efforts.

    References
    ----------
    .. [1] Monod and Scherrer 1965, doi:10.1080/00140136508930810.

    Examples
    --------
    >>> fit = fit_critical_power([118, 157, 200, 240, 485], [324, 299, 275, 259, 243])
    >>> round(fit.critical_power, 3), round(fit.w_prime, 1)
    (210.961, 13239.8)
    """
    time, watts = known_pairs(time_s, power)
    if len(np.unique(time)) < 2:
        raise ValueError(f"{len(np.unique(time))} different efforts: expected at least 2")
    if space is ErrorSpace.WORK:
        critical, reserve = np.polyfit(time, watts * time, 1)
    else:
        reserve, critical = np.polyfit(1 / time, watts, 1)
    if space is ErrorSpace.TIME:
        start = min(critical, watts.min() * 0.99), reserve
        (critical, reserve), _ = curve_fit(
            lambda p, cp, w: w / (p - cp), watts, time, p0=start,
            bounds=([0, 0], [watts.min() * 0.9999, np.inf]),
        )  # fmt: skip
    return _with_errors(CriticalPower(float(critical), float(reserve)), time, watts)


def best_windows(
    power: npt.ArrayLike, durations_s: npt.ArrayLike
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Highest mean power over each duration, and the second where it begins.

    Parameters
    ----------
    power : array_like
        One value a second; windows with NaN do not count. [W or m/s]
    durations_s : array_like of int
        Durations. [s]

    Returns
    -------
    best : ndarray
        NaN where the record is shorter or never whole. [W or m/s]
    begin_s : ndarray of int
        -1 where there is none. [s]

    Notes
    -----
    Best efforts are mostly not maximal: fit only those known to be, or the upper envelope of a
    long history.

    Examples
    --------
    >>> best_windows([100, 300, 200], [1, 2, 5])
    (array([300., 250.,  nan]), array([ 1,  1, -1]))
    """
    watts, durations = np.asarray(power, np.float64), np.asarray(durations_s, int)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(watts))])
    gaps = np.concatenate([[0], np.cumsum(np.isnan(watts))])
    best, begin = np.full(len(durations), np.nan), np.full(len(durations), -1, np.int64)
    for place, seconds in enumerate(durations):
        whole = np.flatnonzero(gaps[seconds:] == gaps[: max(len(gaps) - seconds, 0)])
        if len(whole):
            means = (sums[whole + seconds] - sums[whole]) / seconds
            begin[place] = whole[means.argmax()]
            best[place] = means.max()
    return best, begin


def best_efforts(power: npt.ArrayLike, durations_s: npt.ArrayLike) -> Floats:
    """Highest mean power over each duration, as `best_windows` finds it; NaN where no window is whole. [W or m/s]

    Examples
    --------
    >>> best_efforts([100, 300, 200], [1, 2, 5])
    array([300., 250.,  nan])
    """
    return best_windows(power, durations_s)[0]


def known_pairs(time_s: npt.ArrayLike, power: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return durations and powers without the pairs that hold a NaN. [s], [W or m/s]

    >>> known_pairs([120, 300], [310, np.nan])
    (array([120.]), array([310.]))
    """
    time, watts = np.asarray(time_s, np.float64), np.asarray(power, np.float64)
    known = ~np.isnan(time + watts)
    return time[known], watts[known]


def _with_errors(fit: CriticalPower, time: Floats, watts: Floats) -> CriticalPower:
    """Add the scatter of times, shrunk to the common one, and what it does to the curve."""
    error = np.log(fit.time_to_exhaustion(np.maximum(watts, fit.critical_power + 1e-6)) / time)
    freedom = max(len(time) - 2, 0)
    scatter = float(np.sum(np.minimum(error**2, 1.0))) if freedom else 0.0
    variance = (scatter + _PRIOR_TRIALS * _COMMON_TIME_ERROR**2) / (freedom + _PRIOR_TRIALS)
    # an error of time of 1 % is an error of power of 1 % of what is above critical power
    design = np.column_stack([np.ones(len(time)), 1 / time]) / (fit.w_prime / time)[:, None]
    covariance = variance * np.linalg.pinv(design.T @ design)
    return replace(
        fit,
        time_error=float(np.sqrt(variance)),
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        trials=len(time),
    )
