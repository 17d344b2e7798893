"""What the page that leads a session needs now: who trains, what is asked of them, what can be undone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import param

from twin.model.target import legs_of
from twin.protocols import Live
from twin.records import ActionKind, Led, Tick
from twin.schema import SPORTS
from twin.state.answer import Answer, answered
from twin.state.effort import effort_load
from twin.state.leading import Leading
from twin.state.listed import whose
from twin.state.period import running_period, told_period

_ASKED = 120  # newest sessions of which some are asked about
_ASKED_WITHIN = pd.Timedelta(hours=12)  # sessions that nobody led, since they began
_SHORTEST_S = 60.0  # of a session that nobody led; what is shorter was begun by mistake
_PLAN = ("text", "workout", "sport", "tolerance")


class LeadState(param.Parameterized):
    """A session of the squad, for one page; all it knows is kept by hub and store, not by the page.

    Parameters
    ----------
    live : Live
        Follows the hub, and takes the commands of the page.
    """

    asked = param.String("[]", doc="Sessions that ended last and how hard they were, as JSON.")

    now = param.String("{}", doc="Who trains and what runs, as JSON.")

    plan = param.String("{}", doc="What is planned, as JSON.")

    def __init__(self, live: Live, **params: Any) -> None:
        super().__init__(**params)
        self._live = live
        self._leading = Leading(live)
        self._known: tuple[frozenset[str], Led] | None = None
        tick = live.tick()
        if tick is not None:
            self.show(tick)

    def show(self, tick: Tick) -> None:
        """Take a tick over: one change, whatever is in it."""
        led = self._live.led()
        told = self._leading.told(tick, led)
        told["period"] = told_period(running_period(self._live)) or None
        changes = {"now": json.dumps(told, ensure_ascii=False)}
        known = (frozenset(session.id for session in tick.sessions.values()), led)
        if known != self._known:
            self._known = known
            changes["asked"] = self._ended(led, pd.Timestamp(tick.time, tz="UTC"))
            changes["plan"] = _planned(led, self._leading.unknown(led, tick.squad))
        self.param.update(**changes)

    def _ended(self, led: Led, now: pd.Timestamp) -> str:
        """Return the sessions that are over, led or recorded since, with what was said of each."""
        listed = self._live.store.sessions().head(_ASKED)
        listed = listed[listed["state"] != "live"]
        asked = (listed["start"] >= now - _ASKED_WITHIN) & (listed["duration_s"] >= _SHORTEST_S)
        if led.start is not None:
            asked &= listed["start"] > led.start.time
            asked |= listed["squad_session"] == led.start.id
        listed = whose(self._live.store, listed[asked])
        columns = (listed[name] for name in ("session", "athlete", "duration_s"))
        return json.dumps([
            self._effort(str(session), str(athlete), float(length_s))
            for session, athlete, length_s in sorted(zip(*columns, strict=True), key=lambda one: one[1])
        ], ensure_ascii=False)  # fmt: skip

    def _effort(self, session: str, athlete: str, length_s: float) -> dict[str, Any]:
        said = self._live.store.effort(session)
        return {
            "session": session, "athlete": athlete, "minutes": round(length_s / 60),
            "notes": [note.text for note in self._live.store.notes(session)],
            "rpe": None if said is None else said.rating,
            "said": "" if said is None else said.text,
            "load": effort_load(said, length_s),
        }  # fmt: skip

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command of the page; what the user can mend comes back as words.

        Parameters
        ----------
        command : str
            An `ActionKind`, or "undo" (``id``).
        arguments : mapping
            Of a plan and a start ``athletes``, ``text``, ``workout``, ``sport``, ``tolerance``; of
            "in", "out" and "lap" ``athletes``; of "period" and "marker" ``text``; of "effort"
            ``session``, ``rpe``, ``text``; ``by`` is who says so.
        """
        answer = answered(self._do, command, arguments)
        tick = self._live.tick()
        if tick is not None and not answer.error:
            self.show(tick)
        return answer

    def _do(self, command: str, arguments: Mapping[str, Any]) -> None:
        by = str(arguments.get("by", "")).strip()
        if command == "undo":
            self._live.lead("undo", id=str(arguments["id"]))
            return
        if command not in list(ActionKind):
            raise ValueError(f"{command!r} is not a command of this page")
        words: dict[str, Any] = {"by": by, "text": str(arguments.get("text", "")).strip()}
        if command in ("plan", "start", "in", "out", "lap"):
            words["athletes"] = _some(arguments)
        if command in ("plan", "start"):
            self._plan_as(words, arguments)
            if command == "plan":
                return
        if command == "effort":
            words |= {"sessions": [str(arguments["session"])], "rating": float(arguments["rpe"])}
        self._live.lead(command, **words)

    def _plan_as(self, words: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
        """Keep what stands in the form as the plan, where it is another one."""
        wanted = {
            **words, "workout": str(arguments.get("workout", "")).strip(),
            "sport": str(arguments.get("sport", "")), "tolerance": float(arguments.get("tolerance", 5)),
        }  # fmt: skip
        plan = self._live.led().plan
        same = plan is not None and set(plan.athletes) == set(wanted["athletes"])
        if not same or any(getattr(plan, name) != wanted[name] for name in _PLAN):
            self._live.lead("plan", **wanted)


def _some(arguments: Mapping[str, Any]) -> list[str]:
    athletes = [str(one) for one in arguments.get("athletes", ())]
    if not athletes:
        raise ValueError("choose who trains")
    return athletes


def _planned(led: Led, unknown: Sequence[str]) -> str:
    """Return the plan, what it may be made of, and whose targets are not known as JSON."""
    plan = led.plan
    legs = legs_of(plan.workout) if plan and plan.workout else ()
    return json.dumps({
        "athletes": list(plan.athletes) if plan else None,
        "minutes": round(legs[-1].end_s / 60, 1) if legs else None,
        "sports": list(SPORTS),
        "steps": [[leg.step.words, round(leg.end_s - leg.start_s)] for leg in legs],
        **{name: getattr(plan, name) if plan else "" for name in ("text", "workout", "sport")},
        "tolerance": plan.tolerance if plan else 5.0, "unknown": list(unknown),
    }, ensure_ascii=False)  # fmt: skip
