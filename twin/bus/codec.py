"""Tick and marks <-> bytes, to the last bit; pure.

What seldom changes, the squad, the sessions, the alerts, the marks, is a fact: sent once, named by its content,
and only its name travels with each tick. Everything else stands whole in every packet, so a
follower may begin with any of them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from typing import Any, get_origin

import numpy as np

from twin.bus.columns import Packed, pack, unpack
from twin.bus.plain import from_plain, hints_of, to_plain
from twin.records import (
    Action,
    Alert,
    Athlete,
    Batch,
    Beats,
    Lap,
    Marks,
    Mute,
    News,
    Period,
    Session,
    Tick,
)  # fmt: skip

_FACT_KINDS: dict[str, Any] = {
    "squad": tuple[Athlete, ...],
    "sessions": Mapping[str, Session],
    "alerts": tuple[Alert, ...],
    "mutes": tuple[Mute, ...],
    "laps": Mapping[str, tuple[Lap, ...]],
    "periods": tuple[Period, ...],
    "actions": tuple[Action, ...],
    "names": tuple[str, ...],
}
_IN_TICK = ("squad", "sessions", "alerts", "mutes")
_REMEMBERED = 64
_ROWS = ("athlete", "time", "values")
_BEATS = ("athlete", "time", "rr_ms")


@dataclass(frozen=True, slots=True)
class Packet:
    """One tick as it travels: the fields of a stream's entry, and the facts it names."""

    entry: dict[str, bytes]
    facts: dict[str, bytes]


class Encoder:
    """Makes packets; an unchanged fact, known by being the same object, is not written again."""

    def __init__(self, hub: str) -> None:
        self._hub = hub
        self._known: dict[str, tuple[Any, str, bytes]] = {}

    def encode(self, tick: Tick, marks: Marks) -> Packet:
        """Return a tick with its marks as it travels."""
        facts = {
            **{name: getattr(tick, name) for name in _IN_TICK},
            "laps": marks.laps,
            "periods": marks.periods,
            "actions": marks.actions,
            "names": tick.rows.names,
        }
        written = {name: self._fact(name, value) for name, value in facts.items()}
        packed = pack(_arrays(tick))
        plain = {
            f.name: to_plain(getattr(tick, f.name))
            for f in fields(Tick)
            if not _is_array(f.name) and f.name not in (*_IN_TICK, "rows")
        }
        head = {
            "hub": self._hub,
            "facts": {name: digest for name, (digest, _) in written.items()},
            "layouts": to_plain(packed.layouts),
            "now": to_plain(tick.rows.now),
            "tick": plain,
        }
        entry = {"head": json.dumps(head).encode(), "firsts": packed.firsts}
        entry |= {f"batch{i}": batch for i, batch in enumerate(packed.batches)}
        return Packet(entry, dict(written.values()))

    def _fact(self, name: str, value: Any) -> tuple[str, bytes]:
        known = self._known.get(name)
        if known is None or known[0] is not value:
            content = _written(value).encode()
            digest = f"{name}:{blake2b(content, digest_size=12).hexdigest()}"
            known = self._known[name] = (value, digest, content)
        return known[1], known[2]


class Decoder:
    """Reads packets; equal facts become the same object, so that a change is seen by identity.

    Parameters
    ----------
    look_up : callable
        Gives the facts of these names; those that cannot be had are left out.
    """

    def __init__(self, look_up: Callable[[list[str]], Mapping[str, bytes]]) -> None:
        self._look_up = look_up
        self._known: dict[str, Any] = {}

    def decode(self, entry: Mapping[str, bytes], *, past: bool = False) -> News | None:
        """Return what a packet holds; None where a fact that it names cannot be had any more."""
        head = json.loads(entry["head"])
        facts = self._facts(head["facts"])
        if facts is None:
            return None
        batches = sorted(name for name in entry if name.startswith("batch"))
        layouts = from_plain(hints_of(Packed)["layouts"], head["layouts"])
        packed = Packed(layouts, entry["firsts"], tuple(entry[name] for name in batches))
        arrays: dict[str, Any] = unpack(packed)
        hints = hints_of(Tick)
        plain = {name: from_plain(hints[name], value) for name, value in head["tick"].items()}
        now = None if head["now"] is None else np.datetime64(head["now"], "ns")
        beats = Beats(*(arrays.pop(f"beats.{name}") for name in _BEATS))
        athlete, time, values = (arrays.pop(f"rows.{name}") for name in _ROWS)
        rows = Batch(athlete, time, values, facts["names"], beats, now)
        plain |= {name: facts[name] for name in _IN_TICK}
        tick = Tick(**plain, **arrays, rows=rows)
        marks = Marks(facts["laps"], facts["periods"], facts["actions"])
        return News(tick, marks, head["hub"], past)

    def _facts(self, digests: Mapping[str, str]) -> dict[str, Any] | None:
        missing = [digest for digest in digests.values() if digest not in self._known]
        for digest, content in (self._look_up(missing) if missing else {}).items():
            kind = _FACT_KINDS[digest.partition(":")[0]]
            self._known[digest] = from_plain(kind, json.loads(content))
        if not all(digest in self._known for digest in digests.values()):
            return None
        found = {name: self._known[digest] for name, digest in digests.items()}
        if len(self._known) > _REMEMBERED:
            self._known = {digest: self._known[digest] for digest in digests.values()}
        return found


def _written(value: Any) -> str:
    """Return a fact as JSON; of many alerts or athletes, those written before are not again."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written_once, value))}]"
    return json.dumps(to_plain(value))


@lru_cache(maxsize=4096)
def _written_once(record: Any) -> str:
    return json.dumps(to_plain(record))


def _is_array(name: str) -> bool:
    return get_origin(hints_of(Tick)[name]) is np.ndarray


def _arrays(tick: Tick) -> dict[str, np.ndarray[Any, Any]]:
    arrays = {f.name: getattr(tick, f.name) for f in fields(Tick) if _is_array(f.name)}
    arrays |= {f"rows.{name}": getattr(tick.rows, name) for name in _ROWS}
    return arrays | {f"beats.{name}": getattr(tick.rows.beats, name) for name in _BEATS}
