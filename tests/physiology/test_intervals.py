"""Work and rest, found again: in a simulated workout, and where there is nothing to find."""

import numpy as np
import pytest

from simulator.recording import simulate_recording
from simulator.workout import Part, Workout
from twin.model.seconds import seconds_of
from twin.physiology.heart_rate_kinetics import demand_of_heart
from twin.physiology.intervals import find_intervals, separating_level

EASY, HARD = 0.45, 1.15


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("hard_s", "easy_s", "count"), [(180, 120, 5), (60, 60, 10), (30, 30, 20)])
@pytest.mark.parametrize(("sport", "channel"), [("running", "speed"), ("cycling", "power")])
def test_the_repeats_of_a_simulated_workout_are_found(sport, channel, hard_s, easy_s, count, seed):
    repeats = [Part("hard", hard_s, HARD, HARD), Part("easy", easy_s, EASY, EASY)] * count
    workout = Workout("repeats", (Part("warm-up", 300, EASY, EASY), *repeats))
    length = 300 + (hard_s + easy_s) * count
    recording, _ = simulate_recording(sport, length, seed, workout=workout)
    found = find_intervals(getattr(seconds_of(recording).input, channel))
    work = [effort for effort in found if effort.works]
    planned = 300 + (hard_s + easy_s) * np.arange(count)  # the simulator's truth
    # Legs and sensors follow a step within seconds. Riders coast now and then, which may hide a short one.
    off = np.abs(np.array([e.begin_s for e in work]) - planned[:, None]).min(axis=1)
    assert np.mean(off <= 8) >= 0.95
    assert abs(len(work) - count) <= 1
    assert np.max([e.end_s - e.begin_s for e in work]) == pytest.approx(hard_s, abs=8)


def test_steady_work_and_an_even_spread_are_no_intervals():
    random = np.random.default_rng(3)
    assert find_intervals(200 + 20 * random.normal(size=3600)) == []
    assert find_intervals(np.linspace(100, 300, 3600)) == [], "a ramp has one work at most"
    _, even = separating_level(np.linspace(100, 300, 10_000))
    # Two halves of a uniform distribution explain 3/4 of its variance, by hand.
    assert even == pytest.approx(0.75, abs=0.005)


def test_riding_as_one_likes_and_a_run_with_a_stop_are_no_intervals():
    ride, _ = simulate_recording("cycling", 3600, 3)  # stretches of 40 to 200 s at levels of chance
    assert find_intervals(seconds_of(ride).input.power) == []
    run = np.random.default_rng(4).normal(3.6, 0.1, 2400)
    run[1000:1090] = 0  # a light
    assert find_intervals(run) == []


def test_kilometres_a_quarter_faster_are_found_among_slower_ones_and_a_stop():
    random = np.random.default_rng(5)
    run = np.tile(np.r_[np.full(275, 3.65), np.full(220, 4.5)], 5) + random.normal(0, 0.15, 2475)
    found = find_intervals(np.r_[np.full(500, 3.7), run, np.zeros(160), np.full(500, 3.9)])
    works = [(e.begin_s, e.end_s) for e in found if e.works]
    planned = 775 + 495 * np.arange(5)
    assert np.abs(np.array(works) - np.c_[planned, planned + 220]).max() <= 5


def test_heart_rate_alone_shows_repeats_of_minutes():
    repeats = [Part("hard", 180, HARD, HARD), Part("easy", 120, EASY, EASY)] * 5
    workout = Workout("repeats", (Part("warm-up", 300, EASY, EASY), *repeats))
    recording, _ = simulate_recording("running", 1800, 1, workout=workout)
    demand = demand_of_heart(seconds_of(recording).input.heart_rate)
    works = [(e.begin_s, e.end_s) for e in find_intervals(demand) if e.works]
    planned = 300 + 300 * np.arange(5)
    assert np.abs(np.array(works) - np.c_[planned, planned + 180]).max() <= 20
    assert np.isnan(demand_of_heart([np.nan] * 60)).all()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("rest_s", [120, 300])
def test_two_times_twenty_minutes_are_found_also_with_a_short_easy_rest(rest_s, seed):
    parts = (Part("warm-up", 600, EASY, 0.7), Part("hard", 1200, 0.95, 0.95), Part("easy", rest_s, 0.5, 0.5),
             Part("hard", 1200, 0.95, 0.95), Part("cool-down", 300, 0.55, 0.4))  # fmt: skip
    recording, _ = simulate_recording(
        "running", 3300 + rest_s, seed, workout=Workout("2x20", parts)
    )
    found = find_intervals(seconds_of(recording).input.speed)
    works = [(e.begin_s, e.end_s) for e in found if e.works]
    planned = [(600, 1800), (1800 + rest_s, 3000 + rest_s)]
    assert np.array(works) == pytest.approx(np.array(planned), abs=15)  # legs take some seconds


@pytest.mark.parametrize(("speed", "lasts_s"), [(0.0, 60), (2.4, 60), (0.0, 65)])
def test_a_steady_run_with_two_lights_or_short_climbs_is_no_intervals(speed, lasts_s):
    run = np.random.default_rng(6).normal(3.5, 0.1, 2840)
    for begin in (900, 1860):  # less than 5 % of the time between
        run[begin : begin + lasts_s] = speed
    assert find_intervals(run) == []


def test_short_breaks_in_work_do_not_split_it():
    output = np.r_[
        np.full(200, 100.0), np.full(300, 250.0), np.full(200, 100.0), np.full(300, 250.0)
    ]
    output[300:305] = np.nan
    assert [e.works for e in find_intervals(output)] == [True, False, True]


@pytest.mark.parametrize("output", [[], [200.0], [np.nan] * 60, [200.0] * 60])
def test_nothing_to_find_is_no_error(output):
    assert find_intervals(output) == []
