"""A football-like small-sided game: two teams, bursts, positions inside the lines."""

from dataclasses import dataclass

import numpy as np

from simulator.athlete import Truths
from simulator.movement import Motion, Reserve
from simulator.noise import Noise
from twin.records import Floats

_STEPS = 5  # changes of velocity per second
_STEP_S = 1 / _STEPS
_MARGIN_M = 1.2  # nobody comes closer to the lines
_ACCELERATION = 4.5  # m/s2, most of a player
_REACTION_S = 0.45  # time constant of a change of velocity
_PACES = np.array([0.2, 1.4, 2.7, 4.4, 5.9, 7.6])  # m/s: stand, walk, jog, run, fast run, sprint
_PACE_SHARES = np.cumsum([0.06, 0.30, 0.34, 0.20, 0.07, 0.03])  # how often each is chosen
_PLAYER_COST = 1.2  # a metre of turning and dribbling, in metres of straight running
_BURST_COST = 0.9  # m/s of flat running per m/s2 of acceleration, either way
_BALL_TAU_S = 9.0  # how long the ball stays in one part of the area


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch on the ground.

    Parameters
    ----------
    length_m, width_m : float
        Size between the lines. [m]
    east_m, north_m : float
        Its centre. [m]
    bearing_deg : float
        Direction of its long side, clockwise from north. [deg]
    altitude_m : float
        Height above sea level. [m]
    """

    length_m: float = 105.0
    width_m: float = 68.0
    east_m: float = -620.0
    north_m: float = 380.0
    bearing_deg: float = 62.0
    altitude_m: float = 541.0

    def on_ground(self, along_m: Floats, across_m: Floats) -> tuple[Floats, Floats]:
        """Return metres east and north of a place counted from the centre of the pitch.

        Examples
        --------
        >>> Pitch(east_m=0, north_m=0, bearing_deg=90).on_ground(np.ones(1), np.zeros(1))[0]
        array([1.])
        """
        sine, cosine = np.sin(np.radians(self.bearing_deg)), np.cos(np.radians(self.bearing_deg))
        return (
            self.east_m + along_m * sine + across_m * cosine,
            self.north_m + along_m * cosine - across_m * sine,
        )

    def from_ground(self, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
        """Return metres along and across the pitch, counted from its centre."""
        sine, cosine = np.sin(np.radians(self.bearing_deg)), np.cos(np.radians(self.bearing_deg))
        east, north = east_m - self.east_m, north_m - self.north_m
        return east * sine + north * cosine, east * cosine - north * sine

    @property
    def half_size(self) -> Floats:
        """Half of length and width, shape (2, 1). [m]"""
        return np.array([[self.length_m / 2], [self.width_m / 2]])


def playing_area(pitch: Pitch, players: int) -> Floats:
    """Return half length and half width of the area that many players use, shape (2, 1). [m]"""
    count = max(players, 8)
    size = np.array([[12 + 5.0 * count], [10 + 3.2 * count]]) / 2
    return np.minimum(size, pitch.half_size) - _MARGIN_M


class Players:
    """Players of one game, by turns of the one and the other team; `truths` are theirs alone."""

    def __init__(self, truths: Truths, seed: int, pitch: Pitch) -> None:
        count = len(truths)
        self._truths = truths
        self._pitch = pitch
        self._area = playing_area(pitch, count)
        self.reserve = Reserve(truths)
        self._chance = Noise(seed, "players", count, 4, uniform=True)
        self._ball_noise = Noise(seed, "ball", 1, 2)
        self._ball = np.zeros((2, 1))
        self._home = self._formation(count)
        self._place = self._home.copy()
        self._velocity = np.zeros((2, count))
        self._target = self._home.copy()
        self._pace = np.full(count, _PACES[1])
        self._wait_s = np.zeros(count)
        self._distance = np.zeros(count)

    def _formation(self, count: int) -> Floats:
        """Spread each team over its half, an odd place is the other team's mirror image."""
        turn = np.arange(count) // 2
        along = -0.15 - 0.6 * ((turn * 0.618) % 1)
        across = 1.5 * ((turn * 0.382 + 0.31) % 1) - 0.75
        side = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
        return np.stack([along * side, across * side]) * self._area

    def begin(self) -> None:
        """Count distance from here."""
        self._distance = np.zeros_like(self._distance)

    def advance(self, intensity: Floats, parts: int) -> Motion:
        """Play for some seconds; shape of `intensity` is (seconds, players)."""
        seconds, count = intensity.shape
        chance = self._chance.draw(seconds)
        ball_noise = self._ball_noise.draw(seconds)
        knots = np.empty((seconds * _STEPS + 1, 2, 2, count))  # place and velocity, two axes
        knots[0] = self._place, self._velocity
        load = np.empty((seconds, count))
        for row, share in enumerate(intensity):
            self._decide(chance[row], ball_noise[row], share)
            first = row * _STEPS
            for step in range(first + 1, first + _STEPS + 1):
                self._move()
                knots[step, 0], knots[step, 1] = self._place, self._velocity
            load[row] = self._load(knots[first : first + _STEPS + 1, 1])
            self.reserve.spend(load[row])
        return self._motion(knots, load, parts)

    def _decide(self, chance: Floats, ball_noise: Floats, share: Floats) -> None:
        """Let players whose time is up choose a place, a pace and for how long."""
        ball = self._ball * (1 - 1 / _BALL_TAU_S) + 0.19 * self._area * ball_noise
        self._ball = np.minimum(np.maximum(ball, -self._area), self._area)
        self._wait_s = self._wait_s - 1
        choose = self._wait_s <= 0
        wanted = 0.45 * self._home + 0.55 * self._ball + 0.9 * (chance[:2] - 0.5) * self._area
        wanted = np.minimum(np.maximum(wanted, -self._area), self._area)
        self._target = np.where(choose, wanted, self._target)
        pace = _PACES[np.minimum(_PACE_SHARES.searchsorted(chance[2]), len(_PACES) - 1)]
        pace = np.minimum(self.reserve.possible(pace), 0.3 + pace * share)
        self._pace = np.where(choose, pace, self._pace)
        self._wait_s = np.where(choose, 1.0 + 4.0 * chance[3], self._wait_s)

    def _move(self) -> None:
        """Turn towards the target within what legs can do, and never over the lines."""
        way = self._target - self._place
        left = _length(way)
        push = way * (np.minimum(self._pace, 2 * np.sqrt(left)) / left) - self._velocity
        most = _ACCELERATION * _REACTION_S
        push *= np.minimum(_STEP_S / _REACTION_S, _STEP_S / _REACTION_S * most / _length(push))
        place = self._place + (self._velocity + 0.5 * push) * _STEP_S
        inside = np.minimum(np.maximum(place, -self._area), self._area)
        self._velocity = np.where(inside == place, self._velocity + push, 0.0)
        self._place = inside

    def _load(self, velocity: Floats) -> Floats:
        """Return one second's load as flat running, bursts and brakes included. [m/s]"""
        speed = np.hypot(velocity[1:, 0], velocity[1:, 1])
        change = (velocity[1:] - velocity[:-1]) / _STEP_S
        burst = np.hypot(change[:, 0], change[:, 1])
        load: Floats = (_PLAYER_COST * speed + _BURST_COST * burst).sum(axis=0) / _STEPS
        return load

    def _motion(self, knots: Floats, load: Floats, parts: int) -> Motion:
        seconds, count = load.shape
        place, velocity = _between(knots, np.arange(1, seconds * parts + 1) * (_STEPS / parts))
        shape = (seconds, parts, count)
        speed = np.hypot(velocity[:, 0], velocity[:, 1])
        before = np.concatenate([knots[:1, 0], place[:-1]])
        moved = np.hypot(place[:, 0] - before[:, 0], place[:, 1] - before[:, 1])
        distance = np.cumsum(np.concatenate([self._distance[None], moved]), axis=0)[1:]
        self._distance = distance[-1]
        east, north = self._pitch.on_ground(place[:, 0], place[:, 1])
        none = np.full((seconds, count), np.nan)
        return Motion(
            load, none, none, speed.reshape(shape), distance.reshape(shape),
            east.reshape(shape), north.reshape(shape),
            np.full(shape, self._pitch.altitude_m),
        )  # fmt: skip


def _length(vector: Floats) -> Floats:
    """Return the length of plane vectors, never quite zero."""
    size: Floats = np.hypot(vector[0], vector[1]) + 1e-9
    return size


def _between(knots: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Return place and velocity at any step count, on cubic curves through the knots."""
    after = np.ceil(steps).astype(int)
    part = (steps - (after - 1))[:, None, None]
    (place0, speed0), (place1, speed1) = (
        (knots[i, 0], knots[i, 1] * _STEP_S) for i in (after - 1, after)
    )
    bend2 = 3 * (place1 - place0) - 2 * speed0 - speed1
    bend3 = 2 * (place0 - place1) + speed0 + speed1
    place = place0 + part * (speed0 + part * (bend2 + part * bend3))
    velocity = (speed0 + part * (2 * bend2 + 3 * part * bend3)) / _STEP_S
    return place, velocity
