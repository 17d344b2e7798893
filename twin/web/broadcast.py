"""One message a tick for many sockets: made once, and never a queue."""

from collections.abc import Callable
from typing import Protocol

from tornado.ioloop import IOLoop

from twin.protocols import Live
from twin.records import Tick
from twin.state import Follower

Message = bytes | str


class Listener(Protocol):
    """Somebody who listens to a broadcast."""

    def tell(self, message: Message) -> None:
        """Take a message; returns at once, whatever state the line is in."""
        ...


class Broadcast:
    """Passes every tick on as one message; follows the hub only while somebody listens.

    Parameters
    ----------
    live : callable
        Gives whom to follow.
    message : callable
        Makes the message of a tick, once for everybody.
    """

    def __init__(self, live: Callable[[], Live], message: Callable[[Tick], Message]) -> None:
        self._live = live
        self._message = message
        self._listeners: set[Listener] = set()
        self._follower: Follower | None = None

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def join(self, listener: Listener) -> None:
        """Tell this one too, from the newest tick on; call it on the server's loop."""
        live = self._live()
        if self._follower is None:
            schedule = IOLoop.current().add_callback
            self._follower = Follower(live, self._tell, schedule)
        self._listeners.add(listener)
        newest = live.tick()
        if newest is not None:
            listener.tell(self._message(newest))

    def leave(self, listener: Listener) -> None:
        """Tell this one no more; a second call does nothing."""
        self._listeners.discard(listener)
        if not self._listeners and self._follower is not None:
            self._follower.close()
            self._follower = None

    def _tell(self, tick: Tick) -> None:
        message = self._message(tick)
        for listener in tuple(self._listeners):
            listener.tell(message)
