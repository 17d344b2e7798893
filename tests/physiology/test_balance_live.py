"""Live balance of W': equal to the recorded one, and as sure as published recoveries allow."""

import csv

import numpy as np
import pytest

from twin.physiology.balance_live import (
    Reserve,
    biexponential_step,
    fit_time_constant,
    full,
    half_width,
    integral_step,
    step,
)
from twin.physiology.w_prime_balance import (
    biexponential_recovery,
    differential_balance,
    integral_balance,
    skiba_2012_time_s,
)


def reserve(power=250.0, work=20_000.0, *, power_sd=0.0, work_sd=0.0, tau=np.nan):
    return Reserve(*(np.array([value]) for value in (power, work, power_sd, work_sd, tau)))


def after(mine, *parts):
    state = full(mine)
    for watts, seconds in parts:
        state = step(state, np.array([float(watts)]), mine, seconds)
    return state


def test_seconds_add_up_to_one_long_step():
    power = np.random.default_rng(0).uniform(0, 450, 900)
    mine, state = reserve(), full(reserve())
    for watts in power:
        state = step(state, np.array([watts]), mine)
    assert state.left[0] == pytest.approx(differential_balance(power, 250, 20_000)[-1])


def test_an_own_time_constant_is_used():
    # 12 kJ missing, tau 400 s, 180 s: 12000 exp(-0.45) = 7651.5 still missing
    mine = reserve(tau=400.0)
    assert after(mine, (350, 120), (150, 180)).left[0] == pytest.approx(20_000 - 7651.5, abs=0.1)


def test_nothing_is_unsure_before_a_recovery_but_what_was_fitted():
    assert half_width(after(reserve(), (350, 120)), reserve())[0] == 0
    mine = reserve(power_sd=5.0, work_sd=1000.0)
    # 120 s at 5 W = 600 J beside 1000 J, 80 %: 1.2816 sqrt(600^2 + 1000^2)
    assert half_width(after(mine, (350, 120)), mine)[0] == pytest.approx(1494.6, abs=0.5)


def test_the_band_is_widest_midway_and_gone_when_full():
    mine = reserve()
    widths = [
        half_width(after(mine, (350, 120), (100, seconds)), mine)[0] for seconds in (1, 120, 3600)
    ]
    assert widths[0] < widths[1] > widths[2]
    assert widths[2] < 10


def test_the_80_percent_band_holds_published_recoveries(recordings):
    # 31 recoveries after exhaustion from five papers, as shares of W' [%]
    held, widths = [], []
    for path in sorted((recordings / "gxt" / "pypermod_recovery").glob("*.csv")):
        for row in csv.DictReader(path.read_text().splitlines()):
            cp, work, effort, easy, time, seen = (
                float(row[k]) for k in ("cp", "wp", "p_work", "p_rec", "t_rec", "obs")
            )
            mine = reserve(cp, work)
            state = after(mine, (effort, work / (effort - cp)), (easy, time))
            half = half_width(state, mine)[0]
            held.append(abs(state.left[0] - seen / 100 * work) <= half)
            widths.append(half / work)
    assert len(held) == 31
    assert 0.74 <= np.mean(held) <= 0.90
    assert np.mean(widths) < 0.32


def test_two_parts_recover_as_published():
    spent = biexponential_step(np.zeros((1, 2)), np.array([350.0]), np.array([250.0]), seconds=100)
    assert spent.sum() == pytest.approx(10_000)
    for seconds in (30, 180, 600):
        left = biexponential_step(spent, np.array([20.0]), np.array([250.0]), seconds=seconds)
        assert 1 - left.sum() / spent.sum() == pytest.approx(float(biexponential_recovery(seconds)))


def test_the_live_integral_is_the_recorded_one():
    power = np.repeat([350.0, 150.0, 400.0], [120, 180, 60])
    tau, spent = skiba_2012_time_s(100.0), np.zeros(1)
    for watts in power:
        spent = integral_step(spent, np.array([watts]), np.array([250.0]), tau)
    assert 20_000 - spent[0] == pytest.approx(integral_balance(power, 250, 20_000)[-1])


def test_a_time_constant_is_found_again():
    # planted: 250 s, 12 recoveries
    seconds = np.tile([60.0, 180.0, 400.0], 4)
    assert fit_time_constant(seconds, 1 - np.exp(-seconds / 250)) == pytest.approx(250, rel=0.06)
    assert fit_time_constant([], []) == pytest.approx(377, rel=0.01)
    assert fit_time_constant([np.nan], [0.5]) == pytest.approx(377, rel=0.01)


def test_a_pause_recovers_and_a_squad_is_one_step():
    two = Reserve(*(np.array([v, v]) for v in (250.0, 20_000.0, 0.0, 0.0, np.nan)))
    state = step(full(two), np.array([350.0, 350.0]), two, 60)
    state = step(state, np.array([np.nan, 250.0]), two, 60)
    assert state.left[0] > state.left[1] == pytest.approx(14_000)
