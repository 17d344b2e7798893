"""What is told of critical power and speed: how much, where it comes from, what was entered."""

from typing import Any

from twin.model.demand import InputKind
from twin.model.reserve import Capacity, with_entered
from twin.model.season import Season
from twin.records import CRITICAL, EnteredCapacity, quantities_of
from twin.views.formats import speed_of

_RESTS = (
    "The balance of W′ or D′, targets in % of CP or CS and load by power rest on it. A test that is entered"
    " holds from its day on, until a later one; live from the next session on. Without, sessions with all-out efforts of 2"
    " to 15 minutes tell it: a lower bound."
)
_UNKNOWN = "Critical power and critical speed are not known"


def capacity_told(season: Season) -> dict[str, Any]:
    """Return what is told of critical power and speed, and what may be entered or taken back."""
    known = season.capacities
    told = [f"{_values(k, known[k])}, {known[k].origin}" for k in InputKind if k in known]
    beside = [
        f"Sessions tell at least {_critical(kind, found.critical)}: more than the test."
        for kind, found in season.fitted.items()
        if known[kind].entered and found.critical > known[kind].critical
    ]
    return {
        "words": "; ".join(told) or _UNKNOWN,
        "why": " ".join([*beside, _RESTS]),
        "entered": [_line(one) for one in season.entered],
        "today": str(season.today),
    }


def _line(entered: EnteredCapacity) -> dict[str, str]:
    kind = InputKind(entered.kind)
    one = with_entered({}, [entered])[kind]
    words = f"{_values(kind, one)}, {one.origin}"
    return {"kind": str(kind), "day": str(entered.day), "words": words}


def _values(kind: InputKind, one: Capacity) -> str:
    """Return what is known, in words.

    >>> _values(InputKind.RUNNING, Capacity(4.0, 0.1, 200.0, 20.0, 4))
    'Critical speed 4.00 m/s (4:10 /km), D′ 200 m'
    """
    critical, reserve = quantities_of(kind)
    return (
        f"{critical.name.capitalize()} {_critical(kind, one.critical)}, {reserve.name}"
        f" {reserve.told(one.reserve)}"
    )


def _critical(kind: InputKind, level: float) -> str:
    told = CRITICAL[kind].told(level)
    return told if kind is InputKind.POWER else f"{told} ({' '.join(speed_of('running', level))})"
