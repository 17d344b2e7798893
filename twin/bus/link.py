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
    group: str = ""


class Link(Protocol):
    """Connections to the server; every method raises `BusError` at once where it is down.

    A hub publishes as one group of athletes and has a stream of its own; a follower reads all.
    """

    def add(self, packet: Packet, *, keep: int) -> None:
        """Add a tick to the stream, with the facts that the server does not hold."""
        ...

    def groups(self) -> Sequence[str]:
        """Return the groups of which something was published lately."""
        ...

    def read(self, after: Mapping[str, str], *, wait_s: float) -> Sequence[Entry]:
        """Return entries of each group later than an id, by age; waits for one."""
        ...

    def newest(self, group: str = "") -> str:
        """Return the id of the newest entry of a group, ``0-0`` where there is none."""
        ...

    def facts(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return the facts that the server holds of these."""
        ...

    def hold(self, hub: str, *, for_s: float, instead_of: str = "") -> str:
        """Take or renew the right to publish; returns the hub that has it."""
        ...

    def claim(self, hub: str, athletes: Sequence[str]) -> Mapping[str, str]:
        """Keep other living hubs from publishing these; returns which hub has those taken."""
        ...

    def bury(self, hub: str) -> None:
        """Take a hub for dead before its lease has run out."""
        ...

    def let_go(self, hub: str) -> None:
        """Give the right back if this hub has it."""
        ...

    def request(self, body: bytes, *, timeout_s: float, group: str = "") -> bytes | None:
        """Put a request to the hub of a group and wait for the reply; None where none comes."""
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
