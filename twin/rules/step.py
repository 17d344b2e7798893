"""One second of all rules: hold, hysteresis, cool-down, escalation; what began and what ended."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from twin.records import Floats
from twin.rules import remembering as remembered
from twin.rules.evaluation import MOST_DOUBT, Evaluation, beyond, evaluate
from twin.rules.memory import WATCHED
from twin.rules.moment import LINE, Flags, Moment
from twin.rules.plan import Plan
from twin.rules.rule import Kind
from twin.rules.state import State

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
    An approach that came true stands until heart rate has been below the line for its window, so
    that the repeats of a set are one alert; it has no cool-down, as only what misleads must wait.
    Beyond without trust for the hold time, and doubtful still, is told once as `SUPPRESSED`. NaN raises and ends
    nothing, but after `MISSING_S` an alert is over.

    Examples
    --------
    >>> from twin.records import Athlete
    >>> from twin.rules.plan import plan
    >>> from twin.rules.rule import Rule
    >>> from twin.rules.state import start
    >>> high = plan([Rule(id="high", name="High", limit=180.0, hold_s=2.0)], [Athlete("Ada")])
    >>> state, one, unknown = start(high), np.ones(1, bool), np.full(1, np.nan)
    >>> values = np.full((len(LINE), 1), np.nan)
    >>> values[LINE["heart_rate"]] = 185.0
    >>> for second in range(20):  # trusted from the eighth reading on, and two seconds beyond
    ...     moment = Moment(one, second, one, values, lambda line: line * np.nan,
    ...                     lambda line, within_s: line * np.nan, unknown, unknown, unknown)
    ...     state, told = step(state, high, moment)
    ...     for transition in told:
    ...         print(transition.second, transition.change, transition.value, transition.bound)
    9 raised 185.0 180.0
    """
    off_twin = remembered.residual(state.memory, moment)
    remembered.remember(state.memory, moment)
    _spend(state, plan, moment)
    seen = evaluate(plan, state.memory, moment, off_twin, state.spent_s)
    seen, here = _with_squad(state, plan, seen, moment)
    now = np.float64(moment.second)
    past, back = _sides(plan, seen.past)
    _follow(state, seen, here, past, back, now)
    found = _changes(state, plan, seen, here, now)
    _enter(state, found, over=here & seen.trusted & back, now=now)
    return state, _transitions(found, moment, seen)


def _follow(
    state: State, seen: Evaluation, here: Flags, past: Flags, back: Flags, now: np.float64
) -> None:
    """Note since when each rule is beyond, doubted beyond, back, or below a line it foresaw."""
    good, active = here & seen.trusted, ~np.isnan(state.raised_at)
    may = past & ~active & ~seen.barred
    state.known_at[here & ~np.isnan(seen.past)] = now
    state.came_true |= good & active & seen.barred
    _since(state.beyond_since, good & may, here, now)
    _since(state.calm_since, good & back & active, here & ~(active & ~good), now)
    _since(state.below_since, active & state.came_true & ~seen.barred, here, now)
    _since(state.doubted_since, here & (seen.doubt > MOST_DOUBT) & may, here, now)


def _changes(
    state: State, plan: Plan, seen: Evaluation, here: Flags, now: np.float64
) -> dict[Change, Flags]:
    """Return where an alert begins, rises, ends or is held back in this second."""
    active, fresh = here & ~np.isnan(state.raised_at), here & seen.fresh
    cool = ~(now - state.cleared_at < plan.cool_down_s)
    missing = now - state.known_at >= MISSING_S
    calm, below = now - state.calm_since >= plan.calm_s, now - state.below_since >= plan.window_s
    cleared = active & (missing | calm | below)
    unheeded = active & ~state.acknowledged & ~state.escalated & ~cleared
    return {
        Change.RAISED: fresh & cool & (now - state.beyond_since >= plan.hold_s),
        Change.ESCALATED: unheeded & (now - state.raised_at >= plan.escalate_s),
        Change.CLEARED: cleared,
        Change.SUPPRESSED: fresh & ~state.suppressed & (now - state.doubted_since >= plan.hold_s),
    }


def trusted_heart_rate(state: State, moment: Moment) -> Floats:
    """Return the heart rate of this second, once it was taken in; NaN where it is doubted. [bpm]

    >>> from twin.records import Athlete
    >>> from twin.rules.plan import plan
    >>> from twin.rules.state import start
    >>> state, both = start(plan([], [Athlete("Ada"), Athlete("Bo")])), np.ones(2, bool)
    >>> state.memory.readings[:] = 8, 7  # a heart rate is trusted from the eighth reading on
    >>> values = np.full((len(LINE), 2), 140.0)
    >>> moment = Moment(both, 0, both, values, lambda line: line * np.nan,
    ...                 lambda line, within_s: line * np.nan, *[np.full(2, np.nan)] * 3)
    >>> trusted_heart_rate(state, moment)
    array([140.,  nan])
    """
    line = LINE["heart_rate"]
    doubt = remembered.doubt(state.memory)[WATCHED.index("heart_rate")]
    trusted = remembered.worn_in(state.memory) & (doubt <= MOST_DOUBT)
    return np.where(trusted, moment.values[line], np.nan)


def _enter(state: State, found: dict[Change, Flags], *, over: Flags, now: np.float64) -> None:
    """Write what was found into the state; `over` is where a trusted value is back."""
    raised, cleared = found[Change.RAISED], found[Change.CLEARED]
    state.raised_at[raised] = now
    state.beyond_since[raised] = np.nan
    state.raised_at[cleared] = np.nan
    state.cleared_at[cleared] = np.where(state.came_true[cleared], np.nan, now)
    for since in (state.calm_since, state.below_since):
        since[cleared] = np.nan
    for flags in (state.escalated, state.acknowledged, state.came_true):
        flags[raised | cleared] = False
    state.suppressed = (state.suppressed | found[Change.SUPPRESSED]) & ~over & ~raised
    state.escalated |= found[Change.ESCALATED]


def _since(since: Floats, holds: Flags, here: Flags, now: np.float64) -> None:
    """Keep since when something holds without a break; of those who are not here nothing changes."""
    since[here & ~holds] = np.nan
    since[holds & np.isnan(since)] = now


def _sides(plan: Plan, past: Floats) -> tuple[Flags, Flags]:
    """Tell where a value is beyond its bound, and where it is back by the hysteresis."""
    back = np.where(np.arange(past.shape[1]) == past.shape[1] - 1, 0.0, plan.hysteresis)
    return np.asarray(past > 0), np.asarray(past < -back)


def _spend(state: State, plan: Plan, moment: Moment) -> None:
    """Count the seconds beyond the limit, of time rules."""
    for line, rule in enumerate(plan.rules):
        if rule.kind is Kind.TIME:
            state.spent_s[line] += moment.here & beyond(rule, state.memory, plan.limit[line])


def _with_squad(
    state: State, plan: Plan, seen: Evaluation, moment: Moment
) -> tuple[Evaluation, Flags]:
    """Add the squad's column, how many are beyond, of the rules that count athletes; and who is here."""
    on, off = (seen.past > 0) & seen.trusted, seen.past < -plan.hysteresis
    over = state.over[:, :-1]
    over[:] = np.where(moment.here, (over | on) & ~off & ~np.isnan(seen.past), over)
    squad = plan.of_squad[:, 0]
    count = np.where(squad, over.sum(axis=1), np.nan)
    least = plan.at_least - 0.5
    always = np.ones(len(plan.rules), np.bool_)
    alone = ~plan.of_squad
    both = Evaluation(
        value=np.column_stack([np.where(alone, seen.value, np.nan), count]),
        bound=np.column_stack([seen.bound, least]),
        past=np.column_stack([np.where(alone, seen.past, np.nan), count - least]),
        doubt=np.column_stack([seen.doubt, np.zeros(len(plan.rules))]),
        trusted=np.column_stack([seen.trusted, always]),
        fresh=np.column_stack([seen.fresh, always]),
        barred=np.column_stack([seen.barred, ~always]),
    )
    here = np.broadcast_to(moment.here, over.shape) & alone
    return both, np.column_stack([here, squad & moment.here.any()])


def _transitions(
    found: dict[Change, Flags], moment: Moment, seen: Evaluation
) -> tuple[Transition, ...]:
    told = []
    last = seen.value.shape[1] - 1
    for change, where in found.items():
        if not where.any():
            continue
        for rule, athlete in np.argwhere(where).tolist():
            told.append(
                Transition(
                    rule, -1 if athlete == last else athlete, moment.second, change,
                    float(seen.value[rule, athlete]), float(seen.bound[rule, athlete]),
                    float(seen.doubt[rule, athlete]),
                )
            )  # fmt: skip
    return tuple(told)
