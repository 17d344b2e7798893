"""Ticks of any shape, and a listener that remembers."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from twin.records import (
    Alert,
    AlertState,
    Athlete,
    Batch,
    Beats,
    Fault,
    Lap,
    Marks,
    Mute,
    News,
    Period,
    Priority,
    SensorState,
    SensorStatus,
    Session,
    SourceStatus,
    Tick,
)
from twin.schema import ALL_NAMES

CHANNELS = len(ALL_NAMES)
START = datetime(2026, 10, 1, 10, 0, 0, 123457, UTC)
DEADLINE_S = 30


def any_bits(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Floats of any bits: NaN of every kind, infinities, denormals, both zeros."""
    bits = rng.integers(0, 2**64, shape, np.uint64, endpoint=False)
    special = np.array([0, 1 << 63, 0x7FF8 << 48, 0xFFF8 << 48, 0x7FF0 << 48, 1], np.uint64)
    return np.where(rng.random(shape) < 0.3, rng.choice(special, shape), bits).view(np.float64)


def make_alert(name: str, **changes) -> Alert:
    """An alert about heart rate."""
    given = {"state": AlertState.ACTIVE} | changes
    return Alert(
        name, "a0", "threshold", "heart_rate", 191.5, np.nan, START, Priority.ALARM,
        "Åsa 0: 192 bpm, above 185", **given,
    )  # fmt: skip


def make_tick(number: int = 0, athletes: int = 2, rows: int = 2, *, seed: int = 0) -> Tick:
    """A tick whose every field holds something."""
    rng = np.random.default_rng([seed, number])
    times = np.datetime64("2026-10-01T10:00:00", "ns") + rng.integers(0, 10**12, rows)
    squad = tuple(Athlete(f"Åsa {i}", f"a{i}", mass_kg=61.25) for i in range(athletes))
    beats = Beats(np.zeros(3, np.int32), np.sort(times[:1].repeat(3)), any_bits(rng, 3))
    if not rows:
        beats = Beats(np.empty(0, np.int32), np.empty(0, "datetime64[ns]"), np.empty(0))
    return Tick(
        number=number,
        time=np.datetime64("2026-10-01T10:00:00.123456789", "ns"),
        squad=squad,
        values=any_bits(rng, CHANNELS, athletes),
        age_s=np.full((CHANNELS, athletes), 0.1),
        quality=np.ones((CHANNELS, athletes)),
        reason=rng.integers(0, 9, (CHANNELS, athletes)).astype(np.uint8),
        rows=Batch(
            rng.integers(0, max(athletes, 1), rows).astype(np.int32), times,
            any_bits(rng, CHANNELS, rows), ALL_NAMES, beats, np.datetime64("2026-10-01", "ns"),
        ),
        sessions={a.id: Session(f"s-{a.id}", a.id, "running", START) for a in squad},
        sources=(SourceStatus("replay:x", "paused", "“ö”", 0.1, 20.0), SourceStatus("b", "live")),
        sensors=(
            SensorStatus("F0:1", "“ö”", "heart rate", "a0", SensorState.LISTEN, "", -61.0, 85.0, 2,
                         120, 3, 0.125, False, 0.5, {"heart_rate": 141.0}, wants_rr=True, streams=("ecg",), rates={"ecg": 130.5}, can_stream=True, adapter="hci1"),
            SensorStatus("F0:2"),
        ),
        faults=(Fault("clean", 3, "no such channel"),),
        store_state="recording",
        horizons_s=(30, 60),
        forecast=any_bits(rng, 2, athletes),
        half_width=any_bits(rng, 2, athletes),
        time_to_limit_s=any_bits(rng, athletes),
        insights=any_bits(rng, 3, athletes),
        calibrated=rng.integers(0, 16, athletes).astype(np.int32),
        alerts=(make_alert("A/1", note="“seen”", state=AlertState.ACKNOWLEDGED),),
        mutes=(Mute("a0", "threshold", START, "Bea", "warming up"),),
    )  # fmt: skip


MARKS = Marks({"a0": (Lap(1, START, START, "warm-up"), Lap(2, START))}, (Period("rondo", START),))


class Ear:
    """A listener that remembers what it was told."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self.silences: list[str] = []
        self.told = threading.Condition()
        self.open = threading.Event()
        self.open.set()

    def heard(self, news: News) -> None:
        self.open.wait(DEADLINE_S)
        with self.told:
            self.news.append(news)
            self.told.notify_all()

    def silent(self, why: str, since_s: float, group: str = "") -> None:
        with self.told:
            self.silences.append(why)
            self.told.notify_all()

    def numbers(self) -> list[int]:
        return [one.tick.number for one in self.news]

    def until(self, claim: Callable[["Ear"], object]) -> None:
        deadline = time.monotonic() + DEADLINE_S
        with self.told:
            while not claim(self):
                left = deadline - time.monotonic()
                assert left > 0, (self.numbers(), self.silences)
                self.told.wait(left)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def tick() -> Callable[..., Tick]:
    return make_tick


@pytest.fixture
def marks() -> Marks:
    return MARKS
