"""Effort: zone, share of maximum, time in zones and training impulse, for a squad at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.physiology.training_load import banister_weights
from twin.physiology.zones import bounds_by_max, bounds_of
from twin.records import Athlete, Floats
from twin.schema import ZONE_COUNT

LOADS = 2 + ZONE_COUNT  # Banister, Edwards, time in zones 1 to 5

_IMPULSES = slice(0, 2)  # lines of the sums whose unit is the minute

# By the number of zone bounds reached, 0 to 5: the zone, and what a second in it adds to the sums
# (the first two lines are filled in later).
_ZONE = np.array([np.nan, *range(1, ZONE_COUNT + 1)])
_PRESENCE = np.concatenate([np.zeros((2, 1 + ZONE_COUNT)), np.eye(ZONE_COUNT, 1 + ZONE_COUNT, 1)])


@dataclass(frozen=True, slots=True, eq=False)
class EffortLimits:
    """Parameters of the squad, one column per athlete.

    Parameters
    ----------
    bounds : ndarray of float64, shape (2, 5, n)
        Lower bounds of the athlete's zones, then of 50 to 90 % of maximum. [bpm]
    max_hr, resting_hr, reserve : ndarray of float64, shape (n,)
        Maximal and resting heart rate, and the difference. [bpm]
    scale, growth : ndarray of float64, shape (n,)
        Weights a and b of Banister's formula.
    """

    bounds: Floats
    max_hr: Floats
    resting_hr: Floats
    reserve: Floats
    scale: Floats
    growth: Floats


def limits_of(squad: Sequence[Athlete]) -> EffortLimits:
    """Return the parameters of a squad."""
    n = len(squad)
    max_hr = np.array([athlete.max_hr for athlete in squad], np.float64)
    resting_hr = np.array([athlete.resting_hr for athlete in squad], np.float64)
    own = np.array([bounds_of(athlete) for athlete in squad]).reshape(n, ZONE_COUNT).T
    weights = np.array([banister_weights(athlete.sex) for athlete in squad]).reshape(n, 2)
    return EffortLimits(
        bounds=np.stack([own, bounds_by_max(max_hr)]),
        max_hr=max_hr,
        resting_hr=resting_hr,
        reserve=max_hr - resting_hr,
        scale=np.ascontiguousarray(weights[:, 0]),
        growth=np.ascontiguousarray(weights[:, 1]),
    )


def zone(limits: EffortLimits, heart_rate: Floats) -> Floats:
    """Return zone 1 to 5 of each athlete; NaN below zone 1 or without heart rate."""
    found: Floats = _ZONE.take((heart_rate >= limits.bounds[0]).sum(axis=0))
    return found


def step(limits: EffortLimits, sums: Floats, heart_rate: Floats, held_s: Floats) -> Floats:
    """Add the time a heart rate held to the running sums, in place.

    Parameters
    ----------
    limits : EffortLimits
        Of the squad.
    sums : ndarray of float64, shape (7, n)
        Banister and Edwards weights and presence in each zone, times seconds; NaN before the
        first heart rate.
    heart_rate : ndarray of float64, shape (n,)
        NaN adds nothing. [bpm]
    held_s : ndarray of float64, shape (n,)
        Time since the heart rate before, 0 across a pause. [s]

    Returns
    -------
    ndarray of float64, shape (n,)
        Zone 1 to 5; NaN below zone 1 or without heart rate.
    """
    # Bounds reached, of the athlete's own and of the shares of maximum. No matrix product: a BLAS
    # that wakes its threads for it costs more than all else here.
    reached = (heart_rate >= limits.bounds).view(np.uint8)
    number, weight = np.add.reduce(reached, axis=1, dtype=np.uint8)
    reserve = (heart_rate - limits.resting_hr) / limits.reserve
    reserve = np.fmin(np.fmax(reserve, 0.0), 1.0)  # NaN becomes 0: no load
    grown = _PRESENCE.take(number, axis=1)
    grown[0] = reserve * limits.scale * np.exp(limits.growth * reserve)
    grown[1] = weight
    grown *= held_s
    sums += grown
    found: Floats = _ZONE.take(number)
    return found


def write_loads(sums: Floats, into: Floats) -> None:
    """Write Banister and Edwards load [au] and the time in each zone [s] into seven lines."""
    into[:] = sums
    impulses = into[_IMPULSES]
    impulses /= 60.0
