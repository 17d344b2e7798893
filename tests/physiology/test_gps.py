"""Positions and heights: by hand, beside gpxpy, and on device totals of real recordings."""

import json
from pathlib import Path

import gpxpy.geo
import numpy as np
import pytest

import twin
from twin.physiology import gps

HEIGHTS = [100, 101, 100, 102, 101, 103, 105, 104, 106, 110, 109, 108, 104, 100]


def test_haversine_of_a_thousandth_of_a_degree():
    # 111.195 m north and 75.834 m east: hypot, by hand
    assert gps.distance_m(47, 8, 47.001, 8.001) == pytest.approx(134.593, abs=0.005)


def test_haversine_agrees_with_gpxpy():
    # gpxpy takes a radius of 6378.137 km: 0.11 % more
    theirs = gpxpy.geo.haversine_distance(51.5, -0.1, 48.85, 2.35)
    ours = gps.distance_m(51.5, -0.1, 48.85, 2.35)
    assert ours * 6378.137 / 6371.0088 == pytest.approx(theirs, rel=1e-4)


def test_the_date_line_is_no_obstacle():
    assert gps.distance_m(0, 179.9995, 0, -179.9995) == pytest.approx(111.195, abs=0.001)


def test_a_missing_position_has_no_distance():
    assert np.isnan(gps.distance_m(47, 8, np.nan, 8))


def test_a_jump_no_athlete_can_make_is_passed_over():
    north = 47 + np.array([0, 1, 900, 3, 4]) * 5 / 111_195  # 5 m a second, one spike
    found = gps.track_distance_m(north, np.full(5, 8.0), np.arange(5.0), sport="running")
    assert found == pytest.approx(20, abs=0.01)


def test_a_gap_in_a_track_counts_as_a_straight_line():
    north = 47 + np.array([0, 1, np.nan, 3]) * 5 / 111_195
    assert gps.track_distance_m(north, np.full(4, 8.0), np.arange(4.0)) == pytest.approx(
        15, abs=0.01
    )


@pytest.mark.parametrize("count", [0, 1])
def test_no_track_without_two_positions(count):
    assert gps.track_distance_m(np.full(count, 47.0), np.full(count, 8.0), np.zeros(count)) == 0


@pytest.mark.parametrize(("hysteresis", "expected"), [(0, (13, 13)), (2, (10, 10)), (5, (10, 6))])
def test_climb_counts_what_exceeds_the_hysteresis(hysteresis, expected):
    # walked through by hand
    assert gps.climb(HEIGHTS, hysteresis_m=hysteresis) == expected


@pytest.mark.parametrize("heights", [[], [100], [np.nan, np.nan], [100, np.nan, 101]])
def test_nothing_climbed_without_two_metres_of_difference(heights):
    assert gps.climb(heights) == (0, 0)


def test_grade_is_rise_over_run_of_twenty_metres():
    found = gps.grade([0, 10, 20, 30, 40], [100, 100.5, 101, np.nan, 99])
    assert found.tolist() == pytest.approx([np.nan, np.nan, 0.05, 0.05, -0.1], nan_ok=True)


def test_local_metres_have_the_origin_at_zero_and_agree_with_haversine():
    origin = (47.0, 8.0)
    assert np.hypot(*gps.local_metres(47.0, 8.0, origin)) == 0
    east, north = gps.local_metres(47.05, 8.05, origin)  # 6.7 km off
    there = gps.distance_m(*origin, 47.05, 8.05)
    assert np.hypot(east, north) == pytest.approx(there, rel=1e-3)


def test_local_metres_cross_the_date_line():
    east, _ = gps.local_metres(0.0, -179.999, (0.0, 179.999))
    assert east == pytest.approx(222.39, abs=0.01)


def test_a_missing_position_has_no_local_metres():
    assert np.isnan(gps.local_metres(np.nan, 8.0, (47.0, 8.0))[1])


def test_positions_agree_with_the_reference_vectors(recordings: Path):
    vectors = json.loads((recordings / "vectors.json").read_text())
    expected = vectors["haversine 47.0,8.0 -> 47.001,8.001 m"]["value"]
    assert gps.distance_m(47, 8, 47.001, 8.001) == pytest.approx(expected, abs=5e-4)
    climbs = vectors["elev gain/loss th=0 (naive), th=2, th=5"]
    for hysteresis, pair in zip((0, 2, 5), climbs["value"], strict=True):
        assert gps.climb(climbs["z"], hysteresis_m=hysteresis) == tuple(pair)


@pytest.mark.parametrize(
    "name",
    ["ride_edge810_vector_power_1h18", "ride_sweatpy_2h19_power", "ride_sweatpy_1h26",
     "run_fenix2_47min", "run_devfields_57min_power"],
)  # fmt: skip
def test_the_way_along_positions_is_within_2_percent_of_the_device(recordings: Path, name: str):
    recording = twin.read(recordings / "fit" / f"{name}.fit")
    samples = recording.samples.dropna(subset=["latitude", "longitude", "distance"])
    seconds = (samples.index - samples.index[0]).total_seconds().to_numpy()
    found = gps.track_distance_m(
        samples["latitude"].to_numpy(), samples["longitude"].to_numpy(), seconds,
        sport=recording.sport,
    )  # fmt: skip
    device = samples["distance"].iloc[-1] - samples["distance"].iloc[0]
    assert found == pytest.approx(device, rel=0.02)
