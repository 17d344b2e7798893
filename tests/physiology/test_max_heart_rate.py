"""Maximal heart rate. Truth: planted maxima and spikes; simulated athletes."""

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.physiology.max_heart_rate import (
    ENOUGH_SESSIONS,
    MaxFrom,
    highest_held,
    known_max_hr,
    max_hr_estimate,
)


def test_spikes_are_no_maximum():
    rate = 150 + 10 * np.sin(np.arange(1200) / 60)
    spiked = rate.copy()
    spiked[400:415] = 225
    spiked[800] = 240
    assert highest_held(spiked) == pytest.approx(highest_held(rate), abs=0.5)


def test_a_real_rise_counts():
    rate = np.concatenate(
        [np.linspace(120, 188, 400), np.full(30, 188.0), np.linspace(188, 120, 400)]
    )
    assert highest_held(rate) == pytest.approx(188, abs=0.5)


def test_what_was_not_held_does_not_count():
    rate = np.full(600, 150.0)
    rate[300:305] = 157  # 5 s
    assert highest_held(rate) == 150


@pytest.mark.parametrize("rate", [[], [150.0], [np.nan] * 60])
def test_too_little_is_not_known(rate):
    assert np.isnan(highest_held(rate))


def test_the_truncated_normal_is_that_of_a_large_sample():
    # by simulation: of 200,000 maxima N(180, 10) read with 2 bpm, those above 188
    random = np.random.default_rng(0)
    maxima = random.normal(180, np.hypot(10, 2), 400_000)
    above = maxima[maxima > 188]
    assert max_hr_estimate(180, [188]) == pytest.approx((above.mean(), above.std()), rel=0.02)


def test_a_low_session_leaves_the_prior_almost_alone():
    mean, sd = max_hr_estimate(180, [150, np.nan])
    assert mean == pytest.approx(180, abs=0.2)
    assert sd == pytest.approx(10, abs=0.3)


def test_graded_tests_bring_it_nearer_the_truth_than_age_does():
    priors, estimates = [], []
    for seed in range(6):
        recording, truth = simulate_recording("ramp", 1500, seed=seed)
        seen = highest_held(recording.samples["heart_rate"].to_numpy())
        priors.append(abs(185 - truth.max_hr))
        estimates.append(abs(max_hr_estimate(185, [seen])[0] - truth.max_hr))
    assert np.mean(estimates) < np.mean(priors) + 0.5


@pytest.mark.parametrize(
    ("highest", "age", "rate", "source"),
    [
        ([], np.nan, 190, MaxFrom.ASSUMED),
        ([150, np.nan, 0], np.nan, 190, MaxFrom.ASSUMED),
        ([], 65, 162, MaxFrom.AGE),  # 208 - 0.7 x 65 = 162.5, by hand; to the even one
        ([158, 160], 65, 162, MaxFrom.AGE),
        ([171, 172.4, 168], 65, 172, MaxFrom.SEEN),
        ([225, 172.4, 168], 65, 172, MaxFrom.SEEN),  # one that no other came near
        ([225], 65, 162, MaxFrom.AGE),
        ([198, 196], np.nan, 198, MaxFrom.SEEN),
        ([160.0] * (ENOUGH_SESSIONS - 1), np.nan, 190, MaxFrom.ASSUMED),
        ([160.0] * ENOUGH_SESSIONS, np.nan, 160, MaxFrom.SEEN),
    ],
)
def test_the_maximum_is_of_age_or_was_seen_more_than_once(highest, age, rate, source):
    found = known_max_hr(highest, age_years=age)
    assert (found.rate, found.source) == (rate, source)


def test_of_two_simulated_tests_it_is_near_the_truth_whatever_the_age():
    for seed in range(3):
        tests = [simulate_recording("ramp", 1500, seed, truth=truth)
                 for truth in [simulate_recording("ramp", 60, seed)[1]] * 2]  # fmt: skip
        seen = [highest_held(recording.samples["heart_rate"].to_numpy()) for recording, _ in tests]
        assert known_max_hr(seen, age_years=70).rate == pytest.approx(tests[0][1].max_hr, abs=8)
