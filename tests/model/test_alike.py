"""The same way and the same workout are known again, others are not."""

import numpy as np
import pandas as pd
import pytest

from twin.model.effort_pattern import effort_pattern, same_workouts
from twin.model.route_shape import POINTS, route_shape, same_routes

RANDOM = np.random.default_rng(5)
TURN = np.linspace(0, 2 * np.pi, 3000)


def way(east_m, north_m, *, noise_m=3.0):
    """A way near 47 N, 8 E with errors of position."""
    noise = RANDOM.normal(0, noise_m, (2, len(east_m)))
    slow = np.array([np.convolve(n, np.full(30, 1 / 30) * 5, "same") for n in noise])
    north, east = north_m + slow[0], east_m + slow[1]
    return route_shape(
        pd.DataFrame({
            "latitude": 47 + north / 111_195,
            "longitude": 8 + east / (111_195 * np.cos(np.radians(47))),
        })
    )  # fmt: skip


def loop(size_m=900.0, bump=0.3):
    radius = size_m * (1 + bump * np.sin(3 * TURN))
    return radius * np.cos(TURN) - radius[0], radius * np.sin(TURN)


def test_the_same_loop_is_known_again_and_in_the_other_direction_is_another():
    east, north = loop()
    found = same_routes([way(east, north), None, way(east, north), way(east[::-1], north[::-1])])
    assert found.tolist() == [0, -1, 0, 3]


def test_a_way_that_leaves_for_a_third_and_one_much_longer_are_others():
    east, north = loop()
    detour = east.copy()
    detour[1000:2000] += 400 * np.sin(np.linspace(0, np.pi, 1000))
    longer = loop(1000.0)
    assert same_routes([way(east, north), way(detour, north), way(*longer)]).tolist() == [0, 1, 2]


def test_a_pause_and_a_sparse_recording_do_not_make_another_way():
    east, north = loop()
    waits = np.insert(east, 900, [east[900]] * 300), np.insert(north, 900, [north[900]] * 300)
    assert same_routes([way(east, north), way(*waits, noise_m=1.0), way(east[::5], north[::5])]
                       ).tolist() == [0, 0, 0]  # fmt: skip


def test_the_length_is_that_of_the_way():
    line = np.linspace(0, 2000, 500)
    shape = way(line, np.zeros(500), noise_m=0.0)
    assert shape.length_m == pytest.approx(2000, abs=1)
    assert len(shape.east_m) == POINTS


def test_a_walk_round_the_house_and_no_positions_have_no_shape():
    assert way(np.linspace(0, 100, 300), np.zeros(300)) is None
    assert route_shape(pd.DataFrame({"heart_rate": [120.0]})) is None
    assert same_routes([]).tolist() == []
    assert same_routes([None]).tolist() == [-1]


def workout(work_s, rest_s, count, hard=300.0, easy=150.0):
    level = [*[easy] * 600, *([hard] * work_s + [easy] * rest_s) * count, *[easy] * 300]
    return effort_pattern(
        np.array(level) + RANDOM.normal(0, 12, len(level)), np.full(len(level), 150.0)
    )


def test_a_workout_is_known_again_at_another_intensity():
    found = same_workouts([workout(240, 120, 4), workout(240, 120, 4, hard=330.0), None])
    assert found.tolist() == [0, 0, -1]


def test_more_or_longer_efforts_and_other_rests_are_another_workout():
    found = same_workouts(
        [workout(240, 120, 4), workout(240, 120, 5), workout(180, 120, 4), workout(240, 240, 4)]
    )
    assert found.tolist() == [0, 1, 2, 3]


def test_steady_work_and_nothing_have_no_structure():
    assert effort_pattern(np.full(3000, 200.0) + RANDOM.normal(0, 15, 3000), np.zeros(3000)) is None
    assert effort_pattern(np.array([]), np.array([])) is None
    assert effort_pattern(np.full(600, np.nan), np.full(600, np.nan)) is None
