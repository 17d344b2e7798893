"""Decoupling, by hand."""

import numpy as np
import pytest

from twin.physiology.decoupling import decoupling, efficiency_factor


def test_five_percent_more_heart_rate_is_4_8_percent_less_efficiency():
    heart_rate = np.repeat([140.0, 147.0], 600)
    assert decoupling(np.full(1200, 200.0), heart_rate, skip_s=0) == pytest.approx(4.762, abs=5e-4)
    assert efficiency_factor([200.0], [140.0]) == pytest.approx(1.4286, abs=5e-5)


def test_standing_missing_and_warm_up_do_not_count():
    power = np.concatenate(
        [np.full(600, 50.0), np.full(600, 200.0), [0.0, np.nan], np.full(600, 200.0)]
    )
    heart_rate = np.concatenate(
        [np.full(600, 180.0), np.full(600, 140.0), [90.0, 90.0], np.full(600, 147.0)]
    )
    assert decoupling(power, heart_rate) == pytest.approx(4.762, abs=5e-4)


@pytest.mark.parametrize("power", [[], [200.0], [np.nan, np.nan]])
def test_too_little_gives_nan(power):
    assert np.isnan(decoupling(power, power, skip_s=0))


def test_nothing_in_common_gives_nan():
    assert np.isnan(efficiency_factor([], []))
