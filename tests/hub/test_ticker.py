"""The screens are told of a reading at once, and that time passes where none comes."""

import asyncio
import contextlib

import numpy as np
import pytest

from twin.hub.ticker import Ticker, joined
from twin.records import Batch
from twin.schema import ALL_NAMES

START = np.datetime64("2026-10-01T10:00:00", "ns")


class SteppedClock:
    """Time that stands until a test moves it; sleepers wake in their order."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> np.datetime64:
        return START + np.timedelta64(round(self.passed_s * 1e9), "ns")

    async def sleep(self, seconds: float) -> None:
        waking = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.passed_s + seconds, waking))
        await waking

    async def advance(self, seconds: float) -> None:
        until = self.passed_s + seconds
        while due := [s for s in self._sleepers if s[0] <= until]:
            first = min(due, key=lambda sleeper: sleeper[0])
            self._sleepers.remove(first)
            self.passed_s = first[0]
            first[1].set_result(None)
            await turns()
        self.passed_s = until
        await turns()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def row(second: float) -> Batch:
    time = START + np.timedelta64(round(second * 1e9), "ns")
    values = np.full((len(ALL_NAMES), 1), 140.0)
    return Batch(np.zeros(1, np.int32), np.array([time]), values, ALL_NAMES)


@pytest.fixture
async def told():
    """A ticker whose heart beats, its clock, and the rows of each tick it gave."""
    clock, ticks = SteppedClock(), []
    ticker = Ticker(lambda _, rows: ticks.append(rows), clock)
    beating = asyncio.create_task(ticker.heartbeat())
    await turns()
    ticks.clear()
    yield ticker, clock, ticks
    beating.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await beating


async def test_readings_once_a_second_are_told_at_once_and_nothing_between(told):
    """Jitter as sensors have it: 1 s with a standard deviation of 0.1 s, seeded."""
    ticker, clock, ticks = told
    jitter = np.random.default_rng(3).normal(0, 0.1, 300).clip(-0.3, 0.3)
    for second, late in enumerate(jitter, start=1):
        await clock.advance(second + late - clock.passed_s)
        ticker.arrived(row(second))
        await turns()
        assert len(ticks) == second
        assert len(ticks[-1]) == 1


async def test_silence_is_told_every_second_and_a_half(told):
    _, clock, ticks = told
    await clock.advance(15.0)
    assert [len(rows) for rows in ticks] == [0] * 10


async def test_readings_within_a_tenth_of_a_second_are_told_together(told):
    ticker, clock, ticks = told
    await clock.advance(0.5)
    for part in range(4):
        ticker.arrived(row(part / 40))
    await turns()
    assert [len(rows) for rows in ticks] == [4]


def test_nothing_joined_is_an_empty_batch_of_all_channels():
    assert joined([]).values.shape == (len(ALL_NAMES), 0)


def test_one_batch_is_joined_as_it_is():
    only = row(1)
    assert joined([only]) is only
