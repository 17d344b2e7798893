"""Rolling means, bests, averages: beside pandas and by hand."""

import numpy as np
import pandas as pd
import pytest

from twin.pipeline import features, windows
from twin.records import Athlete, Batch

HEART_RATE, POWER = 1, 2
S5, S30, S300 = 0, 1, 2


def after(athlete, batch):
    return features.step(features.start([athlete]), batch)[0]


def test_rolling_means_agree_with_pandas(ada, alone):
    rates = 140 + 20 * np.sin(np.arange(900) / 37)
    found = windows.rolling_means(after(ada, alone(heart_rate=rates)).windows)
    for line, span in enumerate(windows.WINDOWS_S):
        expected = pd.Series(rates).rolling(span).mean().iloc[-1]
        assert found[line, HEART_RATE, 0] == pytest.approx(expected, rel=1e-12)


def test_bests_agree_with_pandas(ada, alone):
    power = np.abs(200 + 150 * np.sin(np.arange(900) / 37) + np.arange(900) % 7)
    found = windows.bests(after(ada, alone(power=power)).windows)
    for line, span in enumerate(windows.WINDOWS_S):
        # the first sample opens the session: it stands for no time before it
        expected = pd.Series(power[1:]).rolling(span).mean().max()
        assert found[line, POWER, 0] == pytest.approx(expected, rel=1e-12)


def test_a_window_that_is_not_full_is_no_best(ada, alone):
    found = windows.bests(after(ada, alone(power=[400] * 20)).windows)
    assert found[S5, POWER, 0] == pytest.approx(400)
    assert np.isnan(found[S30, POWER, 0])


def test_bests_do_not_depend_on_when_they_are_asked_for(ada, alone):
    power = np.abs(200 + 150 * np.sin(np.arange(400) / 17) + np.arange(400) % 7)
    asked = features.start([ada])
    for row, watts in enumerate(power):
        asked, _ = features.step(asked, alone([row], power=[watts]))
        if row % 7 == 0:
            windows.bests(asked.windows)
    found = windows.bests(after(ada, alone(power=power)).windows)
    assert np.array_equal(windows.bests(asked.windows), found, equal_nan=True)


def test_a_window_after_a_pause_holds_only_what_is_in_it(ada, alone):
    seconds = [*range(60), *range(1000, 1011)]
    found = windows.rolling_means(after(ada, alone(seconds, power=[100] * 60 + [300] * 11)).windows)
    assert found[S30, POWER, 0] == pytest.approx(300)


def test_at_25_hz_a_window_is_still_seconds(ada, alone):
    seconds = np.arange(0, 12, 0.04)
    power = np.where(seconds < 6, 100, 300)
    found = windows.rolling_means(after(ada, alone(seconds, power=power)).windows)
    assert found[S5, POWER, 0] == pytest.approx(300)


def test_averages_of_session_and_lap_leave_out_pauses(ada, alone):
    state = after(ada, alone(power=[100] * 101))
    state = features.mark_lap(state, [0])
    state, _ = features.step(state, alone(np.arange(101, 201), power=[300] * 100))
    assert windows.session_means(state.windows)[POWER, 0] == pytest.approx(200)
    assert windows.lap_means(state.windows)[POWER, 0] == pytest.approx(300)


def test_nothing_measured_has_no_means(ada, alone):
    state = after(ada, alone(power=[np.nan] * 3)).windows
    for found in (windows.rolling_means(state), windows.session_means(state), windows.bests(state)):
        assert np.isnan(found).all()


def test_athletes_with_different_clocks_have_their_own_windows():
    squad = [Athlete("Ada"), Athlete("Ben")]
    state = features.start(squad)
    begin = np.array(["2011-06-01T10:00:00", "2026-10-01T10:00:00.5"], "datetime64[ns]")
    for second in range(40):
        batch = Batch.of([0, 1], begin + np.timedelta64(second, "s"), power=[100 + second, 200])
        state, _ = features.step(state, batch)
    found = windows.rolling_means(state.windows)[S30, POWER]
    assert found == pytest.approx([100 + 39 - 14.5, 200])


def test_a_day_of_samples_loses_no_precision(ada):
    state = windows.start([ada], windows.WindowSettings((5,)))
    for second in (0, 1, 2):
        windows.step(state, np.full((3, 1), 0.1), np.array([float(second)]), second)
    state.sums[:] += 86_400 * 250.0  # as after a day at 250
    for second in (3, 4, 5, 6, 7, 8, 9):
        windows.step(state, np.full((3, 1), 0.1), np.array([float(second)]), second)
    assert windows.rolling_means(state)[0, 0, 0] == pytest.approx(0.1, rel=1e-7)


def test_a_window_shorter_than_a_second_is_refused():
    with pytest.raises(ValueError, match="whole seconds"):
        windows.WindowSettings((0,))
