"""Routes are closed, even and no steeper than said; the ground agrees with WGS 84."""

import numpy as np
import pytest

from simulator.route import Ground, park_loop, road_loop, track_loop

LOOPS = [(park_loop, 1600, 0.04), (road_loop, 12_000, 0.085)]


@pytest.mark.parametrize(("loop", "length_m", "steepest"), LOOPS)
@pytest.mark.parametrize("seed", [0, 1, 7, 42])
def test_a_loop_is_closed_even_and_within_its_grade(loop, length_m, steepest, seed):
    route = loop(seed)
    assert route.length_m == pytest.approx(length_m)
    for begin, end in zip(route.at(np.zeros(1)), route.at(np.array([3 * length_m])), strict=True):
        np.testing.assert_allclose(begin, end, atol=1e-6)
    steps = np.hypot(
        np.diff(route.east_m, append=route.east_m[0]),
        np.diff(route.north_m, append=route.north_m[0]),
    )
    # A chord of a bend is a little shorter than its arc.
    np.testing.assert_allclose(steps, route.step_m, rtol=0.02)
    assert np.abs(route.grade).max() <= steepest + 1e-9
    assert np.ptp(route.altitude_m) > 2


def test_a_lap_without_hills_to_spare_goes_up_as_much_as_down():
    grade = road_loop(3).grade
    assert abs(grade.sum()) < 1e-9
    assert np.abs(grade).max() > 0.03


def test_the_track_is_flat():
    assert np.ptp(track_loop(1).altitude_m) == 0
    assert track_loop(1).length_m == pytest.approx(2000)


def test_routes_are_smooth_enough_for_wheels():
    route = road_loop(0)
    east, north = route.heading
    turn = np.abs(np.angle((east + 1j * north) / np.roll(east + 1j * north, 1)))
    assert turn.max() < np.radians(25)  # within 10 m of road
    assert np.abs(np.diff(route.grade)).max() < 0.01


def test_another_seed_is_another_road_and_the_same_seed_the_same():
    np.testing.assert_array_equal(road_loop(5).altitude_m, road_loop(5).altitude_m)
    assert np.abs(road_loop(5).east_m - road_loop(6).east_m).max() > 50


def test_metres_become_degrees_of_the_ellipsoid():
    # WGS 84 at 45 degrees: 111 131.8 m per degree of latitude, 78 846.8 m of longitude (tables).
    latitude, longitude = Ground(45.0, 10.0).degrees(np.array([78_846.8]), np.array([111_131.8]))
    assert latitude[0] == pytest.approx(46.0, abs=2e-5)
    assert longitude[0] == pytest.approx(11.0, abs=2e-5)


def test_no_points_and_unknown_distances_stay_so():
    assert len(park_loop(0).at(np.empty(0))[0]) == 0
    assert np.isnan(Ground().degrees(np.array([np.nan]), np.zeros(1))[1][0])
