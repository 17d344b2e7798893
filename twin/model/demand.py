"""Demand: the workload as one number per second, in units of the heart rate it commonly costs.

Power, running speed, cycling speed and cadence are scaled by what they cost most people, so that
one set of population weights serves all of them; what they cost this athlete is calibrated.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from twin.model import bank
from twin.physiology.running import grade_adjusted_speed
from twin.records import Floats


class InputKind(StrEnum):
    """What is known of the workload, best first."""

    POWER = "power"
    RUNNING = "running speed"
    CYCLING = "cycling speed"
    SPEED = "speed"
    CADENCE = "cadence"
    NONE = "none"


# Heart rate that a unit of input commonly costs. Power: 0.20-0.29 bpm/W in fitted rides; running:
# 24 +- 8 bpm/(m/s), Hunt et al. 2015, doi:10.1186/s12938-015-0112-7, rounded down as outdoor
# speed is noisy. The athlete's own value is calibrated.
BPM_PER_UNIT = {
    InputKind.POWER: 0.25,
    InputKind.RUNNING: 20.0,
    InputKind.CYCLING: 0.25,  # of the estimated power
    InputKind.SPEED: 20.0,
    InputKind.CADENCE: 0.3,
    InputKind.NONE: 0.0,
}
_LARGEST_UNIT = {
    InputKind.POWER: 1500.0,
    InputKind.RUNNING: 9.0,
    InputKind.CYCLING: 800.0,
    InputKind.SPEED: 9.0,
    InputKind.CADENCE: 250.0,
    InputKind.NONE: 0.0,
}

# A road cyclist, bicycle included: 0.35 m2 in air of 1.2 kg/m3, and 80 kg.
DRAG, WEIGHT_N, ROLLING = 0.5 * 1.2 * 0.35, 80.0 * 9.81, 0.005  # kg/m, N, 1
_TERRAIN_GAINS = bank.gains_of([10.0, 20.0])
_LAG_S = 10.0  # by which the 20 s mean lags behind the 10 s mean
_SHORTEST_RUN_M = 15.0  # grade needs this much ground


@dataclass(frozen=True, slots=True, eq=False)
class Second:
    """One second of measured input of every athlete, NaN = not measured, shape (athletes,)."""

    heart_rate: Floats
    power: Floats
    speed: Floats
    altitude: Floats
    cadence: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Memory of altitude and speed, from which the grade is taken."""

    altitude: bank.Bank
    speed: bank.Bank


def flat_terrain(athletes: int) -> Terrain:
    """Return a terrain of which nothing is known.

    >>> flat_terrain(2).altitude.seen
    array([0, 0])
    """
    return Terrain(bank.empty_bank(athletes, 2), bank.empty_bank(athletes, 2))


def terrain_step(terrain: Terrain, second: Second) -> tuple[Terrain, Floats]:
    """Take in one second; return the terrain and the grade of every athlete [1].

    The grade is the climb between two smoothed altitudes over the ground covered meanwhile: zero
    where altitude or speed are not known, within -0.25 to 0.25.

    >>> terrain = flat_terrain(1)
    >>> for climbed_m in 0.2 * np.arange(200):  # at 4 m/s: 1 in 20
    ...     second = Second(*np.array([[150.0], [np.nan], [4.0], [climbed_m], [np.nan]]))
    ...     terrain, grade = terrain_step(terrain, second)
    >>> grade.round(3)
    array([0.05])
    """
    altitude = bank.step(terrain.altitude, second.altitude, _TERRAIN_GAINS)
    speed = bank.step(terrain.speed, second.speed, _TERRAIN_GAINS)
    climb = altitude.mean[:, 0] - altitude.mean[:, 1]
    ground = np.maximum(speed.mean[:, 1] * _LAG_S, _SHORTEST_RUN_M)
    return Terrain(altitude, speed), np.clip(climb / ground, -0.25, 0.25)


def cycling_power(speed: Floats, grade: Floats) -> Floats:
    """Power a road cyclist commonly needs at this speed, where no meter is at hand.

    Parameters
    ----------
    speed : ndarray
        NaN gives NaN. [m/s]
    grade : ndarray
        Rise over run. [1]

    Returns
    -------
    ndarray
        Zero where the road drives the rider. [W]

    References
    ----------
    Martin et al. 1998, doi:10.1123/jab.14.3.276 (without wind, drive-train loss and inertia).

    Examples
    --------
    >>> cycling_power(np.array([10.0]), np.array([0.0])).round(1)
    array([249.2])
    """
    return np.maximum((DRAG * speed**2 + WEIGHT_N * (ROLLING + grade)) * speed, 0.0)


def natural_input(kind: InputKind, second: Second, grade: Floats) -> Floats:
    """Return the workload of one second, NaN where unknown, 0 without a kind. [W, m/s or 1/min]

    >>> second = Second(*np.array([[150.0], [np.nan], [4.0], [100.0], [80.0]]))
    >>> kinds = (InputKind.RUNNING, InputKind.POWER)
    >>> [natural_input(kind, second, np.zeros(1)).item() for kind in kinds]
    [4.0, nan]
    """
    if kind is InputKind.POWER:
        return second.power
    if kind is InputKind.RUNNING:
        return grade_adjusted_speed(second.speed, grade)
    if kind is InputKind.CYCLING:
        return cycling_power(second.speed, grade)
    if kind is InputKind.SPEED:
        return second.speed
    if kind is InputKind.CADENCE:
        return second.cadence
    return np.zeros_like(second.heart_rate)


def demand_of(kind: InputKind, natural: Floats) -> Floats:
    """Scale a workload in its own unit to the heart rate it commonly costs; NaN stays NaN. [bpm]

    >>> demand_of(InputKind.POWER, np.array([200.0, np.nan]))
    array([50., nan])
    """
    return np.clip(natural, 0.0, _LARGEST_UNIT[kind]) * BPM_PER_UNIT[kind]
