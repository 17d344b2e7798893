"""Faults of the sensor, told from physiology. Episodes are planted, so their seconds are known."""

import numpy as np
import pytest

from twin.model.demand import InputKind, Second
from twin.model.response import common_response
from twin.model.seconds import Seconds
from twin.model.signals import Signal, find_episodes
from twin.model.trace import trace_sessions

LENGTH = 1800


def found(heart_rate, *, cadence=None, power=None):
    unknown = np.full(len(heart_rate), np.nan)
    power = np.full(len(heart_rate), 200.0) if power is None else power
    second = Second(heart_rate, power, unknown, unknown, unknown if cadence is None else cadence)
    (trace,) = trace_sessions([Seconds(second, InputKind.POWER)])
    return find_episodes(trace, second, common_response(InputKind.POWER), max_hr=190)


def heart(seed: int = 0):
    wave = 3 * np.sin(np.arange(LENGTH) / 40)
    return 140 + wave + np.random.default_rng(seed).normal(0, 0.4, LENGTH)


def kinds(episodes):
    return {e.signal for e in episodes}


def test_a_sound_session_has_no_episode():
    assert found(heart()) == ()


def test_a_dropout_is_where_it_was_planted():
    rate = heart()
    rate[610:640] = np.nan  # the last value is held for 10 s
    (episode,) = found(rate)
    assert (episode.signal, episode.start_s, episode.end_s) == (Signal.DROPOUT, 600, 640)


def test_a_spike_is_a_spike_and_not_physiology():
    rate = heart()
    rate[700] = 185
    assert kinds(found(rate)) == {Signal.SPIKE}


def test_frozen_needs_a_workload_that_moves():
    rate, power = heart(), np.full(LENGTH, 200.0)
    rate[900:960] = 141.0
    assert Signal.FROZEN not in kinds(found(rate, power=power))
    power[900:930] = 50.0
    assert Signal.FROZEN in kinds(found(rate, power=power))


def test_cadence_lock_needs_a_heart_rate_that_is_not_expected():
    rate, cadence = heart(), np.full(LENGTH, 172.0)
    assert Signal.CADENCE_LOCK not in kinds(found(rate, cadence=cadence))
    rate[900:1100] = 172 + np.random.default_rng(1).normal(0, 0.4, 200)
    assert Signal.CADENCE_LOCK in kinds(found(rate, cadence=cadence))
    assert Signal.UNEXPECTED not in kinds(found(rate, cadence=cadence))


def test_a_dry_strap_reads_too_high_and_falls_at_once():
    rate = heart()
    rate[30:200] = 178 + np.random.default_rng(2).normal(0, 0.4, 170)
    assert Signal.DRY_STRAP in kinds(found(rate))


def test_above_the_maximum_is_impossible():
    rate = heart()
    rate[1000:1010] = 210
    assert Signal.IMPOSSIBLE in kinds(found(rate))


def test_a_slow_rise_without_work_is_the_athlete():
    rate = heart()
    rate[900:1300] += 25 * np.minimum(np.minimum(np.arange(400), np.arange(400)[::-1]) / 60, 1)
    assert kinds(found(rate)) == {Signal.UNEXPECTED}


@pytest.mark.parametrize("rate", [[], [120.0], [np.nan] * 20])
def test_too_little_is_no_fault(rate):
    episodes = found(np.array(rate, np.float64))
    assert kinds(episodes) <= {Signal.DROPOUT}
