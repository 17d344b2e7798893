"""One second of all rules: hold, hysteresis, cool-down, escalation; what began and what ended."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from twin.records import Floats
from twin.rules import memory as remembered
from twin.rules.memory import Memory
from twin.rules.moment import Flags, Moment
from twin.rules.plan import Plan
from twin.rules.rule import Kind
from twin.rules.signals import MOST_DOUBT, Signals, beyond, signals

INSTANTS = (
    "raised_at", "cleared_at", "beyond_since", "calm_since", "doubted_since", "known_at",
)  # fmt: skip
FLAGS = ("suppressed", "escalated", "acknowledged", "over")
MISSING_S = 120.0  # an alert whose value has been unknown for so long is over


class Change(StrEnum):
    """What became of a rule and an athlete in a second."""

    RAISED = "raised"
    ESCALATED = "escalated"
    CLEARED = "cleared"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of one rule for one athlete, or for the squad.

    Parameters
    ----------
    rule : int
        Place in the plan.
    athlete : int
        Index in the squad; -1 = the squad.
    second : int
        On the clock of the athlete, since 1970. [s]
    change : Change
        What happened.
    value, bound : float
        What was seen, and what it was compared with.
    doubt : float
        Share of the last 30 s without a value to trust. [1]
    """

    rule: int
    athlete: int
    second: int
    change: Change
    value: float
    bound: float
    doubt: float


@dataclass(slots=True, eq=False)
class State:
    """Where every rule stands; matrices are (rules, athletes + 1), the squad in the last column.

    `step` changes it in place. Instants are seconds since 1970 on each athlete's clock; NaN = not.
    """

    memory: Memory
    spent_s: Floats
    raised_at: Floats
    cleared_at: Floats
    beyond_since: Floats
    calm_since: Floats
    doubted_since: Floats
    known_at: Floats
    suppressed: Flags
    escalated: Flags
    acknowledged: Flags
    over: Flags


def start(plan: Plan) -> State:
    """Return the state before the first second."""
    shape = (len(plan.rules), len(plan.squad) + 1)
    instants = [np.full(shape, np.nan) for _ in INSTANTS]
    flags = [np.zeros(shape, np.bool_) for _ in FLAGS]
    memory = remembered.start(len(plan.squad), plan.kept)
    spent_s = np.zeros((shape[0], shape[1] - 1))
    return State(memory, spent_s, *instants, *flags)


def acknowledge(state: State, rule: int, athlete: int) -> None:
    """Let an alert not rise further: somebody has seen it. Athlete -1 is the squad."""
    state.acknowledged[rule, athlete] = True


def step(state: State, plan: Plan, moment: Moment) -> tuple[State, tuple[Transition, ...]]:
    """Take in one second of those who are `here`.

    Parameters
    ----------
    state : State
        From `start` or the step before; it is changed in place and returned.
    plan : Plan
        The rules, the same as before.
    moment : Moment
        This second.

    Returns
    -------
    State
        For the next step.
    tuple of Transition
        What changed, in order of rules and athletes.

    Notes
    -----
    An alert is raised when a trusted value has been beyond its bound for the rule's hold time, the
    newest value being of this second, and the cool-down is over. It ends when a trusted value has
    been back by more than the hysteresis for the calm time; only then can the next one be raised.
    Beyond without trust for the hold time, and doubtful still, is told once as `SUPPRESSED`. NaN raises and ends
    nothing, but after `MISSING_S` an alert is over.
    """
    off_twin = remembered.residual(state.memory, moment)
    remembered.remember(state.memory, moment)
    _spend(state, plan, moment)
    seen = signals(plan, state.memory, moment, off_twin, state.spent_s)
    value, bound, trusted, fresh, barred, here, doubt = _with_squad(state, plan, seen, moment)
    now = np.float64(moment.second)
    on, off = _sides(plan, value, bound)
    good = here & trusted
    active = ~np.isnan(state.raised_at)
    state.known_at[here & ~np.isnan(value)] = now

    _since(state.beyond_since, good & on & ~active & ~barred, here, now)
    _since(state.calm_since, good & off & active, here & ~(active & ~good), now)
    _since(state.doubted_since, here & (doubt > MOST_DOUBT) & on & ~active & ~barred, here, now)
    cool = ~(now - state.cleared_at < plan.cool_down_s)
    raised = here & fresh & cool & (now - state.beyond_since >= plan.hold_s)
    suppressed = here & fresh & ~state.suppressed & (now - state.doubted_since >= plan.hold_s)
    missing = here & active & (now - state.known_at >= MISSING_S)
    cleared = missing | (here & active & (now - state.calm_since >= plan.calm_s))
    escalated = here & active & ~state.acknowledged & ~state.escalated & ~cleared
    escalated &= now - state.raised_at >= plan.escalate_s

    _enter(state, raised, cleared, now)
    state.suppressed = (state.suppressed | suppressed) & ~(good & off) & ~raised
    state.escalated |= escalated
    found = {Change.RAISED: raised, Change.ESCALATED: escalated, Change.CLEARED: cleared,
             Change.SUPPRESSED: suppressed}  # fmt: skip
    return state, _transitions(found, moment, value, bound, doubt)


def _enter(state: State, raised: Flags, cleared: Flags, now: np.float64) -> None:
    state.raised_at[raised] = now
    state.beyond_since[raised] = np.nan
    state.raised_at[cleared] = np.nan
    state.cleared_at[cleared] = now
    state.calm_since[cleared] = np.nan
    for flags in (state.escalated, state.acknowledged):
        flags[raised | cleared] = False


def _since(since: Floats, holds: Flags, here: Flags, now: np.float64) -> None:
    """Keep since when something holds without a break; of those who are not here nothing changes."""
    since[here & ~holds] = np.nan
    since[holds & np.isnan(since)] = now


def _sides(plan: Plan, value: Floats, bound: Floats) -> tuple[Flags, Flags]:
    """Tell where a value is beyond its bound, and where it is back by the hysteresis."""
    past = plan.sign * (value - bound)
    past[:, -1] = (value - bound)[:, -1]
    back = np.where(np.arange(value.shape[1]) == value.shape[1] - 1, 0.0, plan.hysteresis)
    return np.asarray(past > 0), np.asarray(past < -back)


def _spend(state: State, plan: Plan, moment: Moment) -> None:
    """Count the seconds beyond the limit, of time rules."""
    for line, rule in enumerate(plan.rules):
        if rule.kind is Kind.TIME:
            state.spent_s[line] += moment.here & beyond(rule, state.memory, plan.limit[line])


def _with_squad(
    state: State, plan: Plan, seen: Signals, moment: Moment
) -> tuple[Floats, Floats, Flags, Flags, Flags, Flags, Floats]:
    """Add the squad's column: how many are beyond, of the rules that count athletes."""
    on = (plan.sign * (seen.value - seen.bound) > 0) & seen.trusted
    off = plan.sign * (seen.value - seen.bound) < -plan.hysteresis
    over = state.over[:, :-1]
    over[:] = np.where(moment.here, (over | on) & ~off & ~np.isnan(seen.value), over)
    squad = plan.of_squad[:, 0]
    count = np.where(squad, over.sum(axis=1), np.nan)
    alone = ~plan.of_squad
    always = np.ones(len(plan.rules), np.bool_)
    here = np.broadcast_to(moment.here, over.shape) & alone
    return (
        np.column_stack([np.where(alone, seen.value, np.nan), count]),
        np.column_stack([seen.bound, plan.at_least - 0.5]),
        np.column_stack([seen.trusted, always]),
        np.column_stack([seen.fresh, always]),
        np.column_stack([seen.barred, ~always]),
        np.column_stack([here, squad & moment.here.any()]),
        np.column_stack([seen.doubt, np.zeros(len(plan.rules))]),
    )


def _transitions(
    found: dict[Change, Flags], moment: Moment, value: Floats, bound: Floats, doubt: Floats
) -> tuple[Transition, ...]:
    told = []
    last = value.shape[1] - 1
    for change, where in found.items():
        if not where.any():
            continue
        for rule, athlete in np.argwhere(where).tolist():
            told.append(
                Transition(
                    rule, -1 if athlete == last else athlete, moment.second, change,
                    float(value[rule, athlete]), float(bound[rule, athlete]),
                    float(doubt[rule, athlete]),
                )
            )  # fmt: skip
    return tuple(told)
