"""Sensors fail as often as asked, and a perfect one shows the truth."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.athlete import Truth, Truths
from simulator.sensors import PERFECT, Sensors, Straps
from simulator.world import World
from twin.schema import MEASURED_NAMES

HOURS, ATHLETES = 3, 40
STEADY = np.full((HOURS * 3600, ATHLETES), 140.0)


def readings(sensors, truth=140.0, seed=0):
    rates = STEADY if np.isscalar(truth) else truth
    truths = Truths((Truth(strap_lag_s=6.0),) * rates.shape[1])
    return Straps(truths, seed, sensors).read(rates)[0]


def channel(stretch, name):
    return stretch.readings[MEASURED_NAMES.index(name)]


@pytest.mark.parametrize(("per_hour", "mean_s"), [(20.0, 10.0), (4.0, 30.0)])
def test_dropouts_come_as_often_and_last_as_long_as_asked(per_hour, mean_s):
    lost = np.isnan(readings(replace(PERFECT, dropouts_per_hour=per_hour, dropout_s=mean_s)))
    begun = (lost[1:] & ~lost[:-1]).sum()
    expected = per_hour * (~lost).sum() / 3600  # they begin only where there is contact
    assert begun == pytest.approx(expected, abs=4 * np.sqrt(expected))  # Poisson, 4 sigma
    # Whole seconds, rounded up: half a second more than the exponential mean.
    assert lost.sum() / begun == pytest.approx(mean_s + 0.5, rel=4 / np.sqrt(begun))


def test_spikes_come_as_often_as_asked_and_are_high():
    rates = readings(replace(PERFECT, spikes_per_hour=12.0))
    spikes = rates > 150
    expected = 12.0 * HOURS * ATHLETES
    assert spikes.sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert rates[spikes].min() >= 175
    assert (rates[~spikes] == 140).all()


def test_a_lost_contact_is_nan_and_never_a_number():
    rates = readings(Sensors(dropouts_per_hour=60, spikes_per_hour=60))
    assert np.isnan(rates).any()
    assert np.nanmin(rates) > 100


def test_the_strap_follows_a_step_with_its_own_lag():
    # An average with time constant 6 s has 1 - 1/e of a step after 6 s: 100 + 0.632 * 50.
    step = np.where(np.arange(60) < 10, 100.0, 150.0)[:, None]
    assert readings(replace(PERFECT, lag=True), step)[15, 0] == pytest.approx(131.6, abs=0.1)


def test_a_dry_strap_begins_too_high_and_becomes_right():
    rates = readings(replace(PERFECT, dry_share=1.0, dry_s=300.0))
    assert (rates[:20] > 160).all()
    assert (rates[300:] == 140).all()


def test_the_share_of_dry_straps_is_as_asked():
    rates = readings(replace(PERFECT, dry_share=0.25), np.full((5, 400), 140.0))
    assert (rates[0] > 141).mean() == pytest.approx(0.25, abs=0.09)  # n = 400, 4 sigma


def test_a_dead_battery_gives_nothing_for_ever():
    rates = readings(replace(PERFECT, battery_s=1000.0))
    assert not np.isnan(rates[:1000]).any()
    assert np.isnan(rates[2000:]).all()


def test_perfect_sensors_show_the_truth():
    stretch = World(6, seed=3, sensors=PERFECT).advance(300)
    np.testing.assert_array_equal(channel(stretch, "heart_rate")[:, 0], stretch.heart_rate)
    np.testing.assert_array_equal(channel(stretch, "power")[:, 0], stretch.motion.power)
    np.testing.assert_array_equal(channel(stretch, "speed"), stretch.motion.speed)
    np.testing.assert_array_equal(channel(stretch, "distance"), stretch.motion.distance)


def test_position_errors_are_as_large_as_asked_and_change_slowly():
    noisy = World(20, seed=3, sport="running").advance(3600)
    exact = World(20, seed=3, sport="running", sensors=PERFECT).advance(3600)
    error_m = (channel(noisy, "latitude") - channel(exact, "latitude"))[:, 0] * 111_170
    # The receiver's own smoothing (8 s after 60 s) leaves sqrt(60 / 68) = 0.94 of 2 m.
    assert error_m.std() == pytest.approx(1.88, rel=0.15)
    assert np.diff(error_m, axis=0).std() < 0.15


def test_the_length_of_a_track_with_noise_is_that_of_the_track():
    # Real activities: raw haversine against device distance within 0.6 % (standard deviation).
    stretch = World(10, seed=8, sport="running").advance(3600)
    north = np.diff(channel(stretch, "latitude")[:, 0], axis=0) * 111_170
    east = np.diff(channel(stretch, "longitude")[:, 0], axis=0) * 76_150
    ratio = np.hypot(east, north).sum(axis=0) / channel(stretch, "distance")[-1, 0]
    np.testing.assert_allclose(ratio, 1.0, atol=0.018)  # 3 standard deviations


def test_worlds_differ_in_sensors_alone_when_only_sensors_differ():
    noisy, exact = World(9, seed=2).advance(100), World(9, seed=2, sensors=PERFECT).advance(100)
    np.testing.assert_array_equal(noisy.heart_rate, exact.heart_rate)
    np.testing.assert_array_equal(noisy.motion.east, exact.motion.east)


def test_a_single_reading_and_an_unknown_heart_rate():
    assert readings(PERFECT, np.array([[151.0]]))[0, 0] == 151
    assert np.isnan(readings(PERFECT, np.array([[151.0], [np.nan]]))[1, 0])
