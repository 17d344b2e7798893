"""Weighted power and load. Expected numbers: independent computation, and by hand where simple."""

import numpy as np
import pytest

from twin.physiology.power_load import exponentially_weighted_power, power_load, weighted_power

INTERVALS = np.tile(np.repeat([300.0, 100.0], 60), 10)


def test_intervals_meet_the_reference_values():
    assert weighted_power(INTERVALS) == pytest.approx(239.372, abs=5e-4)
    assert weighted_power(INTERVALS, full_windows=False) == pytest.approx(241.466, abs=5e-4)
    assert exponentially_weighted_power(INTERVALS) == pytest.approx(225.620, abs=5e-4)
    assert power_load(INTERVALS, 250) == pytest.approx(30.559, abs=5e-4)


def test_steady_power_is_its_own_weighted_power():
    assert weighted_power(np.full(600, 200.0)) == pytest.approx(200)
    assert power_load(np.full(3600, 200.0), 250) == pytest.approx(64)  # 100 x 0.8 x 0.8


def test_a_gap_breaks_windows_and_carries_no_load():
    gap = np.concatenate([np.full(60, 200.0), np.full(3600, np.nan), np.full(60, 200.0)])
    assert weighted_power(gap) == pytest.approx(200)
    assert power_load(gap, 200) == pytest.approx(100 * 120 / 3600)


def test_a_spike_above_2000_w_is_missing():
    spiked = np.full(600, 200.0)
    spiked[300] = 5000
    assert weighted_power(spiked) == pytest.approx(200)


@pytest.mark.parametrize("power", [[], [250.0], [np.nan] * 60])
def test_too_little_power_gives_nan(power):
    assert np.isnan(weighted_power(power))
    assert np.isnan(power_load(power, 250))


def test_without_power_there_is_no_exponential_mean():
    assert np.isnan(exponentially_weighted_power([]))
    assert exponentially_weighted_power([250.0]) == pytest.approx(250)


def test_a_critical_power_of_zero_is_refused():
    with pytest.raises(ValueError, match="critical_power"):
        power_load(INTERVALS, 0)
