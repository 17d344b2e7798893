"""Who is told of every tick; they may come and go on any thread."""

import logging
import threading
from collections.abc import Callable

from twin.records import Tick

logger = logging.getLogger(__name__)


class Followers:
    """Passes a tick to everybody; one who fails holds up nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: tuple[Callable[[Tick], None], ...] = ()

    def add(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        """Call `callback` with every tick; returns the function that ends it."""
        with self._lock:
            self._callbacks = (*self._callbacks, callback)

        def end() -> None:
            with self._lock:
                self._callbacks = tuple(c for c in self._callbacks if c is not callback)

        return end

    def tell(self, tick: Tick) -> None:
        """Call everybody with a tick, on the thread of the caller."""
        for callback in self._callbacks:
            try:
                callback(tick)
            except Exception:
                logger.exception("a follower failed; the others go on")
