"""Critical power from a history: the upper envelope of best efforts, most of which were not all-out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from twin.physiology.power_duration import CriticalPower, best_efforts, fit_critical_power
from twin.records import Floats

DURATIONS_S = (120, 180, 240, 300, 420, 600, 720, 900)  # 2 to 15 min: where W' and CP show
_LEAST_SPREAD = 3.0  # longest over shortest effort
_ALL_OUT = 0.85  # of what the curve has above critical power: less was not a maximal effort
_FLAT = 0.01  # of critical power at the shortest effort: less shows no W'
_SAME = 1.005  # times the best of a longer duration: part of that effort, not one of its own
_ROUNDS = 10


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
    if len(time) < 2 or time.max() < _LEAST_SPREAD * time.min():
        raise ValueError(
            f"best efforts from {time.min(initial=np.inf):.0f} to {time.max(initial=0):.0f} s: "
            f"expected a factor of {_LEAST_SPREAD:.0f} between shortest and longest"
        )
    kept = np.append(power[:-1] > _SAME * power[1:], True)
    for _ in range(_ROUNDS):
        critical, reserve = _not_negative(time[kept], power[kept])
        close = power - critical >= _ALL_OUT * reserve / time
        enough = close.sum() >= 2 and time[close].max() >= _LEAST_SPREAD * time[close].min()
        if not enough or (close == kept).all():
            break
        kept = close
    if reserve / time.min() <= _FLAT * critical or critical <= 0:
        raise ValueError(
            "best efforts do not rise towards short durations: no maximal effort among them"
        )
    return fit_critical_power(time[kept], power[kept])


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


def _not_negative(time: Floats, power: Floats) -> tuple[float, float]:
    (critical, reserve), _ = nnls(np.column_stack([np.ones(len(time)), 1 / time]), power)
    return float(critical), float(reserve)
