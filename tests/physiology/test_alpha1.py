"""Alpha 1 live: windows, gate, detrending. Truth: the dense form of the equations; planted beats."""

import numpy as np
import pytest

from twin.files import read
from twin.physiology.alpha1 import Window, alpha1_windows, detrended
from twin.physiology.hrv import dfa_alpha1


def beats(count: int, seed: int = 1):
    return 500 + np.cumsum(np.random.default_rng(seed).normal(0, 2, count))


@pytest.mark.parametrize("count", [3, 4, 50])
def test_the_trend_is_that_of_the_dense_equations(count):
    # Tarvainen et al. 2002: z = (I + 500^2 D'D)^-1 z is taken off, D the second differences
    nn = beats(count)
    second = np.diff(np.eye(count), 2, axis=0)
    trend = np.linalg.solve(np.eye(count) + 500**2 * second.T @ second, nn)
    assert detrended(nn) == pytest.approx(nn - trend, abs=1e-6)


def test_a_window_holds_the_last_two_minutes():
    window = Window().with_beats(beats(100)).with_beats(beats(400))
    assert window.rr_ms.sum() / 1000 == pytest.approx(120, abs=1)
    assert window.reading().heart_rate == pytest.approx(60_000 / window.rr_ms.mean())


def test_the_gate_opens_when_two_minutes_are_there():
    assert Window().with_beats(beats(150)).reading().reason == "collecting beats: 74 of 120 s"
    reading = Window().with_beats(beats(300)).reading()
    assert reading.reason == ""
    assert 0.05 < reading.sd < 0.2


def test_more_than_5_percent_of_bad_beats_close_the_gate():
    rr = beats(300)
    few, many = rr.copy(), rr.copy()
    few[::60] *= 2
    many[::10] *= 2
    assert Window().with_beats(few).reading().reason == ""
    assert "of beats corrected" in Window().with_beats(many).reading().reason
    assert np.isnan(Window().with_beats(many).reading().alpha1)


def test_corrected_beats_hardly_move_alpha1():
    rr = beats(300)
    bad = rr.copy()
    bad[[80, 160, 240]] *= 1.9
    good, mended = (Window().with_beats(x).reading().alpha1 for x in (rr, bad))
    assert mended == pytest.approx(good, abs=0.1)
    assert abs(dfa_alpha1(bad) - dfa_alpha1(rr)) > 0.3


def test_a_silence_begins_anew():
    window = Window().with_beats(beats(300)).with_beats([np.nan, 500.0, 505.0])
    assert len(window.rr_ms) == 2


def test_live_and_recorded_agree():
    rr = beats(400)
    *_, (end, last) = alpha1_windows(rr, step_s=20)
    until = int(np.searchsorted(np.cumsum(rr) / 1000, end, side="right"))
    assert Window().with_beats(rr[:until]).reading() == last


def test_a_real_run_has_alpha1_most_of_the_time(recordings):
    rr = read(recordings / "rr" / "run_suunto_25min_rr.fit").rr.to_numpy()
    values = np.array([r.alpha1 for _, r in alpha1_windows(rr, step_s=20)])
    assert np.isfinite(values[6:]).mean() > 0.9
    assert (values[np.isfinite(values)] > 0.2).all()
    assert (values[np.isfinite(values)] < 2.0).all()


def test_nothing_and_one_beat_give_a_reason():
    assert Window().reading().reason == "collecting beats: 0 of 120 s"
    assert Window().with_beats([500.0]).reading().reason
    assert list(alpha1_windows([])) == []
    assert Window().with_beats(np.full(300, 500.0)).reading().reason == "no variation"
