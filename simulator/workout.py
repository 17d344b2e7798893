"""Workouts: how hard to go, second by second, as a share of critical load."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.noise import Noise, generator
from twin.records import Floats

_SWING_TAU_S = 7.0  # how long a swing of effort lasts


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a workout; the intensity goes straight from `begin` to `end`."""

    label: str
    duration_s: int
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Workout:
    """The plan of one session.

    Parameters
    ----------
    name : str
        In a coach's words.
    parts : tuple of Part
        In their order; after the last the workout begins again.
    """

    name: str
    parts: tuple[Part, ...]

    def intensity(self) -> Floats:
        """Return the share of critical load of every second of the workout.

        Examples
        --------
        >>> Workout("test", (Part("up", 4, 0.0, 1.0),)).intensity()
        array([0.  , 0.25, 0.5 , 0.75])
        """
        return np.concatenate(
            [np.linspace(p.begin, p.end, p.duration_s, endpoint=False) for p in self.parts]
        )


def steady(seed: int, place: int) -> Workout:
    """Return an easy run of an hour with small changes of pace."""
    random = generator(seed, f"steady {place}")
    pace = random.uniform(0.68, 0.82)
    shares = np.clip(pace + np.cumsum(random.normal(0, 0.015, 20)), 0.6, 0.9)
    parts = [Part("steady", 180, float(share), float(share)) for share in shares]
    return Workout("steady", (Part("rest", 30, 0, 0), Part("warm-up", 300, 0.5, pace), *parts))


def intervals(seed: int, place: int) -> Workout:
    """Return repeats above critical load with easy recoveries."""
    random = generator(seed, f"intervals {place}")
    hard_s, easy_s, hard = [(180, 120, 1.08), (60, 60, 1.18), (240, 150, 1.04), (30, 30, 1.22)][
        int(random.integers(4))
    ]
    count = max(4, 1200 // (hard_s + easy_s))
    repeats = [Part("hard", hard_s, hard, hard), Part("easy", easy_s, 0.45, 0.45)] * count
    return Workout(
        f"{count} x {hard_s} s",
        (
            Part("rest", 30, 0, 0),
            Part("warm-up", 420, 0.45, 0.78),
            *repeats,
            Part("cool-down", 300, 0.55, 0.4),
        ),
    )


def ramp(_seed: int = 0, _place: int = 0) -> Workout:
    """Return a ramp test: rise of 5 % of critical load a minute, to exhaustion, then rest."""
    return Workout(
        "ramp test",
        (Part("rest", 60, 0, 0), Part("ramp", 1200, 0.35, 1.35), Part("cool-down", 480, 0.35, 0.2)),
    )


def free_ride(seed: int, place: int) -> Workout:
    """Return an hour or so of riding as the rider likes."""
    random = generator(seed, f"free {place}")
    shares = np.clip(random.normal(0.74, 0.14, 40), 0.4, 1.08)
    parts = [
        Part("ride", int(length), float(share), float(share))
        for length, share in zip(random.integers(40, 200, 40), shares, strict=True)
    ]
    return Workout("free ride", (Part("rest", 20, 0, 0), Part("warm-up", 240, 0.4, 0.7), *parts))


def small_sided_game(_seed: int = 0, _place: int = 0) -> Workout:
    """Return bouts of play of four minutes with two minutes of walking between, all together."""
    bouts = [Part("play", 240, 1, 1), Part("walk", 120, 0.25, 0.25)] * 6
    return Workout("small-sided game", (Part("warm-up", 120, 0.4, 0.6), *bouts))


WORKOUTS: dict[str, Callable[[int, int], Workout]] = {
    "steady": steady,
    "intervals": intervals,
    "ramp": ramp,
    "free ride": free_ride,
    "small-sided game": small_sided_game,
}


class Plans:
    """The workouts of a squad as one table, second by second, each repeated without end."""

    def __init__(self, workouts: tuple[Workout, ...], phase_s: Floats) -> None:
        tables = [workout.intensity() for workout in workouts]
        self._length = np.array([len(table) for table in tables], np.int64)
        self._table = np.zeros((len(tables), int(self._length.max(initial=1))))
        for row, table in zip(self._table, tables, strict=True):
            row[: len(table)] = table
        self._phase = phase_s.astype(np.int64)

    def intensity(self, first_s: int, seconds: int) -> Floats:
        """Return the share of critical load, shape (seconds, athletes)."""
        rows = np.arange(first_s, first_s + seconds)[:, None] + self._phase
        shares: Floats = self._table[np.arange(len(self._length)), rows % self._length]
        return shares


class Pacing:
    """Nobody holds a plan exactly: slow swings about it, by sport.

    Parameters
    ----------
    spread : ndarray
        Standard deviation of each athlete's intensity, as a share of it. [1]
    seed : int
        Seed of the world.
    """

    def __init__(self, spread: Floats, seed: int) -> None:
        self._spread = spread
        self._noise = Noise(seed, "pacing", len(spread), 1)
        self._swing = np.zeros(len(spread))

    def uneven(self, intensity: Floats) -> Floats:
        """Return the intensity as it is really held, shape (seconds, athletes)."""
        keep = np.exp(-1 / _SWING_TAU_S)
        steps = np.sqrt(1 - keep**2) * self._noise.draw(len(intensity))[:, 0]
        held: Floats = np.empty_like(intensity)
        for row, step in enumerate(steps):
            self._swing = keep * self._swing + step
            held[row] = intensity[row] * np.maximum(0.0, 1 + self._spread * self._swing)
        return held
