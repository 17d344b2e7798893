"""Form, durability and pitch numbers. Expected numbers by hand, or planted."""

import numpy as np
import pytest

from twin.physiology.durability import durability, work_done
from twin.physiology.pitch import heat_map, high_power_distance_m, trimmed_hull_area_m2
from twin.physiology.running_form import form_deviation, leg_stiffness, vertical_ratio
from twin.physiology.team import filtered_speed, live_speed


def test_form_is_compared_at_the_same_speed_only():
    # slow history 160, fast 180 steps a minute: 180 at the slow speed is unusual
    random = np.random.default_rng(0)
    speed = np.repeat([2.6, 4.1], 500)
    steps = np.where(speed < 3, 160, 180) + random.normal(0, 2, 1000)
    now = form_deviation([160, 180, 180, np.nan, 170], [2.6, 4.1, 2.6, 2.6, 5.5], steps, speed)
    assert now.expected[:3] == pytest.approx([160, 180, 160], abs=0.3)
    assert now.z[2] == pytest.approx(10, abs=1.5)
    assert np.abs(now.z[:2]).max() < 0.3
    assert np.isnan(now.z[3:]).all()


def test_stiffness_and_ratio_meet_the_formula():
    # Morin et al. 2005 by hand: 1522.8 N over 0.0983 + 0.0611 m
    stiff = leg_stiffness([250.0, 250.0], [170.0, 0.0], [3.33, 3.33], mass_kg=70, leg_length_m=0.93)
    assert stiff[0] == pytest.approx(9.549, abs=0.01)
    assert np.isnan(stiff[1])
    assert np.isnan(vertical_ratio([80.0], [0.0])).all()


def test_a_planted_rise_lies_in_its_interval():
    held = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        wander = np.zeros(5400)
        for i in range(1, 5400):  # disturbance of 3 bpm that lasts 100 s
            wander[i] = wander[i - 1] * np.exp(-0.01) + random.normal(0, 3 * 0.141)
        work = work_done(np.full(5400, 200.0), 70)
        found = durability(0.6 * work + wander, work)
        held.append(found.low <= 0.6 <= found.high)
    assert np.mean(held) >= 0.80  # a 90 % interval, 20 seeds


@pytest.mark.parametrize("offset", [[], [1.0], np.full(1000, 1.0), np.full(4000, np.nan)])
def test_durability_of_too_little_is_not_known(offset):
    assert np.isnan(durability(offset, np.arange(len(offset)) / 3600).rise)


def test_work_needs_a_mass():
    with pytest.raises(ValueError, match="mass_kg"):
        work_done([200.0], 0)


def test_a_heat_map_holds_every_second_on_the_pitch():
    random = np.random.default_rng(0)
    east, north = random.uniform(-5, 110, 5000), random.uniform(0, 68, 5000)
    inside = (east >= 0) & (east <= 106)  # cells of 2 m reach to 106 m
    assert heat_map(east, north, 0.1).seconds.sum() == pytest.approx(0.1 * inside.sum())
    assert heat_map([], []).seconds.sum() == 0
    assert heat_map([np.nan], [3.0]).seconds.sum() == 0


def test_one_spike_does_not_make_the_hull():
    random = np.random.default_rng(0)
    east, north = random.uniform(0, 10, 400), random.uniform(0, 10, 400)
    area = trimmed_hull_area_m2(np.append(east, 900), np.append(north, 900))
    assert 60 < area < 100
    assert np.isnan(trimmed_hull_area_m2([], []))


def test_distance_at_high_power_leaves_out_what_is_not_known():
    assert high_power_distance_m([5.0, np.nan, 4.0], [60, 60, np.nan], 10) == pytest.approx(0.5)


def test_live_speed_is_the_same_in_pieces_and_near_the_filter_afterwards():
    seconds = np.arange(0, 60, 0.1)
    speed = 4 + 2 * np.sin(2 * np.pi * seconds / 10)
    whole, _ = live_speed(speed, 10)
    first, state = live_speed(speed[:250], 10)
    second, _ = live_speed(speed[250:], 10, state)
    assert np.concatenate([first, second]) == pytest.approx(whole)
    later = np.roll(filtered_speed(speed, 10), 2)  # 0.2 s
    assert np.abs(whole - later)[50:-50].max() < 0.1
    with pytest.raises(ValueError, match="twice the cut-off"):
        live_speed([5.0], 1.0)
