"""How sources and workers stand, as every screen is told."""

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from twin.protocols import Player, Source
from twin.records import SourceStatus

_SHOWN = 3  # names in a notice


@runtime_checkable
class Telling(Source, Protocol):
    """A source that knows how it stands: sensors that are away, an adapter that is missing."""

    def status(self) -> SourceStatus:
        """Return "live", "waiting" (some send nothing) or "silent" (nothing can come), and why."""
        ...


class Worker(Protocol):
    """Who works on what is stored: sends it to a server, brings it into files."""

    def start(self) -> None:
        """Begin, on a thread of its own."""

    def stop(self) -> None:
        """End what is begun; returns when the thread has ended."""

    def status(self) -> SourceStatus | None:
        """Return how it stands; None if nobody need know."""
        ...


def told_by(workers: Iterable[Worker]) -> tuple[SourceStatus, ...]:
    """Return what screens are told of those who work on what is stored."""
    return tuple(status for worker in workers if (status := worker.status()) is not None)


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


def refusal(refused: Mapping[str, str]) -> tuple[SourceStatus, ...]:
    """Return the notice of athletes whom another hub records, by name; nothing without any.

    >>> refusal({"Ada": "process 7 on trackside"})[0].detail
    'Ada: recorded by another hub, process 7 on trackside; not recorded twice'
    """
    if not refused:
        return ()
    names, holders = sorted(refused), ", ".join(sorted(set(refused.values())))
    shown = ", ".join(names[:_SHOWN]) + (f" and {n} more" if (n := len(names) - _SHOWN) > 0 else "")
    words = f"{shown}: recorded by another hub, {holders}; not recorded twice"
    return (SourceStatus("squad", "waiting", words),)
