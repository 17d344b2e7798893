"""Rules made ready for a squad: every limit as a number, in one matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from twin.records import Athlete, Floats
from twin.rules.moment import LINE, Flags
from twin.rules.rule import Basis, Kind, Mode, Rule

Usual = Mapping[str, Mapping[str, float]]  # by channel and athlete id: what is usually reached


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Rules by athletes.

    Parameters
    ----------
    rules : tuple of Rule
        Those that are not off, in the order of the lines.
    squad : tuple of Athlete
        In the order of the columns.
    limit : ndarray, shape (rules, athletes)
        In the unit of each measure; NaN = the rule is not about this athlete.
    sign : ndarray, shape (rules, 1)
        -1 where to be below is what matters.
    window_s, hysteresis, hold_s, calm_s, cool_down_s, escalate_s : ndarray, shape (rules, 1)
        Of each rule.
    of_squad : ndarray of bool, shape (rules, 1)
        Whether a rule counts athletes in place of watching each.
    at_least : ndarray, shape (rules,)
        How many athletes such a rule needs.
    kept : tuple of int
        Lines of the channels whose change is looked at.
    """

    rules: tuple[Rule, ...]
    squad: tuple[Athlete, ...]
    limit: Floats
    sign: Floats
    window_s: Floats
    hysteresis: Floats
    hold_s: Floats
    calm_s: Floats
    cool_down_s: Floats
    escalate_s: Floats
    of_squad: Flags
    at_least: Floats
    kept: tuple[int, ...]


def plan(rules: Sequence[Rule], squad: Sequence[Athlete], usual: Usual | None = None) -> Plan:
    """Return the rules that are not off, made ready for a squad.

    Parameters
    ----------
    rules : sequence of Rule
        Any number, in any order.
    squad : sequence of Athlete
        Whose maximum, threshold and line count.
    usual : mapping, optional
        Of each channel what each athlete usually reaches, by id; for limits that count from it.

    Examples
    --------
    >>> rule = Rule(id="hard", name="Hard", limit=90, basis=Basis.MAXIMUM, own={"bo": 80})
    >>> plan([rule], [Athlete("Ada", max_hr=200), Athlete("Bo", max_hr=180)]).limit
    array([[180., 144.]])
    """
    active = tuple(rule for rule in rules if rule.mode is not Mode.OFF)
    limit = np.full((len(active), len(squad)), np.nan)
    for line, rule in zip(limit, active, strict=True):
        line[:] = limits_of(rule, squad, usual)
    changing = {rule.measure for rule in active if rule.kind is Kind.RATE}

    def column(name: str) -> Floats:
        values: Floats = np.array([float(getattr(r, name)) for r in active]).reshape(-1, 1)
        return values

    return Plan(
        rules=active,
        squad=tuple(squad),
        limit=limit,
        sign=1.0 - 2.0 * np.array([_is_below(r) for r in active], np.float64).reshape(-1, 1),
        window_s=column("window_s"),
        hysteresis=column("hysteresis"),
        hold_s=column("hold_s"),
        calm_s=column("calm_s"),
        cool_down_s=column("cool_down_s"),
        escalate_s=column("escalate_s"),
        of_squad=column("at_least") > 0,
        at_least=column("at_least")[:, 0],
        kept=tuple(sorted(LINE[name] for name in changing if name in LINE)),
    )


def _is_below(rule: Rule) -> bool:
    turned = rule.measure == "residual"  # its value is turned round, as that of a change is
    return rule.kind is Kind.LEVEL and rule.below and not turned


def limits_of(rule: Rule, squad: Sequence[Athlete], usual: Usual | None = None) -> Floats:
    """Return the limit of each athlete, shape (athletes,); NaN = none. [unit of the measure]

    >>> rule = Rule(id="hard", name="Hard", limit=90, basis=Basis.MAXIMUM, athletes=("ada",))
    >>> limits_of(rule, [Athlete("Ada", max_hr=200), Athlete("Bo", max_hr=180)])
    array([180.,  nan])
    """
    shares = np.array([rule.own.get(athlete.id, rule.limit) for athlete in squad], np.float64)
    if rule.athletes:
        shares[[athlete.id not in rule.athletes for athlete in squad]] = np.nan
    if rule.basis is Basis.ABSOLUTE:
        return shares
    usually = (usual or {}).get(rule.measure, {})
    whole = {
        Basis.MAXIMUM: [athlete.max_hr for athlete in squad],
        Basis.THRESHOLD: [athlete.threshold_hr for athlete in squad],
        Basis.LINE: [athlete.heart_rate_limit for athlete in squad],
        Basis.USUAL: [usually.get(athlete.id, np.nan) for athlete in squad],
    }[rule.basis]
    return np.asarray(shares / 100 * np.asarray(whole, np.float64))
