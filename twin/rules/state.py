"""Where every rule stands with every athlete, from one second to the next."""

from dataclasses import dataclass

import numpy as np

from twin.records import Floats
from twin.rules import memory as memories
from twin.rules.memory import Memory
from twin.rules.moment import Flags
from twin.rules.plan import Plan

INSTANTS = (
    "raised_at", "cleared_at", "beyond_since", "calm_since", "doubted_since", "known_at",
    "below_since",
)  # fmt: skip
FLAGS = ("suppressed", "escalated", "acknowledged", "over", "came_true")


@dataclass(slots=True, eq=False)
class State:
    """Where every rule stands; matrices are (rules, athletes + 1), the squad in the last column.

    `twin.rules.step.step` changes it in place. Instants are seconds since 1970 on each athlete's clock; NaN = not.
    """

    memory: Memory
    spent_s: Floats
    raised_at: Floats
    cleared_at: Floats
    beyond_since: Floats
    calm_since: Floats
    doubted_since: Floats
    known_at: Floats
    below_since: Floats
    suppressed: Flags
    escalated: Flags
    acknowledged: Flags
    over: Flags
    came_true: Flags


def start(plan: Plan) -> State:
    """Return the state before the first second.

    >>> from twin.rules.plan import plan
    >>> from twin.rules.rule import Rule
    >>> from twin.records import Athlete
    >>> start(plan([Rule(id="a", name="A", limit=180.0)], [Athlete("Ada")])).raised_at
    array([[nan, nan]])
    """
    shape = (len(plan.rules), len(plan.squad) + 1)
    instants = [np.full(shape, np.nan) for _ in INSTANTS]
    flags = [np.zeros(shape, np.bool_) for _ in FLAGS]
    memory = memories.start([a.max_hr for a in plan.squad], plan.kept)
    spent_s = np.zeros((shape[0], shape[1] - 1))
    return State(memory, spent_s, *instants, *flags)


def acknowledge(state: State, rule: int, athlete: int) -> None:
    """Let an alert not rise further: somebody has seen it. Athlete -1 is the squad.

    >>> from twin.rules.plan import plan
    >>> from twin.rules.rule import Rule
    >>> from twin.records import Athlete
    >>> state = start(plan([Rule(id="a", name="A", limit=180.0)], [Athlete("Ada")]))
    >>> acknowledge(state, rule=0, athlete=0)
    >>> state.acknowledged
    array([[ True, False]])
    """
    state.acknowledged[rule, athlete] = True
