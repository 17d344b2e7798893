"""Oxygen uptake. Expected numbers: the published equations."""

import numpy as np
import pytest

from twin.physiology.oxygen import (
    cycling_uptake,
    max_uptake_from_12_minutes,
    max_uptake_from_heart_rate,
    max_uptake_from_race,
    max_uptake_from_segments,
    running_uptake,
    uptake_after_step,
    walking_uptake,
)


def test_steady_work_meets_the_equations():
    assert running_uptake(200 / 60, [0.0, 0.03]) == pytest.approx([43.5, 48.9])
    assert walking_uptake(80 / 60, 0.05) == pytest.approx(18.7, abs=0.05)
    assert cycling_uptake(200, 75) == pytest.approx(35.8)
    assert np.isnan(running_uptake(np.nan))
    with pytest.raises(ValueError, match="mass_kg"):
        cycling_uptake(200, 0)


def test_kinetics_meet_the_reference_values():
    line = uptake_after_step(
        [10, 40, 70, 130, 310], baseline=800, amplitude=1500, delay_s=10, time_constant_s=30
    )
    assert line == pytest.approx([800.0, 1748.2, 2097.0, 2272.5, 2299.9], abs=0.06)
    assert len(uptake_after_step([], baseline=800, amplitude=1500)) == 0


def test_estimates_of_the_maximum_meet_the_reference_values():
    assert max_uptake_from_heart_rate(190, 50) == pytest.approx((58.14, 5.814))
    assert max_uptake_from_race(5000, 1200).value == pytest.approx(49.81, abs=5e-3)
    assert max_uptake_from_race(10_000, 2400).value == pytest.approx(51.94, abs=5e-3)
    assert max_uptake_from_12_minutes(3000).value == pytest.approx(55.78, abs=5e-3)


def test_segments_on_a_line_give_its_end():
    estimate, error = max_uptake_from_segments(
        [20, 30, np.nan, 40], [110, 135, 150, 160], max_hr=185
    )
    assert estimate == pytest.approx(50)
    assert error == pytest.approx(0, abs=1e-6)
    assert np.isnan(max_uptake_from_segments([], [], max_hr=185)[0])
    assert np.isnan(max_uptake_from_segments([20], [110], max_hr=185)[0])


def test_impossible_heart_rates_are_refused():
    with pytest.raises(ValueError, match="must exceed resting_hr"):
        max_uptake_from_heart_rate(50, 60)
