"""Where the rules stand, taken over when rules, squad or session change."""

from collections.abc import Sequence
from dataclasses import replace

from twin.rules import memory
from twin.rules.plan import Plan
from twin.rules.rule import Rule
from twin.rules.state import FLAGS, INSTANTS, State, start


def carried(state: State, before: Plan, after: Plan) -> State:
    """Return the state for changed rules or a changed squad: what is the same goes on.

    >>> from twin.records import Athlete
    >>> from twin.rules.plan import plan
    >>> rule = Rule(id="high", name="High", limit=180.0)
    >>> alone = plan([rule], [Athlete("Ada")])
    >>> state = start(alone)
    >>> state.raised_at[0, 0] = 60.0
    >>> carried(state, alone, plan([rule], [Athlete("Bo"), Athlete("Ada")])).raised_at[0, :2]
    array([nan, 60.])
    """
    fresh = start(after)
    athletes = {athlete.id: place for place, athlete in enumerate(before.squad)}
    columns = [(new, athletes[a.id]) for new, a in enumerate(after.squad) if a.id in athletes]
    columns.append((len(after.squad), len(before.squad)))
    lines = {rule.id: place for place, rule in enumerate(before.rules)}
    kept = [(new, lines[r.id]) for new, r in enumerate(after.rules) if _same(r, before, lines)]
    for name in (*INSTANTS, *FLAGS):
        old, new = getattr(state, name), getattr(fresh, name)
        for line, line_before in kept:
            for column, column_before in columns:
                new[line, column] = old[line_before, column_before]
    for line, line_before in kept:
        for column, column_before in columns[:-1]:
            fresh.spent_s[line, column] = state.spent_s[line_before, column_before]
    memory.carry(state.memory, fresh.memory, columns[:-1])
    return fresh


def _same(rule: Rule, before: Plan, lines: dict[str, int]) -> bool:
    return rule.id in lines and before.rules[lines[rule.id]].version == rule.version


def reset(state: State, plan: Plan, athletes: Sequence[int]) -> State:
    """Return the state with these athletes as before their first second: a new session begins.

    >>> from twin.records import Athlete
    >>> from twin.rules.plan import plan
    >>> both = plan([Rule(id="high", name="High", limit=180.0)], [Athlete("Ada"), Athlete("Bo")])
    >>> state = start(both)
    >>> state.raised_at[0, :2] = 60.0
    >>> reset(state, both, [1]).raised_at[0, :2]
    array([60., nan])
    """
    strangers = tuple(
        replace(athlete, id=f"{athlete.id} before") if place in athletes else athlete
        for place, athlete in enumerate(plan.squad)
    )
    return carried(state, replace(plan, squad=strangers), plan)
