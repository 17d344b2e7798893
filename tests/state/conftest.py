"""A follower of a squad that was simulated beforehand and went through the live steps."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.source import SimulatorSource
from twin.pipeline import derive
from twin.protocols import Clock
from twin.records import Athlete, Batch, Lap, Led, Period, Reason, Tick
from twin.schema import ALL_NAMES

START = np.datetime64("2026-10-01T10:00:00", "ns")


class QuickClock(Clock):
    """Nobody waits: sleeping moves the clock."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> np.datetime64:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time = self.time + np.timedelta64(round(seconds * 1e9), "ns")


def simulate(
    athletes: int, seconds: int, sport: str = "mixed"
) -> tuple[tuple[Athlete, ...], list[Batch]]:
    """A simulated squad, and what it sent in its first seconds."""
    source = SimulatorSource(athletes, seed=4, sport=sport)

    async def taken() -> list[Batch]:
        batches: list[Batch] = []
        async for batch in source.batches(QuickClock()):
            if len(batches) == seconds:
                break
            batches.append(batch)
        return batches

    return tuple(source.athletes), asyncio.run(taken())


class PlayedLive:
    """A simulated squad, second by second: `tick` is where `position` stands."""

    def __init__(self, athletes: int, seconds: int, sport: str) -> None:
        self.squad, batches = simulate(athletes, seconds, sport)
        frames = [self._of(batches, index).drop(columns="athlete") for index in range(athletes)]
        self.frames = [derive(f, who) for f, who in zip(frames, self.squad, strict=True)]
        self.position = seconds
        self.marked: dict[str, tuple[Lap, ...]] = {}

    def _of(self, batches: list[Batch], index: int) -> pd.DataFrame:
        return pd.concat([b.take(b.athlete == index).frame() for b in batches])

    def until(self) -> pd.Timestamp:
        return pd.Timestamp(START, tz="UTC") + pd.Timedelta(seconds=self.position - 1)

    def tick(self) -> Tick | None:
        now = self.until()
        frames = [f.reindex(columns=list(ALL_NAMES)) for f in self.frames]
        seen = [f[f.index <= now].ffill() for f in frames]
        values = np.stack([f.iloc[-1].to_numpy(float) for f in seen], axis=1)
        last = [(i, f[f.index == now]) for i, f in enumerate(frames)]
        rows = Batch(
            np.concatenate([np.full(len(f), i, np.int32) for i, f in last]),
            np.concatenate([f.index.tz_convert(None).to_numpy("datetime64[ns]") for _, f in last]),
            np.concatenate([f.to_numpy(float).T for _, f in last], axis=1),
            ALL_NAMES,
        )
        reason = np.where(np.isnan(values), Reason.NOT_MEASURED, Reason.GOOD).astype(np.uint8)
        return Tick(self.position, now.tz_convert(None).to_datetime64().astype("datetime64[ns]"),
                    self.squad, values, np.zeros_like(values), np.isfinite(values) * 1.0, reason,
                    rows)  # fmt: skip

    def silent(self, seconds: float, *, others_speak: bool = True) -> Tick:
        """The tick after this time without any reading; its time stands where no source speaks."""
        tick = self.tick()
        passed = np.timedelta64(round(seconds * 1e9), "ns")
        later = tick.time + passed if others_speak else tick.time
        nothing = Batch.of([], [])
        age_s = tick.age_s + seconds
        return replace(tick, number=tick.number + 1, time=later, rows=nothing, age_s=age_s)

    def subscribe(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        return lambda: None

    def frame(self, athlete: str, window: str | float = "10min") -> pd.DataFrame:
        frame = self.frames[[a.id for a in self.squad].index(athlete)]
        length = pd.Timedelta(window) if isinstance(window, str) else pd.Timedelta(seconds=window)
        return frame[(frame.index <= self.until()) & (frame.index > self.until() - length)]

    def led(self) -> Led:
        return Led()

    def periods(self) -> tuple[Period, ...]:
        return ()

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        return self.marked.get(athlete, ())


@pytest.fixture(scope="session")
def simulated() -> Callable[..., tuple[tuple[Athlete, ...], list[Batch]]]:
    return simulate


@pytest.fixture
def played() -> Callable[..., PlayedLive]:
    def make(athletes: int = 2, seconds: int = 120, sport: str = "running") -> PlayedLive:
        return PlayedLive(athletes, seconds, sport)

    return make
