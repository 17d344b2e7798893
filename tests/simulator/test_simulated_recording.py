"""Offline recordings come from the same equations, and give their truth back to a plain fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import least_squares

from simulator.athlete import Truth
from simulator.recording import simulate_recording
from simulator.sensors import PERFECT, Sensors
from simulator.workout import Part, Workout
from twin.errors import SourceError
from twin.records import Recording
from twin.schema import MEASURED_NAMES

STAIRS = Workout("stairs", tuple(Part("step", 300, s, s) for s in (0.5, 0.7, 0.6, 0.85)))


@pytest.mark.parametrize("sport", ["running", "cycling", "football", "intervals", "ramp", "mixed"])
def test_a_recording_is_like_one_that_was_read(sport):
    recording, truth = simulate_recording(sport, 900, seed=2)
    assert isinstance(recording, Recording)
    assert recording.sport == truth.sport
    assert recording.duration_s == 900
    assert recording.samples.index.tz is not None
    assert recording.samples.index.is_monotonic_increasing
    assert set(recording.samples) <= set(MEASURED_NAMES)
    assert not recording.samples.isna().all().any()
    assert recording.rr.index.is_unique


def test_the_same_seed_is_the_same_recording_and_another_is_not():
    one, same, other = (simulate_recording("cycling", 1000, seed=s)[0] for s in (4, 4, 5))
    pd.testing.assert_frame_equal(one.samples, same.samples)
    pd.testing.assert_series_equal(one.rr, same.rr)
    assert (one.samples["power"] != other.samples["power"]).any()


def test_intervals_sum_to_the_time_between_the_first_beat_and_the_last():
    recording, _ = simulate_recording("running", 5400, sensors=PERFECT,
                                          truth=Truth(strap_clock_ppm=0.0))  # fmt: skip
    passed = (recording.rr.index[-1] - recording.rr.index[0]).total_seconds()
    assert recording.rr.iloc[1:].sum() / 1000 == pytest.approx(passed, abs=2 / 1024)
    assert passed == pytest.approx(5400, abs=3)


def test_heart_rate_and_intervals_agree():
    recording, _ = simulate_recording("running", 3600, sensors=PERFECT)
    by_minute = 60_000 / recording.rr.resample("1min").mean()
    rate = recording.samples["heart_rate"].resample("1min").mean()
    # Beats of a minute, a few of them cut off at its ends: 1 in about 140.
    assert (by_minute - rate).iloc[1:-1].abs().max() < 1.5


def test_a_plain_fit_finds_gain_form_of_the_day_and_time_constants_again():
    # An independent simulation of the documented two lags, fitted to a perfect recording.
    truth = Truth(sport="cycling", critical_load=260.0, reserve=20_000.0, hr_intercept=92.0,
                  hr_gain=0.28, day_offset_bpm=7.0, wander_bpm=0.0, drift_bpm_per_hour=0.0,
                  tau_up_s=36.0, tau_down_s=55.0, dead_time_s=5.0)  # fmt: skip
    recording, _ = simulate_recording("cycling", 1190, truth=truth, workout=STAIRS, sensors=PERFECT)
    power = np.concatenate([np.zeros(5), recording.samples["power"].to_numpy()[:-5]])
    rate = recording.samples["heart_rate"].to_numpy()

    def misfit(guess):
        level, gain, up, down = guess
        first = second = rate[0]
        simulated = []
        for watts in power:
            gap = (level + gain * watts if watts else truth.standing_hr) - first
            first += gap * (1 - np.exp(-1 / (up if gap > 0 else down)))
            second += (first - second) * (1 - np.exp(-1 / truth.tau_second_s))
            simulated.append(second)
        return np.array(simulated) - rate

    level, gain, up, down = least_squares(misfit, [80, 0.2, 25, 40], x_scale=[10, 0.1, 10, 10]).x
    assert level == pytest.approx(99.0, abs=0.5)
    assert gain == pytest.approx(0.28, rel=0.01)
    assert up == pytest.approx(36, rel=0.03)
    assert down == pytest.approx(55, rel=0.03)


def test_the_same_athlete_on_another_day_differs_by_the_form_of_the_day():
    _, truth = simulate_recording("running", 60, seed=3)
    rates = [
        simulate_recording("running", 1190, seed=3, truth=replace(truth, day_offset_bpm=form),
                           workout=STAIRS, sensors=PERFECT)[0].samples["heart_rate"]
        for form in (-5.0, 5.0)
    ]  # fmt: skip
    assert (rates[1] - rates[0]).iloc[300:800].median() == pytest.approx(10, abs=0.5)


def test_a_lost_contact_stays_a_gap():
    recording, _ = simulate_recording("running", 3600, sensors=Sensors(dropouts_per_hour=30))
    assert recording.samples["heart_rate"].isna().sum() > 60
    assert len(recording.samples) == 3601


def test_positions_25_times_a_second():
    recording, _ = simulate_recording("football", 60, parts=25)
    assert len(recording.samples) == 60 * 25 + 1
    assert recording.samples["latitude"].notna().all()
    assert recording.samples["heart_rate"].notna().sum() == 61
    assert (recording.samples.index.to_series().diff().dropna() == pd.Timedelta("40ms")).all()


def test_no_duration_is_a_single_sample_and_an_unknown_sport_is_refused():
    assert len(simulate_recording("running", 0)[0].samples) == 1
    with pytest.raises(SourceError, match="known"):
        simulate_recording("golf", 60)
