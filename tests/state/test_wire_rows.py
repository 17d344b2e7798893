"""Wire rows carry what was measured, rounded, and nothing else."""

import numpy as np
import pytest

from twin.state.pitch import LENGTH_M, WIDTH_M, Pitch, pitch_of
from twin.state.wire import OPEN_ORDER, WIRE_ORDER, Place, first_place, shorts, wire_rows

BASE = np.datetime64("2026-10-01T10:00:00", "ns")
TIMES = BASE + np.arange(3) * np.timedelta64(1, "s")


def column(rows, name):
    return [row[WIRE_ORDER.index(name)] for row in rows]


def test_a_missing_value_is_none_and_never_zero():
    rows = wire_rows(TIMES, {"heart_rate": np.array([140, np.nan, 141.0])}, base=BASE, origin=None)
    assert column(rows, "heart_rate") == [140, None, 141]
    assert column(rows, "power") == [None] * 3


def test_no_reading_gives_no_row_and_one_gives_one():
    assert wire_rows(TIMES[:0], {}, base=BASE, origin=None) == []
    (row,) = wire_rows(TIMES[:1], {}, base=BASE, origin=None)
    assert len(row) == len(OPEN_ORDER)


def test_only_the_zone_one_is_in_sends_its_time():
    columns = {
        "zone": np.array([2.0, 3.0, np.nan]),
        "time_in_zone_2": np.array([7.0, 7.0, 7.0]),
        "time_in_zone_3": np.array([0.0, 1.0, 1.0]),
    }
    rows = wire_rows(TIMES, columns, base=BASE, origin=None)
    assert column(rows, "zone_s") == [7, 1, None]


def test_numbers_are_rounded_to_what_is_worth_sending():
    assert shorts(np.array([3.14159, np.nan, np.inf]), 2) == [3.14, None, None]
    assert shorts(np.array([141.4]), 0) == [141]


def test_a_degree_of_latitude_is_111_2_km_and_one_of_longitude_shrinks_with_its_cosine():
    # Mean radius 6371.0088 km (IUGG): pi / 180 * R = 111.195 km; cos 60 deg = 0.5.
    east, north = Place(60.0, 10.0).metres(np.array([61.0, 60.0]), np.array([10.0, 11.0]))
    assert north[0] == pytest.approx(111_195, abs=1)
    assert east[1] == pytest.approx(111_195 / 2, abs=1)


def test_a_way_across_the_date_line_is_as_long_as_it_is():
    # by hand: 0.02 degrees on the equator of the mean sphere are 2.224 km
    east, _ = Place(0.0, 179.99).metres(np.array([0.0]), np.array([-179.99]))
    assert east[0] == pytest.approx(2223.9, abs=0.1)


def test_the_map_begins_at_the_first_known_position():
    columns = {"latitude": np.array([np.nan, 46.0]), "longitude": np.array([14.0, 14.5])}
    assert first_place(columns) == Place(46.0, 14.5)
    assert first_place({"latitude": np.array([np.nan]), "longitude": np.array([np.nan])}) is None
    assert first_place({}) is None


@pytest.mark.parametrize("turn", [0.0, 30.0, 90.0, 140.0])
def test_the_pitch_is_found_where_its_players_are(turn):
    true = Pitch(40.0, -12.0, turn)
    chance = np.random.default_rng(5)
    along = np.append(
        chance.uniform(-LENGTH_M / 2, LENGTH_M / 2, 4000), [-LENGTH_M / 2, LENGTH_M / 2]
    )
    across = np.append(chance.uniform(-WIDTH_M / 2, WIDTH_M / 2, 4000), [WIDTH_M / 2, -WIDTH_M / 2])
    found = pitch_of(*true.on_map(along, across))
    assert found.turn_deg == turn
    assert (found.east_m, found.north_m) == pytest.approx((40.0, -12.0), abs=1.0)


def test_no_pitch_is_seen_in_a_road_run_or_in_a_few_positions():
    assert pitch_of(np.linspace(0, 5000, 200), np.zeros(200)) is None
    assert pitch_of(np.full(200, np.nan), np.full(200, np.nan)) is None
    assert pitch_of(np.zeros(1), np.zeros(1)) is None
