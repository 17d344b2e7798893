"""The frame of the squad page: nothing lost, nothing invented, small."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from twin.records import Athlete, Batch, Reason, Session, Tick
from twin.schema import ALL_NAMES
from twin.state import squad_frame as module
from twin.state.squad_frame import HEAD, ROW, squad_frame

TIME = np.datetime64("2026-10-01T10:00:00.250", "ns")
INDEX = {name: row for row, name in enumerate(ALL_NAMES)}


def a_tick(athletes: int = 1, *, age_s: float = 0.5, **channels: float) -> Tick:
    """All athletes with the same values; those not named were never measured."""
    shape = (len(ALL_NAMES), athletes)
    values, ages = np.full(shape, np.nan), np.full(shape, np.nan)
    quality, reason = np.zeros(shape), np.full(shape, Reason.NOT_MEASURED, np.uint8)
    for name, value in channels.items():
        values[INDEX[name]] = value
        ages[INDEX[name]] = age_s
        quality[INDEX[name]] = 1.0
        reason[INDEX[name]] = Reason.GOOD
    squad = tuple(Athlete(f"Athlete {number}") for number in range(athletes))
    return Tick(7, TIME, squad, values, ages, quality, reason, Batch.of([], []))


def unpacked(tick: Tick) -> tuple[np.void, np.ndarray]:
    frame = squad_frame(tick, 3)
    head = np.frombuffer(frame, HEAD, 1)[0]
    return head, np.frombuffer(frame, ROW, offset=HEAD.itemsize)


def test_every_value_comes_out_as_it_went_in():
    _, rows = unpacked(
        a_tick(heart_rate=171, zone=5, current_speed=4.17, session_distance=8437.26,
               banister_trimp=57.34, power=312, latitude=46.9512345, longitude=-7.4386001)
    )  # fmt: skip
    row = rows[0]
    assert (row["heart_rate"], row["zone"] & 7, row["power"]) == (171, 5, 312)
    assert row["speed"] == 417
    assert row["distance"] == 84373  # dm
    assert row["load"] == 573
    assert row["age"] == 5
    assert row["quality"] == 254
    assert row["latitude"] == 469512345  # to 1e-7 deg, 1 cm
    assert row["longitude"] == -74386001


def test_the_head_tells_time_count_and_roster():
    head, rows = unpacked(a_tick(30, heart_rate=120))
    assert head["time"] == 1790848800250  # 2026-10-01T10:00:00.250Z, by `date +%s%3N`
    assert head["count"] == len(rows) == 30
    assert (head["version"], head["roster"]) == (2, 3)


@pytest.mark.parametrize(("athletes", "limit"), [(30, 750), (100, 2420)])
def test_a_frame_leaves_room_for_the_protocol_in_the_promised_bytes(athletes, limit):
    # 1,000 and 2,700 bytes an update are promised; Panel's message around the frame takes 196.
    assert len(squad_frame(a_tick(athletes, heart_rate=120))) <= limit


def test_what_was_never_measured_is_not_zero():
    _, rows = unpacked(a_tick())
    row = rows[0]
    assert row["heart_rate"] == 255
    assert (row["speed"], row["power"], row["load"], row["age"]) == (65535,) * 4
    assert row["distance"] == 2**32 - 1
    assert row["latitude"] == row["longitude"] == -(2**31)
    assert row["zone"] & 7 == 0
    assert row["state"] & 15 == Reason.NOT_MEASURED


def test_an_old_value_says_so():
    tick = a_tick(heart_rate=150, current_speed=3.0, latitude=1.0, power=200, age_s=12.0)
    tick.reason[INDEX["heart_rate"]] = Reason.STALE
    _, rows = unpacked(tick)
    assert rows["age"][0] == 120
    assert rows["state"][0] & 15 == Reason.STALE
    old = module.OLD_POSITION | module.OLD_SPEED | module.OLD_POWER
    assert rows["state"][0] & old == old


def test_hours_of_silence_stay_old():
    _, rows = unpacked(a_tick(heart_rate=150, age_s=86_400.0))
    assert rows["age"][0] == 65534  # the oldest that can be told, not "never"


def test_a_fresh_value_has_no_flag_but_recording():
    tick = a_tick(heart_rate=150, current_speed=3.0, latitude=1.0, power=200)
    session = Session("s", tick.squad[0].id, "running", datetime(2026, 10, 1, tzinfo=UTC))
    _, rows = unpacked(replace(tick, sessions={tick.squad[0].id: session}))
    assert rows["state"][0] == module.RECORDING


@pytest.mark.parametrize(
    ("time_s", "steps"),
    [(0.0, 1), (10.0, 1), (10.1, 2), (300.0, 30), (300.1, 0), (np.inf, 0), (np.nan, 31)],
)
@pytest.mark.parametrize("zone", [np.nan, 1, 5])
def test_the_time_to_the_limit_shares_a_byte_with_the_zone(time_s, steps, zone):
    tick = replace(a_tick(heart_rate=150, zone=zone), time_to_limit_s=np.array([time_s]))
    _, rows = unpacked(tick)
    assert rows["zone"][0] >> 3 == steps  # in tens of seconds, rounded up; 31 = not known
    assert rows["zone"][0] & 7 == np.nan_to_num(zone)


def test_where_no_twin_runs_the_time_to_the_limit_is_not_known():
    _, rows = unpacked(a_tick(heart_rate=150, zone=2))
    assert rows["zone"][0] >> 3 == module.LIMIT_UNKNOWN


def test_what_does_not_fit_is_not_known_rather_than_wrong():
    _, rows = unpacked(a_tick(current_speed=700.0, banister_trimp=-1.0))
    assert rows["speed"][0] == rows["load"][0] == 65535


def test_an_empty_squad_is_a_head_alone():
    assert len(squad_frame(a_tick(0))) == HEAD.itemsize


def test_all_viewers_of_one_tick_share_one_frame():
    tick = a_tick(heart_rate=150)
    assert squad_frame(tick, 1) is squad_frame(tick, 1)
