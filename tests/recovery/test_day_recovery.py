"""The twin finds a planted change of the day's form in a simulated athlete."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.athlete import draw_truth
from simulator.recording import simulate_recording
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import calibrate
from twin.model.seconds import seconds_of
from twin.records import Athlete, Recording

SHIFT = 12.0


def session(seed: int, day: int, form: float) -> Recording:
    truth = replace(draw_truth(seed, 0, "cycling"), day_offset_bpm=form)
    start = f"2026-10-{day:02d}T10:00:00"
    return simulate_recording("cycling", 1800, 100 * seed + day, truth=truth, start=start)[0]


def offset_after(twin: AthleteTwin, recording: Recording) -> float:
    second = seconds_of(recording).input
    for heart_rate, power in zip(second.heart_rate, second.power, strict=True):
        twin.observe(heart_rate, power=power)
    return twin.state.offset


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_of_other_form_is_seen_as_an_offset(seed):
    known = calibrate([session(seed, day, 0.0) for day in (1, 2, 3)])
    rider = Athlete("Ada", sport="cycling")
    usual, tired = (
        offset_after(AthleteTwin(rider, known), session(seed, 4, form)) for form in (0.0, SHIFT)
    )
    # the same session but for the form; 3 bpm are left to what the filter takes for drift
    assert tired - usual == pytest.approx(SHIFT, abs=3.0)
    assert np.sign(tired) == 1
