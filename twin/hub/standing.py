"""How a source stands, as every screen is told."""

from typing import Protocol, runtime_checkable

from twin.protocols import Player, Source
from twin.records import SourceStatus


@runtime_checkable
class Telling(Source, Protocol):
    """A source that knows how it stands: sensors that are away, an adapter that is missing."""

    def status(self) -> SourceStatus:
        """Return "live", "waiting" (some send nothing) or "silent" (nothing can come), and why."""
        ...


def status_of(source: Source, noted: SourceStatus) -> SourceStatus:
    """Return how a source stands: what the hub noted, refined by what the source itself knows.

    Parameters
    ----------
    source : Source
        A replay tells its place, speed and pause; a `Telling` one, while live, its own state.
    noted : SourceStatus
        "starting", "live", "ended" or "failed", as the hub saw it.
    """
    if isinstance(source, Telling) and noted.state == "live":
        return source.status()
    if not isinstance(source, Player):
        return noted
    state = "paused" if source.paused and noted.state == "live" else noted.state
    return SourceStatus(source.name, state, noted.detail, source.position, source.speed)
