"""Critical power and speed of an athlete, entered from a test and taken back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from twin.records import EnteredCapacity, quantities_of
from twin.store import EmbeddedStore

_KM = 1000.0


def keep_capacity(
    store: EmbeddedStore, athlete: str, arguments: Mapping[str, Any], *, today: date
) -> EnteredCapacity:
    """Keep what was typed of a test, and return it.

    Parameters
    ----------
    store : EmbeddedStore
        Where it is kept.
    athlete : str
        Id or name.
    arguments : mapping
        ``kind`` ("power" or "running speed"), ``critical`` [W, or m/s, or min:s for a kilometre],
        ``reserve`` [kJ or m], and ``day`` of the test; empty = today.
    today : date
        The present day; a test after it is refused.

    Raises
    ------
    ValueError
        If something is missing or cannot be.
    """
    entered = _entered(arguments, today)
    store.capacities().keep(athlete, entered)
    return entered


def take_back_capacity(store: EmbeddedStore, athlete: str, arguments: Mapping[str, Any]) -> None:
    """Forget a test, by ``kind`` and ``day``."""
    day = date.fromisoformat(str(arguments["day"]))
    store.capacities().take_back(athlete, str(arguments["kind"]), day)


def _entered(arguments: Mapping[str, Any], today: date) -> EnteredCapacity:
    typed = {
        name: str(arguments.get(name) or "").strip() for name in ("critical", "reserve", "day")
    }
    kind = str(arguments.get("kind"))
    day = date.fromisoformat(typed["day"]) if typed["day"] else today
    if day > today:
        raise ValueError(f"a test is of today, {today}, or before, got {day}")
    level, amount = quantities_of(kind)
    critical = _number(typed["critical"], level.name, is_pace=level.unit == "m/s") * level.per
    reserve = _number(typed["reserve"], amount.name) * amount.per
    return EnteredCapacity(day, kind, critical, reserve)


def _number(text: str, name: str, *, is_pace: bool = False) -> float:
    """Return a number that was typed; a pace as a speed.

    >>> _number("4:10", "critical speed", is_pace=True), _number("18,4", "W′")
    (4.0, 18.4)
    """
    minutes, colon, seconds = text.partition(":")
    try:
        if is_pace and colon:
            return _KM / (60 * int(minutes) + float(seconds))
        return float(text.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{name} is a number, got {text!r}") from None
