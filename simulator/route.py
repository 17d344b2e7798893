"""Seeded closed routes and the ground they lie on, made without a network."""

from dataclasses import dataclass

import numpy as np

from simulator.noise import generator
from twin.records import Floats

_EQUATOR_M = 6_378_137.0  # WGS 84 semi-major axis
_ECCENTRICITY2 = 6.694_379_990_14e-3  # WGS 84, first eccentricity squared
_FINE = 7200  # points of the curve before it is cut into equal steps


@dataclass(frozen=True, slots=True)
class Ground:
    """A flat piece of the earth: metres east and north of an origin."""

    latitude: float = 46.9512
    longitude: float = 7.4386

    def degrees(self, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
        """Return latitude and longitude. [deg]

        Examples
        --------
        >>> latitude, _ = Ground(45.0, 7.0).degrees(np.zeros(1), np.array([1000.0]))
        >>> round(float(latitude[0] - 45.0), 6)  # a degree at 45 N is 111.132 km
        0.008998
        """
        bend = 1 - _ECCENTRICITY2 * np.sin(np.radians(self.latitude)) ** 2
        meridian_m = _EQUATOR_M * (1 - _ECCENTRICITY2) / bend**1.5
        parallel_m = _EQUATOR_M / np.sqrt(bend) * np.cos(np.radians(self.latitude))
        return (
            self.latitude + np.degrees(north_m / meridian_m),
            self.longitude + np.degrees(east_m / parallel_m),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A closed loop in steps of equal length.

    Parameters
    ----------
    east_m, north_m, altitude_m : ndarray
        Points of the loop; the last step leads back to the first point. [m]
    step_m : float
        Distance between two points. [m]
    """

    east_m: Floats
    north_m: Floats
    altitude_m: Floats
    step_m: float

    @property
    def length_m(self) -> float:
        """Length of one lap. [m]"""
        return self.step_m * len(self.east_m)

    @property
    def grade(self) -> Floats:
        """Rise over run of the step after each point. [1]"""
        return (np.roll(self.altitude_m, -1) - self.altitude_m) / self.step_m

    @property
    def heading(self) -> tuple[Floats, Floats]:
        """East and north parts of the direction of the step after each point. [1]"""
        east = np.roll(self.east_m, -1) - self.east_m
        north = np.roll(self.north_m, -1) - self.north_m
        size = np.hypot(east, north)
        return east / size, north / size

    def at(self, distance_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Return east, north and altitude after a distance, any number of laps. [m]"""
        steps = distance_m / self.step_m
        whole = np.floor(steps)
        part = steps - whole
        here = whole.astype(np.int64) % len(self.east_m)
        there = (here + 1) % len(self.east_m)
        return tuple(  # type: ignore[return-value]
            (1 - part) * line[here] + part * line[there]
            for line in (self.east_m, self.north_m, self.altitude_m)
        )

    def point(self, distance_m: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Return the index of the point last passed."""
        return np.floor(distance_m / self.step_m).astype(np.int64) % len(self.east_m)


def park_loop(seed: int) -> Route:
    """Return a running loop of 1.6 km with gentle rises."""
    return _loop(
        seed, "park", length_m=1600, step_m=4, bumpiness=0.3, relief_m=9, steepest=0.04,
        centre=(0.0, 0.0),
    )  # fmt: skip


def road_loop(seed: int) -> Route:
    """Return a cycling loop of 12 km over hills, round the park."""
    return _loop(
        seed, "road", length_m=12_000, step_m=10, bumpiness=0.42, relief_m=130, steepest=0.085,
        centre=(300.0, -200.0),
    )  # fmt: skip


def track_loop(seed: int) -> Route:
    """Return a flat cycling loop of 2 km, for tests that need the same power all the way."""
    return _loop(
        seed, "track", length_m=2000, step_m=10, bumpiness=0.02, relief_m=0, steepest=0.01,
        centre=(900.0, 500.0),
    )  # fmt: skip


def _loop(
    seed: int, purpose: str, *, length_m: float, step_m: float, bumpiness: float,
    relief_m: float, steepest: float, centre: tuple[float, float],
) -> Route:  # fmt: skip
    """Bend a circle by a few smooth waves and lay it over smooth hills."""
    random = generator(seed, purpose)
    angle = np.linspace(0, 2 * np.pi, _FINE, endpoint=False)
    radius = 1 + bumpiness * _waves(random, angle, (2, 3, 4, 5, 7))
    east, north = 1.25 * radius * np.cos(angle), radius * np.sin(angle)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*_closed_steps(east, north)))])
    count = round(length_m / step_m)
    wanted = np.arange(count) * along[-1] / count
    scale = length_m / along[-1]
    east, north = (
        np.interp(wanted, along, np.append(line, line[0])) * scale + middle
        for line, middle in zip((east, north), centre, strict=True)
    )
    height = _waves(random, 2 * np.pi * np.arange(count) / count, (1, 2, 3, 5, 8))
    altitude = relief_m * (height - height.min()) / np.ptp(height)
    too_steep = np.abs(np.diff(np.append(altitude, altitude[0]))).max() / step_m / steepest
    return Route(east, north, 540 + altitude / max(1.0, too_steep), step_m)


def _waves(random: np.random.Generator, angle: Floats, counts: tuple[int, ...]) -> Floats:
    waves = [
        random.uniform(0.5, 1) / count * np.sin(count * angle + random.uniform(0, 2 * np.pi))
        for count in counts
    ]
    total: Floats = np.sum(waves, axis=0)
    return total


def _closed_steps(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    return np.diff(np.append(east, east[0])), np.diff(np.append(north, north[0]))
