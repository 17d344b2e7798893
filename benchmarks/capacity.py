"""A hundred athletes with twins, rules and heart rate variability, live: how much of one core?

    python -m benchmarks.capacity [--athletes 100] [--seconds 120]

Simulated beforehand, so only the hub counts: cleaning, features, rolling frames, twins, alert rules,
beats, one durable append and one tick a second, all threads of the process. The first minutes only
fill the two-minute windows. Beside it: an answer of the what-if page, and a session of 90 minutes
through one twin.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence

import numpy as np

from simulator.recording import simulate_recording
from simulator.source import SimulatorSource
from twin.hub import Hub
from twin.hub.insights import NAMES
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import Calibration
from twin.model.plan import parse_plan
from twin.model.planning import Planner
from twin.model.reserve import Capacity
from twin.model.whatif import answer, largest_scale_below, rested_twin
from twin.records import Athlete, Batch
from twin.store import EmbeddedStore

WARM_UP_S = 130
RIDER = Athlete("Ada", sport="cycling")
PLAN = "10:00 150 W, 10x(3:00 280 W, 2:00 120 W), 10:00 120 W"


class StepClock:
    """Stands still until the source moves it; who sleeps, sleeps on."""

    def __init__(self) -> None:
        self.time = np.datetime64("2026-10-01T10:00:00", "ns")

    def now(self) -> np.datetime64:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


class FreeClock(StepClock):
    """Nobody waits: sleeping moves the clock."""

    async def sleep(self, seconds: float) -> None:
        self.time = self.time + np.timedelta64(round(seconds * 1e9), "ns")


async def simulated(athletes: int, seconds: int) -> tuple[Sequence[Athlete], list[Batch]]:
    """Return the squad and one batch a second."""
    source, batches = SimulatorSource(athletes, seed=4), []
    async for batch in source.batches(FreeClock()):
        batches.append(batch)
        if len(batches) == seconds:
            break
    return source.athletes, batches


class Prepared:
    """Sends batches made beforehand, one for each second of the clock, and times the hub."""

    name = "prepared"

    def __init__(self, athletes: Sequence[Athlete], batches: Sequence[Batch]) -> None:
        self.athletes = tuple(athletes)
        self._batches = batches
        self.spent_s: list[float] = []
        self.done = asyncio.Event()

    async def batches(self, clock: StepClock) -> AsyncIterator[Batch]:
        for batch in self._batches:
            clock.time = batch.time.max()
            before = time.process_time()
            yield batch  # the hub takes it in before it asks for the next
            await asyncio.sleep(0)  # and ticks
            self.spent_s.append(time.process_time() - before)
        self.done.set()
        await asyncio.Event().wait()


async def capacity(athletes: int, seconds: int) -> tuple[list[float], int]:
    """Return the CPU time of each second after the warm-up, and how many had an alpha 1. [s]"""
    squad, batches = await simulated(athletes, WARM_UP_S + seconds)
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(folder) as store:
        source = Prepared(squad, batches)
        hub = Hub([source], store, clock=StepClock())
        running = asyncio.create_task(hub.run())
        await source.done.wait()
        cover = hub.twins.outlook(hub.roster.squad)["insights"]
        hub.stop()
        await running

    return source.spent_s[WARM_UP_S:], int(np.isfinite(cover[NAMES.index("artefact_share")]).sum())


def what_if_ms() -> float:
    """Return how long one question of the page takes: a plan of 70 min and its inverse. [ms]"""
    twin, times = rested_twin(RIDER, Calibration()), []
    capacity = Capacity(260.0, 5.0, 18_000.0, 2_000.0, 5)
    for _ in range(15):
        began = time.perf_counter()
        planned = Planner(twin.response, 0.0, RIDER.max_hr).planned(parse_plan(PLAN))
        answer(twin, planned, capacity=capacity, day_known=False)
        for level in (None, 0.80, 0.95):
            largest_scale_below(twin, planned, 170.0, level=level, day_sd=11.0)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def replay_s() -> float:
    """Return how long 90 min of a ride take through one twin. [s]"""
    samples = simulate_recording("cycling", 5400, seed=3)[0].samples
    columns = [
        samples[n].to_numpy() for n in ("heart_rate", "power", "speed", "altitude", "cadence")
    ]
    twin = AthleteTwin(RIDER)
    began = time.perf_counter()
    for heart_rate, power, speed, altitude, cadence in zip(*columns, strict=True):
        twin.observe(heart_rate, power=power, speed=speed, altitude=altitude, cadence=cadence)
    return time.perf_counter() - began


def main() -> None:
    options = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__)[0])
    options.add_argument("--athletes", type=int, default=100)
    options.add_argument("--seconds", type=int, default=120, help="measured after the warm-up")
    chosen = options.parse_args()
    spent, beats = asyncio.run(capacity(chosen.athletes, chosen.seconds))
    mean, worst = 100 * statistics.mean(spent), 1000 * max(spent)
    print(f"{chosen.athletes} athletes, {beats} with beats: {mean:.1f} % of one core, "
          f"longest second {worst:.0f} ms")  # fmt: skip
    print(f"what-if, a plan of 70 min and three inverse questions: {what_if_ms():.0f} ms")
    print(f"90 min through one twin: {replay_s():.2f} s")


if __name__ == "__main__":
    main()
