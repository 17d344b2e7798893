"""Faults of the sensor, told by their form. Episodes are planted, so their seconds are known."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.sensors.episodes import fault_episodes, readings_of
from twin.sensors.faults import DEFINITIONS, FAULTS, Fault, Readings
from twin.sensors.memory import put, start, taken
from twin.sensors.watch import advance

LENGTH = 1800


def found(heart_rate, *, cadence=None, power=None, max_hr=190.0):
    index = pd.date_range("2026-10-01T10:00", periods=len(heart_rate), freq="s", tz="UTC")
    channels = {
        "heart_rate": heart_rate, "power": 200.0 if power is None else power,
        "cadence": np.nan if cadence is None else cadence,
    }  # fmt: skip
    return fault_episodes(readings_of(pd.DataFrame(channels, index), max_hr=max_hr))


def heart(seed: int = 0):
    wave = 3 * np.sin(np.arange(LENGTH) / 40)
    return np.rint(140 + wave + np.random.default_rng(seed).normal(0, 0.4, LENGTH))


def spans(episodes):
    return [(e.fault, e.start_s, e.end_s) for e in episodes]


def kinds(episodes):
    return {e.fault for e in episodes}


def test_a_sound_session_has_no_fault():
    assert found(heart(), cadence=172.0) == ()


@pytest.mark.parametrize(("lost_s", "expected"), [(30, [(Fault.DROPOUT, 610, 640)]), (5, [])])
def test_a_dropout_is_where_it_was_planted_and_longer_than_5_s(lost_s, expected):
    rate = heart()
    rate[610 : 610 + lost_s] = np.nan
    assert spans(found(rate)) == expected


def test_a_spike_is_as_long_as_it_was_planted():
    rate = heart()
    rate[700:703] = 185
    rate[900:920] = 60
    assert spans(found(rate)) == [(Fault.SPIKE, 700, 703), (Fault.SPIKE, 900, 920)]


def test_a_jump_that_stays_is_a_new_level_and_no_spike():
    rate = heart()
    rate[900:] += 25
    assert found(rate) == ()


def test_frozen_is_told_after_a_minute_and_sooner_where_the_work_moved():
    rate, power = heart(), np.full(LENGTH, 200.0)
    rate[900:950] = 151.0
    assert found(rate, power=power) == ()
    power[920:960] = 50.0
    assert spans(found(rate, power=power)) == [(Fault.FROZEN, 901, 950)]  # what is repeated
    rate[900:970] = 151.0
    (episode,) = found(rate)
    assert (episode.start_s, episode.end_s, episode.told_s) == (901, 970, 961)


def test_a_lock_on_the_cadence_is_told_by_the_jump_that_begins_or_ends_it():
    rate, cadence = heart(), np.full(LENGTH, 172.0)
    steps = np.rint(172 + np.random.default_rng(1).normal(0, 0.8, 200))
    rate[900:1100] = steps
    (lock,) = found(rate, cadence=cadence)
    assert lock.fault is Fault.CADENCE_LOCK
    assert (lock.start_s, lock.end_s) == (pytest.approx(900, abs=1), pytest.approx(1100, abs=6))
    crept = heart()
    crept[850:900] = np.linspace(140, 172, 50)
    crept[900:1100] = steps
    assert kinds(found(crept, cadence=cadence)) == {Fault.CADENCE_LOCK}
    crept[1100:1150] = np.linspace(172, 140, 50)  # no jump at all: it may well be the heart
    assert found(crept, cadence=cadence) == ()


def test_a_dry_strap_is_restless_or_falls_at_once():
    random = np.random.default_rng(2)
    rate = heart()
    rate[:200] = np.rint(170 + random.uniform(-6, 6, 200))
    assert kinds(found(rate)) == {Fault.DRY_STRAP}
    steady = heart()
    steady[:200] = np.rint(178 + random.normal(0, 0.4, 200))
    assert spans(found(steady)) == [(Fault.DRY_STRAP, 0, 200)]


def test_contact_that_comes_and_goes_late_in_a_session_flickers():
    rate = heart()
    rate[1200:1260:4] = np.nan
    (flicker,) = found(rate)
    assert flicker.fault is Fault.FLICKER
    assert flicker.start_s < 1204
    assert flicker.end_s == pytest.approx(1275, abs=15)


def test_a_jump_above_the_maximum_is_impossible_and_a_climb_there_says_that_the_maximum_is_wrong():
    rate = heart()
    rate[1000:1040] = np.rint(210 + np.random.default_rng(3).normal(0, 0.6, 40))
    assert spans(found(rate)) == [(Fault.IMPOSSIBLE, 1000, 1040)]
    assert kinds(found(rate, max_hr=np.nan)) <= {Fault.SPIKE}
    climbed = heart()
    climbed[900:] += np.minimum(np.arange(900) / 10, 75).round()
    assert found(climbed) == ()


def test_a_heart_that_rises_from_rest_at_once_wears_no_dry_strap():
    rate = heart()
    rate[:25] = np.linspace(68, 140, 25)  # 3 bpm each second, steadily
    assert found(rate) == ()


@pytest.mark.parametrize("rate", [[], [120.0], [np.nan] * 20])
def test_too_little_is_no_fault(rate):
    assert found(np.array(rate, np.float64)) == ()


def test_every_fault_has_its_definition():
    assert set(DEFINITIONS) == set(FAULTS)


def squad_of(seed: int) -> Readings:
    """Three athletes with faults of every kind in 300 seconds."""
    random = np.random.default_rng(seed)
    rate = np.rint(150 + random.normal(0, 0.7, (300, 3)).cumsum(axis=0) * 0.5)
    rate[50:54] += 40
    rate[80:150, 0] = 151
    rate[100:112, 1] = np.nan
    rate[160:260, 1] = np.rint(172 + random.normal(0, 1, 100))
    rate[200:210, 2] = 230
    rate[:60, 2] += np.rint(random.uniform(-6, 6, 60))
    rate[random.random(rate.shape) < 0.03] = np.nan
    work = np.full((300, 3, 3), np.nan)
    work[:, 1], work[:, 0] = 172, 200 + random.normal(0, 20, (300, 3))
    return Readings(rate, work, random.random(rate.shape) < 0.98, np.full(3, 190.0))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 99), st.lists(st.integers(0, 300), max_size=12))
def test_in_one_call_or_in_many_and_alone_or_in_a_squad_the_same_is_told(seed, cuts):
    whole = squad_of(seed)
    _, once = advance(start(3), whole)
    state, codes = start(3), []
    edges = sorted({0, 300, *cuts})
    for first, stop in pairwise(edges):
        part = slice(first, stop)
        piece = Readings(
            whole.heart_rate[part], whole.work[part], whole.received[part], whole.max_hr
        )
        state, told = advance(state, piece)
        state = put(start(3), [2, 0, 1], taken(state, [2, 0, 1]))
        codes.append(told.codes)
    assert np.array_equal(np.concatenate(codes), once.codes)
    alone = Readings(
        whole.heart_rate[:, 1:2], whole.work[..., 1:2], whole.received[:, 1:2], whole.max_hr[:1]
    )
    assert np.array_equal(advance(start(1), alone)[1].codes, once.codes[:, 1:2])
