"""A source for tests that lead it."""

import asyncio
import queue
from collections.abc import AsyncIterator

from twin.protocols import Clock
from twin.records import Athlete, Batch


class Fed:
    """A source that sends what the test puts into it."""

    name = "fed"

    def __init__(self, *names: str) -> None:
        self.athletes = [Athlete(name) for name in names]  # grows when somebody joins
        self.queue: queue.SimpleQueue[Batch] = queue.SimpleQueue()

    async def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        while True:
            while not self.queue.empty():
                yield self.queue.get()
            await asyncio.sleep(0.002)
