"""Simulated athletes as a source of live samples: `simulator:30` on the command line."""

from collections.abc import AsyncIterator

import numpy as np

from simulator.route import Ground
from simulator.squad import known_athlete
from simulator.world import World
from twin.protocols import Clock
from twin.records import Athlete, Batch


class SimulatorSource:
    """A squad that trains without end."""

    def __init__(
        self,
        athletes: int = 12,
        *,
        seed: int = 0,
        sport: str = "mixed",
        frequency_s: float = 1.0,
        start: np.datetime64 | None = None,
        speed: float = 1.0,
    ) -> None:
        self.name = f"simulator:{athletes}"
        self.speed = speed
        self._start = start
        self._world = World(athletes, seed=seed, sport=sport)
        self.athletes: tuple[Athlete, ...] = tuple(
            known_athlete(place, truth) for place, truth in enumerate(self._world.truths)
        )

    async def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        """Yield the whole squad once a second."""
        began = clock.now().astype("datetime64[ns]")
        start = began if self._start is None else np.datetime64(self._start, "ns")
        second = np.timedelta64(10**9, "ns")
        for tick in range(2**62):
            due = began + np.timedelta64(round(tick * 1e9 / self.speed), "ns")
            await clock.sleep(max(0.0, float((due - clock.now()) / second)))
            yield self._batch(start + tick * second, clock.now())

    def _batch(self, time: np.datetime64, now: np.datetime64) -> Batch:
        stretch = self._world.advance(1)
        motion = stretch.motion
        latitude, longitude = Ground().degrees(motion.east[0, 0], motion.north[0, 0])
        count = len(self.athletes)
        return Batch.of(
            np.arange(count),
            np.full(count, time),
            now=now,
            heart_rate=np.rint(stretch.heart_rate[0]),
            power=np.rint(motion.power[0]),
            cadence=np.rint(motion.cadence[0]),
            speed=motion.speed[0, 0],
            distance=motion.distance[0, 0],
            altitude=motion.altitude[0, 0],
            latitude=latitude,
            longitude=longitude,
        )


def open_source(description: str, settings: object = None) -> SimulatorSource:
    """Return the squad of a description such as "30"."""
    return SimulatorSource(int(description or 12))
