"""When the screens are told: at once, ten times a second at most, every 1.5 s at least."""

import asyncio
from collections.abc import Callable, Sequence

import numpy as np

from twin.hub.followers import Followers
from twin.protocols import Clock
from twin.records import Batch, Tick
from twin.schema import ALL_NAMES

_SHORTEST_TICK_S = 0.1
# Longer than the second between two readings: a tick without news just before one would hold it
# back for the shortest interval.
_LONGEST_TICK_S = 1.5


class Ticker:
    """Gathers rows and passes them to every follower as one `Tick`.

    Parameters
    ----------
    build : callable
        Makes the tick from its number and the rows that came since the last one.
    clock : Clock
        The hub's clock.
    """

    def __init__(self, build: Callable[[int, Batch], Tick], clock: Clock) -> None:
        self.last: Tick | None = None
        self._build = build
        self._clock = clock
        self._followers = Followers()
        self._rows: list[Batch] = []
        self._due: asyncio.Handle | None = None
        self._last_at = -np.inf

    def arrived(self, rows: Batch) -> None:
        """Take rows with derived channels; they go out with the next tick."""
        self._rows.append(rows)
        self.request()

    def request(self) -> None:
        """Tick now, or as soon as the shortest interval has passed; never twice for one request."""
        if self._due is not None:
            return
        loop = asyncio.get_running_loop()
        wait_s = _SHORTEST_TICK_S - (self._seconds() - self._last_at)
        if wait_s <= 0:
            self._due = loop.call_soon(self._tick)
        else:
            self._due = loop.call_later(wait_s, self._tick)

    def follow(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        """Call `callback` with every tick; returns the function that ends it."""
        return self._followers.add(callback)

    async def heartbeat(self) -> None:
        """Tick when nothing arrives, so that old values grow old on the screens."""
        while True:
            wait_s = _LONGEST_TICK_S - (self._seconds() - self._last_at)
            if wait_s > 0:
                await self._clock.sleep(wait_s)
            else:
                self._tick()

    def _tick(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._last_at = self._seconds()
        rows, self._rows = self._rows, []
        self.last = self._build(self.last.number + 1 if self.last else 0, joined(rows))
        self._followers.tell(self.last)

    def _seconds(self) -> float:
        return float(self._clock.now().astype(np.int64)) * 1e-9


def joined(rows: Sequence[Batch]) -> Batch:
    """Return the rows of several batches with derived channels as one, without their beats."""
    if not rows:
        nothing = np.empty((len(ALL_NAMES), 0))
        return Batch(np.empty(0, np.int32), np.empty(0, "datetime64[ns]"), nothing, ALL_NAMES)
    if len(rows) == 1:
        return rows[0]
    return Batch(
        np.concatenate([b.athlete for b in rows]),
        np.concatenate([b.time for b in rows]),
        np.concatenate([b.values for b in rows], axis=1),
        ALL_NAMES,
    )
