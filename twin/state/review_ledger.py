"""Live against afterwards: what screens showed when a session ended, and whether alerts come again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pandas as pd

from twin.hub.calibrating import known_twins
from twin.hub.lab import Moment, Trial, try_rules
from twin.hub.rulings import read_rules
from twin.hub.usual import usual_of
from twin.pipeline import Summary
from twin.protocols import Store
from twin.rules.rule import Mode, Rule
from twin.rules.step import Change
from twin.rules.stored import from_text
from twin.schema import CHANNELS, ZONE_COUNT
from twin.state.review import Reviewed
from twin.store.books import Books
from twin.store.coaching import Coaching
from twin.store.rulebook import Rulebook

SAME_S = 15.0  # live and afterwards, an alert is the same when it comes so near
_MOST_ALERTS = 1000
_BEFORE = timedelta(minutes=1)
_Version = tuple[str, int]  # id of a rule, and which of its versions


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stood live, and as it comes out of what was stored; NaN where not known."""

    name: str
    unit: str
    decimals: int
    live: float
    after: float


@dataclass(frozen=True, slots=True)
class AlertTwice:
    """An alert told live, found afterwards, or both.

    Parameters
    ----------
    time : datetime
        UTC.
    text : str
        As it was told.
    live : str
        "shown", "shadow", "muted" or "held back"; "no" if it was not raised live.
    after : str
        "yes", "no", or "rule is gone".
    """

    time: datetime
    text: str
    live: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether one side tells it and the other, which could tell it, does not."""
        return self.after in ("yes", "no") and (self.live != "no") != (self.after == "yes")


@dataclass(frozen=True, slots=True)
class LiveAndAfter:
    """Both sides of a session; without figures it was not recorded live by this version."""

    figures: tuple[Figure, ...]
    alerts: tuple[AlertTwice, ...]


def live_and_after(store: Store, reviewed: Reviewed) -> LiveAndAfter | None:
    """Return the ledger of a session; None where nothing of it is known live."""
    if not isinstance(store, Books) or reviewed.summary is None:
        return None
    shown = store.finals().of(reviewed.session.id)
    alerts = _alerts(store, reviewed, store.coaching())
    if not shown and not alerts:
        return None
    after = _afterwards(reviewed.summary)
    figures = tuple(
        _figure(name, shown[name], value) for name, value in after.items() if name in shown
    )
    return LiveAndAfter(figures, tuple(alerts))


def _afterwards(summary: Summary) -> dict[str, float]:
    """Return what the summary says under the names of the live figures, in order of the page."""
    zones = {f"time_in_zone_{zone}": summary.time_in_zone_s[zone - 1]
             for zone in range(1, ZONE_COUNT + 1)}  # fmt: skip
    bests = {f"best_{best.channel}_{best.window_s}": best.value for best in summary.bests}
    return {
        "elapsed": summary.duration_s,
        "session_distance": summary.distance_m,
        "ascent": summary.ascent_m,
        "mean_heart_rate": summary.mean_heart_rate,
        "mean_power": summary.mean_power,
        "banister_trimp": summary.banister_trimp,
        "edwards_trimp": summary.edwards_trimp,
        **zones,
        **bests,
    }


def _figure(name: str, live: float, after: float) -> Figure:
    for prefix, words in (("mean_", "Mean"), ("best_", "Best")):
        if name.startswith(prefix):
            rest = name.removeprefix(prefix)
            channel, _, span = rest.rpartition("_") if prefix == "best_" else (rest, "", "")
            shown = CHANNELS[channel]
            label = f"{words} {shown.label.lower()}" + (f", {span} s" if span else "")
            return Figure(label, shown.unit, shown.decimals, live, after)
    shown = CHANNELS[name]
    return Figure(shown.label, shown.unit, shown.decimals, live, after)


def _alerts(store: Store, reviewed: Reviewed, coaching: Coaching) -> list[AlertTwice]:
    """Return every alert of the athlete in the session in order of time, live and in the lab."""
    session = reviewed.session
    log = coaching.alert_log.search(
        athlete=session.athlete, since=session.start - _BEFORE, most=_MOST_ALERTS
    )
    log = log[(log["session"] == session.id)].sort_values("time")
    if not len(log):
        return []
    rules = _rules(coaching.rulebook, log)
    tried = [rule for rule in rules.values() if not rule.at_least]
    again = _tried(store, reviewed, tried, coaching)
    found: list[AlertTwice] = []
    columns = (log[name] for name in ("time", "text", "rule", "version", "state", "told"))
    for time, text, name, version, state, told in zip(*columns, strict=True):
        held_back = state == "suppressed"
        rule = rules.get((name, int(version)))
        live = "held back" if held_back else str(told)
        after = _again(rule, time, held_back, again)
        found.append(AlertTwice(time.to_pydatetime(warn=False), str(text), live, after))
    found += _only_after(log, again)
    return sorted(found, key=lambda alert: alert.time)


def _rules(book: Rulebook, log: pd.DataFrame) -> dict[_Version, Rule]:
    """Return the rules in the versions that told live, and those that hold and told nothing."""
    told = set(zip(log["rule"], log["version"].astype(int), strict=True))
    found = {}
    for rule in {rule for rule, _ in told}:
        for version, body, _, _ in book.versions(rule):
            if (rule, version) in told and body:
                found[rule, version] = replace(from_text(body), version=version)
    names = {rule for rule, _ in found}
    for rule in read_rules(book):
        if rule.mode is Mode.ON and rule.id not in names:
            found[rule.id, rule.version] = rule
    return found


def _tried(
    store: Store, reviewed: Reviewed, rules: Sequence[Rule], coaching: Coaching
) -> dict[_Version, list[Moment]]:
    """Return what the lab finds for each version of a rule."""
    trial = Trial(reviewed.session.id, reviewed.athlete, store.samples(reviewed.session.id))
    known = known_twins(coaching.calibrations)
    usual = usual_of(store, [reviewed.athlete], rules)
    verdicts = try_rules(rules, [trial], known=known, usual=usual) if rules else []
    return {(v.rule.id, v.rule.version): list(v.moments) for v in verdicts}


def _again(
    rule: Rule | None, time: pd.Timestamp, held_back: bool, again: dict[_Version, list[Moment]]
) -> str:
    if rule is None:
        return "rule is gone"
    wanted = Change.SUPPRESSED if held_back else Change.RAISED
    near = any(m.change == wanted.value and abs((m.time - time).total_seconds()) <= SAME_S
               for m in again.get((rule.id, rule.version), []))  # fmt: skip
    return "yes" if near else "no"


def _only_after(log: pd.DataFrame, again: dict[_Version, list[Moment]]) -> list[AlertTwice]:
    """Return what the newest version of each rule raises in the lab where nothing was told live."""
    newest = {rule: moments for (rule, _), moments in sorted(again.items())}
    found = []
    for rule, moments in newest.items():
        times = log.loc[log["rule"] == rule, "time"]
        for moment in moments:
            if moment.change != Change.RAISED.value:
                continue
            if not (abs((times - moment.time).dt.total_seconds()) <= SAME_S).any():
                found.append(AlertTwice(moment.time.to_pydatetime(), moment.text, "no", "yes"))
    return found
