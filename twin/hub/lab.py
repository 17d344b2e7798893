"""The rule lab: rules over sessions that were, by the very steps of the live hub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from twin.errors import TwinError
from twin.hub.seconds import LONGEST_GAP_S
from twin.hub.watch import Watch
from twin.model.reserve import Known
from twin.pipeline import derive
from twin.protocols import Store
from twin.records import Athlete, Batch, Floats
from twin.rules.plan import Plan, Usual
from twin.rules.rule import Kind, Mode, Rule
from twin.rules.score import Episodes, Score, score
from twin.rules.step import Change, Transition
from twin.rules.words import alert_words, suppressed_words
from twin.schema import ALL_NAMES

_SECOND_NS = 1_000_000_000
# The line must be reached so soon, as far as the twin looks ahead, or it was false.
PROMISE_S = 600.0
_PIECE = 2000  # rows at once
_PAUSE_S = 30.0  # a longer stretch without a row does not count as training
CROSSING = Rule(id="crossing", name="Crossing", hysteresis=2, hold_s=5, calm_s=10, cool_down_s=0)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One session of one athlete to try rules on; `squad` is shared by those who trained together."""

    session: str
    athlete: Athlete
    samples: pd.DataFrame
    squad: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a rule told, or held back, and where to look it up."""

    rule: str
    session: str
    athlete: str
    time: pd.Timestamp
    change: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A rule over all trials."""

    rule: Rule
    score: Score
    moments: tuple[Moment, ...]


@dataclass(slots=True, eq=False)
class _Told:
    """Transitions of every trial by rule, on the clock of the session."""

    found: dict[tuple[str, int], list[tuple[Transition, float]]] = field(default_factory=dict)


def trials_of(
    store: Store, *, athlete: str | None = None, last: int = 10, sessions: Sequence[str] = ()
) -> list[Trial]:
    """Return the newest sessions of a store, or the ones named, to try rules on."""
    listed = store.sessions(athlete=athlete)
    listed = listed[listed["state"] != "live"]
    chosen = listed[listed["session"].isin(sessions)] if sessions else listed.head(last)
    athletes = {a.id: a for a in store.athletes()}
    found = []
    for name, squad in zip(chosen["session"], chosen["squad_session"], strict=True):
        samples = store.samples(name)
        if len(samples):
            found.append(Trial(name, athletes[store.session(name).athlete], samples, squad))
    return found


def try_rules(
    rules: Sequence[Rule],
    trials: Sequence[Trial],
    *,
    known: Mapping[str, Known] | None = None,
    usual: Usual | None = None,
) -> list[Verdict]:
    """Return what each rule would have told in these sessions.

    Parameters
    ----------
    rules : sequence of Rule
        Versions of one rule are told apart by their place; modes do not matter here.
    trials : sequence of Trial
        Where they are tried.
    known : mapping, optional
        What the twins know of each athlete, by id; without it they work from the population.
    usual : mapping, optional
        What each athlete usually reaches, for limits that count from it.

    Raises
    ------
    TwinError
        If there is no session to try them on.
    """
    if not trials:
        raise TwinError("no stored session to try the rule on")
    placed = [replace(rule, id=f"{place}", mode=Mode.ON) for place, rule in enumerate(rules)]
    crossings = [
        replace(CROSSING, id=f"{rule.id} crossing", limit=rule.limit, basis=rule.basis,
                own=rule.own, athletes=rule.athletes)
        for rule in placed if rule.kind is Kind.APPROACH
    ]  # fmt: skip
    told = _Told()
    for together in _groups(trials, whole_squads=any(rule.at_least for rule in rules)):
        _run([*placed, *crossings], trials, together, known or {}, usual or {}, told)
    return [_verdict(rule, trials, told, place) for place, rule in enumerate(rules)]


def _groups(trials: Sequence[Trial], *, whole_squads: bool) -> list[list[int]]:
    """Return which trials are run side by side: a squad as it was, or all from second 0 on.

    A session with a long gap goes alone: the clock of a source jumps there for everybody.
    """
    if whole_squads:
        squads: dict[str, list[int]] = {}
        for place, trial in enumerate(trials):
            squads.setdefault(trial.squad or f"alone {place}", []).append(place)
        return list(squads.values())
    gaps = [_longest_gap_s(trial) for trial in trials]
    smooth = [place for place, gap in enumerate(gaps) if gap <= LONGEST_GAP_S]
    return [*([smooth] if smooth else []), *([p] for p, g in enumerate(gaps) if g > LONGEST_GAP_S)]


def _longest_gap_s(trial: Trial) -> float:
    return float(np.diff(_times_ns(trial.samples)).max(initial=0) / _SECOND_NS)


def _times_ns(samples: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    times: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        pd.DatetimeIndex(samples.index).as_unit("ns").asi8
    )
    return times


def _run(
    rules: Sequence[Rule],
    trials: Sequence[Trial],
    together: Sequence[int],
    known: Mapping[str, Known],
    usual: Usual,
    told: _Told,
) -> None:
    """Run trials side by side; those that did not train together begin at the same second."""
    first_s = [int(_times_ns(trials[place].samples)[0] // _SECOND_NS) for place in together]
    as_it_was = len({trials[place].squad or place for place in together}) == 1
    shift_s = [0 if as_it_was else min(first_s) - first for first in first_s]
    athletes = [trials[place].athlete for place in together]

    def hear(plan: Plan, found: Transition) -> None:
        rule = plan.rules[found.rule]
        column = max(found.athlete, 0)  # the squad's alerts stand with its first athlete
        moment = replace(found, second=found.second - shift_s[column])
        limit = plan.limit[found.rule, column] if found.athlete >= 0 else rule.limit
        told.found.setdefault((rule.id, together[column]), []).append((moment, float(limit)))

    watch = Watch(hear)
    watch.set_rules(rules, usual)
    watch.twins.add(athletes, known)
    watch.set_squad(athletes)
    rows = _rows([trials[place] for place in together], shift_s)
    for first in range(0, len(rows), _PIECE):
        watch.twins.follow(rows.take(np.arange(first, min(first + _PIECE, len(rows)))))


def _rows(trials: Sequence[Trial], shift_s: Sequence[int]) -> Batch:
    """Return the cleaned rows of all trials in order of time."""
    derived = [derive(trial.samples, trial.athlete) for trial in trials]
    times = np.concatenate(
        [_times_ns(d) + s * _SECOND_NS for d, s in zip(derived, shift_s, strict=True)]
    )
    who = np.repeat(np.arange(len(derived), dtype=np.int32), [len(d) for d in derived])
    values = np.concatenate([d.to_numpy(np.float64).T for d in derived], axis=1)
    order = np.argsort(times, kind="stable")
    return Batch(who[order], times[order].view("datetime64[ns]"), values[:, order], ALL_NAMES)


def _verdict(rule: Rule, trials: Sequence[Trial], told: _Told, place: int) -> Verdict:
    sessions, moments = [], []
    for number, trial in enumerate(trials):
        found = told.found.get((str(place), number), [])
        crossed = None
        if rule.kind is Kind.APPROACH:
            crossed = _instants(told.found.get((f"{place} crossing", number), []), Change.RAISED)
            crossed = crossed - CROSSING.hold_s
        raised = _instants(found, Change.RAISED)
        ended = _instants(found, Change.CLEARED)
        ended = np.append(ended, np.full(len(raised) - len(ended), np.inf))
        held_back = sum(t.change is Change.SUPPRESSED for t, _ in found)
        sessions.append((_hours(trial), Episodes(raised, ended), held_back, crossed))
        moments += [_moment(rule, trial, t, limit) for t, limit in found]
    return Verdict(rule, score(sessions, PROMISE_S), tuple(moments))


def _instants(found: Sequence[tuple[Transition, float]], change: Change) -> Floats:
    return np.array([t.second for t, _ in found if t.change is change], np.float64)


def _hours(trial: Trial) -> float:
    steps_s = np.diff(_times_ns(trial.samples)) / _SECOND_NS
    return float(steps_s[steps_s <= _PAUSE_S].sum() / 3600)


def _moment(rule: Rule, trial: Trial, found: Transition, limit: float) -> Moment:
    squad = rule.at_least > 0
    text = alert_words(rule, "" if squad else trial.athlete.name, found.value, limit)
    if found.change is Change.SUPPRESSED:
        text = suppressed_words(text, found.doubt)
    if found.change is Change.CLEARED:
        text = f"{'The squad' if squad else trial.athlete.name}: over, {rule.name}"
    time = pd.Timestamp(found.second, unit="s", tz="UTC")
    return Moment(
        rule.id, trial.session, "" if squad else trial.athlete.name, time, found.change.value, text
    )
