"""By which method and maximum load is counted, and what has none: in words."""

from datetime import date
from typing import Any

import pandas as pd

from twin.model.highest import origin_words
from twin.model.season import Season, planned_loads, without_load
from twin.physiology.max_heart_rate import ENOUGH_SESSIONS, PRIOR_SD_BPM, MaxFrom
from twin.physiology.zones import max_hr_prior
from twin.records import Athlete
from twin.records.people import ENTERED

_COUNTED = {
    "banister_trimp": "Load is Banister's TRIMP, from heart rate.",
    "edwards_trimp": "Load is Edwards' TRIMP, from time in zones of heart rate.",
    "session_rpe": "Load is session RPE times minutes, of what was said after sessions.",
}
_LACKS = {
    "banister_trimp": "no heart rate",
    "edwards_trimp": "no heart rate",
    "power_load": "no 20 minutes of power",
    "session_rpe": "no RPE",
}
_NO_CRITICAL_POWER = (
    "Load from power needs critical power, which is not known: twin calibrate finds it in sessions"
    " with all-out efforts of 2 to 15 minutes, or a test is entered below."
)


def load_words(season: Season, load: str, since: date) -> str:
    """Return how load is counted and how many sessions from a day on, and plans, have none.

    Parameters
    ----------
    season : Season
        As chosen.
    load : str
        One of `twin.model.season.LOADS`.
    since : date
        First day shown.
    """
    if load == "power_load" and season.sessions["critical_power"].isna().all():
        return _NO_CRITICAL_POWER
    counted = _COUNTED.get(load) or _power_words(season, since)
    missing, of = (0, 0) if season.stale else without_load(season, load, since)  # not known yet
    ahead = [expected for plan, expected in zip(season.planned, planned_loads(season, load), strict=True)
             if pd.Timestamp(plan.day) >= pd.Timestamp(season.today)]  # fmt: skip
    return " ".join(filter(None, (counted, _sessions(missing, of, load), _plans(ahead))))


def _power_words(season: Season, since: date) -> str:
    sessions = season.sessions
    counts = (sessions["day"] >= pd.Timestamp(since)) & sessions["power_load"].notna()
    known = sessions["critical_power"][counts].round()
    low, high = known.min(), known.max()
    span = f"{low:.0f} W" if low == high else f"{low:.0f} to {high:.0f} W"
    shown = f", {span} in the sessions shown" if counts.any() else ""
    return (
        f"Load is from weighted power: 100 is an hour at the critical power known on the day{shown}: of the last"
        " test, or, a lower bound, of sessions until then."
    )


def _sessions(missing: int, of: int, load: str) -> str:
    """Return how many sessions add nothing.

    >>> _sessions(3, 40, "session_rpe")
    '3 of 40 sessions shown have no RPE and add nothing: on the page Lead it is said.'
    >>> _sessions(1, 1, "banister_trimp")
    '1 of 1 session shown has no heart rate and adds nothing.'
    """
    if not missing:
        return ""
    has, adds = ("has", "adds") if missing == 1 else ("have", "add")
    plural = "session" if of == 1 else "sessions"
    where = ": on the page Lead it is said" if load == "session_rpe" else ""
    return f"{missing} of {of} {plural} shown {has} {_LACKS[load]} and {adds} nothing{where}."


def _plans(expected: list[float]) -> str:
    """Return how many plans have no load.

    >>> _plans([0.0, 50.0])
    '1 of 2 planned has none either: nothing like it was done yet, or its minutes are not said.'
    """
    missing = sum(not value > 0 for value in expected)
    if not missing:
        return ""
    verb = "has" if missing == 1 else "have"
    return (
        f"{missing} of {len(expected)} planned {verb} none either: nothing like it was done yet, or"
        " its minutes are not said."
    )


def maximum_told(who: Athlete, today: date) -> dict[str, Any]:
    """Return what is told of an athlete's maximal heart rate, and what may be entered."""
    entered = who.max_hr_from == ENTERED
    return {
        "words": f"Maximal heart rate {who.max_hr:.0f} bpm, {origin_words(who.max_hr_from)}",
        "why": maximum_words(who, today),
        "rate": f"{who.max_hr:.0f}" if entered else "",
        "birth_year": who.birth_year or "",
        "entered": entered,
    }


def maximum_words(who: Athlete, today: date) -> str:
    """Return what a maximal heart rate rests on, and how far it may be off.

    >>> maximum_words(Athlete("Ada", birth_year=1986, max_hr=180, max_hr_from="age"), date(2026, 10, 1))
    'Zones, TRIMP and critical power rest on it. By age it is 208 - 0.7 x 40 = 180 bpm, give or take 10 (Tanaka 2001).'
    """
    parts = ["Zones, TRIMP and critical power rest on it."]
    if who.birth_year is not None:
        age = today.year - who.birth_year
        parts.append(
            f"By age it is 208 - 0.7 x {age} = {float(max_hr_prior(age)):.0f} bpm,"
            f" give or take {PRIOR_SD_BPM:.0f} (Tanaka 2001)."
        )
    if who.max_hr_from == MaxFrom.ASSUMED:
        parts.append(
            "Nothing is known: enter it, or the birth year. Without, the highest that is seen in"
            f" {ENOUGH_SESSIONS} sessions counts."
        )
    elif who.max_hr_from not in (ENTERED, MaxFrom.AGE):
        parts.append(
            "It was held for 10 s, and another session came near: the true one may be higher."
        )
    return " ".join(parts)
