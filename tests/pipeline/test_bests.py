"""Bests of a session by hand: pauses, gaps, and where they begin."""

import numpy as np
import pandas as pd
import pytest

from twin.pipeline import BEST_S, bests

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


def found(seconds, **channels):
    index = START + pd.to_timedelta(np.asarray(seconds, float), unit="s")
    samples = pd.DataFrame(channels, index=pd.DatetimeIndex(index, name="time"))
    return {(one.channel, one.window_s): one for one in bests(samples)}


def test_seconds_without_power_count_as_nothing_done_and_those_without_heart_rate_do_not_count():
    channel = np.r_[np.full(30, 300.0), np.full(30, np.nan), np.full(30, 300.0)]
    best = found(range(90), power=channel, heart_rate=channel)
    assert best["power", 30].value == 300
    # 40 s hold 300 W, as a value holds 10 s more: 60 s hold it for 40 s, from either side.
    assert best["power", 60].value == pytest.approx(300 * 40 / 60)
    assert best["heart_rate", 30].value == 300
    assert np.isnan(best["heart_rate", 60].value)


def test_a_best_begins_where_its_window_does_also_after_a_long_pause():
    pause_s = 3600
    seconds = np.r_[np.arange(60), pause_s + np.arange(60)]
    best = found(seconds, power=np.r_[np.full(60, 100.0), np.full(60, 250.0)])
    assert (best["power", 60].value, best["power", 60].begin_s) == (250, pause_s)


def test_values_of_smart_recording_hold_until_the_next():
    best = found(np.arange(0, 70, 7), current_speed=np.full(10, 4.0))
    assert best["current_speed", 60].value == pytest.approx(4.0)
    assert np.isnan(best["current_speed", 120].value)


@pytest.mark.parametrize("channels", [{}, {"power": np.full(0, 1.0)}])
def test_nothing_has_no_bests(channels):
    best = found([], **channels)
    assert len(best) == 3 * len(BEST_S)
    assert all(np.isnan(one.value) and np.isnan(one.begin_s) for one in best.values())
