"""Steady work told from intervals, by hand: the SD of two equal levels is half of their distance."""

import numpy as np
import pytest

from twin.physiology import steadiness
from twin.physiology.steadiness import STEADY, variation

LONG = 600  # s of each level: the half minutes between them hardly count


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(200, 200, 0.0), (180, 220, 0.1), (150, 250, 0.25)]
)
def test_the_spread_of_two_levels_is_half_of_their_distance(low, high, expected):
    work = np.tile(np.r_[np.full(LONG, float(low)), np.full(LONG, float(high))], 3)
    assert variation(work) == pytest.approx(expected, rel=0.03)


def test_noise_from_second_to_second_and_stops_are_no_unsteadiness():
    random = np.random.default_rng(0)
    work = np.maximum(random.normal(200, 60, 3600), 1)
    work[1000:1200] = 0
    work[2000:2100] = np.nan
    assert variation(work) < STEADY / 2


@pytest.mark.parametrize("work", [[], [200.0], [np.nan] * 100, [0.0] * 100])
def test_too_little_says_nothing(work):
    assert np.isnan(variation(work))


def test_live_and_afterwards_agree_on_intervals_of_two_minutes():
    steady, uneven = np.full(1200, 200.0), np.tile(np.repeat([140.0, 260.0], 120), 5)
    state = steadiness.unknown(3)
    for one, other in zip(steady, uneven, strict=True):
        state = steadiness.step(state, np.array([one, other, np.nan]))
    assert steadiness.is_steady(state).tolist() == [True, False, False]
    assert variation(steady) < STEADY < variation(uneven)
