"""Runners and riders obey their equations; expected values come from balances by hand."""

import numpy as np
import pytest

from simulator.athlete import Truth, Truths
from simulator.movement import Reserve, Riders, Runners, cost_of_grade
from simulator.route import Route

RIDER = Truth(sport="cycling", mass_kg=70.0, critical_load=250.0, reserve=20_000.0)
RUNNER = Truth(critical_load=4.0, reserve=200.0)
CALM = (0.0, 0.0)


def straight(grade=0.0, length_m=40_000):
    east = np.arange(0, length_m, 10.0)
    return Route(east, np.zeros_like(east), east * grade, 10.0)


def ride(watts, *, grade=0.0, wind=CALM, seconds=400, truth=RIDER):
    riders = Riders(Truths((truth,)), straight(grade), np.zeros(1), wind)
    return riders.advance(np.full((seconds, 1), watts / truth.critical_load), 1)


def balanced_speed(watts, grade=0.0, tailwind=0.0):
    """Solve power = force * speed for the rider's documented mass, drag and rolling."""
    speeds = np.linspace(0.5, 25, 200_000)
    air = speeds - tailwind
    weight, slope = 79.0 * 9.81, np.arctan(grade)
    force = weight * (np.sin(slope) + 0.005 * np.cos(slope)) + 0.5 * 1.2 * 0.34 * air * np.abs(air)
    return speeds[np.argmin(np.abs(force * speeds - 0.975 * watts))]


@pytest.mark.parametrize(
    ("grade", "wind"), [(0.0, 0.0), (0.06, 0.0), (0.0, -4.0), (0.0, 4.0), (-0.01, 0.0)]
)
def test_a_rider_settles_where_power_equals_hill_rolling_and_air(grade, wind):
    settled = ride(200, grade=grade, wind=(wind, 0.0)).speed[-1, 0, 0]
    assert settled == pytest.approx(balanced_speed(200, grade, wind), rel=0.005)


def test_hills_and_headwind_slow_a_rider_and_tailwind_helps():
    flat, hill = ride(200).speed[-1], ride(200, grade=0.05).speed[-1]
    head, tail = ride(200, wind=(-3, 0)).speed[-1], ride(200, wind=(3, 0)).speed[-1]
    assert hill < head < flat < tail


def test_nobody_lets_it_roll_faster_than_the_brakes_allow():
    assert ride(100, grade=-0.09).speed.max() <= 17.0


def test_a_rider_who_coasts_turns_no_cranks():
    motion = ride(0, grade=-0.03)
    assert motion.cadence.max() == 0
    assert motion.power.max() == 0


def test_a_runner_reaches_the_speed_that_costs_as_much_as_wanted():
    for grade in (0.0, 0.03, -0.02):
        runners = Runners(Truths((RUNNER,)), straight(grade), np.zeros(1))
        speed = runners.advance(np.full((60, 1), 0.75), 1).speed[-1, 0, 0]
        assert speed == pytest.approx(3.0 / cost_of_grade(np.array(grade)), rel=1e-6)


def test_distance_is_the_sum_of_speeds_and_its_parts_lie_between():
    runners = Runners(Truths((RUNNER,)), straight(), np.zeros(1))
    motion = runners.advance(np.full((30, 1), 0.8), 25)
    np.testing.assert_allclose(motion.distance[:, -1], np.cumsum(motion.speed[:, -1], axis=0))
    steps = np.diff(motion.distance.reshape(-1))
    assert motion.distance.shape == (30, 25, 1)
    assert steps.min() >= 0
    assert steps.max() <= 3.2 / 25 + 1e-9


def test_an_effort_above_critical_load_lasts_reserve_over_surplus():
    # Two-parameter hyperbola: 20 kJ / 80 W = 250 s; the last 10 s of surplus ebb away (_CAP_S).
    power = ride(330, seconds=400).power[:, 0]
    assert np.argmax(power < 329.9) == pytest.approx(250 - 10, abs=2)
    assert power[-1] == pytest.approx(250, abs=1)


def test_an_emptied_reserve_comes_back_below_critical_load():
    # Exponential towards full: 1 - exp(-100 W * 300 s / 20 kJ) = 0.777.
    reserve = Reserve(Truths((RIDER,)))
    reserve.left[:] = 0
    for _ in range(300):
        reserve.spend(np.array([150.0]))
    assert reserve.left[0] / 20_000 == pytest.approx(0.777, abs=0.005)


def test_a_ramp_of_intensity_is_a_ramp_of_power():
    riders = Riders(Truths((RIDER,)), straight(), np.zeros(1), CALM)
    ramp = np.linspace(0.4, 0.99, 600)[:, None]
    np.testing.assert_allclose(riders.advance(ramp, 1).power, ramp * 250.0, rtol=1e-12)


def test_a_single_second_from_standstill_moves_somebody():
    assert ride(200, seconds=1).distance.shape == (1, 1, 1)
    assert ride(200, seconds=1).distance[0, 0, 0] > 0
