"""Brings the hub's ticks to one screen: the newest, on the screen's own thread, never a queue."""

import threading
import time
from collections.abc import Callable

from twin.protocols import Live
from twin.records import Tick

RESTING_S = 60.0  # a tick that brings nothing new costs a page as much as any other
Schedule = Callable[[Callable[[], None]], object]


class Follower:
    """Shows every tick to one screen until closed; where the screen is slow, only the newest.

    Parameters
    ----------
    live : Live
        Follows the hub.
    show : callable
        Gets the newest tick; called by `schedule`, so it may change what is on the screen.
    schedule : callable
        Runs a function soon on the thread of the screen, such as
        ``document.add_next_tick_callback``; may be called from any thread.
    rests : callable, optional
        Whether a tick may be left out if one was shown in the last `RESTING_S`, because the screen
        gets what matters in it elsewhere.
    seconds : callable
        A clock that never goes back. [s]

    Notes
    -----
    At most one call of `show` waits at any time, whatever the speed of the hub: a tick that
    comes while one waits takes its place.
    """

    def __init__(
        self, live: Live, show: Callable[[Tick], None], schedule: Schedule, *,
        rests: Callable[[Tick], bool] | None = None, seconds: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._show = show
        self._schedule = schedule
        self._rests = rests
        self._seconds = seconds
        self._kept_at = -RESTING_S
        self._lock = threading.Lock()
        self._newest: Tick | None = None
        self._waiting = False
        self._closed = False
        self._unsubscribe: Callable[[], None] | None = live.subscribe(self._keep)

    def _keep(self, tick: Tick) -> None:
        if self._rests is not None:
            now = self._seconds()
            if now - self._kept_at < RESTING_S and self._rests(tick):
                return
            self._kept_at = now
        with self._lock:
            self._newest = tick
            if self._waiting or self._closed:
                return
            self._waiting = True
        self._schedule(self._show_newest)

    def _show_newest(self) -> None:
        with self._lock:
            tick, self._newest, self._waiting = self._newest, None, False
        if tick is not None and not self._closed:
            self._show(tick)

    def close(self) -> None:
        """End the subscription and let go of screen and hub; a second call does nothing."""
        self._closed = True
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._unsubscribe = None
        self._newest = None
