"""Load in an athlete's own measure, and its change. Numbers by hand and from the shared reference."""

import numpy as np
import pytest

from twin.physiology.individual_load import individual_weights, threshold_load
from twin.physiology.load_change import Window, load_change
from twin.physiology.training_load import banister_trimp


def test_own_weights_come_back_from_noisy_lactate():
    # planted: 0.25 exp(3.2 x), lactate read to 5 %
    random = np.random.default_rng(0)
    share = np.repeat(np.linspace(0.4, 1.0, 7), 3)
    lactate = 0.25 * np.exp(3.2 * share) * random.normal(1, 0.05, len(share))
    a, b = individual_weights(50 + 140 * share, lactate, resting_hr=50, max_hr=190)
    assert a == pytest.approx(0.25, rel=0.2)
    assert b == pytest.approx(3.2, rel=0.08)


def test_own_weights_weigh_the_training_impulse():
    # 60 min at x = 0.5 with a 0.25, b 3.2: 60 * 0.5 * 0.25 * exp(1.6)
    load = banister_trimp([120], [3600], resting_hr=50, max_hr=190, weights=(0.25, 3.2))
    assert load == pytest.approx(37.15, abs=0.01)


def test_three_steps_are_too_few():
    with pytest.raises(ValueError, match="3 steps with lactate: expected at least 4"):
        individual_weights([120, 140, 160, 170], [1, 2, 3, np.nan], resting_hr=50, max_hr=190)


def test_an_hour_at_threshold_is_100():
    hour = threshold_load([170], [3600], resting_hr=50, max_hr=190, threshold_hr=170)
    assert hour == pytest.approx(100)
    with pytest.raises(ValueError, match="expected resting_hr < threshold_hr"):
        threshold_load([170], [60], resting_hr=50, max_hr=190, threshold_hr=45)


def test_the_coupled_ratio_never_exceeds_4():
    spike = [0.0] * 21 + [100.0] * 7
    assert load_change(spike, Window.COUPLED) == 4
    assert np.isnan(load_change(spike, Window.UNCOUPLED))  # nothing before


@pytest.mark.parametrize("window", Window)
def test_a_steady_load_does_not_change(window):
    assert load_change([70.0] * 40, window) == pytest.approx(1)
    assert np.isnan(load_change([70.0] * 10, window))
    assert np.isnan(load_change([], window))
    assert np.isnan(load_change([np.nan] * 40, window))
