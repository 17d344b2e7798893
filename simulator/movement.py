"""What bodies do with their effort: runners on a loop, riders against hills and wind.

Every mover gives a `Motion`: the load that drives the heart, and positions within each second.
"""

from dataclasses import dataclass

import numpy as np

from simulator.athlete import Truths
from simulator.route import Route
from twin.records import Floats

_CAP_S = 10.0  # the reserve left could be spent in no less than this
_GRAVITY = 9.81  # m/s2
_AIR_DENSITY = 1.2  # kg/m3
_BIKE_KG = 9.0
_DRAG_AREA = 0.34  # m2, drag coefficient times frontal area, hands on the hoods
_ROLLING = 0.005  # coefficient of rolling resistance on tarmac
_TRANSMISSION = 0.975  # share of crank power that reaches the wheel
_EASE_SPEED, _COAST_SPEED = 14.5, 16.5  # m/s, from here pedalling eases, and stops
_BRAKE_SPEED = 17.0  # m/s, faster nobody lets it roll


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Some seconds of movement.

    Parameters
    ----------
    load : ndarray, shape (seconds, athletes)
        Power [W] or flat-ground speed [m/s] as the body feels it.
    power, cadence : ndarray, shape (seconds, athletes)
        At the crank or the foot pod; NaN where the sport has none. [W, 1/min]
    speed, distance, east, north, altitude : ndarray, shape (seconds, parts, athletes)
        At the end of each part of a second. [m/s, m]
    """

    load: Floats
    power: Floats
    cadence: Floats
    speed: Floats
    distance: Floats
    east: Floats
    north: Floats
    altitude: Floats


class Reserve:
    """Work above critical load that is left: spent linearly, regained towards full.

    Recovery slows as the reserve fills; W prime in joules and D prime in metres alike.
    """

    def __init__(self, truths: Truths) -> None:
        self._full = truths["reserve"]
        self._critical = truths["critical_load"]
        self.left = self._full.copy()

    def possible(self, wanted: Floats) -> Floats:
        """Return the wanted load, or what an emptied athlete can still hold."""
        return np.minimum(wanted, self._critical + self.left / _CAP_S)

    def spend(self, load: Floats) -> None:
        """Let one second of this load pass."""
        surplus = load - self._critical
        regained = -surplus * (1 - self.left / self._full)
        self.left = np.clip(self.left + np.where(surplus > 0, -surplus, regained), 0, self._full)


def cost_of_grade(grade: Floats) -> Floats:
    """Return how many times dearer a metre is than on the flat; least near -0.18."""
    return np.maximum(0.6, 1 + 3.1 * grade + 8.5 * grade**2)


class Runners:
    """Runners on one loop; `truths` are theirs alone."""

    def __init__(self, truths: Truths, route: Route, start_m: Floats) -> None:
        self._truths = truths
        self._route = route
        self._grade = route.grade
        self.reserve = Reserve(truths)
        self._speed = np.zeros(len(truths))
        self._start = start_m
        self._distance = np.zeros(len(truths))

    def begin(self) -> None:
        """Count distance from here."""
        self._start, self._distance = self._start + self._distance, np.zeros_like(self._distance)

    def advance(self, intensity: Floats, parts: int) -> Motion:
        """Run for some seconds; shape of `intensity` is (seconds, runners)."""
        load, speed, distance = (np.empty_like(intensity) for _ in range(3))
        first = self._distance.copy(), self._speed.copy()
        for row, share in enumerate(intensity):
            cost = cost_of_grade(self._grade[self._route.point(self._start + self._distance)])
            wanted = self.reserve.possible(share * self._truths["critical_load"]) / cost
            self._speed = self._speed + 0.4 * (wanted - self._speed)
            self._distance = self._distance + self._speed
            speed[row], distance[row], load[row] = self._speed, self._distance, self._speed * cost
            self.reserve.spend(load[row])
        moving = speed > 0.5
        cadence = np.where(moving, 118 + 15 * np.sqrt(np.maximum(speed, 0) * 4), 0.0)
        power = 1.04 * self._truths["mass_kg"] * load
        return _on_route(self._route, self._start, load, power, cadence, speed, distance,
                         first, parts)  # fmt: skip


class Riders:
    """Riders on one hilly loop in a steady wind; `truths` are theirs alone."""

    def __init__(
        self, truths: Truths, route: Route, start_m: Floats, wind_m_s: tuple[float, float]
    ) -> None:
        self._truths = truths
        self._route = route
        self._grade = route.grade
        east, north = route.heading
        self._tailwind = wind_m_s[0] * east + wind_m_s[1] * north
        self.reserve = Reserve(truths)
        self._mass = truths["mass_kg"] + _BIKE_KG
        self._speed = np.zeros(len(truths))
        self._start = start_m
        self._distance = np.zeros(len(truths))

    def begin(self) -> None:
        """Count distance from here."""
        self._start, self._distance = self._start + self._distance, np.zeros_like(self._distance)

    def advance(self, intensity: Floats, parts: int) -> Motion:
        """Ride for some seconds; shape of `intensity` is (seconds, riders)."""
        power, speed, distance = (np.empty_like(intensity) for _ in range(3))
        first = self._distance.copy(), self._speed.copy()
        for row, share in enumerate(intensity):
            point = self._route.point(self._start + self._distance)
            wanted = self.reserve.possible(share * self._truths["critical_load"])
            keen = (_COAST_SPEED - self._speed) / (_COAST_SPEED - _EASE_SPEED)
            power[row] = wanted * np.minimum(np.maximum(keen, 0.0), 1.0)
            self._speed = self._rolled(power[row], self._grade[point], self._tailwind[point])
            self._distance = self._distance + self._speed
            speed[row], distance[row] = self._speed, self._distance
            self.reserve.spend(power[row])
        share_used = power / self._truths["critical_load"]
        cadence = np.where(power > 5, np.clip(68 + 24 * share_used, 55, 110), 0.0)
        return _on_route(self._route, self._start, power, power, cadence, speed, distance,
                         first, parts)  # fmt: skip

    def _rolled(self, power: Floats, grade: Floats, tailwind: Floats) -> Floats:
        """Return the speed a second later, by the balance of energy."""
        slope = np.arctan(grade)
        weight = self._mass * _GRAVITY
        through_air = self._speed - tailwind
        drag = 0.5 * _AIR_DENSITY * _DRAG_AREA * through_air * np.abs(through_air)
        force = weight * (np.sin(slope) + _ROLLING * np.cos(slope)) + drag
        energy = 0.5 * self._mass * self._speed**2 + _TRANSMISSION * power - force * self._speed
        return np.minimum(np.sqrt(2 * np.maximum(energy, 0.0) / self._mass), _BRAKE_SPEED)


def _on_route(
    route: Route, start: Floats, load: Floats, power: Floats, cadence: Floats,
    speed: Floats, distance: Floats, first: tuple[Floats, Floats], parts: int,
) -> Motion:  # fmt: skip
    """Place the end of every second, and the parts between, on the route."""
    share = (np.arange(1, parts + 1) / parts)[None, :, None]
    fine = []
    for before, ends in zip(first, (distance, speed), strict=True):
        begins = np.concatenate([before[None], ends[:-1]])[:, None]
        fine.append(np.where(share == 1, ends[:, None], begins + share * (ends[:, None] - begins)))
    east, north, altitude = route.at(start + fine[0])
    return Motion(load, power, cadence, fine[1], fine[0], east, north, altitude)
