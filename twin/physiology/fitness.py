"""Fitness, fatigue and form: what daily loads leave behind, and what they did for performance."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.signal import lfilter

from twin.records import Floats

FITNESS_DAYS, FATIGUE_DAYS = 42.0, 7.0  # convention; no evidence that they suit an individual
LEAST_TESTS = 8
# Priors of the fit, mean and SD of the logarithm: time constants of 42 and 7 days, within a third.
_LOG_DAYS = np.log([FITNESS_DAYS, FATIGUE_DAYS])
_LOG_SD = 0.33
_BOUNDS_DAYS = ((20.0, 80.0), (3.0, 20.0))


class Form(NamedTuple):
    """Fitness and fatigue of each day, and form: yesterday's difference. [load units]"""

    fitness: Floats
    fatigue: Floats
    form: Floats


def fitness_fatigue_form(
    daily_load: npt.ArrayLike,
    *,
    fitness_days: float = FITNESS_DAYS,
    fatigue_days: float = FATIGUE_DAYS,
    exponential: bool = True,
    start: tuple[float, float] = (0.0, 0.0),
) -> Form:
    """Exponential means of load over weeks and over days, and their difference [1]_.

    Parameters
    ----------
    daily_load : array_like
        One load a day, days of rest as 0. NaN (not known) leaves the means to decay as a 0 does.
        [au]
    fitness_days, fatigue_days : float
        Time constants. [d]
    exponential : bool
        The share of a day is ``1 - exp(-1/days)``; else ``1/days``, as many products do.
    start : tuple of float
        Fitness and fatigue before the first day; from 0 the first 42 days only build up. [au]

    Returns
    -------
    Form
        `form` is fitness less fatigue of the day before.

    References
    ----------
    .. [1] Banister et al. 1975, Aust J Sports Med 7:57, in the form of Allen and Coggan 2010.

    Examples
    --------
    >>> fitness_fatigue_form([100.0] * 42).fitness[-1:].round(4)
    array([63.2121])
    """
    load = np.nan_to_num(np.asarray(daily_load, np.float64))
    means = []
    for days, first in zip((fitness_days, fatigue_days), start, strict=True):
        share = -np.expm1(-1 / days) if exponential else 1 / days
        mean, line = first, np.empty(len(load))
        for day, value in enumerate(load):
            mean += (value - mean) * share
            line[day] = mean
        means.append(line)
    before = [np.concatenate([[s], m])[: len(load)] for s, m in zip(start, means, strict=True)]
    return Form(means[0], means[1], before[0] - before[1])


def impulse_response(
    daily_load: npt.ArrayLike,
    *,
    baseline: float,
    gain: float,
    loss: float,
    fitness_days: float,
    fatigue_days: float,
) -> Floats:
    """Give the performance of each day after Banister: baseline + fitness - fatigue [1]_.

    Parameters
    ----------
    daily_load : array_like
        One load a day, rest as 0; NaN counts as 0. It acts from its own day on. [au]
    baseline : float
        Performance without training. [unit of performance]
    gain, loss : float
        Effect of one load on fitness and on fatigue. [unit of performance per au]
    fitness_days, fatigue_days : float
        Time constants. [d]

    References
    ----------
    .. [1] Morton et al. 1990, doi:10.1152/jappl.1990.69.3.1171.

    Examples
    --------
    >>> impulse_response(
    ...     [100.0], baseline=250, gain=0.01, loss=0.02, fitness_days=42, fatigue_days=7
    ... )
    array([249.])
    """
    fitness, fatigue = _traces(np.asarray(daily_load, np.float64), fitness_days, fatigue_days)
    return baseline + gain * fitness - loss * fatigue


@dataclass(frozen=True, slots=True)
class ImpulseResponse:
    """A fitted impulse response, with the SD of its errors on the tests."""

    baseline: float
    gain: float
    loss: float
    fitness_days: float
    fatigue_days: float
    error_sd: float
    tests: int


def fit_impulse_response(
    daily_load: npt.ArrayLike, test_days: npt.ArrayLike, performance: npt.ArrayLike
) -> ImpulseResponse:
    """Fit Banister's impulse response to tests, with priors on its time constants [1]_.

    Parameters
    ----------
    daily_load : array_like
        One load a day. [au]
    test_days : array_like of int
        Index of the day of each test.
    performance : array_like
        Result of each test; NaN tests are left out. [unit of performance]

    Returns
    -------
    ImpulseResponse
        Ill-conditioned by nature (Hellard et al. 2006, doi:10.1080/02640410500244697): read the
        curve, not the parameters, and do not forecast far.

    Raises
    ------
    ValueError
        With fewer than 8 tests.

    References
    ----------
    .. [1] Morton et al. 1990, doi:10.1152/jappl.1990.69.3.1171.

    Examples
    --------
    >>> load = np.where(np.arange(200) // 30 % 2, 100.0, 30.0)
    >>> true = impulse_response(
    ...     load, baseline=250, gain=0.02, loss=0.03, fitness_days=42, fatigue_days=7
    ... )
    >>> fit = fit_impulse_response(load, range(20, 200, 15), true[20:200:15])
    >>> round(fit.baseline), round(fit.fitness_days), fit.tests
    (250, 42, 12)
    """
    days, results = np.asarray(test_days, int), np.asarray(performance, np.float64)
    days, results = days[~np.isnan(results)], results[~np.isnan(results)]
    if len(results) < LEAST_TESTS:
        raise ValueError(f"{len(results)} tests: expected at least {LEAST_TESTS}")
    load = np.asarray(daily_load, np.float64)
    scale = float(np.std(results)) or 1.0

    def linear(log_days: Floats) -> tuple[Floats, Floats]:
        fitness, fatigue = _traces(load, *np.exp(log_days))
        design = np.column_stack([np.ones(len(days)), fitness[days], -fatigue[days]])
        weights, *_ = np.linalg.lstsq(design, results, rcond=None)
        return weights, design @ weights - results

    def misfit(log_days: Floats) -> Floats:
        return np.concatenate([linear(log_days)[1] / scale, (log_days - _LOG_DAYS) / _LOG_SD])

    bounds = np.log(_BOUNDS_DAYS).T
    best = least_squares(misfit, _LOG_DAYS, bounds=(bounds[0], bounds[1])).x
    (baseline, gain, loss), errors = linear(best)
    spare = max(len(results) - 5, 1)
    return ImpulseResponse(
        baseline=float(baseline),
        gain=float(gain),
        loss=float(loss),
        fitness_days=float(np.exp(best[0])),
        fatigue_days=float(np.exp(best[1])),
        error_sd=float(np.sqrt(np.sum(errors**2) / spare)),
        tests=len(results),
    )


def _traces(load: Floats, *time_constants_days: float) -> tuple[Floats, ...]:
    known = np.nan_to_num(load)
    return tuple(
        np.asarray(lfilter([1.0], [1.0, -np.exp(-1 / days)], known)) for days in time_constants_days
    )
