"""What the head of every page tells: recording, sources, and what is wrong."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from twin.records import SessionState, SourceStatus, Tick

_STORE_IS_WELL = ("recording", "idle")
_SOURCE_WORDS = {
    "failed": "has failed",
    "silent": "sends nothing",
}


@dataclass(frozen=True, slots=True)
class SourceNow:
    """One source as shown; `position` is None for a source without an end."""

    name: str
    state: str
    detail: str
    position: int | None  # per cent played
    speed: float


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the banner; `level` is "alarm" (data are being lost) or "warning"."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """State of hub, store and sources; equal to the last one while nothing has changed.

    `told` is the place of the source that the head tells of.
    """

    athletes: int = 0
    recording: int = 0
    sources: tuple[SourceNow, ...] = ()
    told: int = 0
    notices: tuple[Notice, ...] = ()


@lru_cache(maxsize=2)
def status_of(tick: Tick | None) -> Status:
    """Return what the head of a page shows for this tick; all pages share the answer."""
    if tick is None:
        return Status()
    live = [s for s in tick.sessions.values() if s.state == SessionState.LIVE]
    return Status(
        athletes=len(tick.squad),
        recording=len(live),
        sources=tuple(_source_now(source) for source in tick.sources),
        told=_told(tick.sources),
        notices=_notices(tick),
    )


def _told(sources: Sequence[SourceStatus]) -> int:
    """Return the place of the source that needs a look, else of one that is live, else 0.

    A recording that was played to its end is no fault while another source goes on.
    """
    states = [source.state for source in sources]
    wrong = [place for place, state in enumerate(states) if state not in ("live", "ended")]
    return next(
        iter([*wrong, *(place for place, state in enumerate(states) if state == "live")]), 0
    )


def _source_now(source: SourceStatus) -> SourceNow:
    played = None if math.isnan(source.position) else round(100 * source.position)
    return SourceNow(source.name, source.state, source.detail, played, source.speed)


def _notices(tick: Tick) -> tuple[Notice, ...]:
    notices = []
    if tick.store_state not in _STORE_IS_WELL:
        notices.append(Notice("alarm", f"Nothing is being stored: {tick.store_state}"))
    for source in tick.sources:
        if source.state in _SOURCE_WORDS:
            words = f"Source {source.name} {_SOURCE_WORDS[source.state]}"
            notices.append(Notice("alarm", f"{words}: {source.detail}" if source.detail else words))
        elif source.state == "waiting":  # a server that is away: all is kept on this disk meanwhile
            notices.append(Notice("warning", f"{source.name} waits: {source.detail}"))
    for fault in tick.faults:
        # The count is left out of the words: it may change with every tick.
        notices.append(
            Notice(
                "warning", f"Step “{fault.step}” fails, its values are missing: {fault.last_error}"
            )
        )
    return tuple(notices)
