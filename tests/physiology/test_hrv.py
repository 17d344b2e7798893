"""Heart-rate variability, against NeuroKit2 and numbers computed by hand."""

import neurokit2
import numpy as np
import pytest

from twin.physiology.hrv import dfa_alpha1, pnn50, poincare, rmssd, sdnn
from twin.physiology.rr_artefacts import correct

RR = [812, 798, 845, 870, 832, 790, 765, 800, 861, 894,
      850, 803, 779, 820, 866, 841, 799, 770, 808, 855]  # fmt: skip


def test_time_domain_meets_the_reference_values():
    assert sdnn(RR) == pytest.approx(36.178, abs=5e-4)
    assert rmssd(RR) == pytest.approx(38.593, abs=5e-4)
    assert pnn50(RR) == pytest.approx(5.263, abs=5e-4)
    assert poincare(RR) == pytest.approx((27.989, 42.829), abs=5e-4)


def test_rmssd_and_sdnn_equal_neurokit():
    peaks = np.concatenate([[0], np.cumsum(RR)])
    theirs = neurokit2.hrv_time(peaks, sampling_rate=1000)
    assert rmssd(RR) == pytest.approx(float(theirs["HRV_RMSSD"].iloc[0]))
    assert sdnn(RR) == pytest.approx(float(theirs["HRV_SDNN"].iloc[0]))


@pytest.mark.parametrize(("cumulated", "expected"), [(False, 0.5843), (True, 1.4721)])
def test_alpha1_equals_neurokit_without_overlap(cumulated, expected):
    noise = np.random.default_rng(0).standard_normal(2000)
    signal = np.cumsum(noise) if cumulated else noise
    theirs, _ = neurokit2.fractal_dfa(
        signal, scale=np.arange(4, 17), overlap=False, multifractal=False
    )
    assert dfa_alpha1(signal) == pytest.approx(theirs, abs=1e-6)
    assert dfa_alpha1(signal) == pytest.approx(expected, abs=5e-5)


def test_three_bad_beats_ruin_alpha1_and_correction_saves_it():
    random = np.random.default_rng(3)
    nn = 500 + np.cumsum(random.normal(0, 2, 200))
    bad = nn.copy()
    bad[[40, 100, 160]] *= 1.9
    assert abs(dfa_alpha1(bad) - dfa_alpha1(nn)) > 0.4
    mended = correct(bad)
    assert dfa_alpha1(mended.nn_ms) == pytest.approx(dfa_alpha1(nn), abs=0.05)
    assert mended.share == pytest.approx(3 / 200)


def test_a_gap_takes_no_difference_across_it():
    assert rmssd([800, 810, np.nan, 900, 910]) == pytest.approx(10)


@pytest.mark.parametrize("nn", [[], [800.0], [np.nan, np.nan]])
def test_too_few_intervals_give_nan(nn):
    assert np.isnan([rmssd(nn), sdnn(nn), pnn50(nn), *poincare(nn), dfa_alpha1(nn)]).all()
