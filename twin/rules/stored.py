"""A rule as text, for the catalogue: read back, it is the same."""

import json
from dataclasses import asdict, fields
from typing import Any

from twin.records import Priority
from twin.rules.rule import Basis, Kind, Mode, Rule

_KINDS: dict[str, Any] = {
    "kind": Kind,
    "basis": Basis,
    "mode": Mode,
    "priority": Priority,
    "athletes": tuple,
    "own": lambda own: {str(athlete): float(limit) for athlete, limit in own.items()},
    **dict.fromkeys(
        ("limit", "window_s", "chance", "hysteresis", "hold_s", "calm_s", "cool_down_s",
         "escalate_s"), float),
}  # fmt: skip

_FORESIGHT = {"window_s": 300, "hysteresis": 24, "hold_s": 3, "calm_s": 60, "cool_down_s": 600}


def to_text(rule: Rule) -> str:
    """Return a rule as JSON; infinite and missing numbers as words.

    >>> from_text(to_text(Rule(id="a", name="A", limit=180))) == Rule(id="a", name="A", limit=180)
    True
    """
    return json.dumps(asdict(rule), ensure_ascii=False)


def from_text(text: str) -> Rule:
    """Read a rule; fields that are not known, of a newer version, are left out.

    Raises
    ------
    ValueError
        If it is no rule.

    Examples
    --------
    >>> from_text('{"id": "a", "name": "A", "limit": 180, "of tomorrow": 1}').limit
    180.0
    """
    content = json.loads(text)
    if not isinstance(content, dict) or not {"id", "name"} <= content.keys():
        raise ValueError(f"expected a rule with id and name, got {text[:60]!r}")
    if content.get("kind") == Kind.APPROACH and "chance" not in content:
        content |= _FORESIGHT  # of a version that looked at the expected path alone
    known = {f.name for f in fields(Rule)}
    return Rule(
        **{n: _KINDS.get(n, lambda v: v)(value) for n, value in content.items() if n in known}
    )
