"""Athletes by their names: found by what somebody writes, and told apart where two share one."""

from collections import Counter
from collections.abc import Iterable

from twin.errors import UnknownAthleteError
from twin.records.people import Athlete


def who_is_called(people: Iterable[Athlete], words: str) -> Athlete | None:
    """Return the athlete of an id, else of an id or name whatever its capitals; None without, or of several.

    Examples
    --------
    >>> who_is_called([Athlete("Ada Fit"), Athlete("Bo")], "ADA FIT").id
    'ada-fit'
    """
    known, asked = tuple(people), words.casefold()
    for found in (
        [one for one in known if one.id == words],
        [one for one in known if asked in (one.id.casefold(), one.name.casefold())],
    ):
        if len(found) == 1:
            return found[0]
    return None


def athlete_named(people: Iterable[Athlete], words: str) -> Athlete:
    """Return the athlete that `who_is_called` finds.

    Raises
    ------
    UnknownAthleteError
        If there is none, or the name belongs to several.

    Examples
    --------
    >>> athlete_named([Athlete("Ada Fit"), Athlete("Bo")], "ada fit").id
    'ada-fit'
    >>> athlete_named([Athlete("Ada Fit"), Athlete("Bo")], "Cy")
    Traceback (most recent call last):
    ...
    twin.errors.UnknownAthleteError: no athlete 'Cy'; known: Ada Fit, Bo
    """
    known = tuple(people)
    found = who_is_called(known, words)
    if found is None:
        raise UnknownAthleteError(why_nobody(known, words))
    return found


def why_nobody(people: Iterable[Athlete], words: str) -> str:
    """Return why `who_is_called` finds nobody: there is none, or several share the name.

    Examples
    --------
    >>> why_nobody([Athlete("Ada"), Athlete("Ada", id="ada-2")], "ada y")
    "no athlete 'ada y'; known: Ada (ada), Ada (ada-2)"
    >>> why_nobody([Athlete("Bo", id="bo-1"), Athlete("Bo", id="bo-2")], "bo")
    "several athletes are called 'bo'; their ids: bo-1, bo-2"
    """
    known = tuple(people)
    asked = words.casefold()
    named = sorted(one.id for one in known if asked in (one.id.casefold(), one.name.casefold()))
    if len(named) > 1:
        return f"several athletes are called {words!r}; their ids: {', '.join(named)}"
    return f"no athlete {words!r}; known: {', '.join(told_apart(known).values()) or 'nobody yet'}"


def told_apart(people: Iterable[Athlete]) -> dict[str, str]:
    """Return by id what each is called in a list; the id stands behind a name that several share.

    Examples
    --------
    >>> told_apart([Athlete("Ada"), Athlete("Ada", id="ada-2"), Athlete("Bo")])
    {'ada': 'Ada (ada)', 'ada-2': 'Ada (ada-2)', 'bo': 'Bo'}
    """
    known = tuple(people)
    shared = Counter(one.name for one in known)
    return {one.id: f"{one.name} ({one.id})" if shared[one.name] > 1 else one.name for one in known}
