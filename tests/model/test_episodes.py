"""What is unusual in the athlete, and never a fault of the sensor. Planted, so its seconds are known."""

import numpy as np
import pytest

from twin.model.demand import InputKind, Second
from twin.model.episodes import UNEXPECTED, find_episodes
from twin.model.response import common_response
from twin.model.seconds import Seconds
from twin.model.trace import trace_sessions
from twin.sensors.episodes import FaultEpisode
from twin.sensors.faults import Fault

LENGTH = 1800


def found(heart_rate, faults=()):
    unknown, power = np.full(len(heart_rate), np.nan), np.full(len(heart_rate), 200.0)
    second = Second(heart_rate, power, unknown, unknown, unknown)
    (trace,) = trace_sessions([Seconds(second, InputKind.POWER)])
    return find_episodes(trace, common_response(InputKind.POWER), faults)


def risen():
    rate = 140 + np.random.default_rng(0).normal(0, 0.4, LENGTH)
    rate[900:1300] += 25 * np.minimum(np.minimum(np.arange(400), np.arange(400)[::-1]) / 60, 1)
    return rate


def test_a_slow_rise_without_work_is_the_athlete():
    (episode,) = found(risen())
    assert episode.what == UNEXPECTED
    assert (episode.start_s, episode.end_s) == (
        pytest.approx(936, abs=15), pytest.approx(1264, abs=15),
    )  # fmt: skip


def test_what_is_a_fault_of_the_sensor_is_not_the_athlete():
    lock = FaultEpisode(Fault.CADENCE_LOCK, 890, 1310, 940)
    assert [e.what for e in found(risen(), [lock])] == [Fault.CADENCE_LOCK]


@pytest.mark.parametrize("rate", [[], [120.0], [np.nan] * 20])
def test_too_little_is_no_episode(rate):
    assert found(np.array(rate, np.float64)) == ()
