"""The rules of a live process, second by second; the lab runs the same."""

from collections.abc import Callable, Sequence

import numpy as np

from twin.hub.seconds import Flags
from twin.hub.twins import EARLY_SHARE, Twins
from twin.model.calibration import LIVE_HORIZONS_S
from twin.records import Athlete, Floats, Indices
from twin.rules.carry import carried, reset
from twin.rules.moment import FOREGONE_S, Moment
from twin.rules.plan import Plan, Usual, plan
from twin.rules.rule import Rule
from twin.rules.state import acknowledge, start
from twin.rules.step import Transition, step, trusted_heart_rate
from twin.schema import ALL_NAMES

_EXPECTED = LIVE_HORIZONS_S.index(FOREGONE_S)


class Watch:
    """Holds every athlete against every rule.

    Parameters
    ----------
    told : callable
        Gets the plan and a transition as it happens.
    rules : sequence of Rule
        May change later: `set_rules`.
    """

    def __init__(
        self, told: Callable[[Plan, Transition], None], rules: Sequence[Rule] = ()
    ) -> None:
        self.twins = Twins(self._second)
        self._told = told
        self._rules = tuple(rules)
        self._usual: Usual = {}
        self.plan = plan(rules, ())
        self._state = start(self.plan)

    def set_squad(self, squad: Sequence[Athlete]) -> None:
        """Take over athletes who joined at the end, and changed parameters."""
        self._replan(squad)

    def set_rules(self, rules: Sequence[Rule], usual: Usual | None = None) -> None:
        """Go on with other rules; what is known of those that stay is kept."""
        self._rules = tuple(rules)
        self._usual = self._usual if usual is None else usual
        self._replan(self.plan.squad)

    def begin_session(self, athletes: Sequence[int]) -> None:
        """Forget what was of these athletes: a new session begins."""
        self.twins.begin_session(athletes)
        self._state = reset(self._state, self.plan, athletes)

    def acknowledge(self, rule: str, athlete: str) -> None:
        """Let an alert of a rule not rise further; an empty athlete is the squad."""
        places = [place for place, r in enumerate(self.plan.rules) if r.id == rule]
        ids = [a.id for a in self.plan.squad]
        if places and (not athlete or athlete in ids):
            acknowledge(self._state, places[0], ids.index(athlete) if athlete else -1)

    def _replan(self, squad: Sequence[Athlete]) -> None:
        before, self.plan = self.plan, plan(self._rules, squad, self._usual)
        self._state = carried(self._state, before, self.plan)

    def _second(self, members: Indices, second: int, received: Flags, values: Floats) -> None:
        count = len(self.plan.squad)
        here, came = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        here[members], came[members] = True, received
        everything = np.full((len(ALL_NAMES), count), np.nan)
        everything[:, members] = values
        moment = Moment(
            here, second, came, everything, self._time_to, self._chance_of,
            self.twins.forecast[_EXPECTED], self.twins.half_width[_EXPECTED], self.twins.balance,
        )  # fmt: skip
        self._state, transitions = step(self._state, self.plan, moment)
        self.twins.reached(members, trusted_heart_rate(self._state, moment)[members])
        for transition in transitions:
            self._told(self.plan, transition)

    def _time_to(self, line: Floats) -> Floats:
        return self.twins.time_to(line, share_of_band=EARLY_SHARE)

    def _chance_of(self, line: Floats, within_s: float) -> Floats:
        return self.twins.chance_of(line, within_s=within_s)
