"""The world: all athletes of a squad, second by second."""

from dataclasses import dataclass

from simulator import workout
from simulator.athlete import Hearts, Truth, Truths, draw_truth
from simulator.movement import Motion, Riders, Runners
from simulator.noise import generator
from simulator.route import Ground, park_loop, road_loop
from twin.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Some seconds of the whole squad, without any sensor between.

    Parameters
    ----------
    motion : Motion
        What everybody did.
    heart_rate : ndarray, shape (seconds, athletes)
        True heart rate. [bpm]
    """

    motion: Motion
    heart_rate: Floats


class World:
    """A seeded world that steps all athletes together."""

    def __init__(self, athletes: int, *, seed: int = 0, sport: str = "mixed") -> None:
        self.truths = tuple(draw_truth(seed, a, "running") for a in range(athletes))
        columns = Truths(self.truths)
        random = generator(seed, "places")
        self._plans = workout.Plans(
            tuple(workout.intervals(seed, a) for a in range(athletes)),
            random.integers(0, 900, athletes).astype(float),
        )
        self._hearts = Hearts(columns, seed)
        self._runners = Runners(columns, park_loop(seed), random.uniform(0, 1600, athletes))
        self._second = 0

    def advance(self, seconds: int, parts: int = 1) -> Stretch:
        """Let some seconds pass."""
        intensity = self._plans.intensity(self._second, seconds)
        self._second += seconds
        motion = self._runners.advance(intensity, parts)
        return Stretch(motion, self._hearts.advance(motion.load))


__all__ = ["Ground", "Riders", "Stretch", "Truth", "World", "road_loop"]
