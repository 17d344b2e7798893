"""What holds of every law: NaN, nothing and one sample give no error and no warning; order is kept."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twin.physiology
from twin.physiology import (
    balance_live,
    fitness,
    hrv,
    oxygen,
    power_duration,
    power_load,
    running,
    training_load,
    w_prime_balance,
    zones,
)

MODULES = [
    importlib.import_module(f"twin.physiology.{module.name}")
    for module in pkgutil.iter_modules(twin.physiology.__path__)
]
LAWS = [
    pytest.param(function, id=f"{module.__name__.rpartition('.')[2]}.{name}")
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
]
# Arguments with which every law can be called; arrays by name, scalars by name.
SCALARS = {
    "resting_hr": 50.0, "max_hr": 190.0, "threshold_hr": 170.0, "critical_power": 250.0,
    "w_prime": 20_000.0, "max_power": 900.0, "mass_kg": 70.0, "leg_length_m": 0.9,
    "threshold_speed": 4.0, "rate_hz": 10.0, "threshold": 5.0, "bounds": [5.5, 7.0],
    "durations_s": [1, 5], "origin": (47.0, 8.0), "sex": "male", "formula": "tanaka",
    "scheme": "coggan", "sport": "running", "rating": 5.0, "duration_s": 60.0,
    "baseline": 800.0, "amplitude": 1500.0, "gain": 0.01, "loss": 0.02, "fitness_days": 42.0,
    "fatigue_days": 7.0, "prior": 185.0,
}  # fmt: skip
# Laws of other shapes, each held by its own tests.
ELSEWHERE = {
    "bounds_of", "banister_weights", "top_speed", "fit_critical_power", "fit_impulse_response",
    "fit_three_parameter_power", "individual_weights", "fit_envelope", "envelope", "full", "step",
    "half_width", "power_band", "biexponential_step", "integral_step", "local_metres", "unknown",
    "is_steady", "touching_efforts",
}  # fmt: skip


def call(law, values):
    """Call a law with this array wherever it takes one."""
    arguments = {}
    for name, parameter in inspect.signature(law).parameters.items():
        if name in SCALARS:
            arguments[name] = SCALARS[name]
        elif parameter.default is inspect.Parameter.empty:
            scalar = parameter.annotation in (float, int)
            arguments[name] = 10.0 if scalar else np.array(values, float)
    result = law(**arguments)
    return list(result) if inspect.isgenerator(result) else result


@pytest.mark.parametrize("law", [p for p in LAWS if p.id.partition(".")[2] not in ELSEWHERE])
@pytest.mark.parametrize("values", [[], [np.nan] * 40, [5.0]], ids=["nothing", "NaN", "one"])
def test_nothing_nan_and_one_sample_give_an_answer_or_a_reason(law, values):
    # warnings are errors: no law may divide by zero or average nothing
    refusal = "0"
    try:
        call(law, values)
    except ValueError as error:
        refusal = str(error)
    assert any(letter.isdigit() for letter in refusal), f"what, got, expected: {refusal}"


@pytest.mark.parametrize("law", LAWS)
def test_every_law_says_its_units(law):
    assert "[" in inspect.getdoc(law) or law.__name__ in {"top_speed"}


rates = st.floats(60, 185)


@given(low=rates, high=rates)
@settings(max_examples=50, deadline=None)
def test_a_higher_heart_rate_is_never_a_lower_load_or_zone(low, high):
    low, high = sorted((low, high))
    load = [
        training_load.banister_trimp([rate], [60], resting_hr=50, max_hr=190)
        for rate in (low, high)
    ]
    assert load[0] <= load[1]
    zone = np.nan_to_num(zones.zone_of([low, high], zones.bounds_by_max(190)))
    assert zone[0] <= zone[1]


@given(factor=st.floats(1.0, 3.0), seed=st.integers(0, 50))
@settings(max_examples=30, deadline=None)
def test_weighted_power_scales_with_power_and_is_never_below_its_mean(factor, seed):
    power = np.random.default_rng(seed).uniform(0, 400, 600)
    weighted = power_load.weighted_power(power)
    assert power_load.weighted_power(factor * power) == pytest.approx(factor * weighted)
    smooth = np.convolve(power, np.full(30, 1 / 30), "valid")
    assert weighted >= smooth.mean() - 1e-9


@given(power=st.floats(0, 600), left=st.floats(0, 20_000), more=st.floats(0, 100))
@settings(max_examples=60, deadline=None)
def test_more_power_never_leaves_more_and_nothing_exceeds_the_whole(power, left, more):
    one, two = (
        w_prime_balance.balance_step([left], watts, critical_power=250, w_prime=20_000)[0]
        for watts in (power, power + more)
    )
    assert two <= one + 1e-9
    assert one <= 20_000


@given(power=st.floats(0, 600), seconds=st.floats(1, 3600))
@settings(max_examples=60, deadline=None)
def test_the_live_band_is_never_negative_or_unknown(power, seconds):
    mine = balance_live.Reserve(*(np.array([v]) for v in (250.0, 20_000.0, 5.0, 800.0, np.nan)))
    state = balance_live.step(balance_live.full(mine), np.array([350.0]), mine, 60)
    state = balance_live.step(state, np.array([power]), mine, seconds)
    assert balance_live.half_width(state, mine)[0] >= 0


@given(speed=st.floats(2.3, 6), grade=st.floats(-0.3, 0.3), steeper=st.floats(0, 0.1))
@settings(max_examples=60, deadline=None)
def test_uphill_costs_more(speed, grade, steeper):
    grade = max(grade, 0.0)
    costs = running.running_cost(np.array([grade, grade + steeper]))
    assert costs[0] <= costs[1] + 1e-9
    uptake = oxygen.running_uptake(speed, [grade, grade + steeper])
    assert uptake[0] <= uptake[1] + 1e-9


@given(power=st.floats(260, 600), more=st.floats(0, 200))
@settings(max_examples=60, deadline=None)
def test_a_harder_effort_is_held_for_less_time(power, more):
    curve = power_duration.CriticalPower(250, 20_000)
    first, second = curve.time_to_exhaustion([power, power + more])
    assert second <= first


@given(shift=st.floats(-200, 200), seed=st.integers(0, 30))
@settings(max_examples=30, deadline=None)
def test_variability_does_not_depend_on_the_mean(shift, seed):
    nn = np.random.default_rng(seed).normal(800, 30, 200)
    for index in (hrv.rmssd, hrv.sdnn, hrv.pnn50, hrv.dfa_alpha1):
        assert index(nn + shift) == pytest.approx(index(nn), abs=1e-6)


@given(load=st.lists(st.floats(0, 200), min_size=1, max_size=120))
@settings(max_examples=30, deadline=None)
def test_fitness_never_exceeds_the_highest_load(load):
    form = fitness.fitness_fatigue_form(load)
    assert form.fitness.max() <= max(load) + 1e-9
    assert form.fatigue.max() <= max(load) + 1e-9
