"""Critical power from a history: the upper envelope of best efforts, most of which were not all-out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm as normal

from twin.physiology.envelope_curve import LEAST_SPREAD, is_flat, touching_efforts
from twin.physiology.power_duration import CriticalPower, best_efforts, fit_critical_power
from twin.records import Floats

DURATIONS_S = (120, 180, 240, 300, 420, 600, 720, 900)  # 2 to 15 min: where W' and CP show
ALL_OUT_HEART_RATE = 0.90  # of the maximum: reached in every maximal effort of some minutes
_STEADY = 15  # values in a row whose median is taken, so that no spike counts


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """Highest mean power of a history over each duration.

    Parameters
    ----------
    durations_s : ndarray
        [s]
    power : ndarray
        NaN where no session was long enough. [W or m/s]
    session : ndarray of int
        Which session held it, -1 for none.
    """

    durations_s: Floats
    power: Floats
    session: npt.NDArray[np.int64]


def may_be_all_out(heart_rate: npt.ArrayLike, *, max_hr: float) -> bool:
    """Whether a session may hold an all-out effort of some minutes, by its heart rate [1]_.

    Parameters
    ----------
    heart_rate : array_like
        Of the session, in order. [bpm]
    max_hr : float
        The athlete's maximum. [bpm]

    Returns
    -------
    bool
        False if heart rate stayed below 90 % of the maximum.

    Notes
    -----
    NaN is left out. With too few values to tell, or without a maximum, it may be.

    References
    ----------
    .. [1] Howley et al. 1995, doi:10.1249/00005768-199509000-00009.

    Examples
    --------
    >>> may_be_all_out(np.full(60, 150.0), max_hr=190), may_be_all_out([np.nan] * 60, max_hr=190)
    (False, True)
    """
    known = pd.Series(np.asarray(heart_rate, np.float64)).dropna()
    highest = known.rolling(_STEADY).median().max()
    return not highest < ALL_OUT_HEART_RATE * max_hr


def envelope(
    sessions: Sequence[npt.ArrayLike], durations_s: npt.ArrayLike = DURATIONS_S
) -> Envelope:
    """Best efforts over all sessions.

    Parameters
    ----------
    sessions : sequence of array_like
        Power (or speed) of each session, one value a second. [W or m/s]
    durations_s : array_like of int
        Durations. [s]

    Examples
    --------
    >>> best = envelope([np.full(300, 200.0), np.full(150, 300.0)], [120, 300, 600])
    >>> best.power.tolist(), best.session.tolist()
    ([300.0, 200.0, nan], [1, 0, -1])
    """
    durations = np.asarray(durations_s, np.float64)
    if not sessions:
        return Envelope(
            durations, np.full(len(durations), np.nan), np.full(len(durations), -1, np.int64)
        )
    table = np.array([best_efforts(session, durations) for session in sessions])
    high = np.where(np.isnan(table), -np.inf, table)
    found = np.isfinite(high).any(axis=0)
    power = np.where(found, high.max(axis=0), np.nan)
    return Envelope(durations, power, np.where(found, high.argmax(axis=0), -1))


def fit_envelope(best: Envelope) -> CriticalPower:
    """Critical power and W' of the line that the best efforts touch from below [1]_.

    Efforts that are part of a longer one, and those well under the curve, were not maximal: they
    are left out, one round after the other, and what remains is fitted in power against 1/time.

    Parameters
    ----------
    best : Envelope
        Of at least some weeks.

    Returns
    -------
    CriticalPower
        A lower bound of what the athlete can do: `trials` counts the efforts on the curve.

    Raises
    ------
    ValueError
        With efforts less than a factor of three apart, or if all stay below one power.

    References
    ----------
    .. [1] Monod and Scherrer 1965, doi:10.1080/00140136508930810; on efforts from training
       Karsten et al. 2015, doi:10.1080/02640414.2014.957194.

    Examples
    --------
    >>> efforts_s = np.array([120.0, 300.0, 720.0])  # all of them 250 W and 20 kJ
    >>> fitted = fit_envelope(Envelope(efforts_s, 250 + 20_000 / efforts_s, np.zeros(3, np.int64)))
    >>> round(fitted.critical_power), round(fitted.w_prime)
    (250, 20000)
    """
    known = ~np.isnan(best.power)
    time, power = best.durations_s[known], best.power[known]
    if len(time) < 2 or time.max() < LEAST_SPREAD * time.min():
        raise ValueError(
            f"best efforts from {time.min(initial=np.inf):.0f} to {time.max(initial=0):.0f} s: "
            f"expected a factor of {LEAST_SPREAD:.0f} between shortest and longest"
        )
    touching, critical, reserve = (
        column[0] for column in touching_efforts(time, power[np.newaxis])
    )
    if is_flat(critical, reserve, time.min()):
        raise ValueError(
            "best efforts do not rise towards short durations: no maximal effort among them"
        )
    return fit_critical_power(time[touching], power[touching])


def power_band(
    curve: CriticalPower, time_s: npt.ArrayLike, *, level: float = 0.80
) -> tuple[Floats, Floats]:
    """Interval that holds the fitted curve with this probability, from its covariance alone.

    Parameters
    ----------
    curve : CriticalPower
        Fitted.
    time_s : array_like
        Above zero; NaN gives NaN. [s]
    level : float
        Probability. [1]

    Returns
    -------
    low, high : ndarray
        Without width where the curve was not fitted. [W or m/s]

    Examples
    --------
    >>> known = CriticalPower(250, 20_000, covariance=((25.0, 0.0), (0.0, 0.0)), trials=4)
    >>> low, high = power_band(known, [200.0])  # 350 W, and 1.282 SD of 5 W to each side
    >>> low.round(1), high.round(1)
    (array([343.6]), array([356.4]))
    """
    time = np.asarray(time_s, np.float64)
    slope = np.stack([np.ones_like(time), 1 / time])  # of power on critical power and W'
    variance = np.einsum("it,ij,jt->t", slope, np.array(curve.covariance), slope)
    half = float(normal.ppf(0.5 + level / 2)) * np.sqrt(np.maximum(variance, 0.0))
    middle = curve.critical_power + curve.w_prime / time
    return middle - half, middle + half


def omni_power(
    time_s: npt.ArrayLike,
    critical_power: float,
    w_prime: float,
    max_power: float,
    *,
    fade: float = 0.0,
) -> Floats:
    """Power that can be held from seconds to hours [1]_.

    Parameters
    ----------
    time_s : array_like
        Above zero; NaN gives NaN. [s]
    critical_power, w_prime, max_power : float
        [W], [J], [W]
    fade : float
        Loss per e-fold of time beyond 30 min. [W]

    References
    ----------
    .. [1] Puchowicz, Baker, Clarke 2020, doi:10.1080/02640414.2020.1735095.

    Examples
    --------
    >>> omni_power([1800, 7200], 250, 20_000, 1000, fade=20).round(1)
    array([261.1, 225.1])
    """
    time = np.asarray(time_s, np.float64)
    power = critical_power + w_prime / time * -np.expm1(
        -time * (max_power - critical_power) / w_prime
    )
    return np.asarray(power - fade * np.log(np.maximum(time / 1800, 1.0)))
