"""The same seed is the same world to the last bit; the demo squad looks alive."""

import numpy as np
import pytest

from simulator import workout
from simulator.sensors import PERFECT
from simulator.squad import FIRST_NAMES, first_name, known_athlete
from simulator.world import PROGRAMMES, World
from twin.schema import MEASURED, MEASURED_NAMES, SPORTS


def channel(stretch, name):
    return stretch.readings[MEASURED_NAMES.index(name)]


def in_pieces(world, *lengths):
    stretches = [world.advance(length) for length in lengths]
    readings = np.concatenate([s.readings for s in stretches], axis=1)
    beats = [
        np.concatenate([b.rr_ms[b.athlete == a] for b in (s.beats for s in stretches)])
        for a in range(len(world.truths))
    ]
    return readings, beats


@pytest.mark.parametrize("sport", PROGRAMMES)
def test_a_seed_gives_the_same_world_however_time_is_cut(sport):
    whole, whole_beats = in_pieces(World(7, seed=11, sport=sport, parts=5), 300)
    cut, cut_beats = in_pieces(World(7, seed=11, sport=sport, parts=5), 1, 1, 2, 96, 7, 193)
    np.testing.assert_array_equal(whole, cut)
    for one, other in zip(whole_beats, cut_beats, strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_seed_is_another_world():
    one, other = World(3, seed=1).advance(60), World(3, seed=2).advance(60)
    assert (one.heart_rate != other.heart_rate).all()


def test_a_larger_squad_changes_nobody_who_runs_or_rides():
    few, many = World(5, seed=3).advance(100), World(17, seed=3).advance(100)
    for athlete, truth in enumerate(World(5, seed=3).truths):
        if truth.sport != "football":  # players share an area that grows with their number
            np.testing.assert_allclose(
                few.readings[..., athlete], many.readings[..., athlete], rtol=1e-12
            )


def test_two_athletes_have_independent_noise():
    noisy, exact = (World(30, seed=9, sport="running", **k) for k in ({}, {"sensors": PERFECT}))
    error = channel(noisy.advance(1200), "speed") - channel(exact.advance(1200), "speed")
    correlation = np.corrcoef(error[:, 0].T) - np.eye(30)
    # 1200 independent seconds: 1/sqrt(1200) = 0.029, the largest of 435 pairs about 3.5 of it.
    assert np.abs(correlation).max() < 0.15


@pytest.mark.parametrize("sport", PROGRAMMES)
def test_every_reading_is_in_the_range_of_the_data_dictionary(sport):
    stretch = World(9, seed=1, sport=sport).advance(1200)
    for row, known in enumerate(MEASURED):
        values = stretch.readings[row]
        assert not (values < known.low).any(), known.name
        assert not (values > known.high).any(), known.name


def test_the_demo_squad_looks_alive():
    world = World(12, seed=0)
    stretch = world.advance(1800)
    share = channel(stretch, "heart_rate")[:, 0] / np.array([t.max_hr for t in world.truths])
    zones = {round(z) for z in np.clip(np.floor(share[~np.isnan(share)] * 10 - 4), 0, 5)}
    assert zones >= {2, 3, 4, 5}
    assert (np.nanmax(share, axis=0) - np.nanmin(share, axis=0) > 0.05).all()
    assert {t.sport for t in world.truths} == {"running", "cycling", "football"}
    lost = np.isnan(share).mean()
    assert 0 < lost < 0.05


def test_riders_of_the_demo_meet_hills():
    stretch = World(12, seed=0, sport="cycling").advance(1800)
    assert np.ptp(stretch.motion.altitude) > 60
    assert np.quantile(stretch.motion.speed, 0.95) > 1.8 * np.quantile(stretch.motion.speed, 0.2)


def test_everybody_is_within_a_few_kilometres():
    stretch = World(30, seed=0).advance(600)
    for name, metres in (("latitude", 111_170), ("longitude", 76_150)):
        assert np.ptp(channel(stretch, name)) * metres < 6000


def test_a_ramp_test_is_linear_in_power_until_the_reserve_is_spent():
    stretch = World(4, seed=5, sport="ramp", sensors=PERFECT).advance(1000)
    critical = np.array([t.critical_load for t in World(4, seed=5, sport="ramp").truths])
    power = channel(stretch, "power")[:, 0] / critical
    minute = np.arange(700) / 60
    # 5 % of critical power a minute, from 35 % at the end of the first minute.
    np.testing.assert_allclose(power[60:760], 0.35 + 0.05 * minute[:, None] + 0 * power[60:760],
                               atol=1e-9)  # fmt: skip
    assert (stretch.heart_rate[760] > stretch.heart_rate[100] + 30).all()


def test_hearts_settle_within_a_few_time_constants_of_a_steady_run():
    plan = workout.Workout("even", (workout.Part("run", 3600, 0.7, 0.7),))
    world = World(8, seed=6, sport="running", workout=plan, from_rest=True, sensors=PERFECT)
    rate = world.advance(600).heart_rate
    # Five of the slowest time constants (45 s + 11 s) leave < 1 %; the rest is drift and wander.
    np.testing.assert_allclose(rate[280:300].mean(axis=0), rate[560:].mean(axis=0), atol=8)
    assert (rate[280] - rate[0] > 20).all()


def test_a_squad_of_a_hundred_has_a_hundred_names_and_ids():
    world = World(100, seed=0)
    known = [known_athlete(a, t) for a, t in enumerate(world.truths)]
    assert len({k.name for k in known}) == len({k.id for k in known}) == 100
    assert all(k.sport in SPORTS and k.sex in {"female", "male"} for k in known)
    assert all(k.resting_hr < k.threshold_hr < k.heart_rate_limit < k.max_hr for k in known)
    assert len({first_name(p) for p in range(3 * len(FIRST_NAMES))}) == 3 * len(FIRST_NAMES)


@pytest.mark.parametrize("name", workout.WORKOUTS)
def test_workouts_stay_between_rest_and_a_sprint(name):
    for place in range(8):
        shares = workout.WORKOUTS[name](3, place).intensity()
        assert len(shares) > 600
        assert 0 <= shares.min() <= shares.max() <= 1.4


def test_plans_begin_again_when_they_are_over():
    plan = workout.Workout("short", (workout.Part("up", 4, 0.0, 1.0),))
    plans = workout.Plans((plan, plan), np.array([0.0, 2.0]))
    np.testing.assert_allclose(plans.intensity(3, 3), [[0.75, 0.25], [0.0, 0.5], [0.25, 0.75]])


def test_no_time_at_all_is_refused_and_one_second_is_enough():
    with pytest.raises(ValueError, match="second"):
        World(2).advance(0)
    assert World(1, sport="football").advance(1).heart_rate.shape == (1, 1)


def test_riders_hold_their_plan_unevenly_by_7_percent_and_an_ergometer_exactly():
    held = workout.Pacing(np.array([0.07, 0.0]), seed=1).uneven(np.full((20_000, 2), 0.8)) / 0.8
    # About 20 000 / 14 independent swings: 2 % of the spread, 4 sigma.
    assert held[:, 0].std() == pytest.approx(0.07, rel=0.08)
    assert held[:, 0].mean() == pytest.approx(1, abs=0.008)
    assert (held[:, 1] == 1).all()
