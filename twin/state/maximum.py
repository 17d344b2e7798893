"""The maximal heart rate of an athlete, entered or left to age and sessions."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from twin.archive import settle_max_hr
from twin.errors import UnknownAthleteError
from twin.physiology.max_heart_rate import MaxFrom
from twin.records import Athlete
from twin.records.people import ASSUMED_MAX_HR
from twin.store import EmbeddedStore

Tell = Callable[..., None]

_LOWEST, _HIGHEST = 100.0, 240.0  # bpm, of any person
_OLDEST = 1900


def set_maximum(
    store: EmbeddedStore, athlete: str, arguments: Mapping[str, Any], *, tell: Tell
) -> Athlete:
    """Keep what was said of a maximal heart rate and return the athlete as known now.

    Parameters
    ----------
    store : EmbeddedStore
        Where athletes and sessions are.
    athlete : str
        Id.
    arguments : mapping
        ``rate``: entered; empty = what age and sessions tell. [bpm] ``birth_year``: empty = not known.
    tell : callable
        Gets the id and the changes, for who records now.

    Raises
    ------
    ValueError
        If a number cannot be.
    """
    who = next(person for person in store.athletes() if person.id == athlete)
    store.add_athlete(who.changed(_changes(arguments)))
    settled = settle_max_hr(store, athlete)
    with suppress(UnknownAthleteError):  # nobody records this athlete
        tell(
            athlete, max_hr=settled.max_hr, max_hr_from=settled.max_hr_from,
            birth_year=settled.birth_year,
        )  # fmt: skip
    return settled


def _changes(arguments: Mapping[str, Any]) -> dict[str, Any]:
    rate, year = (str(arguments.get(name) or "").strip() for name in ("rate", "birth_year"))
    found: dict[str, Any] = {"birth_year": int(year) if year else None}
    if found["birth_year"] is not None and found["birth_year"] < _OLDEST:
        raise ValueError(f"the birth year must be {_OLDEST} or later, got {year}")
    if not rate:
        return found | {"max_hr": ASSUMED_MAX_HR, "max_hr_from": str(MaxFrom.ASSUMED)}
    if not _LOWEST <= float(rate) <= _HIGHEST:
        raise ValueError(f"a maximal heart rate is {_LOWEST:.0f} to {_HIGHEST:.0f} bpm, got {rate}")
    return found | {"max_hr": float(rate)}
