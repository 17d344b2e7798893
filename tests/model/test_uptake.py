"""Maximal oxygen uptake over a season: athletes whose heart rate follows their oxygen cost exactly."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from twin.model.season import Season
from twin.model.uptake import uptake_weeks
from twin.model.uptake_estimates import other_estimates
from twin.model.work_profile import WorkProfile
from twin.records import Athlete
from twin.views.season_uptake import UptakeChart, uptake_html
from twin.views.theme import LIGHT

ADA = Athlete("Ada", max_hr=190, resting_hr=50, mass_kg=60, max_hr_from="entered")


def rate_of(cost, *, at_max=60.0):
    """Heart rate on the straight line from 3.5 ml/kg/min at 50 bpm to `at_max` at 190 bpm."""
    return 50 + 140 * (np.asarray(cost) - 3.5) / (at_max - 3.5)


def ride(*, at_max=60.0, noise=0.0, seed=0):
    watts = np.arange(120.0, 240.0, 20)
    rate = rate_of(10.8 * watts / 60 + 7, at_max=at_max)
    rate += np.random.default_rng(seed).normal(0, noise, len(rate))
    return WorkProfile("power", tuple((w, 15.0, r, 5.0) for w, r in zip(watts, rate, strict=True)))


def test_a_season_of_rides_tells_the_uptake_and_its_rise():
    days = np.arange(0, 140, 2.0)
    rides = [ride(at_max=50.0 if day < 70 else 60.0) for day in days]
    found = uptake_weeks(days, rides, ["cycling"] * len(days), ADA)
    assert found["value"].iloc[0] == pytest.approx(50.0)
    assert found["value"].iloc[-1] == pytest.approx(60.0)
    # 7 % between people, and 5 bpm of the maximum on a slope of 56.5 / 140 ml a beat, by hand
    assert found["sd"].iloc[-1] == pytest.approx(np.hypot(0.07 * 60, 5 * 56.5 / 140))


def test_days_that_differ_by_several_beats_keep_the_truth_within_two_errors():
    days = np.arange(0, 42, 2.0)
    rides = [ride(noise=5.0, seed=int(day)) for day in days]
    last = uptake_weeks(days, rides, ["cycling"] * len(days), ADA).iloc[-1]
    assert abs(last["value"] - 60) < 2 * last["sd"]


@pytest.mark.parametrize(
    ("profile", "sport", "who"),
    [
        (None, "cycling", ADA),
        (WorkProfile("power", ()), "cycling", ADA),
        (ride(), "rowing", ADA),  # the formula is of bicycles
        (ride(), "cycling", Athlete("Bo", max_hr=190)),  # no mass
        (ride(), "cycling", Athlete("Cy", max_hr=300, mass_kg=60)),  # all far below the maximum
    ],
)
def test_what_no_formula_holds_for_gives_no_estimate(profile, sport, who):
    assert uptake_weeks([1.0, 2.0, 3.0], [profile] * 3, [sport] * 3, who).empty
    assert uptake_weeks([], [], [], who).empty


def test_two_sessions_say_nothing():
    assert uptake_weeks([1.0, 2.0], [ride()] * 2, ["cycling"] * 2, ADA).empty


def season(**columns):
    sessions = pd.DataFrame({"day": pd.Timestamp("2026-10-01"), "session": ["a", "b"]} | columns)
    daily = pd.DataFrame({"day": [], "name": [], "value": []})
    return Season(ADA, date(2026, 10, 2), sessions, daily)


def test_efforts_and_heart_rates_point_to_it_too():
    run = season(
        sport="running", distance_m=[5000.0, 2000.0], moving_time_s=[1200.0, 400.0], duration_s=[1200.0, 1800.0]
    )  # fmt: skip
    race, ratio = other_estimates(run)
    assert race.uptake.value == pytest.approx(49.81, abs=0.01)  # 5 km in 20:00, shared vector
    assert race.session == "a", "the other had rests"
    assert ratio.uptake.value == pytest.approx(58.14)  # 190 / 50, shared vector
    power, _ = other_estimates(season(sport="cycling", best_power_300=[300.0, np.nan]))
    assert power.uptake.value == pytest.approx(10.8 * 300 / 60 + 7)  # by hand


def test_the_card_says_what_there_is_and_what_is_missing():
    found = season(sport="cycling", best_power_300=[300.0, np.nan])
    others = other_estimates(found)
    assert "Looking" in uptake_html(found, None, others)
    none = uptake_html(found, uptake_weeks([], [], [], ADA), others)
    assert "needs 3 sessions" in none
    assert "61 ± 6" in none
    days = np.array([20_000.0, 20_002.0, 20_004.0])
    weeks = uptake_weeks(days, [ride()] * 3, ["cycling"] * 3, ADA)
    assert "60 ± 5" in uptake_html(found, weeks, [])
    chart = UptakeChart(LIGHT)
    chart.show(weeks, pd.Timestamp("2024-01-01"))
    assert chart.figure.visible
    assert chart.figure.yaxis.axis_label == "VO2max [ml/kg/min]"
    chart.show(weeks, pd.Timestamp("2030-01-01"))
    assert not chart.figure.visible
