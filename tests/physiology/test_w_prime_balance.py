"""Balance of W'. Reference: CP 250 W, W' 20 kJ, 120 s at 350, 180 s at 150, 60 s at 400 W."""

import numpy as np
import pytest

from twin.physiology.w_prime_balance import (
    balance_step,
    bartram_2018_time_s,
    biexponential_recovery,
    differential_balance,
    integral_balance,
    skiba_2012_time_s,
    weigend_2022_time_s,
)

EFFORT = np.repeat([350.0, 150.0, 400.0], [120, 180, 60])
AT = [119, 299, 359]


@pytest.mark.parametrize(
    ("time_constant", "expected"),
    [
        (None, [8000, 15121.2, 6121.2]),
        (bartram_2018_time_s, [8000, 18151.5, 9151.5]),
        (skiba_2012_time_s, [8000, 11529.0, 2529.0]),
        (weigend_2022_time_s, [8000, 13101.1, 4101.1]),
    ],
)
def test_differential_models_meet_independent_code(time_constant, expected):
    # values equal to pypermod 1.3.0 where it has the model
    balance = differential_balance(EFFORT, 250, 20_000, time_constant=time_constant)
    assert balance[AT] == pytest.approx(expected, abs=0.06)


def test_the_integral_model_meets_independent_code():
    assert integral_balance(EFFORT, 250, 20_000)[AT] == pytest.approx(
        [9280.8, 12433.1, 4757.0], abs=0.06
    )


def test_one_step_serves_a_squad():
    balance = balance_step(
        [20_000, 8_000], [350, 150], critical_power=[250, 250], w_prime=20_000, seconds=10
    )
    assert balance[0] == pytest.approx(19_000)
    assert balance[1] > 8_000


def test_a_long_step_equals_many_short_ones():
    once = balance_step([8_000], 150, critical_power=250, w_prime=20_000, seconds=180)
    assert once == pytest.approx(differential_balance(EFFORT, 250, 20_000)[299], abs=1e-6)


def test_recovery_never_passes_full_and_a_gap_is_a_pause():
    power = np.array([400.0] * 60 + [np.nan] * 3600)
    balance = differential_balance(power, 250, 20_000)
    assert balance.max() <= 20_000
    assert balance[-1] == pytest.approx(20_000, rel=1e-6)


def test_at_critical_power_nothing_changes():
    assert balance_step(5_000, 250, critical_power=250, w_prime=20_000) == 5_000


def test_two_thirds_are_back_after_three_minutes():
    # 1 - 0.5067 exp(-180/21.5) - 0.4933 exp(-180/388), by hand
    assert biexponential_recovery(180) == pytest.approx(0.6897, abs=5e-4)
    assert biexponential_recovery(0) == pytest.approx(0)


def test_nothing_gives_nothing():
    assert len(differential_balance([], 250, 20_000)) == 0
    assert len(integral_balance([], 250, 20_000)) == 0
