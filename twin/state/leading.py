"""A led session as its page tells it: where the plan stands, each athlete's cue, what would be undone."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from twin.model.plan import Step, Target
from twin.model.reserve import Capacities
from twin.model.target import (
    CHANNELS,
    CRITICAL,
    Cue,
    Cues,
    Place,
    asked_of,
    cued,
    first_cues,
    legs_of,
    place_at,
)
from twin.protocols import Live
from twin.records import Action, ActionKind, Athlete, Floats, Led, Tick, utc
from twin.schema import ALL_NAMES, STALE_AFTER_S
from twin.state.whatif_start import capacities_known

_UNITS = {"heart_rate": "bpm", "current_speed": "m/s", "power": "W"}


class Leading:
    """Follows a led session for one page; remembers who was told what, so that cues do not flicker.

    Parameters
    ----------
    live : Live
        Its store knows the critical power and speed of the athletes.
    """

    def __init__(self, live: Live) -> None:
        self._cues = first_cues(0)
        self._live = live
        self._capacities: tuple[str, dict[str, Capacities]] = ("", {})  # of a plan by its id

    def cues(self, tick: Tick, led: Led) -> tuple[Cue, ...]:
        """Return what each athlete is told now."""
        elapsed_s = led.elapsed_s(utc(tick.time))
        place = place_of(led, elapsed_s)
        values, asked = _fresh(tick, _channel(place)), self._asked(place, led, tick.squad)
        self._cues = self._judged(led, place, elapsed_s, values, asked)
        return self._cues.told

    def unknown(self, led: Led, squad: Sequence[Athlete]) -> list[str]:
        """Return the names of those of a plan who lack what its targets are a share of."""
        if led.plan is None or not led.plan.workout:
            return []
        steps = [leg.step for leg in legs_of(led.plan.workout)]
        shares = {step.target: step for step in steps if step.target is not Target.REST}
        asked = [self._asked_by(step, led, squad) for step in shares.values()]
        return [
            who.name for i, who in enumerate(squad)
            if who.id in led.plan.athletes and any(math.isnan(each[i]) for each in asked)
        ]  # fmt: skip

    def told(self, tick: Tick, led: Led) -> dict[str, Any]:
        """Return what the page shows of a tick, ready for JSON."""
        now = utc(tick.time)
        elapsed_s = led.elapsed_s(now)
        place = place_of(led, elapsed_s)
        channel = _channel(place)
        values = _fresh(tick, channel)
        asked = self._asked(place, led, tick.squad)
        self._cues = self._judged(led, place, elapsed_s, values, asked)
        return {
            "athletes": [
                {
                    "id": who.id, "name": who.name, "on": who.id in tick.sessions,
                    "off": who.id in led.off, "value": _number(values[i]), "asked": _number(asked[i]),
                    "cue": str(self._cues.told[i]),
                }
                for i, who in enumerate(tick.squad)
            ],
            "elapsed_s": None if math.isnan(elapsed_s) else round(elapsed_s),
            "place": _told_place(place),
            "recording": bool(tick.sessions),
            "state": _state(led),
            "time": now.isoformat(),
            "title": led.plan.text if led.plan else "",
            "undo": told_undo(led.actions[-1], tick.squad) if led.actions else None,
            "unit": _UNITS[channel],
        }  # fmt: skip

    def _asked(self, place: Place | None, led: Led, squad: Sequence[Athlete]) -> Floats:
        if place is None or place.leg is None:
            return np.full(len(squad), np.nan)
        return self._asked_by(place.leg.step, led, squad)

    def _asked_by(self, step: Step, led: Led, squad: Sequence[Athlete]) -> Floats:
        """Return what a step asks; critical power and speed are looked up once a plan."""
        plan = led.plan.id if led.plan else ""
        if step.target in CRITICAL and self._capacities[0] != plan:
            self._capacities = (plan, capacities_known(self._live.store))
        return asked_of(step, squad, self._capacities[1])

    def _judged(
        self, led: Led, place: Place | None, elapsed_s: float, values: Floats, asked: Floats
    ) -> Cues:
        if place is None or not led.runs or led.pause or led.plan is None:
            return first_cues(len(values))
        grown = self._cues if len(self._cues.code) == len(values) else first_cues(len(values))
        return cued(
            grown, place, elapsed_s, values=values, asked=asked, tolerance=led.plan.tolerance
        )


def place_of(led: Led, elapsed_s: float) -> Place | None:
    """Return where the workout of the plan stands; None without one, or before the start."""
    if led.plan is None or not led.plan.workout or math.isnan(elapsed_s):
        return None
    return place_at(legs_of(led.plan.workout), elapsed_s)


def _channel(place: Place | None) -> str:
    """Return the channel that is compared with the target of now."""
    target = place.leg.step.target if place and place.leg else Target.REST
    return CHANNELS.get(target, "heart_rate")


def _fresh(tick: Tick, channel: str) -> Floats:
    """Return the present value of a channel of every athlete; NaN where it is too old."""
    row = ALL_NAMES.index(channel)
    fresh: Floats = np.where(tick.age_s[row] <= STALE_AFTER_S, tick.values[row], np.nan)
    return fresh


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 2)


def _state(led: Led) -> str:
    if led.runs:
        return "paused" if led.pause else "runs"
    if led.ended:
        return "ended"
    return "planned" if led.plan else "idle"


def _told_place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "left_s": round(place.left_s), "share": round(place.share, 4), "number": place.number,
        "now": place.leg.step.words if place.leg else "",
        "next": place.following.step.words if place.following else "",
    }  # fmt: skip


def told_undo(last: Action, squad: Sequence[Athlete]) -> dict[str, str]:
    """Return what undoing the last action would take back, in words, and its id.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> lap = Action("7", ActionKind.LAP, datetime(2026, 10, 1, tzinfo=UTC), ("ada", "bo"))
    >>> told_undo(lap, [Athlete("Ada"), Athlete("Bo")])["words"]
    'lap of Ada and Bo'
    """
    names = {athlete.id: athlete.name for athlete in squad}
    who = _together([names.get(one, one) for one in last.athletes])
    words = {
        ActionKind.PLAN: f"plan {last.text}".strip(), ActionKind.START: "start of the session",
        ActionKind.IN: f"{who} in", ActionKind.OUT: f"{who} out",
        ActionKind.PERIOD: f"drill {last.text}" if last.text else "end of the drill",
        ActionKind.PAUSE: "pause", ActionKind.RESUME: "end of the pause",
        ActionKind.LAP: f"lap of {who}", ActionKind.MARKER: f"marker {last.text}",
        ActionKind.END: "end of the session", ActionKind.EFFORT: "what was said of the effort",
    }  # fmt: skip
    return {"id": last.id, "words": words[last.kind]}


def _together(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
