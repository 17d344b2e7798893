"""What is kept from the page of a season: plans, a maximal heart rate, tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from twin.state.capacity import keep_capacity, take_back_capacity
from twin.state.maximum import Tell, set_maximum
from twin.state.season_plan import planned_session
from twin.store import EmbeddedStore


def carry_out(
    command: str,
    arguments: Mapping[str, Any],
    store: EmbeddedStore,
    athlete: str,
    *,
    method: str,
    today: date,
    tell: Tell,
) -> None:
    """Keep or strike out something of an athlete.

    Parameters
    ----------
    command : str
        "plan" keeps a session to come (``day``, ``sport``, ``title``, ``minutes``, ``load`` by the
        method; of session RPE the rating); "strike" (``id``) drops one; "maximum" as `set_maximum`,
        "capacity" as `keep_capacity`, "take back" as `take_back_capacity`.
    arguments : mapping
        As named.
    store : EmbeddedStore
        Where it is kept.
    athlete : str
        Id.
    method : str
        One of `twin.model.season.LOADS`, of a planned load.
    today : date
        The present day.
    tell : callable
        Gets the id and the changes, for who records now.

    Raises
    ------
    ValueError
        If it is not a command, or what is told cannot be.
    """
    if command == "plan":
        store.planned().add(athlete, planned_session(arguments, method))
    elif command == "strike":
        store.planned().remove(int(arguments["id"]))
    elif command == "maximum":
        set_maximum(store, athlete, arguments, tell=tell)
    elif command == "capacity":
        keep_capacity(store, athlete, arguments, today=today)
    elif command == "take back":
        take_back_capacity(store, athlete, arguments)
    else:
        raise ValueError(f"{command!r} is not a command of this page")
