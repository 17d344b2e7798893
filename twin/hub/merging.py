"""The ticks of several hubs as one: their squads side by side, so that all show on one page."""

import time
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from twin.hub.remote_frames import RemoteFrames
from twin.hub.snapshot import with_age
from twin.hub.ticker import joined
from twin.records import Batch, News, SourceStatus, Tick

_WELL = ("recording", "idle")


@dataclass(slots=True, eq=False)
class Part:
    """What a follower knows of one hub; `silence` is why nothing is heard of it, empty if it is."""

    news: News
    frames: RemoteFrames
    heard_at_s: float = field(default_factory=time.monotonic)
    silence: str = ""
    silent_s: float = 0.0

    @property
    def tick(self) -> Tick:
        """Its newest tick."""
        return self.news.tick

    def unheard_s(self) -> float:
        """Return how long it has not been heard. [s]"""
        return max(self.silent_s, time.monotonic() - self.heard_at_s)

    def sources(self, prefix: str) -> tuple[SourceStatus, ...]:
        """Return its sources as the screens are told."""
        if self.silence:
            return (SourceStatus(prefix.rstrip("/") or "hub", "silent", self.silence),)
        return tuple(
            replace(source, name=f"{prefix}{source.name}") if prefix else source
            for source in self.tick.sources
        )


class Merger:
    """Makes one tick of the newest ticks of all hubs; what is unchanged stays the same object."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def merged(self, parts: Mapping[str, Part], number: int, told: str | None = None) -> Tick:
        """Return the squads of all hubs side by side.

        Parameters
        ----------
        parts : mapping of str to Part
            By group, in the order of the columns.
        number : int
            Of the tick.
        told : str, optional
            The group whose tick has just come: its rows are new, its ages as it says.
        """
        ticks = [_aged(part, fresh=group == told) for group, part in parts.items()]
        sources = tuple(
            source for group, part in parts.items() for source in part.sources(prefix(parts, group))
        )
        if len(ticks) == 1:
            return replace(ticks[0], number=number, sources=sources)
        values = {
            f.name: self._together(f.name, [getattr(tick, f.name) for tick in ticks])
            for f in fields(Tick)
            if f.name not in _OTHERS
        }
        return Tick(
            number=number,
            time=max(tick.time for tick in ticks),
            rows=joined([_moved(t.rows, n) for t, n in zip(ticks, _first_seats(ticks), strict=True)]),
            sources=sources,
            store_state=_store_state(parts),
            horizons_s=max((tick.horizons_s for tick in ticks), key=len),
            **values,
        )  # fmt: skip

    def _together(self, name: str, values: Sequence[Any]) -> Any:
        if typing.get_origin(_HINTS[name]) is np.ndarray:
            return _side_by_side(values)
        known = self._known.get(name)
        if known is None or len(known[0]) != len(values) or any(
            old is not new for old, new in zip(known[0], values, strict=True)
        ):  # fmt: skip
            whole = (
                {key: value for one in values for key, value in one.items()}
                if isinstance(values[0], Mapping)
                else tuple(value for one in values for value in one)
            )
            known = self._known[name] = (tuple(values), whole)
        return known[1]


_OTHERS = ("number", "time", "rows", "sources", "store_state", "horizons_s")
_HINTS = typing.get_type_hints(Tick)


def prefix(parts: Mapping[str, Part], group: str) -> str:
    """Return what stands before the names of a hub's sources where there are several hubs."""
    return f"hub {group}/" if len(parts) > 1 else ""


def _aged(part: Part, *, fresh: bool) -> Tick:
    """Return the newest tick of a hub, its values as old as they are now, without its old rows."""
    if fresh:
        return part.tick
    age_s = part.tick.age_s + part.unheard_s()
    quality, reason = with_age(part.tick.quality, part.tick.reason, age_s)
    return replace(part.tick, age_s=age_s, quality=quality, reason=reason, rows=joined([]))


def _side_by_side(arrays: Sequence[Any]) -> Any:
    """Return arrays of athletes as one; lines that one of them lacks are NaN there."""
    if arrays[0].ndim == 1:
        return np.concatenate(arrays)
    lines = max(len(array) for array in arrays)
    return np.concatenate([_filled(array, lines) for array in arrays], axis=1)


def _filled(array: Any, lines: int) -> Any:
    if len(array) == lines:
        return array
    missing = np.full((lines - len(array), array.shape[1]), np.nan)
    return np.concatenate([array, missing])


def _first_seats(ticks: Sequence[Tick]) -> list[int]:
    return [0, *np.cumsum([len(tick.squad) for tick in ticks[:-1]]).tolist()]


def _moved(rows: Batch, by: int) -> Batch:
    return replace(rows, athlete=(rows.athlete + by).astype(np.int32)) if by else rows


def _store_state(parts: Mapping[str, Part]) -> str:
    """Return what is wrong with a store, else whether anybody is being recorded."""
    states = {group: part.tick.store_state for group, part in parts.items() if not part.silence}
    for group, state in states.items():
        if state not in _WELL:
            return f"hub {group}: {state}"
    return "recording" if "recording" in states.values() else "idle"
