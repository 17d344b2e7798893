"""Rules and alerts in words, with their units."""

import numpy as np

from twin.rules.rule import MEASURES, Basis, Kind, Rule
from twin.schema import CHANNELS

_OF = {
    Basis.MAXIMUM: "of maximum", Basis.THRESHOLD: "of threshold", Basis.LINE: "of the line",
    Basis.USUAL: "of what is usual",
}  # fmt: skip


def describe(rule: Rule) -> str:
    """Return what a rule looks at, in one line.

    >>> describe(Rule(id="a", name="A", limit=90, basis=Basis.MAXIMUM))
    'Heart rate above 90 % of maximum for 5 s'
    >>> describe(Rule(id="a", name="A", limit=180, athletes=("ada", "bo"), own={"bo": 170}))
    'Heart rate above 180 bpm for 5 s; only ada, bo; own limits bo=170'
    >>> describe(Rule(id="a", name="A", measure="silence", limit=20, athletes=("ada",)))
    'No heart rate for 20 s; only ada'
    """
    measure = MEASURES[rule.measure]
    side = "below" if rule.below else "above"
    limit = "own limits" if np.isnan(rule.limit) else _limit(rule)
    hold = f" for {span(rule.hold_s)}" if rule.hold_s else ""
    what = {
        Kind.LEVEL: f"{measure.label} {side} {limit}{hold}",
        Kind.APPROACH: f"{measure.label} at {limit} within {span(rule.window_s)}, "
        f"from a chance of {rule.chance:g} % on",
        Kind.RATE: f"{measure.label} {'falls' if rule.below else 'rises'} {limit} "
        f"within {span(rule.window_s)}",
        Kind.TIME: f"{measure.label} {side} {limit} for {span(rule.window_s)} in all",
    }[rule.kind]
    if rule.measure == "silence":
        what = f"No heart rate for {limit if np.isnan(rule.limit) else span(rule.limit)}"
    what = f"{rule.at_least} athletes at once: {what}" if rule.at_least else what
    own = [f"{who}={limit:g}" for who, limit in rule.own.items()]
    told = [f"only {', '.join(rule.athletes)}"] * bool(rule.athletes)
    told += [f"own limits {', '.join(own)}"] * bool(own)
    return "; ".join([what, *told])


def _limit(rule: Rule) -> str:
    if rule.basis is Basis.LINE and rule.limit == 100:
        return "the line"
    if rule.basis is not Basis.ABSOLUTE:
        return f"{rule.limit:g} % {_OF[rule.basis]}"
    return number(rule.measure, rule.limit)


def alert_words(rule: Rule, name: str, value: float, limit: float) -> str:
    """Return what to tell when a rule fires for somebody.

    Parameters
    ----------
    rule : Rule
        That fired.
    name : str
        Of the athlete; empty for the squad.
    value : float
        What was seen: of an approach the time to the limit [s], the window at most, of the squad how many athletes.
    limit : float
        In the unit of the measure; NaN where each athlete has another.

    Examples
    --------
    >>> rule = Rule(id="a", name="A", kind=Kind.APPROACH, limit=100, basis=Basis.LINE, window_s=300)
    >>> alert_words(rule, "Ada", 230.0, 181.0)
    'Ada: heart rate may reach 181 bpm in about 4 min'
    """
    label = MEASURES[rule.measure].label
    label = label[0].lower() + label[1:]
    side = "below" if rule.below else "above"
    if rule.at_least:
        return f"{value:.0f} athletes: {label} {side} {_limit(rule)}"
    if rule.measure == "silence":
        return f"{name}: no heart rate for {value:.0f} s"
    if rule.measure == "doubt":
        return f"{name}: {value:.0f} % artefacts in heart rate"
    if rule.measure == "balance":
        return f"{name}: {value:.0f} % left of what can be spent above critical power or speed"
    if rule.measure == "residual":
        return f"{name}: heart rate {value:.0f} bpm {side} what the twin thought possible"
    if rule.measure == "drift":
        return f"{name}: heart rate has drifted up by {value:.0f} % for the same work"
    bound = number(rule.measure, limit)
    return (
        f"{name}: "
        + {
            Kind.LEVEL: f"{label} {number(rule.measure, value)}, {side} {bound}",
            Kind.APPROACH: f"{label} may reach {bound} {_when(value, rule.window_s)}",
            Kind.RATE: f"{label} {'fell' if rule.below else 'rose'} by {number(rule.measure, value)} "
            f"within {span(rule.window_s)}",
            Kind.TIME: f"{label} {side} {bound} for {span(value)} in all",
        }[rule.kind]
    )


def _when(time_s: float, window_s: float) -> str:
    return f"in about {span(time_s)}" if time_s < window_s else f"within {span(window_s)}"


def suppressed_words(words: str, doubt: float) -> str:
    """Return what to tell when an alert was held back; `doubt` is a share [1].

    >>> suppressed_words("Ada: heart rate 190 bpm, above 181 bpm", 0.12)
    'Ada: heart rate 190 bpm, above 181 bpm (suppressed: 12 % artefacts)'
    """
    return f"{words} (suppressed: {100 * doubt:.0f} % artefacts)"


def number(measure: str, value: float) -> str:
    """Return a value, in the unit of its measure, with that unit and the digits worth showing.

    >>> number("heart_rate", 150.4), number("current_speed", 3.456)
    ('150 bpm', '3.46 m/s')
    """
    decimals = CHANNELS[measure].decimals if measure in CHANNELS else 0
    unit = MEASURES[measure].unit
    return f"{value:.{decimals}f}" + ("" if unit == "1" else f" {unit}")


def span(seconds: float) -> str:
    """Return a length of time [s] as people say it.

    >>> span(45), span(230)
    ('45 s', '4 min')
    """
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
