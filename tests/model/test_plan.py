"""Workouts as people write them."""

import numpy as np
import pytest

from twin.model.plan import LONGEST_S, Target, parse_plan


def first(text: str):
    return next(parse_plan(text).steps())


@pytest.mark.parametrize(
    ("text", "duration_s", "distance_m"),
    [
        ("10:00 150 W", 600, np.nan),
        ("1:30:00 150 W", 5400, np.nan),
        ("90 s 150 W", 90, np.nan),
        ("90s @ 150W", 90, np.nan),
        ("20 min 150 W", 1200, np.nan),
        ("1.5 h 150 W", 5400, np.nan),
        ("400 m 4:20/km", np.nan, 400),
        ("1.5 km in 4:20/km", np.nan, 1500),
    ],
)
def test_a_length_is_a_time_or_a_distance(text, duration_s, distance_m):
    step = first(text)
    np.testing.assert_equal((step.duration_s, step.distance_m), (duration_s, distance_m))


@pytest.mark.parametrize(
    ("text", "target", "value"),
    [
        ("1:00 280 W", Target.POWER, 280),
        ("1:00 4:20/km", Target.SPEED, 1000 / 260),
        ("1:00 4:20 min/km", Target.SPEED, 1000 / 260),
        ("1:00 12.6 km/h", Target.SPEED, 3.5),
        ("1:00 3.5 m/s", Target.SPEED, 3.5),
        ("1:00 85 %", Target.SHARE, 85),
        ("1:00 85% HRmax", Target.SHARE, 85),
        ("1:00 95 % threshold HR", Target.THRESHOLD, 95),
        ("1:00 95% of the threshold", Target.THRESHOLD, 95),
        ("1:00 102.5 % CP", Target.CRITICAL_POWER, 102.5),
        ("1:00 95% of critical speed", Target.CRITICAL_SPEED, 95),
        ("1:00 152 bpm", Target.HEART_RATE, 152),
        ("1:00 rest", Target.REST, 0),
        ("1:00 stop", Target.REST, 0),
    ],
)
def test_a_target_is_power_pace_speed_heart_rate_or_rest(text, target, value):
    step = first(text)
    assert step.target is target
    assert step.value == pytest.approx(value)


def test_repeats_are_done_one_after_the_other():
    plan = parse_plan("5:00 100 W\n3 x (1:00 300 W, 0:30 rest)\n5:00 100 W")
    assert len(plan) == 8
    assert [step.value for step in plan.steps()] == [100, 300, 0, 300, 0, 300, 0, 100]
    assert sum(step.duration_s for step in plan.steps()) == 600 + 3 * 90


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no step"),
        ("fast", "expected a length and a target"),
        ("10:00 fast", "'fast' is no target"),
        ("10:00 1:20/km", "faster than anybody"),
        ("10:00 9000 W", "at most 2500 W"),
        ("9:00:00 150 W", "expected 1 s to 6 h"),
        ("5 m 150 W", "10 m to 200 km"),
        ("400 m rest", "rest needs a time"),
        ("4x(1:00 300 W", "not closed"),
        ("400x(1:00 300 W)", "expected 1 to 100"),
        ("4x()", "nothing to repeat"),
        ("100x(10:00 300 W)", f"at most {LONGEST_S // 3600} h"),
        ("100x(1:00 1 W, 1:00 1 W, 1:00 1 W, 1:00 1 W, 1:00 1 W, 1:00 1 W)", "at most 500"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_is_expected(text, words):
    with pytest.raises(ValueError, match=words):
        parse_plan(text)
