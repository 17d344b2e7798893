"""Wheels and cranks that wrap, stand and start again; numbers by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.sources.gatt_counters import Odometer, TurnRate
from twin.sources.gatt_movement import Revolutions


def rates(turns, *, count_bits=16, ticks_per_s=1024):
    """Return the rate after each (second, count, ticks)."""
    rate = TurnRate(count_bits=count_bits, ticks_per_s=ticks_per_s)
    return [rate.update(Revolutions(count, ticks), now_s=s) for s, count, ticks in turns]


def test_a_single_reading_is_no_rate():
    assert math.isnan(rates([(0, 10, 0)])[0])


def test_90_turns_a_minute_are_90_whatever_the_counters_do():
    # 1.5 turns/s: every second turn comes 4/3 s = 1365.33 ticks later; three in 2048 ticks
    turns = [(2 * n, (65530 + 3 * n) % 65536, (63000 + 2048 * n) % 65536) for n in range(60)]
    assert rates(turns)[1:] == [1.5] * 59


def test_no_new_turn_holds_the_rate_then_it_is_0():
    turns = [(0, 1, 0), (1, 2, 1024), (2, 2, 1024), (4, 2, 1024), (6, 2, 1024), (7, 2, 1024)]
    assert rates(turns)[1:] == [1.0, 1.0, 1.0, 0.0, 0.0]


def test_a_slow_wheel_is_slow_not_standing():
    assert rates([(0, 1, 0), (3, 2, 3072)], count_bits=32)[1] == pytest.approx(1 / 3)


def test_after_a_standstill_longer_than_the_wrap_nothing_is_computed():
    turns = [(0, 1, 0), (1, 2, 1024), *((s, 2, 1024) for s in range(2, 70)), (70, 3, 5000)]
    assert math.isnan(rates(turns)[-1])  # ticks say 3.9 s, in truth 69 s


def test_a_wheel_of_a_power_meter_wraps_every_32_s():
    turns = [(0, 5, 65000), (1, 10, 65000 + 2048 - 65536)]
    assert rates(turns, count_bits=32, ticks_per_s=2048)[1] == 5.0


def test_a_sensor_that_starts_again_gives_no_rate_at_first():
    turns = [(0, 5000, 40000), (1, 5002, 41024), (2, 0, 0), (3, 2, 1024)]
    first, second, restarted, after = rates(turns, count_bits=32)
    assert math.isnan(first)
    assert second == after == 2.0
    assert math.isnan(restarted)


def test_turns_without_time_are_nonsense():
    assert math.isnan(rates([(0, 1, 0), (1, 2, 0)])[1])


def test_a_new_link_starts_again():
    rate = TurnRate(count_bits=16)
    rate.update(Revolutions(1, 0), now_s=0)
    rate.restart()
    assert math.isnan(rate.update(Revolutions(2, 1024), now_s=1))


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)), max_size=30))
def test_no_reading_ever_gives_an_absurd_rate(readings):
    values = rates([(second, *turns) for second, turns in enumerate(readings)])
    assert all(math.isnan(value) or 0 <= value <= 25 * 1024 for value in values)


def test_distance_goes_on_across_a_wrap_and_stands_at_a_restart():
    odometer = Odometer(wrap_m=1_677_721.6)
    metres = (1_677_720.0, 1_677_721.0, 1.4, 4.4, 0.0, 3.0)  # wraps, then the pod starts again
    sums = [odometer.update(m, now_s=s) for s, m in enumerate(metres)]
    assert sums == pytest.approx([0, 1, 3, 6, 6, 9])


def test_distance_of_one_reading_is_0():
    assert Odometer(wrap_m=100.0).update(55.0, now_s=0) == 0
