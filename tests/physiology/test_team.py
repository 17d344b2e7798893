"""Team sport. Expected numbers: published equations, and by hand."""

import numpy as np
import pytest

from twin.physiology.team import (
    HIGH_SPEED,
    SPRINT,
    count_efforts,
    distance_by_speed,
    filtered_speed,
    hull_area_m2,
    metabolic_power,
)


def test_metabolic_power_meets_the_reference_values():
    power = metabolic_power([5, 5, 3], [2, 0, -2])
    assert power == pytest.approx([60.1345, 23.22, 7.1431], abs=5e-5)
    assert np.isnan(metabolic_power(np.nan, 0.0))


def test_an_effort_must_last():
    speed = [0, 8, 8, 8, 0, 8, np.nan, 8, 0]
    assert count_efforts(speed, SPRINT, 1, dwell_s=2) == 1
    assert count_efforts(speed, SPRINT, 1, dwell_s=1) == 3
    assert count_efforts([], SPRINT, 10) == 0


def test_distance_is_split_at_the_bounds():
    # 10 Hz: 1 s each at 2, 5.5 and 7 m/s; a value on a bound belongs above
    speed = np.repeat([2.0, 5.5, 7.0, np.nan], 10)
    assert distance_by_speed(speed, 10, [HIGH_SPEED, SPRINT]) == pytest.approx([2, 5.5, 7])


def test_the_filter_keeps_slow_movement_and_removes_noise():
    time = np.arange(0, 20, 0.1)
    slow = 4 + np.sin(2 * np.pi * 0.1 * time)
    noisy = slow + np.sin(2 * np.pi * 4 * time)
    assert np.abs(filtered_speed(noisy, 10) - slow)[10:-10].max() < 0.15
    noisy[50] = np.nan
    assert np.isnan(filtered_speed(noisy, 10)[50])
    assert len(filtered_speed([], 10)) == 0
    with pytest.raises(ValueError, match="more than twice"):
        filtered_speed(noisy, 1)


def test_hull_of_a_rectangle():
    assert hull_area_m2([0, 10, 10, 0, 5, 3, np.nan], [0, 0, 5, 5, 2, 1, 0]) == pytest.approx(50)


@pytest.mark.parametrize("points", [[], [1.0], [1.0, 2.0, 3.0]])
def test_a_point_or_a_line_has_no_area(points):
    assert np.isnan(hull_area_m2(points, points))
