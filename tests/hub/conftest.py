"""A clock for several sleepers: the one who wakes first wakes at once."""

import asyncio
import heapq
from itertools import count

import numpy as np
import pytest


class VirtualClock:
    """Time jumps to the next one who is due, as soon as everybody sleeps or waits."""

    def __init__(self) -> None:
        self._now = np.datetime64("2026-10-01T10:00:00", "ns")
        self._sleepers: list[tuple[np.datetime64, int, asyncio.Future[None]]] = []
        self._order = count()
        self._driver: asyncio.Task[None] | None = None

    def now(self) -> np.datetime64:
        return self._now

    async def sleep(self, seconds: float) -> None:
        due = self._now + np.timedelta64(round(max(0.0, seconds) * 1e9), "ns")
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (due, next(self._order), waking))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        await waking

    async def _drive(self) -> None:
        while self._sleepers:
            await asyncio.sleep(0.0005)  # lets the writer thread and the steps go first
            due, _, waking = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not waking.done():
                waking.set_result(None)


@pytest.fixture
def virtual_clock() -> VirtualClock:
    return VirtualClock()
