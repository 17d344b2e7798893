"""What each rule sees in a second: the value that counts, and whether it can be trusted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats
from twin.rules import remembering as remembered
from twin.rules.memory import RING_S, WATCHED, Memory
from twin.rules.moment import LINE, Flags, Moment
from twin.rules.plan import Plan
from twin.rules.rule import Kind, Rule
from twin.schema import STALE_AFTER_S

MOST_DOUBT = 0.1  # share of the last 30 s without a value to trust, above which nothing is raised
_SLOW_STALE_S = 120.0  # of channels that come seldom, such as core temperature
_RESTS_ON_HEART_RATE = {
    "banister_trimp", "drift", "edwards_trimp", "heart_rate_fraction", "residual", "zone",
    *(name for name in LINE if name.startswith("time_in_zone")),
}  # fmt: skip
_ALWAYS_TRUSTED = {"balance", "doubt", "silence"}  # of the model, of the sensor
_HR = LINE["heart_rate"]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Of each rule and athlete, shape (rules, athletes).

    Parameters
    ----------
    value : ndarray
        The value that is told, in the unit of the measure; of an approach the time to the limit,
        the window at most [s], of a time rule the time beyond [s]; NaN = not known.
    bound : ndarray
        What it is compared with, of an approach the window [s].
    past : ndarray
        How far it is beyond; below zero it is not. In the unit of the measure, of an approach how
        much its chance is above the least that is told [%].
    doubt : ndarray
        Share of the last 30 s without a value to trust. [1]
    trusted : ndarray of bool
        Whether it may raise anything.
    fresh : ndarray of bool
        Whether the value is of this very second.
    barred : ndarray of bool
        Where the value is beyond, yet nothing is to be raised: the line is crossed already.
    """

    value: Floats
    bound: Floats
    past: Floats
    doubt: Floats
    trusted: Flags
    fresh: Flags
    barred: Flags


def evaluate(
    plan: Plan, memory: Memory, moment: Moment, off_twin: Floats, spent_s: Floats
) -> Evaluation:
    """Return what every rule sees now.

    Parameters
    ----------
    plan : Plan
        The rules.
    memory : Memory
        With this moment taken in.
    moment : Moment
        This second.
    off_twin : ndarray, shape (athletes,)
        `remembering.residual` of this second.
    spent_s : ndarray, shape (rules, athletes)
        Time beyond the limit so far, of time rules. [s]

    Examples
    --------
    >>> from twin.records import Athlete
    >>> from twin.rules import memory as memories
    >>> from twin.rules.plan import plan
    >>> memory, one, unknown = memories.start([190.0]), np.ones(1, bool), np.full(1, np.nan)
    >>> memory.values[_HR], memory.age_s[_HR], memory.readings[:] = 185.0, 0.0, 8
    >>> moment = Moment(one, 0, one, memory.values, lambda line: line * np.nan,
    ...                 lambda line, within_s: line * np.nan, unknown, unknown, unknown)
    >>> high = plan([Rule(id="high", name="High", limit=180.0)], [Athlete("Ada")])
    >>> seen = evaluate(high, memory, moment, unknown, np.zeros((1, 1)))
    >>> seen.value, seen.past, seen.trusted
    (array([[185.]]), array([[5.]]), array([[ True]]))
    """
    shape = plan.limit.shape
    value, bound, doubt = np.full(shape, np.nan), plan.limit.copy(), np.zeros(shape)
    age_s, stale_s = np.zeros(shape), np.full((shape[0], 1), STALE_AFTER_S)
    past, barred = np.full(shape, np.nan), np.zeros(shape, np.bool_)
    trusted = np.ones(shape, np.bool_)
    doubts, worn_in = remembered.doubt(memory), remembered.worn_in(memory)
    for line, rule in enumerate(plan.rules):
        value[line] = _value(rule, memory, moment, plan.limit[line], off_twin)
        base = base_channel(rule)
        if base is not None:
            age_s[line] = memory.age_s[LINE[base]]
            trusted[line] = worn_in | (base != "heart_rate")
            if base in WATCHED:
                doubt[line] = doubts[WATCHED.index(base)]
            else:
                stale_s[line] = _SLOW_STALE_S
        if rule.kind is Kind.APPROACH:
            bound[line] = np.where(np.isnan(plan.limit[line]), np.nan, rule.window_s)
            barred[line] = memory.values[_HR] >= plan.limit[line]
            past[line] = 100 * moment.chance_of(plan.limit[line], rule.window_s) - rule.chance
            continue
        if rule.kind is Kind.TIME:
            value[line], bound[line] = spent_s[line], rule.window_s
        past[line] = plan.sign[line] * (value[line] - bound[line])
    stale = ~(age_s < stale_s)
    value[stale], past[stale] = np.nan, np.nan
    trusted &= doubt <= MOST_DOUBT
    return Evaluation(value, bound, past, doubt, trusted, age_s == 0, barred)


def beyond(rule: Rule, memory: Memory, limit: Floats) -> npt.NDArray[np.bool_]:
    """Tell who is beyond the limit of a time rule in this second; NaN and old values never are.

    `limit` is in the unit of the measure, one per athlete.

    >>> from twin.rules import memory as memories
    >>> memory = memories.start([190.0, 190.0, 190.0])
    >>> memory.values[_HR], memory.age_s[_HR] = [170.0, 185.0, 185.0], [0.0, 0.0, 60.0]
    >>> rule = Rule(id="a", name="A", kind=Kind.TIME, limit=180.0, window_s=300.0)
    >>> beyond(rule, memory, np.full(3, 180.0))
    array([False,  True, False])
    """
    value = memory.values[LINE[rule.measure]]
    past = value < limit if rule.below else value > limit
    return np.asarray(past & (memory.age_s[LINE[rule.measure]] < STALE_AFTER_S))


def base_channel(rule: Rule) -> str | None:
    """Return the channel that the trust of a rule rests on; None: always trusted.

    >>> rules = [Rule(id="a", name="A", measure=m, limit=5.0) for m in ("drift", "power", "balance")]
    >>> [base_channel(rule) for rule in rules]
    ['heart_rate', 'power', None]
    """
    if rule.measure in _ALWAYS_TRUSTED:
        return None
    return "heart_rate" if rule.measure in _RESTS_ON_HEART_RATE else rule.measure


def _value(rule: Rule, memory: Memory, moment: Moment, limit: Floats, off_twin: Floats) -> Floats:
    if rule.kind is Kind.APPROACH:
        time = np.where(memory.values[_HR] >= limit, 0.0, moment.time_to(limit))
        return np.minimum(time, rule.window_s)
    if rule.measure == "residual":
        return -off_twin if rule.below else off_twin
    if rule.measure == "balance":
        return moment.balance
    if rule.measure == "drift":
        return remembered.drift(memory)
    if rule.measure == "silence":
        age_s = memory.age_s[_HR]
        return np.where(np.isfinite(age_s), age_s, np.nan)
    if rule.measure == "doubt":
        known = np.isfinite(memory.age_s[_HR])
        return np.where(known, 100 * remembered.doubt(memory)[WATCHED.index("heart_rate")], np.nan)
    if rule.kind is Kind.RATE:
        return _change(rule, memory, moment)
    return np.asarray(memory.values[LINE[rule.measure]])


def _change(rule: Rule, memory: Memory, moment: Moment) -> Floats:
    """Return the change within the window, from a value near its begin; NaN where there is none."""
    line = memory.kept.index(LINE[rule.measure])
    window_s = min(int(rule.window_s), RING_S - 1)
    slots = (moment.second - window_s + np.arange(min(3, window_s))) % RING_S
    before = memory.ring[slots, line]
    first = before[0]
    for later in before[1:]:
        first = np.where(np.isnan(first), later, first)
    change = memory.values[LINE[rule.measure]] - first
    return np.asarray(-change if rule.below else change)
