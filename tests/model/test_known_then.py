"""Critical power known when a session was done: planted curves of 2 to 15 min are the truth."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from twin.model.known_then import critical_power_then
from twin.model.learning import MOST_SESSIONS
from twin.physiology.power_envelope import DURATIONS_S
from twin.records import EnteredCapacity

MAX_HR = 190.0
W_PRIME_J = 20_000.0


def history(criticals, *, heart_rate=185.0):
    """A session a day, oldest first: all-out at each critical power, easy where it is NaN."""
    days = pd.date_range("2026-03-01", periods=len(criticals))
    critical = np.asarray(criticals, float)[:, None]
    efforts = critical + W_PRIME_J / np.array(DURATIONS_S, float)
    efforts = np.where(np.isnan(critical), 120.0, efforts)
    table = pd.DataFrame(efforts, columns=[f"best_power_{span}" for span in DURATIONS_S])
    easy = np.isnan(criticals)
    return table.assign(
        best_heart_rate_15=np.where(easy, 130.0, heart_rate), mean_heart_rate=120.0, day=days,
        duration_s=3600.0, start=days.tz_localize("UTC"), state="ended",
    )  # fmt: skip


def test_each_session_counts_by_what_was_known_then_and_not_by_what_came_later():
    easy = [np.nan] * 3
    then = critical_power_then(history([200, *easy, 250, *easy]), max_hr=MAX_HR)
    assert then == pytest.approx([200] * 4 + [250] * 4)


def test_an_effort_counts_as_long_as_the_twin_would_learn_from_it():
    # 250 W is among the last 15 sessions until 14 sessions after it; then 200 W is all that is.
    then = critical_power_then(history([250, *[200] * 20]), max_hr=MAX_HR)
    assert then[:MOST_SESSIONS] == pytest.approx(250)
    assert then[MOST_SESSIONS:] == pytest.approx(200)


def test_where_no_session_was_all_out_the_last_one_known_holds_and_the_first_before_it():
    easy = [np.nan] * 20
    then = critical_power_then(history([*easy, 250, *easy]), max_hr=MAX_HR)
    assert then == pytest.approx(250)


def test_the_last_test_until_the_day_counts_and_one_of_running_does_not():
    tests = [
        EnteredCapacity(date(2026, 3, 5), "power", 270.0, 18_000.0),
        EnteredCapacity(date(2026, 3, 3), "power", 262.0, 18_000.0),
        EnteredCapacity(date(2026, 3, 1), "running speed", 4.0, 200.0),
    ]
    then = critical_power_then(history([200] * 6), tests, max_hr=MAX_HR)
    assert then == pytest.approx([200, 200, 262, 262, 270, 270])


def test_where_sessions_tell_nothing_the_first_test_stands_in_before_it():
    tests = [EnteredCapacity(date(2026, 3, day), "power", 250.0 + day, 2e4) for day in (5, 3)]
    then = critical_power_then(history([np.nan] * 6), tests, max_hr=MAX_HR)
    assert then.tolist() == [253, 253, 253, 253, 255, 255]


def test_heart_rate_below_90_percent_tells_that_nothing_was_all_out():
    lazy = history([200, 200], heart_rate=0.89 * MAX_HR)
    assert critical_power_then(lazy, max_hr=MAX_HR, fitted=240.0).tolist() == [240, 240]
    unmeasured = history([200, 200], heart_rate=np.nan)  # it may have been
    assert critical_power_then(unmeasured, max_hr=MAX_HR) == pytest.approx(200)


def test_sessions_without_heart_rate_too_short_or_live_teach_nothing_as_in_calibration():
    table = history([200, 250, 250, 250])
    table.loc[1, "mean_heart_rate"], table.loc[2, "duration_s"] = np.nan, 179.0
    table.loc[3, "state"] = "live"
    assert critical_power_then(table, max_hr=MAX_HR) == pytest.approx(200)


def test_the_order_of_the_table_does_not_matter_and_nothing_is_known_of_nothing():
    table = history([200, np.nan, 250])
    newest_first = critical_power_then(table[::-1], max_hr=MAX_HR)
    assert newest_first[::-1] == pytest.approx(critical_power_then(table, max_hr=MAX_HR))
    assert critical_power_then(table[:0], max_hr=MAX_HR).tolist() == []
    bare = table[["start", "day", "duration_s", "state"]]
    assert np.isnan(critical_power_then(bare, max_hr=MAX_HR)).all()
