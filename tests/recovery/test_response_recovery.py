"""Calibration finds what is true of simulated athletes, who have equations of their own."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.athlete import draw_truth
from simulator.recording import simulate_recording
from twin.model.demand import InputKind
from twin.model.response import Response, common_response, fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions

SEEDS = 16


def calibrated(programme: str, sport: str, kind: InputKind, seed: int) -> tuple[Response, float]:
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
    return fit_response(traces, kind), truth.hr_gain


@pytest.mark.parametrize(
    ("programme", "sport", "kind"),
    [("cycling", "cycling", InputKind.POWER), ("intervals", "running", InputKind.RUNNING)],
)
def test_gain_lies_in_its_interval_for_85_percent_of_athletes(programme, sport, kind):
    held, ratios = [], []
    for seed in range(SEEDS):
        response, gain = calibrated(programme, sport, kind, seed)
        held.append(response.gain.low <= gain <= response.gain.high)
        ratios.append(response.gain.value / gain)
    assert np.mean(held) >= 0.85
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.08)


def test_without_sessions_the_population_answers():
    assert fit_response([], InputKind.POWER).sessions == 0
    assert fit_response([], InputKind.POWER).gain == common_response(InputKind.POWER).gain
    assert np.isnan(common_response(InputKind.NONE).response_time_s)
