"""The curve of critical power that best efforts touch from below, of many envelopes at once."""

import numpy as np
import numpy.typing as npt

from twin.records import Floats

LEAST_SPREAD = 3.0  # longest over shortest effort
_ALL_OUT = 0.85  # of what the curve has above critical power: less was not a maximal effort
_FLAT = 0.01  # of critical power at the shortest effort: less shows no W'
_SAME = 1.005  # times the best of a longer duration: part of that effort, not one of its own
_ROUNDS = 10


def critical_levels(power: npt.ArrayLike, durations_s: npt.ArrayLike) -> Floats:
    """Critical power (or speed) of many envelopes at once, as `power_envelope.fit_envelope` finds it.

    Parameters
    ----------
    power : array_like, shape (envelopes, durations)
        Highest mean power over each duration; NaN = none was long enough. [W or m/s]
    durations_s : array_like, shape (durations,)
        Rising. [s]

    Returns
    -------
    ndarray, shape (envelopes,)
        NaN where `fit_envelope` would raise. [W or m/s]

    Examples
    --------
    >>> efforts_s = np.array([120.0, 300.0, 720.0])  # the first is of 250 W and 20 kJ
    >>> critical_levels([250 + 20_000 / efforts_s, [200, 200, 200]], efforts_s).round(6)
    array([250.,  nan])
    """
    table, time = np.atleast_2d(np.asarray(power, np.float64)), np.asarray(durations_s, np.float64)
    known = ~np.isnan(table)
    shortest = np.where(known, time, np.inf).min(axis=1)
    longest = np.where(known, time, 0.0).max(axis=1)
    _, critical, reserve = touching_efforts(time, table)
    told = (longest >= LEAST_SPREAD * shortest) & ~is_flat(critical, reserve, shortest)
    return np.where(told, critical, np.nan)


def touching_efforts(time_s: Floats, power: Floats) -> tuple[npt.NDArray[np.bool_], Floats, Floats]:
    """Return which efforts of each row lie on its curve, and the curve: critical power and W'.

    Efforts that are part of a longer one, and those well under the curve, are left out, one round
    after the other.

    Parameters
    ----------
    time_s : ndarray, shape (durations,)
        Rising. [s]
    power : ndarray, shape (envelopes, durations)
        NaN lies on no curve. [W or m/s]

    Examples
    --------
    >>> efforts_s = np.array([120.0, 180.0, 300.0, 720.0])  # the second well under 250 W and 20 kJ
    >>> power = 250 + np.array([[1.0, 0.5, 1.0, 1.0]]) * 20_000 / efforts_s
    >>> kept, critical, reserve = touching_efforts(efforts_s, power)
    >>> kept.tolist(), critical.round(6), reserve.round(3)
    ([[True, False, True, True]], array([250.]), array([20000.]))
    """
    known = ~np.isnan(power)
    kept = known & ~(power <= _SAME * _next_known(power))
    critical, reserve = _not_negative(time_s, power, kept)
    for _ in range(_ROUNDS):
        above = power - critical[:, np.newaxis]
        close = known & (above >= _ALL_OUT * reserve[:, np.newaxis] / time_s)
        longest = np.where(close, time_s, 0.0).max(axis=1)
        shortest = np.where(close, time_s, np.inf).min(axis=1)
        enough = longest >= LEAST_SPREAD * shortest
        changed = enough & (close != kept).any(axis=1)
        if not changed.any():
            break
        kept = np.where(changed[:, np.newaxis], close, kept)
        critical, reserve = _not_negative(time_s, power, kept)
    return kept, critical, reserve


def is_flat(critical: Floats, reserve: Floats, shortest_s: Floats) -> npt.NDArray[np.bool_]:
    """Whether a curve shows no W' even at its shortest effort.

    >>> is_flat(np.array([250.0, 250.0]), np.array([20_000.0, 100.0]), np.array([120.0, 120.0])).tolist()
    [False, True]
    """
    return np.asarray((reserve / shortest_s <= _FLAT * critical) | (critical <= 0))


def _next_known(power: Floats) -> Floats:
    """Return the power of the next longer effort that is known; NaN after the last."""
    following = np.full(power.shape, np.nan)
    for place in range(power.shape[1] - 2, -1, -1):
        following[:, place] = np.where(
            np.isnan(power[:, place + 1]), following[:, place + 1], power[:, place + 1]
        )
    return following


def _not_negative(
    time: Floats, power: Floats, kept: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Fit power against 1/time in each row by least squares, neither critical power nor W' below 0."""
    slope, level = np.where(kept, 1 / time, 0.0), np.where(kept, power, 0.0)
    count, sum_x, sum_y = kept.sum(axis=1), slope.sum(axis=1), level.sum(axis=1)
    sum_xx, sum_xy = (slope**2).sum(axis=1), (slope * level).sum(axis=1)
    spread = count * sum_xx - sum_x**2
    with np.errstate(divide="ignore", invalid="ignore"):
        reserve = (count * sum_xy - sum_x * sum_y) / spread
        critical = (sum_xx * sum_y - sum_x * sum_xy) / spread
        level_only, slope_only = sum_y / count, sum_xy / sum_xx
    is_level = ~(reserve > 0) | (count < 2)
    is_slope = ~is_level & (critical < 0)
    return (
        np.where(is_level, level_only, np.where(is_slope, 0.0, critical)),
        np.where(is_level, 0.0, np.where(is_slope, slope_only, reserve)),
    )
