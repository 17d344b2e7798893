"""What the what-if page needs now: two plans, where the twin stands, what it says of both."""

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import param

from twin.errors import BusError, UnknownAthleteError
from twin.hub import LocalLive, RemoteLive
from twin.model.athlete_twin import AthleteTwin
from twin.model.course import Course
from twin.model.whatif import rested_twin
from twin.records import Athlete, athlete_named
from twin.state.whatif_answers import Answers, Question
from twin.state.whatif_start import (
    Known,
    course_in,
    course_of_file,
    known_of,
    pace_power_of,
    usual_plans,
)

REMEMBERED = ("a", "b", "scale_a", "scale_b", "limit", "start", "course")
_MOST_UNDONE = 200


class WhatifState(param.Parameterized):
    """Two plans for one athlete; headless. Every change can be undone.

    Parameters
    ----------
    live : LocalLive or RemoteLive
        Gives the store, and the twin of now where it runs in this process.
    """

    a = param.String(doc="The first plan, as `twin.model.plan` reads it.")

    athlete = param.String(doc="Id or name; empty = the first known.")

    b = param.String(doc="The second plan; empty = none.")

    course = param.String(doc="Session whose ground is gone over; empty = flat.")

    limit = param.Number(default=0, bounds=(0, 230), doc="The line not to cross; 0 = none. [bpm]")

    scale_a = param.Integer(default=100, bounds=(50, 150), doc="Intensity of the first plan. [%]")

    scale_b = param.Integer(default=100, bounds=(50, 150), doc="Intensity of the second plan. [%]")

    start = param.Selector(default="rested", objects=["rested", "now"], doc="Where plans begin.")

    def __init__(self, live: LocalLive | RemoteLive, **params: Any) -> None:
        super().__init__(**params)
        self.live = live
        self.uploaded: Course | None = None
        self._known: Known | None = None
        self._courses: dict[str, Course] = {}
        self._done: list[dict[str, Any]] = []
        self._undone: list[dict[str, Any]] = []

    @classmethod
    def from_address(cls, live: LocalLive | RemoteLive, query: Mapping[str, Any]) -> "WhatifState":
        """Return the state that an address names; what is not understood there is left out."""
        state = cls(live)
        for name, value in query.items():
            if name in (*REMEMBERED, "athlete"):
                kind = type(getattr(state, name))
                with contextlib.suppress(ValueError):
                    state.param.update(**{name: kind(str(value))})
        return state

    # --- what can be chosen -------------------------------------------------------------------------

    def athletes(self) -> tuple[Athlete, ...]:
        """Return everybody known: of the squad, then of the store."""
        tick = self.live.tick()
        squad = tick.squad if tick is not None else ()
        ids = {who.id for who in squad}
        return (*squad, *(who for who in self.live.store.athletes() if who.id not in ids))

    def who(self) -> Athlete:
        """Return the athlete asked about.

        Raises
        ------
        UnknownAthleteError
            If nobody is known, or nobody of that name.
        """
        known = self.athletes()
        return known[0] if known and not self.athlete else athlete_named(known, self.athlete)

    def ask_about(self, athlete: str) -> None:
        """Turn to another athlete, with plans that suit; what was undone before is forgotten."""
        self.param.update(athlete=athlete, a="", b="", limit=0, course="", scale_a=100, scale_b=100)
        self._done, self._undone = [], []

    def upload(self, name: str, content: bytes) -> None:
        """Take the ground of a file that the user gives.

        Raises
        ------
        TwinError, ValueError
            If it cannot be read or has no ground.
        """
        self.uploaded = course_of_file(name, content)
        self.change(course="upload")

    def begin(self) -> None:
        """Fill what the address does not say: plans and limit that suit the athlete."""
        who = self.who()
        usual = usual_plans(self._standing(who)[0], who)
        limit = who.heart_rate_limit if np.isfinite(who.heart_rate_limit) else 0.9 * who.max_hr
        self.param.update(
            athlete=who.id, a=self.a or usual[0], b=self.b or usual[1],
            limit=self.limit or float(round(limit)),
        )  # fmt: skip

    # --- changes ------------------------------------------------------------------------------------

    def change(self, **changes: Any) -> None:
        """Change plans or their circumstances; it can be undone."""
        before = self._remembered()
        self.param.update(**changes)
        if self._remembered() != before:
            self._done = [*self._done[-_MOST_UNDONE:], before]
            self._undone = []

    def undo(self) -> bool:
        """Take the last change back; False where there is none."""
        return self._go(self._done, self._undone)

    def redo(self) -> bool:
        """Make the change again that was taken back last; False where there is none."""
        return self._go(self._undone, self._done)

    @property
    def can(self) -> tuple[bool, bool]:
        """Whether there is something to undo, and to redo."""
        return bool(self._done), bool(self._undone)

    def _go(self, there: list[dict[str, Any]], back: list[dict[str, Any]]) -> bool:
        if not there:
            return False
        back.append(self._remembered())
        self.param.update(**there.pop())
        return True

    def _remembered(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in REMEMBERED}

    # --- answers ------------------------------------------------------------------------------------

    def answers(self) -> Answers:
        """Ask the twin about both plans.

        Raises
        ------
        UnknownAthleteError
            If there is nobody to ask about.
        """
        who = self.who()
        twin, live = self._standing(who)
        kind = twin.state.input
        known = self._of(who)
        capacity = known.capacities.get(kind)
        question = Question(twin, self.limit, capacity, live, known.pace_power)
        asked = [
            question.ask(text, scale / 100, self._ground)
            for text, scale in ((self.a, self.scale_a), (self.b, self.scale_b))
        ]
        return Answers(
            who, twin.state, kind, twin.response.sessions, capacity, live, asked[0], asked[1]
        )

    def _standing(self, who: Athlete) -> tuple[AthleteTwin, bool]:
        """Return the twin as it stands where the plans begin, and whether that is now."""
        if self.start == "now":
            try:
                twin = self.live.twin(who.id)
                if np.isfinite(twin.state.heart_rate):
                    return twin, True
            except (BusError, UnknownAthleteError):
                pass  # not in this process, or not in the squad: rested, and the page says so
        known = self._of(who)
        if known.rested is None:
            known.rested = rested_twin(who, known.calibration)
        return known.rested, False

    def _of(self, who: Athlete) -> Known:
        if self._known is None or self._known.athlete != who:
            self._known = known_of(self.live.store, who)
            self._known.pace_power = pace_power_of(self.live.store, who)
        return self._known

    def _ground(self) -> Course | None:
        if not self.course:
            return None
        if self.course == "upload":
            return self.uploaded
        if self.course not in self._courses:
            self._courses[self.course] = course_in(self.live.store, self.course)
        return self._courses[self.course]
