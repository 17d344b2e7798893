"""The reports of a week: one athlete's, and the squad's."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
import pandas as pd

from twin.model.season import LOADS
from twin.protocols import Store
from twin.records import SessionState, told_apart
from twin.state.weeks import Week, athlete_week, squad_week, week_name
from twin.views.formats import NOTHING, distance_km, duration, number
from twin.views.report_maps import maps_html
from twin.views.report_page import chart, notes_html, report_page, section, table
from twin.views.report_weeks import days_svg, mornings_svg, squad_svg, weeks_svg
from twin.views.review_cards import Card, cards_html, zone_bars_html
from twin.views.season_words import change
from twin.views.theme import local


def athlete_week_report(
    store: Store, athlete: str, monday: date, *, made: datetime | None = None
) -> str:
    """Return a week of an athlete as one file of HTML.

    Parameters
    ----------
    store : Store
        On a disk; figures that are missing are computed and kept.
    athlete : str
        Id or name.
    monday : date
        First day of the week.
    made : datetime, optional
        When; else now. A week that runs is told up to this day.

    Raises
    ------
    UnknownAthleteError
        If nobody has that name.
    StoreError
        If this store keeps no figures.
    """
    made = made or datetime.now().astimezone()
    week = athlete_week(store, athlete, monday, today=made.date())
    zones = zone_bars_html(
        week.time_in_zone_s, week.season.athlete, heart_rate_s=week.total("heart_rate_s")
    )
    empty = "" if len(week.sessions) else "<p>No session in this week.</p>"
    parts = [
        cards_html(_cards(week)),
        f"<p>{change(week.standing)}</p>{empty}",
        section("Load by day", chart(days_svg(week)) if not empty else ""),
        section("Sessions", table(sessions_table(week)), long=True),
        section("Where", maps_html([week]), long=True),
        section("Time in zone of heart rate", zones),
        section("The weeks before", chart(weeks_svg(week)) if len(week.days) else ""),
        section("Mornings", chart(mornings_svg(week))),
        section("Notes", notes_html(week.notes), long=True),
    ]
    return report_page(
        f"{week.season.athlete.name}: {_title(monday)}", _span(week), parts, made=made
    )


def squad_week_report(store: Store, monday: date, *, made: datetime | None = None) -> str:
    """Return the week of the squad as one file of HTML; parameters as `athlete_week_report`."""
    made = made or datetime.now().astimezone()
    weeks = squad_week(store, monday, today=made.date())
    if not weeks:
        words = "Nobody has a session up to this week."
        return report_page(
            f"Squad: {_title(monday)}", _days(monday), [f"<p>{words}</p>"], made=made
        )
    parts = [
        section("Load", chart(squad_svg(weeks))),
        section("Athletes", table(squad_table(weeks)), long=True),
        section("Trained together", table(together_table(weeks)), long=True),
        section("Where", maps_html(weeks), long=True),
    ]
    return report_page(f"Squad: {_title(monday)}", _span(weeks[0]), parts, made=made)


def sessions_table(week: Week) -> pd.DataFrame:
    """Return one row per session of the week, in words."""
    return pd.DataFrame(
        {
            "Day": f"{local(row['start'].to_pydatetime()):%a %H:%M}",
            "Session": (row["title"] or row["sport"]) + _state_words(row["state"]),
            "Time": duration(row["duration_s"]),
            "km": distance_km(row["distance"]),
            "Ascent m": number(row.get("ascent_m", np.nan)),
            "bpm": number(row.get("mean_heart_rate", np.nan)),
            "max bpm": number(row.get("max_heart_rate", np.nan)),
            "W": number(row.get("mean_power", np.nan)),
            "Load au": number(row[LOADS[0]]),
        }
        for row in week.sessions.to_dict("records")
    )


def _state_words(state: str) -> str:
    return ", still being recorded" if state == SessionState.LIVE else ""


def squad_table(weeks: Sequence[Week]) -> pd.DataFrame:
    """Return one row per athlete, in words."""
    names = told_apart(week.season.athlete for week in weeks)
    return pd.DataFrame(
        {
            "Athlete": names[week.season.athlete.id],
            "Sessions": str(len(week.sessions)),
            "Time": duration(week.total("duration_s")),
            "km": distance_km(week.total("distance")),
            "Load au": number(week.total(LOADS[0])),
            "Usual au": number(week.standing.before),
            "Zones 4–5": number(100 * _hard_share(week), unit="%"),
            "Fitness au": number(week.standing.fitness),
            "Fatigue au": number(week.standing.fatigue),
            "Form au": number(week.standing.form),
        }
        for week in weeks
    )


def together_table(weeks: Sequence[Week]) -> pd.DataFrame:
    """Return one row per session that several athletes did together, in words."""
    rows = pd.concat([week.sessions for week in weeks])
    rows = rows[rows["squad_session"] != ""].sort_values(["squad_session", "start"])
    found = []
    for _, entries in groupby(rows.to_dict("records"), key=lambda row: row["squad_session"]):
        group = pd.DataFrame(list(entries))
        if len(group) > 1:
            found.append({
                "Day": f"{local(group['start'].iloc[0].to_pydatetime()):%a %H:%M}",
                "Session": group["title"].iloc[0] or group["sport"].iloc[0],
                "Athletes": str(len(group)),
                "Time": duration(group["duration_s"].max()),
                "Mean load au": number(group[LOADS[0]].mean()),
            })  # fmt: skip
    return pd.DataFrame(found)


def _hard_share(week: Week) -> float:
    seconds = np.array(week.time_in_zone_s)
    total = np.nanmax([np.nansum(seconds), week.total("heart_rate_s")])  # below zone 1 too
    return float(np.nansum(seconds[3:]) / total) if total else np.nan


def _cards(week: Week) -> list[Card]:
    stands, known = week.standing, len(week.sessions) > 0
    return [
        ("Sessions", str(len(week.sessions)), ""),
        ("Time", duration(week.total("duration_s")) if known else NOTHING, ""),
        ("Distance", distance_km(week.total("distance")), "km"),
        ("Ascent", number(week.total("ascent_m")), "m"),
        ("Load (Banister)", number(week.total(LOADS[0])), "au"),
        ("Usual week", number(stands.before), "au"),
        ("Fitness", number(stands.fitness), "building up" if stands.is_building_up else "au"),
        ("Fatigue", number(stands.fatigue), "au"),
        ("Form", number(stands.form), "au"),
    ]


def _title(monday: date) -> str:
    return f"week {week_name(monday)}"


def _days(monday: date) -> str:
    return f"{monday:%d %b} – {monday + timedelta(days=6):%d %b %Y}"


def _span(week: Week) -> str:
    today, sunday = week.season.today, week.monday + timedelta(days=6)
    return _days(week.monday) + ("" if today >= sunday else f", up to {today:%A}")
