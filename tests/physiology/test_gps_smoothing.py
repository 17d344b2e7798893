"""Smoothed tracks. Truth: planted paths with known noise."""

import numpy as np
import pytest

from twin.physiology.gps_smoothing import smooth_track

SECONDS = np.arange(400.0)


def bend(noise: float, seed: int = 0):
    """A run of 3 m/s along a gentle bend, read with white noise. [m]"""
    turn = SECONDS / 120
    truth = np.column_stack([360 * np.sin(turn), 360 * (1 - np.cos(turn))])
    return truth, truth + np.random.default_rng(seed).normal(0, noise, truth.shape)


def errors(track, truth):
    return np.sqrt(np.mean((track.position[50:-50] - truth[50:-50]) ** 2))


def test_smoothing_halves_the_noise_and_the_backward_pass_helps():
    truth, seen = bend(3.0)
    live = smooth_track(*seen.T, SECONDS, live=True)
    after = smooth_track(*seen.T, SECONDS)
    assert errors(after, truth) < errors(live, truth) < 0.7 * 3.0
    assert errors(after, truth) < 0.5 * 3.0


def test_it_says_how_sure_it_is():
    truth, seen = bend(3.0)
    track = smooth_track(*seen.T, SECONDS)
    z = (track.position - truth)[50:-50] / track.position_sd[50:-50, None]
    assert 0.6 < np.std(z) < 1.2  # the bend accelerates by less than is allowed for


def test_the_live_filter_uses_nothing_to_come():
    _, seen = bend(3.0)
    whole = smooth_track(*seen.T, SECONDS, live=True)
    part = smooth_track(*seen[:200].T, SECONDS[:200], live=True)
    assert np.array_equal(whole.position[:200], part.position)


def test_a_jump_is_not_believed_unless_it_stays():
    truth, seen = bend(1.0)
    spiked, moved = seen.copy(), seen.copy()
    spiked[200] += 500
    moved[200:] += 500
    assert errors(smooth_track(*spiked.T, SECONDS), truth) < 2
    assert smooth_track(*moved.T, SECONDS).position[-1] == pytest.approx(truth[-1] + 500, abs=3)


def test_missing_positions_are_bridged():
    truth, seen = bend(1.0)
    seen[150:160] = np.nan
    track = smooth_track(*seen.T, SECONDS)
    assert np.abs(track.position[150:160] - truth[150:160]).max() < 5
    assert track.position_sd[155] > track.position_sd[100]


def test_distance_is_kept_within_2_percent():
    _, seen = bend(1.5)
    track = smooth_track(*seen.T, SECONDS, position_sd_m=1.5).position
    length = np.hypot(*np.diff(track, axis=0).T).sum()
    assert length == pytest.approx(3.0 * SECONDS[-1], rel=0.02)


def test_nothing_one_and_unknown_positions():
    assert len(smooth_track([], [], []).position) == 0
    assert smooth_track([5.0], [7.0], [0.0]).position.tolist() == [[5.0, 7.0]]
    late = smooth_track([np.nan, 5.0], [np.nan, 7.0], [0.0, 1.0]).position
    assert np.isnan(late[0]).all()
    assert late[1].tolist() == [5.0, 7.0]
