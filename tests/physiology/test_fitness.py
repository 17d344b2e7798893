"""Fitness, fatigue, form; Banister's impulse response."""

import numpy as np
import pytest

from twin.physiology.fitness import fit_impulse_response, fitness_fatigue_form, impulse_response


def test_both_conventions_of_the_daily_share():
    # 100 a day for one time constant: 100 (1 - 1/e), and 100 (1 - (1 - 1/42)^42)
    weeks, days = [100.0] * 42, [100.0] * 7
    assert fitness_fatigue_form(weeks).fitness[-1] == pytest.approx(63.2121, abs=5e-5)
    assert fitness_fatigue_form(days).fatigue[-1] == pytest.approx(63.2121, abs=5e-5)
    simple = fitness_fatigue_form(weeks, exponential=False)
    assert simple.fitness[-1] == pytest.approx(63.6544, abs=5e-5)
    simple = fitness_fatigue_form(days, exponential=False)
    assert simple.fatigue[-1] == pytest.approx(66.0083, abs=5e-5)


def test_form_is_yesterdays_difference():
    result = fitness_fatigue_form([100.0, 0.0], start=(50, 20))
    assert result.form[0] == pytest.approx(30)
    assert result.form[1] == pytest.approx(result.fitness[0] - result.fatigue[0])


def test_rest_and_unknown_days_only_decay():
    assert fitness_fatigue_form([100, np.nan]).fitness == pytest.approx(
        fitness_fatigue_form([100, 0]).fitness
    )
    assert len(fitness_fatigue_form([]).form) == 0


def test_impulse_response_meets_the_reference_values():
    load = [100.0] * 30 + [0.0] * 14
    line = impulse_response(
        load, baseline=250, gain=0.01, loss=0.02, fitness_days=42, fatigue_days=7
    )
    assert line[[0, 29, 36, 43]] == pytest.approx([249.000, 256.878, 262.914, 263.540], abs=5e-4)


def test_a_fit_follows_the_tests_it_saw():
    random = np.random.default_rng(4)
    load = random.gamma(2, 40, 200) * (np.arange(200) // 21 % 3 != 2)
    truth = impulse_response(
        load, baseline=250, gain=0.02, loss=0.04, fitness_days=45, fatigue_days=9
    )
    days = np.arange(10, 200, 10)
    fit = fit_impulse_response(load, days, truth[days] + random.normal(0, 0.5, len(days)))
    assert fit.error_sd < 1.5
    assert 20 <= fit.fatigue_days + fit.fitness_days <= 100
    curve = impulse_response(
        load, baseline=fit.baseline, gain=fit.gain, loss=fit.loss,
        fitness_days=fit.fitness_days, fatigue_days=fit.fatigue_days,
    )  # fmt: skip
    assert np.abs(curve - truth)[10:].mean() < 1.5


def test_seven_tests_are_too_few():
    with pytest.raises(ValueError, match="7 tests: expected at least 8"):
        fit_impulse_response([50.0] * 100, range(8), [*range(7), np.nan])
