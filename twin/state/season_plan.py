"""A session to come, as the page of a season sends it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from twin.physiology.training_load import session_rpe
from twin.records import PlannedSession
from twin.schema import SPORTS


def planned_session(arguments: Mapping[str, Any], method: str) -> PlannedSession:
    """Return a plan; its load is by the method shown, of session RPE the rating is given.

    Raises
    ------
    ValueError
        If day, sport or a number is none.

    Examples
    --------
    >>> told = {"day": "2026-10-05", "sport": "running", "minutes": "40", "load": "6"}
    >>> planned_session(told, "session_rpe").load
    240.0
    """
    sport = str(arguments.get("sport", ""))
    if sport not in SPORTS:
        raise ValueError(f"choose a sport: {', '.join(SPORTS)}")
    minutes, load = (_number(arguments.get(name), name) for name in ("minutes", "load"))
    return PlannedSession(
        datetime.strptime(str(arguments.get("day")), "%Y-%m-%d").replace(tzinfo=UTC).date(),
        sport,
        str(arguments.get("title", "")).strip()[:200],
        minutes * 60,
        session_rpe(load, minutes * 60) if method == "session_rpe" else load,
        method=method,
    )


def _number(value: Any, name: str) -> float:
    if value in (None, ""):
        return float("nan")
    number = float(value)
    if not 0 <= number < 10_000:
        raise ValueError(f"{name} must be 0 to 10,000, got {value}")
    return number
