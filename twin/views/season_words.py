"""What the page of a season says: the calendar of a month, and where the athlete stands."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from twin.model.alike import Alike
from twin.model.season import Season, Standing, planned_loads
from twin.views.formats import NOTHING, distance_km, duration, number, speed_of

_CHANNELS = {"current_speed": "Speed", "power": "Power", "heart_rate": "Heart rate"}
_ROWS = 30  # of a comparison that are listed; the chart shows all
_MANY_TIMES = 10  # beyond it a share in percent says nothing
METHODS = {
    "banister_trimp": "TRIMP (Banister)",
    "edwards_trimp": "TRIMP (Edwards)",
    "power_load": "weighted power",
    "session_rpe": "session RPE",
}


def month_of(words: str, today: date) -> date:
    """Return the first day of a month such as ``"2026-10"``; of today's where it is no month.

    >>> month_of("2026-02", date(2026, 10, 5)), month_of("soon", date(2026, 10, 5))
    (datetime.date(2026, 2, 1), datetime.date(2026, 10, 1))
    """
    try:
        return date.fromisoformat(f"{words}-01")
    except ValueError:
        return today.replace(day=1)


def calendar(season: Season, month: date, load: str) -> list[dict[str, Any]]:
    """Return the weeks of a month with what was done and what is planned on each day."""
    first = month - timedelta(days=month.weekday())
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    days = (after - first).days
    count = -(-days // 7) * 7
    until = first + timedelta(days=count)
    shown = season.sessions[season.sessions["day"].between(pd.Timestamp(first), _before(until))]
    shown = shown.sort_values("start")[["day", "session", "sport", "title", "duration_s",
                                        "distance", load]]  # fmt: skip
    done: dict[date, list[dict[str, Any]]] = {}
    for row in shown.to_dict("records"):
        done.setdefault(row["day"].date(), []).append(_done(row, load))
    expected = list(zip(season.planned, planned_loads(season, load), strict=True))
    weeks = []
    for monday in (first + timedelta(days=d) for d in range(0, count, 7)):
        of_week = [monday + timedelta(days=d) for d in range(7)]
        rows = shown[shown["day"].between(pd.Timestamp(monday), pd.Timestamp(of_week[-1]))]
        weeks.append({
            "days": [
                {"day": str(day), "number": day.day, "outside": day.month != month.month,
                 "today": day == season.today, "done": done.get(day, []),
                 "planned": [_planned(p, au) for p, au in expected if p.day == day]}
                for day in of_week
            ],
            "load": number(rows[load].sum(min_count=min(len(rows), 1))),
            "time": duration(rows["duration_s"].sum()) if monday <= season.today else "",
        })  # fmt: skip
    return weeks


def _before(until: date) -> pd.Timestamp:
    return pd.Timestamp(until) - pd.Timedelta(days=1)


def _done(row: Mapping[Any, Any], load: str) -> dict[str, Any]:
    """Return a session of a day in words."""
    seconds, metres, cost = (float(row[name]) for name in ("duration_s", "distance", load))
    return {
        "id": row["session"], "sport": row["sport"], "title": row["title"],
        "short": _short(seconds), "words": _words(seconds, metres, cost),
    }  # fmt: skip


def _words(seconds: float, metres: float, load: float) -> str:
    parts = [duration(seconds), f"{distance_km(metres)} km", f"{number(load)} au"]
    return " · ".join(part for part in parts if not part.startswith(NOTHING))


def _short(seconds: float) -> str:
    """Return hours and minutes, where there is no room for more."""
    if not math.isfinite(seconds):
        return NOTHING
    return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}"


def _planned(planned: Any, load: float) -> dict[str, Any]:
    parts = [duration(planned.duration_s), f"{number(load)} au" if load else NOTHING]
    return {
        "id": planned.id, "sport": planned.sport, "title": planned.title,
        "short": _short(planned.duration_s),
        "words": " · ".join(part for part in parts if not part.startswith(NOTHING)),
    }  # fmt: skip


def standing(stands: Standing) -> list[Sequence[str]]:
    """Return where an athlete stands as label, value and unit of cards."""
    return [
        ("Fitness", number(stands.fitness), "building up" if stands.is_building_up else "au"),
        ("Fatigue", number(stands.fatigue), "au"),
        ("Form", number(stands.form), "au"),
        ("Last 7 days", number(stands.week), "au"),
        ("Usual week", number(stands.before), "au, mean of 3 before"),
        ("Monotony", number(stands.monotony, 1), "mean by SD of 7 days"),
    ]


def change(stands: Standing, newest: date | None = None, today: date | None = None) -> str:
    """Return how this week compares with those before, in a sentence.

    `newest` is the day of the last session where that is long before `today`.

    >>> change(Standing(1, 2, 3, 700, 350, 2.0, 1, False))
    'The last 7 days cost 100 % more than an average week of the 3 before.'
    >>> change(Standing(1, 2, 3, 1600, 0.01, 160_000, 1, False))
    'The last 7 days cost more than 10 times an average week of the 3 before.'
    """
    if newest is not None and newest != today:
        return f"The last session was on {day_words(pd.Timestamp(newest))}."
    if stands.before == 0:
        return "The 3 weeks before hold no load to compare with."
    if not math.isfinite(stands.change):
        return "With 4 weeks of sessions this says how the load changes."
    share = (stands.change - 1) * 100
    if abs(share) < 5:
        return "The last 7 days cost about as much as an average week of the 3 before."
    if stands.change > _MANY_TIMES:
        return (
            f"The last 7 days cost more than {_MANY_TIMES} times an average week of the 3 before."
        )
    more = "more" if share > 0 else "less"
    return f"The last 7 days cost {abs(share):.0f} % {more} than an average week of the 3 before."


def best_words(best: str) -> str:
    """Return which best it is.

    >>> best_words("best_current_speed_300")
    'Speed over 5 min'
    """
    channel, _, window_s = best.removeprefix("best_").rpartition("_")
    seconds = int(window_s)
    span = f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
    return f"{_CHANNELS[channel]} over {span}"


def day_words(day: pd.Timestamp) -> str:
    """Return a day for a list.

    >>> day_words(pd.Timestamp("2026-10-05"))
    'Mon 5 Oct 2026'
    """
    return f"{day:%a} {day.day} {day:%b %Y}"


def comparison(season: Season, group: Alike, sessions: pd.DataFrame) -> dict[str, Any]:
    """Return the sessions of one way or workout as rows, newest first."""
    known = season.sessions.set_index("session")["sport"]
    name = "level" if "level" in sessions else "speed"
    rows = [
        [row["session"], day_words(row["day"]), duration(row["duration_s"]),
         _work(name, known.get(row["session"], ""), row[name]), number(row["heart_rate"], 0, "bpm")]
        for row in sessions.iloc[::-1].to_dict("records")
    ]  # fmt: skip
    return {"key": group.key, "rows": rows[:_ROWS], "more": max(0, len(rows) - _ROWS)}


def _work(name: str, sport: str, value: float) -> str:
    if name == "level":
        return number(value, 0, "W") if value > 20 else " ".join(speed_of(sport, value))
    return " ".join(speed_of(sport, value))


def group_words(group: Alike) -> str:
    """Return a way or workout for a list.

    >>> group_words(Alike("route:1", "10.2 km", ("1", "2")))
    'Way of 10.2 km, 2 times'
    """
    kind = "Way of " if group.key.startswith("route") else "Workout "
    return f"{kind}{group.words}, {len(group.sessions)} times"
