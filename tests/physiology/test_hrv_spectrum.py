"""Spectral power of a signal whose variances are known: amplitudes 40 and 25 ms."""

import numpy as np
import pytest

from twin.physiology.hrv_spectrum import band_power


def waves(seconds: float = 300.0):
    """Beats of RR = 1000 + 40 sin(2 pi 0.1 t) + 25 sin(2 pi 0.25 t) ms."""
    time, intervals = 0.0, []
    while time < seconds:
        swing = 40 * np.sin(2 * np.pi * 0.1 * time) + 25 * np.sin(2 * np.pi * 0.25 * time)
        intervals.append(1000 + swing)
        time += intervals[-1] / 1000
    return np.array(intervals)


def test_two_waves_have_their_variances():
    # 40^2 / 2 = 800 and 25^2 / 2 = 312.5 ms2
    power = band_power(waves())
    assert power.low == pytest.approx(800, rel=0.02)
    assert power.high == pytest.approx(312.5, rel=0.05)
    assert power.ratio == pytest.approx(2.56, rel=0.05)


def test_a_missing_beat_is_bridged():
    beats = waves()
    beats[100] = np.nan
    assert band_power(beats).low == pytest.approx(band_power(waves()).low, rel=0.05)


@pytest.mark.parametrize("beats", [[], [1000.0], [np.nan] * 200, [1000.0] * 60])
def test_too_little_gives_nan(beats):
    assert np.isnan(band_power(beats)).all()


def test_without_variation_there_is_no_ratio():
    assert np.isnan(band_power([1000.0] * 300).ratio)
