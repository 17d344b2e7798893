"""Calibration finds what is true of simulated athletes, who have equations of their own."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.athlete import Truth, draw_truth
from simulator.recording import simulate_recording
from twin.model.demand import InputKind
from twin.model.response import Response, common_response, fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions

SEEDS = 13
LEAST = 0.85  # of the seeds, for intervals of 90 %


def calibrated(programme: str, sport: str, kind: InputKind, seed: int) -> tuple[Response, Truth]:
    """Three sessions of 40 min on three days of different form (SD 10 bpm)."""
    truth = draw_truth(seed, 0, sport)
    form = np.random.default_rng(seed).normal(0, 10, 3)
    sessions = [
        simulate_recording(
            programme,
            2400,
            10 * seed + day,
            truth=replace(truth, day_offset_bpm=float(offset)),
            start=f"2026-10-{day + 1:02d}T10:00:00",
        )[0]
        for day, offset in enumerate(form)
    ]
    traces = trace_sessions([seconds_of(s) for s in sessions], [kind] * 3)
    return fit_response(traces, kind), truth


@pytest.fixture(scope="module")
def riders():
    return [calibrated("cycling", "cycling", InputKind.POWER, seed) for seed in range(SEEDS)]


@pytest.fixture(scope="module")
def runners():
    return [calibrated("intervals", "running", InputKind.RUNNING, seed) for seed in range(SEEDS)]


def delay(truth: Truth) -> float:
    """Mean delay of the simulated heart and strap, over rise and fall. [s]"""
    first = (truth.tau_up_s + truth.tau_down_s) / 2
    return first + truth.tau_second_s + truth.dead_time_s + truth.strap_lag_s


@pytest.mark.parametrize("athletes", ["riders", "runners"])
def test_gain_lies_in_its_interval(athletes, request):
    found = request.getfixturevalue(athletes)
    held = [r.gain.low <= t.hr_gain <= r.gain.high for r, t in found]
    assert np.mean(held) >= LEAST
    assert np.mean([r.gain.value / t.hr_gain for r, t in found]) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("athletes", ["riders", "runners"])
def test_intercept_lies_in_its_interval(athletes, request):
    found = request.getfixturevalue(athletes)
    held = [r.intercept.low <= t.hr_intercept <= r.intercept.high for r, t in found]
    assert np.mean(held) >= LEAST


@pytest.mark.parametrize("athletes", ["riders", "runners"])
def test_drift_lies_in_its_interval(athletes, request):
    found = request.getfixturevalue(athletes)
    held = [r.drift.low <= t.drift_bpm_per_hour <= r.drift.high for r, t in found]
    assert np.mean(held) >= LEAST


@pytest.mark.parametrize("athletes", ["riders", "runners"])
def test_delay_lies_in_its_interval(athletes, request):
    found = request.getfixturevalue(athletes)
    held = [r.response_time.low <= delay(t) <= r.response_time.high for r, t in found]
    assert np.mean(held) >= LEAST


def test_intervals_are_not_so_wide_that_they_hold_anything(riders):
    gains = [(r.gain.high - r.gain.low) / r.gain.value for r, _ in riders]
    prior = common_response(InputKind.POWER).gain
    assert np.mean(gains) < 0.5 * (prior.high - prior.low) / prior.value


def test_without_sessions_the_population_answers():
    assert fit_response([], InputKind.POWER).sessions == 0
    assert fit_response([], InputKind.POWER).gain == common_response(InputKind.POWER).gain
    assert np.isnan(common_response(InputKind.NONE).response_time_s)
