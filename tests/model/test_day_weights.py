"""Weights that learn as a session goes."""

import numpy as np
import pytest

from tests.model.test_backtest import ride
from twin.model.day_weights import DayWeights
from twin.model.demand import InputKind
from twin.model.learning import learn
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions

TRUTH = np.array([0.5, -0.2])


def taught(outcomes: int, precision: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Weights after outcomes of a world in which `TRUTH` holds, begun at zero."""
    random = np.random.default_rng(3)
    day = DayWeights(np.zeros((1, 1, 2)), np.array([[precision]], np.float64))
    for _ in range(outcomes):
        seen = random.normal(0, 3, 2)
        day.learn(seen[None, None], np.array([[seen @ TRUTH]]))
    return day.weights[0, 0]


def test_a_minute_of_outcomes_gives_the_ridge_regression_of_it():
    # errors below 2 bpm weigh 1 / 2, larger ones 1 / error; 400 outcomes a session; the pull is 0.35 / 3 bpm of the spread
    random = np.random.default_rng(3)
    seen = np.array([random.normal(0, 3, 2) for _ in range(12)])
    change = seen @ TRUTH
    worth = 1 / np.maximum(np.abs(change), 2) / 400
    pull = np.diag(0.35 / 3 * (seen**2).mean(0))
    by_hand = np.linalg.solve((seen.T * worth) @ seen + pull, (seen.T * worth) @ change)
    assert taught(12) == pytest.approx(by_hand, rel=1e-4)


def test_before_a_minute_nothing_changes_and_in_hours_the_truth_is_found():
    assert (taught(11) == 0).all()
    assert taught(4000) == pytest.approx(TRUTH, abs=0.05)


def test_what_earlier_sessions_told_of_a_weight_holds_that_weight():
    free, held = taught(240), taught(240, (9.0, 0.0))
    assert abs(held[0]) < 0.5 * abs(free[0])
    assert held[1] == pytest.approx(free[1], abs=0.05)


def test_what_is_learnt_from_more_sessions_is_held_more_firmly_up_to_three_as_days_differ():
    traces = trace_sessions([seconds_of(ride(seed)) for seed in range(5)])
    held = [
        learn(traces[:count], InputKind.POWER, (30,), plan=False).precision for count in range(6)
    ]
    assert (held[0] == 0).all()
    assert (held[3] > 1.5 * held[1]).all()
    assert held[5] == pytest.approx(held[3], rel=0.5)


def test_what_is_missing_teaches_nothing():
    day = DayWeights(np.zeros((1, 1, 2)), np.zeros((1, 1, 2)))
    for _ in range(24):
        day.learn(np.full((1, 1, 2), np.nan), np.ones((1, 1)))
        day.learn(np.ones((1, 1, 2)), np.full((1, 1), np.nan))
    assert (day.weights == 0).all()


def test_one_athlete_begins_again_alone():
    day = DayWeights(np.zeros((2, 1, 2)), np.zeros((2, 1, 2)))
    for _ in range(24):
        day.learn(np.ones((2, 1, 2)), np.ones((2, 1)))
    day.begin_again(0, np.full((1, 2), 0.1), np.zeros((1, 2)))
    assert (day.weights[0] == 0.1).all()
    assert (day.weights[1] > 0).all()
