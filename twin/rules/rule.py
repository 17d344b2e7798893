"""What a coach wants to be told: one rule, and whether it makes sense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from twin.records import Priority
from twin.schema import CHANNELS


class Kind(StrEnum):
    """What is looked at.

    LEVEL: a value beyond its limit. APPROACH: heart rate that is likely at its limit within the
    window, as the twin sees it. RATE: a change within the window. TIME: time beyond the limit so far.
    """

    LEVEL = "level"
    APPROACH = "approach"
    RATE = "rate"
    TIME = "time"


class Basis(StrEnum):
    """What the limit counts from; all but ABSOLUTE are a percentage of the athlete's own."""

    ABSOLUTE = "absolute"
    MAXIMUM = "maximum"
    THRESHOLD = "threshold"
    LINE = "line"
    USUAL = "usual"


class Mode(StrEnum):
    """Whether a rule speaks: SHADOW only keeps a log."""

    ON = "on"
    SHADOW = "shadow"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity made for rules, beside the channels of `twin.schema`."""

    name: str
    unit: str
    label: str
    definition: str


EXTRA = (
    Measure("residual", "bpm", "Off the twin",
            "Heart rate minus what the twin expected a minute ago, outside its 80 % band."),
    Measure("drift", "%", "Drift",
            "Rise of heart rate over power or speed since minutes 5 to 10 of the session."),
    Measure("balance", "%", "Balance",
            "What is left of W' (power) or D' (running speed), where the twin knows them."),
    Measure("silence", "s", "Without heart rate",
            "Time since the last good heart rate, of those who had one."),
    Measure("doubt", "%", "Artefacts",
            "Share of the last 30 s that were received without a heart rate to be trusted."),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {
    **{c.name: Measure(c.name, c.unit, c.label, c.definition) for c in CHANNELS.values()},
    **{m.name: m for m in EXTRA},
}
_HEART_RATE_BASES = (Basis.MAXIMUM, Basis.THRESHOLD, Basis.LINE)
_LONGEST_WINDOW_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When somebody is to be told, about whom, and how loud.

    Parameters
    ----------
    id : str
        Never changes; the versions of a rule share it.
    name : str
        In the words of a coach.
    kind : Kind
        What is looked at.
    measure : str
        One of `MEASURES`.
    limit : float
        In the unit of the measure, or in % of the basis; NaN = nobody but those of `own`.
    basis : Basis
        What the limit counts from.
    below : bool
        Whether to be below the limit is what matters.
    own : mapping of str to float
        Limits of single athletes by id, in place of `limit`.
    athletes : tuple of str
        Ids of those it is about; empty = everybody.
    at_least : int
        A rule of the squad: that many athletes at once; 0 = each athlete alone.
    window_s : float
        How far an approach is looked ahead, the length of a change, or the time allowed. [s]
    chance : float
        Of an approach: how likely the limit must be within the window. [%]
    hysteresis : float
        How far the value must come back before the next alert, in the unit of the measure; of an
        approach in % of its chance.
    hold_s, calm_s : float
        How long it must be beyond before it is told, and back before it is over. [s]
    cool_down_s : float
        Shortest time from the end of an alert to the next; an approach that came true has none.
        [s]
    escalate_s : float
        Unacknowledged for so long, an alert rises by one priority. [s]
    priority : Priority
        How much it matters.
    mode : Mode
        On, shadow or off.
    spoken, sent : bool
        Whether the screens say it aloud, and whether the webhook gets it.
    version : int
        Counts the changes.

    Examples
    --------
    >>> Rule(id="hot", name="Too hot", measure="core_temperature", limit=39.0).basis.value
    'absolute'
    """

    id: str
    name: str
    kind: Kind = Kind.LEVEL
    measure: str = "heart_rate"
    limit: float = np.nan
    basis: Basis = Basis.ABSOLUTE
    below: bool = False
    own: Mapping[str, float] = field(default_factory=dict)
    athletes: tuple[str, ...] = ()
    at_least: int = 0
    window_s: float = 0.0
    chance: float = 30.0
    hysteresis: float = 0.0
    hold_s: float = 5.0
    calm_s: float = 10.0
    cool_down_s: float = 60.0
    escalate_s: float = np.inf
    priority: Priority = Priority.WARNING
    mode: Mode = Mode.ON
    spoken: bool = True
    sent: bool = False
    version: int = 1


def problems(rule: Rule, others: Sequence[Rule] = ()) -> list[str]:
    """Return what is wrong with a rule, one sentence each; empty where all is well.

    >>> problems(Rule(id="a", name="A", limit=900))
    ['the limit of Heart rate must be within 25 to 245 bpm, got 900']
    """
    named = _wrong_names(rule, others)
    if rule.measure not in MEASURES:
        return [*named, f"{rule.measure!r} is not measured; choose one of {', '.join(MEASURES)}"]
    return [*named, *_wrong_limits(rule), *_wrong_kind(rule), *_wrong_numbers(rule)]


def _wrong_names(rule: Rule, others: Sequence[Rule]) -> list[str]:
    found = [] if rule.name.strip() else ["a rule needs a name"]
    if any(o.name.casefold() == rule.name.casefold() and o.id != rule.id for o in others):
        found.append(f"another rule is called {rule.name!r}")
    return found


def _wrong_kind(rule: Rule) -> list[str]:
    """Return where kind, basis and measure do not go together."""
    found = []
    if rule.basis in _HEART_RATE_BASES and rule.measure != "heart_rate":
        found.append(f"a share of the athlete's {rule.basis.value} is for heart rate only")
    if rule.kind is Kind.APPROACH and (rule.measure != "heart_rate" or rule.below):
        found.append("only a heart rate that rises can be foreseen")
    if rule.kind is Kind.RATE and rule.basis is not Basis.ABSOLUTE:
        found.append("a change has an absolute limit")
    return found


def _wrong_numbers(rule: Rule) -> list[str]:
    """Return which numbers beside the limits are out of their range."""
    found, longest_s = [], _longest_window_s(rule)
    if rule.kind is not Kind.LEVEL and not 0 < rule.window_s <= longest_s:
        found.append(f"the window must be up to {longest_s:g} s, got {rule.window_s:g}")
    if not 1 <= rule.chance <= 99:
        found.append(f"the chance must be within 1 to 99 %, got {rule.chance:g}")
    never_negative = {
        "hysteresis": rule.hysteresis, "hold": rule.hold_s, "calm": rule.calm_s,
        "cool-down": rule.cool_down_s, "escalation": rule.escalate_s,
        "number of athletes": rule.at_least,
    }  # fmt: skip
    return found + [
        f"the {words} must not be negative, got {value:g}"
        for words, value in never_negative.items()
        if not value >= 0
    ]


def _longest_window_s(rule: Rule) -> float:
    return 6 * 3600 if rule.kind is Kind.TIME else _LONGEST_WINDOW_S


def _wrong_limits(rule: Rule) -> list[str]:
    limits = [limit for limit in (rule.limit, *rule.own.values()) if not np.isnan(limit)]
    if not limits:
        return ["a rule needs a limit, for all or for one athlete"]
    label, unit = MEASURES[rule.measure].label, MEASURES[rule.measure].unit
    low, high = 0.0, np.inf
    if rule.basis is not Basis.ABSOLUTE:
        low, high, unit = 1.0, 300.0, "%"
    elif rule.measure in CHANNELS and rule.kind is not Kind.RATE:
        low, high = CHANNELS[rule.measure].low, CHANNELS[rule.measure].high
    return [
        f"the limit of {label} must be within {low:g} to {high:g} {unit}, got {limit:g}"
        for limit in limits
        if not low <= limit <= high
    ]
