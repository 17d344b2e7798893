"""Typed or spoken questions about the squad, answered from the live table; nothing leaves the machine.

who is above 90 percent | how many are above 170 bpm | how is Ada | next to cross
who is working hardest | who is in zone 5 | who has no sensor | any alerts
"""

import math
import re
from collections.abc import Callable
from difflib import get_close_matches

import numpy as np

from twin.records import Alert, AlertState, Floats, Tick
from twin.schema import ALL_NAMES, STALE_AFTER_S

HELP = (
    "Ask: who is above 90 percent; how many are below 120 bpm; how is Ada; next to cross; "
    "who is working hardest; who is in zone 5; who has no sensor; any alerts."
)
_HR = ALL_NAMES.index("heart_rate")
_FRACTION = ALL_NAMES.index("heart_rate_fraction")
_ZONE = ALL_NAMES.index("zone")
_ABOVE = {"above", "over", "beyond", "higher than", "more than"}
_NUMBERS = {
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "eighty five": 85, "ninety": 90,
    "ninety five": 95, "hundred": 100,
}  # fmt: skip


def answer(question: str, tick: Tick | None) -> str:
    """Return the answer to a question, in one or two sentences.

    Parameters
    ----------
    question : str
        In English; capitals and punctuation do not matter.
    tick : Tick or None
        The squad now. Values older than a live value may be are not counted, and are told.

    Examples
    --------
    >>> answer("Sing a song", None)
    'No athlete is known yet.'
    """
    if tick is None or not tick.squad:
        return "No athlete is known yet."
    words = re.sub(r"[^\w%.' -]", " ", question.casefold()).strip()
    words = re.sub(r"\s+", " ", words)
    for pattern, reply in _GRAMMAR:
        found = pattern.search(words)
        if found is not None:
            return reply(tick, found)
    return f"That is not understood. {HELP}"


def _live(tick: Tick) -> Floats:
    """Return the heart rates that are live; NaN for the others."""
    return np.where(tick.age_s[_HR] <= STALE_AFTER_S, tick.values[_HR], np.nan)


def _beyond(tick: Tick, found: re.Match[str]) -> str:
    side, number, unit = found["side"], found["number"], found["unit"] or ""
    limit = float(_NUMBERS.get(number, number))
    share = unit.strip() in ("%", "percent", "per cent") or (not unit and limit <= 100)
    values = _live(tick)
    if share:
        values = 100 * np.where(np.isnan(values), np.nan, tick.values[_FRACTION])
    with np.errstate(invalid="ignore"):
        chosen = np.flatnonzero(values > limit if side in _ABOVE else values < limit)
    chosen = chosen[np.argsort(values[chosen])]
    if side in _ABOVE:
        chosen = chosen[::-1]
    line = f"{limit:g} {'percent of maximum' if share else 'bpm'}"
    names = [f"{tick.squad[i].name} ({values[i]:.0f})" for i in chosen]
    said = f"{len(names)} of {len(tick.squad)}: {_and(names)}" if names else "nobody"
    where = "above" if side in _ABOVE else "below"
    return f"{said[0].upper()}{said[1:]} {'is' if len(names) < 2 else 'are'} {where} {line}.{_unknown(tick)}"


def _zone(tick: Tick, found: re.Match[str]) -> str:
    asked = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}.get(found["zone"], found["zone"])
    there = (tick.values[_ZONE] == float(asked)) & ~np.isnan(_live(tick))
    names = [tick.squad[i].name for i in np.flatnonzero(there)]
    said = f"{len(names)} of {len(tick.squad)}: {_and(names)}" if names else "Nobody"
    return f"{said} {'is' if len(names) < 2 else 'are'} in zone {asked}.{_unknown(tick)}"


def _how(tick: Tick, found: re.Match[str]) -> str:
    asked = found["name"].strip()
    meant = _called(tick, asked)
    if len(meant) != 1:
        few = "nobody" if not meant else _and([tick.squad[i].name for i in meant])
        return f"Who is meant by {asked!r}? That fits {few}."
    place = meant[0]
    who = tick.squad[place]
    if math.isnan(_live(tick)[place]):
        return _without_heart_rate(tick, place)
    told = [a.text.partition(": ")[2] or a.text for a in _active(tick) if a.athlete == who.id]
    alert = f" Alert: {_and(told)}." if told else ""
    return f"{who.name}: {', '.join(_heart_now(tick, place))}.{alert}"


def _called(tick: Tick, asked: str) -> list[int]:
    """Return who may be meant: by the whole name, else by its begin, else by its sound."""
    names = [who.name.casefold() for who in tick.squad]
    whole = [i for i, name in enumerate(names) if name == asked]
    begun = whole or [i for i, name in enumerate(names) if name.startswith(asked)]
    return begun or [names.index(n) for n in get_close_matches(asked, names, n=1, cutoff=0.7)]


def _without_heart_rate(tick: Tick, place: int) -> str:
    name, age_s = tick.squad[place].name, tick.age_s[_HR, place]
    if math.isnan(age_s):
        return f"{name} has no heart rate yet."
    return f"{name}: no heart rate for {age_s:.0f} s, it was {tick.values[_HR, place]:.0f}."


def _heart_now(tick: Tick, place: int) -> list[str]:
    """Return heart rate, zone and the line not to cross, a phrase each."""
    rate, percent = _live(tick)[place], 100 * tick.values[_FRACTION, place]
    zone, line = tick.value(place, "zone"), f"the line of {tick.squad[place].heart_rate_limit:.0f}"
    until_s = tick.time_to_limit_s[place] if len(tick.time_to_limit_s) > place else math.nan
    phrases = [
        f"heart rate {rate:.0f}, {percent:.0f} percent of maximum",
        "below zone 1" if math.isnan(zone) else f"zone {zone:.0f}",
    ]
    if until_s == 0:
        phrases.append(f"above {line}")
    elif math.isfinite(until_s):
        phrases.append(f"at {line} in about {_span(until_s)}")
    return phrases


def _next(tick: Tick, _: re.Match[str]) -> str:
    until_s = tick.time_to_limit_s
    ahead = [i for i in np.argsort(until_s) if 0 < until_s[i] < math.inf]
    above = [tick.squad[i].name for i in np.flatnonzero(until_s == 0)]
    said = (
        f" {_and(above)} {'is' if len(above) == 1 else 'are'} above the line already."
        if above
        else ""
    )
    if not ahead:
        return f"Nobody is on the way to the line.{said}"
    first = [f"{tick.squad[i].name} in about {_span(until_s[i])}" for i in ahead[:3]]
    return f"Next to cross: {_and(first)}.{said}"


def _hardest(tick: Tick, _: re.Match[str]) -> str:
    share = np.where(np.isnan(_live(tick)), -1, np.nan_to_num(tick.values[_FRACTION], nan=-1))
    order = [i for i in np.argsort(-share)[:3] if share[i] > 0]
    names = [f"{tick.squad[i].name} at {100 * share[i]:.0f} percent" for i in order]
    return f"Hardest: {_and(names)}.{_unknown(tick)}" if names else "No heart rate is live."


def _lost(tick: Tick, _: re.Match[str]) -> str:
    gone = [tick.squad[i].name for i in np.flatnonzero(np.isnan(_live(tick)))]
    return f"Without a live heart rate: {_and(gone)}." if gone else "Every heart rate is live."


def _alerts(tick: Tick, _: re.Match[str]) -> str:
    told = [alert.text for alert in _active(tick)]
    return f"{len(told)}: {'; '.join(told)}." if told else "No alerts."


def _active(tick: Tick) -> list[Alert]:
    return [alert for alert in tick.alerts if alert.state is AlertState.ACTIVE]


def _unknown(tick: Tick) -> str:
    missing = int(np.isnan(_live(tick)).sum())
    return f" {missing} without a live heart rate." if missing else ""


def _span(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _how_after(tick: Tick, found: re.Match[str]) -> str:
    name = re.match(
        r"(?P<name>.+?)(?: (?:doing|now|today|do))*$", found.string[found.end() :].strip()
    )
    return _how(tick, name) if name is not None else f"How is who? {HELP}"


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[Tick, re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"(who|how many|anybody|anyone|which).*?"
            r"(?P<side>above|over|beyond|higher than|more than|below|under|lower than|less than) "
            rf"(?P<number>\d+(?:\.\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
            r"(?P<unit> ?(?:%|per ?cent|bpm|beats))?"
        ),
        _beyond,
    ),
    (
        re.compile(
            r"(who|how many|anybody|anyone|which).*zone (?P<zone>[1-5]|one|two|three|four|five)\b"
        ),
        _zone,
    ),
    (re.compile(r"next|(who|when).*(cross|reach|hit)"), _next),
    (re.compile(r"hardest|highest|most effort"), _hardest),
    (re.compile(r"(no|lost|without|missing|silent|dead).*(sensor|strap|heart rate|signal)"), _lost),
    (re.compile(r"alert|alarm|warning"), _alerts),
    (re.compile(r"(?:how|what) (?:is|about|does|s|'s)|how's"), _how_after),
)
