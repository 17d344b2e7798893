"""Performance from load: athletes who follow Banister's equation exactly, with known parameters."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from twin.model.performance import performance_of, trials_of
from twin.model.season import Season
from twin.records import Athlete
from twin.views.season_performance import performance_words

DAYS = pd.date_range("2026-01-01", periods=240, name="day")
# Three weeks on, one week off, harder in spring: loads with contrast, or nothing can be told.
LOAD = np.where(np.arange(240) % 28 < 21, 80.0, 20.0) * np.where(np.arange(240) // 60 % 2, 1.5, 0.7)
TABLE = pd.DataFrame({"load": LOAD, "planned": 0.0}, DAYS)


def truth(day):
    """Morton et al. 1990 by its sums: 250 W + fitness of 42 days - fatigue of 7 days."""
    ago = np.arange(day + 1)[::-1]
    fitness, fatigue = (np.sum(LOAD[: day + 1] * np.exp(-ago / tau)) for tau in (42.0, 7.0))
    return 250 + 0.02 * fitness - 0.03 * fatigue


def season(days, values, rate=185.0):
    sessions = pd.DataFrame(
        {"day": DAYS[days], "session": [str(day) for day in days], "best_power_300": values,
         "max_heart_rate": rate}
    )  # fmt: skip
    return Season(Athlete("Ada", max_hr=190), date(2026, 8, 28), sessions, pd.DataFrame())


TEST_DAYS = np.arange(20, 240, 14)


def test_an_athlete_who_follows_the_equation_is_followed():
    tests = trials_of(season(TEST_DAYS, [truth(day) for day in TEST_DAYS]), "best_power_300")
    assert len(tests) == len(TEST_DAYS)
    found = performance_of(tests, TABLE)
    assert found.line["value"].iloc[130] == pytest.approx(truth(130), abs=0.5)
    assert found.fitted.fitness_days == pytest.approx(42, rel=0.1)
    assert "16 efforts" in performance_words(found)


def test_fewer_than_eight_efforts_and_efforts_that_load_does_not_explain_are_told():
    few = performance_of(trials_of(season(TEST_DAYS[:5], 300.0), "best_power_300"), TABLE)
    assert few.line.empty
    assert "5 weeks with an all-out effort, it needs 8" in performance_words(few)
    random = np.random.default_rng(3).normal(300, 20, len(TEST_DAYS))
    none = performance_of(trials_of(season(TEST_DAYS, random), "best_power_300"), TABLE)
    assert "load does not explain" in performance_words(none)


def test_easy_sessions_are_no_tests_and_a_week_has_one():
    assert trials_of(season(TEST_DAYS, 300.0, rate=150.0), "best_power_300").empty
    week = trials_of(season(np.arange(4, 11), np.arange(7.0)), "best_power_300")  # Monday to Sunday
    assert week["value"].tolist() == [6.0]
    assert trials_of(season(TEST_DAYS, np.nan), "best_power_300").empty
