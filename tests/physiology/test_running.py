"""Cost of slopes. Expected numbers: polynomials of Minetti et al. 2002."""

import numpy as np
import pytest

from twin.physiology.running import (
    grade_adjusted_speed,
    running_cost,
    running_load,
    step_length_m,
    walking_cost,
)


def test_cost_of_running_meets_the_published_polynomial():
    expected = [1.8000, 2.1517, 3.6, 4.6852, 5.9682, 9.0067]
    cost = running_cost(np.array([-0.2, -0.1, 0, 0.05, 0.1, 0.2]))
    assert cost == pytest.approx(expected, abs=5e-5)


def test_cost_of_walking_meets_the_published_polynomial():
    assert walking_cost(np.array([0, 0.1])) == pytest.approx([2.5, 4.8991], abs=5e-5)


def test_uphill_costs_more_downhill_at_least_six_tenths():
    grades = np.linspace(-0.4, 0.4, 81)
    adjusted = grade_adjusted_speed(np.full(81, 3.0), grades)
    assert (np.diff(adjusted[grades >= -0.1]) >= -1e-12).all()
    assert adjusted.min() == pytest.approx(1.8)
    assert adjusted[60] > 3 > adjusted[20]


def test_unknown_grade_is_flat_and_unknown_speed_unknown():
    assert grade_adjusted_speed(np.array([3.0]), np.array([np.nan])) == pytest.approx([3.0])
    assert np.isnan(grade_adjusted_speed(np.array([np.nan]), np.array([0.0])))
    assert len(grade_adjusted_speed(np.array([]), np.array([]))) == 0


def test_load_of_45_minutes_near_threshold():
    # 100 x 0.75 h x (3.8 / 4)^2, by hand
    assert running_load(np.full(2700, 3.8), 4.0) == pytest.approx(67.6875)
    assert np.isnan(running_load([], 4.0))
    with pytest.raises(ValueError, match="threshold_speed"):
        running_load([3.0], 0.0)


def test_steps_have_no_length_at_rest():
    assert step_length_m([3.0, 3.0], [180, 0])[0] == pytest.approx(1.0)
    assert np.isnan(step_length_m([3.0], [0])[0])
