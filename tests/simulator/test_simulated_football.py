"""Players stay inside the lines, move like players, and can be placed 25 times a second."""

import numpy as np
import pytest

from simulator.athlete import Truths, draw_truth
from simulator.football import Pitch, Players, playing_area
from simulator.route import Ground
from simulator.world import World
from twin.schema import MEASURED_NAMES


def play(count=22, seconds=600, parts=25, seed=0, share=1.0):
    truths = Truths(tuple(draw_truth(seed, a, "football") for a in range(count)))
    return Players(truths, seed, Pitch()).advance(np.full((seconds, count), share), parts)


def inside(east, north):
    along, across = Pitch().from_ground(east, north)
    return (np.abs(along) <= 105 / 2).all() and (np.abs(across) <= 68 / 2).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_players_never_leave_the_pitch(seed):
    motion = play(seed=seed, seconds=900)
    assert inside(motion.east, motion.north)


def test_what_the_sensors_say_stays_inside_the_lines_too():
    stretch = World(22, seed=4, sport="football", parts=10).advance(900)
    latitude, longitude = (
        stretch.readings[MEASURED_NAMES.index(n)] for n in ("latitude", "longitude")
    )
    origin = Ground()
    north_of, east_of = Ground().degrees(np.ones(1), np.ones(1))
    north = (latitude - origin.latitude) / (north_of - origin.latitude)
    east = (longitude - origin.longitude) / (east_of - origin.longitude)
    assert inside(east, north)


def test_the_pitch_keeps_distances_and_comes_back_from_the_ground():
    along, across = np.array([52.5, -52.5]), np.array([34.0, -34.0])
    east, north = Pitch().on_ground(along, across)
    # Diagonal of 105 x 68 m: 125.1 m, by Pythagoras
    assert np.hypot(np.diff(east), np.diff(north))[0] == pytest.approx(125.1, abs=0.01)
    np.testing.assert_allclose(Pitch().from_ground(east, north), (along, across), atol=1e-9)


def test_players_cover_what_players_cover_and_nobody_is_superhuman():
    motion = play(count=10, seconds=1200)
    per_minute = motion.distance[-1, -1] / 20
    # Small-sided games: about 90 to 145 m a minute.
    assert 90 < per_minute.mean() < 145
    assert motion.speed.max() < 8.5
    assert (motion.speed > 5.5).mean() > 0.005  # high-speed running is there


def test_bursts_stay_within_what_legs_can_do():
    # Velocity at the five changes a second; the truth's limit is 4.5 m/s2.
    motion = play(count=8, seconds=600, parts=5)
    change = np.abs(np.diff(motion.speed.reshape(-1, 8), axis=0)) * 5
    assert np.quantile(change, 0.999) <= 4.5 + 1e-6
    assert change.max() > 3


def test_positions_at_25_hz_run_smoothly_through_those_at_5_hz():
    fine, coarse = play(count=6, seconds=60), play(count=6, seconds=60, parts=5)
    np.testing.assert_array_equal(fine.east[:, 4::5], coarse.east)
    steps = np.hypot(np.diff(fine.east.reshape(-1, 6), axis=0),
                     np.diff(fine.north.reshape(-1, 6), axis=0))  # fmt: skip
    assert steps.max() <= 8.5 / 25
    np.testing.assert_allclose(
        steps, 0.5 * (fine.speed.reshape(-1, 6)[1:] + fine.speed.reshape(-1, 6)[:-1]) / 25,
        atol=0.02,
    )  # fmt: skip


def test_two_teams_begin_on_two_sides():
    motion = play(seconds=1)
    along, _ = Pitch().from_ground(motion.east[0, 0], motion.north[0, 0])
    assert (along[0::2] < 0).all()
    assert (along[1::2] > 0).all()


def test_fewer_players_use_a_smaller_area():
    assert (playing_area(Pitch(), 8) < playing_area(Pitch(), 22)).all()
    assert (playing_area(Pitch(), 100) < Pitch().half_size).all()


def test_walking_between_bouts_is_slower_than_play():
    assert play(share=0.25, parts=1).speed.mean() < 0.7 * play(parts=1).speed.mean()


def test_one_player_and_one_second_are_enough():
    assert play(count=1, seconds=1, parts=1).east.shape == (1, 1, 1)
