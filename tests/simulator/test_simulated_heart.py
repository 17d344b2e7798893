"""The simulated heart does what its truth says; expected values are closed forms by hand."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.athlete import Hearts, Truth, Truths, draw_truth

CALM = Truth(wander_bpm=0.0, drift_bpm_per_hour=0.0)


def heart_rate(load, *truths, seed=0):
    load = np.asarray(load, float)
    hearts = Hearts(Truths(truths), seed)
    return hearts.advance(np.repeat(load[:, None], len(truths), axis=1))


def test_a_long_effort_leads_to_intercept_plus_gain_times_load_plus_the_form_of_the_day():
    # 76 + 23 * 3 = 145 bpm, and 6 more on a day of +6
    settled = heart_rate(np.full(900, 3.0), CALM, replace(CALM, day_offset_bpm=6.0))[-1]
    np.testing.assert_allclose(settled, [145.0, 151.0], atol=0.1)


def test_a_step_is_followed_after_the_dead_time_by_two_lags_in_series():
    # Unit step of two lags a, b in series: 1 - (a exp(-t/a) - b exp(-t/b)) / (a - b).
    truth = replace(CALM, dead_time_s=6.0, tau_up_s=40.0, tau_second_s=10.0)
    rate = heart_rate(np.full(300, 3.0), truth)[:, 0]
    t = np.arange(1, 295)
    expected = 1 - (40 * np.exp(-t / 40) - 10 * np.exp(-t / 10)) / 30
    share = (rate - 72.0) / (145.0 - 72.0)
    assert np.abs(share[:6]).max() < 1e-9  # seconds 0 to 5: the load has not arrived yet
    # One-second steps hold the second lag's input: at most half a step of 1/10 of the gap early.
    np.testing.assert_allclose(share[6:], expected, atol=0.02)


def test_the_heart_falls_with_its_own_time_constant():
    truth = replace(CALM, dead_time_s=0.0, tau_up_s=20.0, tau_down_s=60.0, tau_second_s=0.01)
    rate = heart_rate([3.0] * 600 + [1.5] * 60, truth)[:, 0]
    # After one time constant 1/e of the way is left: 145 -> 110.5 bpm.
    assert rate[-1] == pytest.approx(110.5 + (145 - 110.5) / np.e, abs=0.3)


def test_an_hour_of_work_drifts_by_the_hourly_drift():
    rate = heart_rate(np.full(4200, 3.0), replace(CALM, drift_bpm_per_hour=14.0))[:, 0]
    assert rate[4199] - rate[599] == pytest.approx(14.0, abs=0.1)


def test_drift_ends_after_two_hours_of_work_so_that_a_demo_may_run_all_day():
    rate = heart_rate(np.full(5 * 3600, 3.0), replace(CALM, drift_bpm_per_hour=10.0))[:, 0]
    assert rate[-1] == pytest.approx(145 + 20, abs=0.1)


def test_no_load_leads_beyond_the_maximal_heart_rate():
    rate = heart_rate(np.full(900, 9.0), CALM, replace(CALM, wander_bpm=4.0))
    assert rate.max() <= 190
    assert rate[-1, 0] > 189.5


def test_rest_is_not_touched_by_the_form_of_the_day():
    rate = heart_rate(np.zeros(60), CALM, replace(CALM, day_offset_bpm=15.0))
    np.testing.assert_allclose(rate[-1], 72.0, atol=1e-3)


def test_what_no_workload_explains_has_its_spread_and_its_memory_of_100_s():
    truth = replace(CALM, wander_bpm=3.0)
    rate = heart_rate(np.full(60_000, 2.5), truth)[600:, 0]
    rest = rate - rate.mean()
    # 600 correlation times: the spread is known to about 3 %, the correlation to 0.04.
    assert rest.std() == pytest.approx(3.0, rel=0.15)
    assert np.corrcoef(rest[:-100], rest[100:])[0, 1] == pytest.approx(np.exp(-1), abs=0.12)


def test_the_form_of_the_day_spreads_as_between_real_days():
    # N(0, 11 bpm) cut at +-22 bpm has a standard deviation of 10.0 to 10.7 bpm; n = 400: +-0.4
    offsets = [draw_truth(s, 0, "running").day_offset_bpm for s in range(400)]
    assert np.std(offsets) == pytest.approx(10.4, abs=1.2)
    assert abs(np.mean(offsets)) < 1.6


@pytest.mark.parametrize("sport", ["running", "cycling", "football"])
def test_drawn_athletes_are_plausible_and_reach_threshold_at_critical_load(sport):
    for place in range(60):
        truth = draw_truth(5, place, sport)
        assert 35 <= truth.resting_hr <= 75
        assert 170 <= truth.max_hr <= 210
        at_critical = truth.hr_intercept + truth.hr_gain * truth.critical_load
        assert at_critical == pytest.approx(truth.threshold_hr)
        low, high = (0.15, 0.55) if sport == "cycling" else (14, 36)
        assert low < truth.hr_gain < high


@pytest.mark.parametrize(
    "wrong", [{"max_hr": 160.0}, {"dead_time_s": 2.5}, {"dead_time_s": 40.0}, {"max_hr": np.nan}]
)
def test_an_impossible_truth_is_refused(wrong):
    with pytest.raises(ValueError, match=r"bpm|seconds"):
        replace(CALM, **wrong)


def test_a_single_second_and_an_unknown_load_stay_what_they_are():
    assert heart_rate([2.0], CALM).shape == (1, 1)
    with np.errstate(invalid="ignore"):
        assert np.isnan(heart_rate([2.0, np.nan] + [2.0] * 30, CALM)[-1, 0])
