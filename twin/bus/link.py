"""What the bus needs of a server that keeps streams; `twin.bus.redis` gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from twin.bus.codec import Packet


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a stream; `age_s` is its age on the server's own clock. [s]"""

    id: str
    fields: Mapping[str, bytes]
    age_s: float


class Link(Protocol):
    """Connections to the server; every method raises `BusError` at once where it is down."""

    def add(self, packet: Packet, *, keep: int) -> None:
        """Add a tick to the stream, with the facts that the server does not hold."""
        ...

    def read(self, after: str, *, wait_s: float) -> Sequence[Entry]:
        """Return entries later than an id, the oldest first; waits for one."""
        ...

    def newest(self) -> str:
        """Return the id of the newest entry, ``0-0`` where there is none."""
        ...

    def facts(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return the facts that the server holds of these."""
        ...

    def hold(self, hub: str, *, for_s: float, instead_of: str = "") -> str:
        """Take or renew the right to publish; returns the hub that has it."""
        ...

    def let_go(self, hub: str) -> None:
        """Give the right back if this hub has it."""
        ...

    def request(self, body: bytes, *, timeout_s: float) -> bytes | None:
        """Put a request and wait for the reply; None where none comes."""
        ...

    def newest_request(self) -> str:
        """Return the id of the newest request, ``0-0`` where there is none."""
        ...

    def requests(self, after: str, *, wait_s: float) -> Sequence[Entry]:
        """Return requests later than an id; waits for one."""
        ...

    def reply(self, to: str, body: bytes) -> None:
        """Answer a request."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...
