"""Redis Streams as the bus.

Nothing in Redis is durable or missed: the store comes first, and who was away refills from it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from twin.bus import requests
from twin.bus.publisher import Publisher, hub_name
from twin.bus.reader import Reader
from twin.bus.redis import RedisLink
from twin.protocols import Listener
from twin.records import Marks, Tick

_SILENT_AFTER_S = 3.0


class RedisBus:
    """Carries ticks and commands through Redis; implements `twin.protocols.Bus`.

    Parameters
    ----------
    url : str
        Such as ``redis://localhost:6379``.
    silent_after_s : float
        This long without a word, a hub is down. [s]
    timeout_s : float
        How long a command waits for its answer. [s]
    group : str
        As which a hub publishes.
    """

    def __init__(
        self,
        url: str,
        *,
        silent_after_s: float = _SILENT_AFTER_S,
        timeout_s: float = requests.TIMEOUT_S,
        group: str = "",
    ) -> None:
        self._url = url
        self._silent_after_s = silent_after_s
        self._timeout_s = timeout_s
        self._link = RedisLink(url, group)
        self._publisher: Publisher | None = None
        self._server: requests.Server | None = None
        self._readers: list[Reader] = []

    def claim(self, athletes: Sequence[str] = ()) -> None:
        """Become the one hub that publishes as its group here, and these athletes.

        Raises
        ------
        BusTakenError
            If another one does.
        AthleteTakenError
            If another hub publishes one of the athletes.
        BusError
            If Redis is down; `publish` tries again with every tick.
        """
        self._publishing().claim(athletes)

    def publish(self, tick: Tick, marks: Marks) -> None:
        """Send a tick to all followers; returns at once, whatever state Redis is in."""
        self._publishing().publish(tick, marks)

    def serve(self, carry_out: requests.CarryOut) -> None:
        """Let followers have commands carried out, on a thread of the bus."""
        self._server = requests.Server(self._link, carry_out, timeout_s=self._timeout_s)

    def subscribe(self, listener: Listener) -> Any:
        """Tell a listener everything; returns the function that ends it."""
        reader = Reader(RedisLink(self._url), listener, silent_after_s=self._silent_after_s)
        self._readers.append(reader)
        return reader.close

    def ask(self, command: str, arguments: Mapping[str, Any], group: str = "") -> None:
        """Have the hub of a group carry out a command; raises what the hub raised."""
        requests.ask(self._link, command, arguments, timeout_s=self._timeout_s, group=group)

    def close(self) -> None:
        """End the threads and connections of this end."""
        for part in (self._server, self._publisher, *self._readers):
            if part is not None:
                part.close()
        self._link.close()

    def _publishing(self) -> Publisher:
        if self._publisher is None:
            self._publisher = Publisher(self._link, hub_name())
        return self._publisher
