"""Loads: hand calculations of the published formulas, and the reference vectors."""

import json
from pathlib import Path

import numpy as np
import pytest

from twin.physiology import training_load as load

HOUR = 3600


def test_an_hour_at_150_bpm_gives_the_trimp_of_the_published_formula():
    # 60 min * 0.714 * 0.64 e^(1.92 * 0.714) and 60 * 0.714 * 0.86 e^(1.67 * 0.714), by hand
    for sex, expected in (("male", 108.0954), ("female", 121.4991)):
        found = load.banister_trimp([150], [HOUR], resting_hr=50, max_hr=190, sex=sex)
        assert found == pytest.approx(expected, abs=5e-5)


def test_intervals_cost_more_than_their_mean_heart_rate():
    # 30 min at 120 and 30 min at 180: 11.9 + 119.2, by hand; 108.1 at the mean of 150
    found = load.banister_trimp([120, 180], [HOUR / 2] * 2, resting_hr=50, max_hr=190, sex="male")
    assert found == pytest.approx(131.0956, abs=5e-5)


def test_below_resting_and_without_contact_nothing_is_added():
    assert load.banister_trimp([40, np.nan], [HOUR, HOUR], resting_hr=50, max_hr=190) == 0


def test_an_athlete_may_have_own_weights():
    found = load.banister_trimp([190], [60], resting_hr=50, max_hr=190, weights=(0.5, 0.0))
    assert found == pytest.approx(0.5)


def test_a_maximum_below_resting_is_refused():
    with pytest.raises(ValueError, match="exceed resting_hr"):
        load.banister_trimp([150], [60], resting_hr=190, max_hr=50)


def test_edwards_weighs_minutes_by_zone():
    # 10*1 + 20*2 + 15*3 + 10*4 + 5*5 = 160
    minutes = np.array([10, 20, 15, 10, 5])
    found = load.edwards_trimp([105, 125, 145, 165, 185], 60 * minutes, max_hr=200)
    assert found == pytest.approx(160)


def test_edwards_does_not_count_below_half_of_maximum_nor_lost_contact():
    assert load.edwards_trimp([99, np.nan], [HOUR, HOUR], max_hr=200) == 0


def test_no_samples_are_no_load():
    assert load.banister_trimp([], [], resting_hr=50, max_hr=190) == 0
    assert load.edwards_trimp([], [], max_hr=190) == 0
    assert load.held_s([], []).tolist() == []
    assert load.held_s([7.0], [150]).tolist() == [0.0]


def test_a_pause_is_not_integrated():
    assert load.held_s([0, 1, 61, 62], [150, 150, 150, 150]).tolist() == [0, 1, 0, 1]


def test_a_short_drop_out_is_bridged():
    assert load.held_s([0, 1, 2, 3], [150, np.nan, np.nan, 150]).tolist() == [0, 0, 0, 3]


def test_lucia_weighs_minutes_by_three():
    assert load.lucia_trimp([30, 20, 10]) == 100


def test_session_rpe_is_rating_times_minutes():
    assert load.session_rpe(6, HOUR) == 360
    with pytest.raises(ValueError, match="0 to 10"):
        load.session_rpe(11, HOUR)


def test_monotony_and_strain_of_a_week():
    # mean 200, SD (n-1) 208.17; 0.9608 * 1400, by hand
    found = load.weekly_load([300, 0, 400, 200, 0, 500, 0])
    assert found == pytest.approx((0.9608, 1345.1), abs=0.05)


@pytest.mark.parametrize("days", [[], [300], [200] * 7, [np.nan] * 7])
def test_a_week_without_spread_has_no_monotony(days):
    assert np.isnan(load.weekly_load(days)).all()


def test_loads_agree_with_the_reference_vectors(recordings: Path):
    vectors = json.loads((recordings / "vectors.json").read_text())
    for sex, key in (("male", "men"), ("female", "women")):
        found = load.banister_trimp([150], [HOUR], resting_hr=50, max_hr=190, sex=sex)
        expected = vectors[f"banister_{key}_60min_150_50_190"]["value"]
        assert found == pytest.approx(expected, abs=5e-5)
    week = vectors["foster_week_monotony_strain(ddof1)"]
    assert load.weekly_load(week["week"]) == pytest.approx(week["value"], abs=0.05)
