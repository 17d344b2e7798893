"""Breathing rate from RR intervals. Truth: planted breath, and that of simulated athletes."""

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.physiology.breathing import breathing_rate


@pytest.mark.parametrize("breaths_hz", [0.25, 0.5, 0.75])
def test_planted_breath_is_found(breaths_hz):
    # the shared reference: 500 + 12 sin(2 pi f t), 15, 30 and 45 a minute
    beats = 500 + 12 * np.sin(2 * np.pi * breaths_hz * 0.5 * np.arange(240))
    assert breathing_rate(beats).rate == pytest.approx(60 * breaths_hz, abs=0.2)


def test_simulated_athletes_breathe_as_found():
    recording, truth = simulate_recording("ramp", 1000, seed=3)
    rr = recording.rr.to_numpy()
    for start in range(300, 2100, 250):
        window = rr[start : start + 150]
        rate = 60_000 / window.mean()
        effort = (rate - truth.resting_hr) / (truth.max_hr - truth.resting_hr)
        breaths = 60 * (0.22 + 0.45 * effort)  # the simulator's own law
        assert breathing_rate(window).rate == pytest.approx(breaths, abs=1.0)


def test_noise_has_no_breath():
    noise = 800 + np.random.default_rng(0).normal(0, 5, 150)
    assert np.isnan(breathing_rate(noise).rate)


def test_breath_faster_than_half_the_heart_rate_is_not_guessed():
    beats = 1000 + 12 * np.sin(2 * np.pi * 0.48 * np.arange(120))
    assert np.isnan(breathing_rate(beats).rate)


@pytest.mark.parametrize("rr", [[], [800.0], [np.nan] * 100, [800.0] * 100])
def test_too_little_or_nothing_that_varies_gives_nan(rr):
    assert np.isnan(breathing_rate(rr).rate)
