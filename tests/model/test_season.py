"""Load by day and week, fitness and form with the days to come; expected numbers by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from twin.model.season import Season, days_of, planned_loads, standing_of, weeks_of
from twin.records import Athlete, PlannedSession

COLUMNS = ("session", "sport", "day", "duration_s", "distance", "banister_trimp", "edwards_trimp")
NOTHING = pd.DataFrame(columns=["day", "name", "value", "source"])


def season(*rows, today=date(2026, 10, 7), planned=()):
    """Sessions as (day, sport, hours, load)."""
    table = pd.DataFrame(
        [
            (f"s{n}", sport, pd.Timestamp(day), hours * 3600, 10_000.0, load, 2 * load)
            for n, (day, sport, hours, load) in enumerate(rows)
        ],
        columns=list(COLUMNS),
    )
    table["day"] = pd.to_datetime(table["day"])
    return Season(Athlete("Ada"), today, table, NOTHING, tuple(planned))


def test_loads_of_a_day_add_up_and_a_day_without_a_session_is_0():
    days = days_of(season(("2026-10-05", "running", 1, 60), ("2026-10-05", "cycling", 1, 30)))
    assert days["load"].tolist() == [90, 0, 0]
    # A share of 1 - exp(-1/42) of 90 on the first day, then decay.
    assert days["fitness"].iloc[0] == pytest.approx(90 * (1 - np.exp(-1 / 42)))
    assert days["form"].iloc[1] == days["fitness"].iloc[0] - days["fatigue"].iloc[0]


def test_a_session_without_heart_rate_adds_nothing_and_breaks_nothing():
    days = days_of(season(("2026-10-06", "running", 1, np.nan), ("2026-10-07", "running", 1, 50)))
    assert days["load"].tolist() == [0, 50]
    assert days["fitness"].notna().all()


def test_planned_sessions_count_from_today_on_and_today_only_until_something_is_done():
    plans = [PlannedSession(date(2026, 10, d), "running", load=40.0) for d in (6, 7, 9)]
    waits = days_of(season(("2026-10-05", "running", 1, 60), planned=plans))
    assert waits["planned"].tolist() == [0, 0, 40, 0, 40]
    did = season(("2026-10-05", "running", 1, 60), ("2026-10-07", "running", 1, 55), planned=plans)
    assert days_of(did)["planned"].tolist() == [0, 0, 0, 0, 40]


def test_a_plan_without_a_load_costs_what_its_sport_usually_costs_an_hour():
    plans = (
        PlannedSession(date(2026, 10, 9), "running", duration_s=1800.0),
        PlannedSession(date(2026, 10, 9), "rowing", duration_s=1800.0),
        PlannedSession(date(2026, 10, 9), "running"),
    )
    done = (("2026-10-05", "running", 2, 120), ("2026-10-06", "running", 1, 60))
    assert planned_loads(season(*done, planned=plans)) == [30, 0, 0]


def test_a_plan_said_by_one_method_costs_by_another_what_is_usual():
    plan = PlannedSession(date(2026, 10, 9), "running", "", 1800.0, 200.0, method="edwards_trimp")
    known = season(("2026-10-05", "running", 2, 120), planned=[plan])
    assert planned_loads(known, "edwards_trimp") == [200]
    assert planned_loads(known, "banister_trimp") == [30]


def test_weeks_begin_on_monday_and_keep_sports_apart():
    weeks = weeks_of(
        season(
            ("2026-10-04", "running", 1, 10), ("2026-10-05", "running", 1, 20),
            ("2026-10-07", "running", 2, 30), ("2026-10-07", "cycling", 1, 5),
        )
    )  # fmt: skip
    found = {
        (str(w.week.date()), w.sport): (w.load, w.hours, w.sessions) for w in weeks.itertuples()
    }
    assert found == {
        ("2026-09-28", "running"): (10, 1, 1),
        ("2026-10-05", "running"): (50, 3, 2),
        ("2026-10-05", "cycling"): (5, 1, 1),
    }


def test_with_a_short_history_the_change_is_not_known():
    stands = standing_of(days_of(season(("2026-10-05", "running", 1, 60))), date(2026, 10, 7))
    assert np.isnan(stands.change)
    assert stands.is_building_up


def test_a_season_without_sessions_has_no_days_and_stands_nowhere():
    empty = season()
    assert days_of(empty).empty
    assert weeks_of(empty).empty
    assert np.isnan(standing_of(days_of(empty), empty.today).fitness)
