"""Target mode: numbers by hand, one athlete at a time."""

import numpy as np
import pytest

from twin.model.demand import InputKind
from twin.model.plan import Target, parse_plan
from twin.model.reserve import Capacity
from twin.model.target import Cue, asked_of, cued, first_cues, legs_of, place_at
from twin.records import Athlete

LEGS = legs_of("2:00 200 W, 3:00 150 bpm")


def told(values, *, start_s=10, asked=200.0, tolerance=5.0):
    """Return the cue of one athlete second by second."""
    cues, found = first_cues(1), []
    for second, value in enumerate(values, start_s):
        cues = cued(cues, place_at(LEGS, second), second, values=np.array([value]),
                    asked=np.array([asked]), tolerance=tolerance)  # fmt: skip
        found.append(cues.told[0])
    return found


def test_a_cue_begins_outside_the_tolerance_and_ends_within_half_of_it():
    # Smoothed over 5 s, 180 W comes to 200 W as 200 - 20 exp(-t / 5): -5 % (190 W) is passed after
    # 3.5 s, -2.5 % (195 W) after 6.9 s.
    cues = told([180.0, *[200.0] * 9])
    assert cues[:7] == [Cue.FASTER] * 7
    assert cues[7:] == [Cue.ON] * 3


def test_on_the_edge_a_cue_does_not_come_and_go():
    edge = [211.0, 209.0] * 10  # 5 % of 200 W is 210 W
    assert set(told(edge)) == {Cue.SLOWER}


def test_without_a_value_or_a_target_nothing_is_told():
    assert told([np.nan, np.nan]) == [Cue.NOTHING] * 2
    assert told([300.0], asked=np.nan) == [Cue.NOTHING]
    nobody = cued(first_cues(0), place_at(LEGS, 5), 5, values=np.empty(0), asked=np.empty(0),
                  tolerance=5)  # fmt: skip
    assert nobody.told == ()


def test_heart_rate_has_a_minute_to_follow():
    # The second step begins at 120 s.
    assert told([100.0], start_s=179, asked=150.0) == [Cue.NOTHING]
    assert told([100.0], start_s=180, asked=150.0) == [Cue.FASTER]


def test_a_workout_stands_where_its_clock_is():
    assert place_at(LEGS, 0).number == 0
    place = place_at(LEGS, 120)
    assert (place.number, place.left_s, place.share) == (1, 180, 0.4)
    over = place_at(LEGS, 900)
    assert (over.leg, over.left_s, over.share) == (None, 0, 1)


def test_a_share_is_each_ones_own_and_unknown_where_the_threshold_is():
    squad = [Athlete("Ada", threshold_hr=170), Athlete("Bo")]
    (step,) = parse_plan("5:00 90 % of threshold").steps()
    assert step.target is Target.THRESHOLD
    np.testing.assert_allclose(asked_of(step, squad), [153, np.nan])
    (rest,) = parse_plan("5:00 rest").steps()
    assert np.isnan(asked_of(rest, squad)).all()


def test_a_share_of_critical_power_or_speed_is_each_ones_own_and_unknown_where_that_is():
    squad = [Athlete("Ada", id="ada"), Athlete("Bo", id="bo"), Athlete("Cleo", id="cleo")]
    known = {
        "ada": {InputKind.POWER: Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4)},
        "bo": {InputKind.RUNNING: Capacity(4.0, 0.1, 200.0, 20.0, 4)},
    }
    (power,) = parse_plan("5:00 90 % CP").steps()
    np.testing.assert_allclose(asked_of(power, squad, known), [225, np.nan, np.nan])
    (speed,) = parse_plan("5:00 105 % of critical speed").steps()
    np.testing.assert_allclose(asked_of(speed, squad, known), [np.nan, 4.2, np.nan])
    assert np.isnan(asked_of(power, squad)).all()


def test_a_distance_lasts_as_long_as_its_pace_makes_it():
    (leg,) = legs_of("1 km 5:00/km")
    assert leg.end_s == pytest.approx(300)
    with pytest.raises(ValueError, match="needs a pace"):
        legs_of("1 km 250 W")
