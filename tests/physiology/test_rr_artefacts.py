"""Artefact correction. Truth: beats that were removed, added or moved; and NeuroKit2's method."""

import neurokit2
import numpy as np
import pytest

from twin.files import read
from twin.physiology.hrv import rmssd
from twin.physiology.rr_artefacts import Artefact, correct, find_artefacts


def sound(count: int = 120):
    random = np.random.default_rng(0)
    return 800 + 30 * np.sin(np.arange(count) / 4) + random.normal(0, 8, count)


def test_sound_intervals_stay_as_they_are():
    rr = sound()
    assert correct(rr).share == 0
    assert np.array_equal(correct(rr).nn_ms, rr)


def test_a_removed_beat_is_put_back():
    # the reference: 119 intervals in, 120 out
    rr = sound()
    missed = np.concatenate([rr[:40], [rr[40] + rr[41]], rr[42:]])
    mended = correct(missed)
    assert np.flatnonzero(mended.kind == Artefact.MISSED).tolist() == [40]
    assert len(mended.nn_ms) == 120
    assert mended.nn_ms == pytest.approx(rr, abs=40)  # half of two intervals


def test_an_added_beat_is_taken_out():
    rr = sound()
    added = np.concatenate([rr[:80], [0.45 * rr[80], 0.55 * rr[80]], rr[81:]])
    mended = correct(added)
    assert np.flatnonzero(mended.kind == Artefact.EXTRA).tolist() == [80, 81]
    assert mended.nn_ms == pytest.approx(rr)


def test_an_early_beat_is_interpolated():
    rr = sound()
    early = rr.copy()
    early[60:62] += [-200, 200]
    mended = correct(early)
    assert np.flatnonzero(mended.kind).tolist() == [60, 61]
    assert len(mended.nn_ms) == 120
    assert rmssd(mended.nn_ms) == pytest.approx(rmssd(rr), rel=0.05)


def test_breath_alone_is_no_artefact():
    # all differences alike, 12 ms: their quartile deviation is zero
    assert not find_artefacts(500 + 12 * np.sin(np.pi / 2 * np.arange(240))).any()


def test_many_planted_artefacts_are_found_and_little_else():
    found, planted, false, beats = 0, 0, 0, 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        rr = 450 + np.cumsum(random.normal(0, 1.5, 600)) + random.normal(0, 4, 600)
        at = np.arange(50, 550, 50) + random.integers(0, 20, 10)
        rr[at] *= random.choice([0.5, 0.7, 1.5, 2.0], 10)
        marked = find_artefacts(rr) > 0
        near = np.zeros(600, bool)
        near[np.concatenate([at - 1, at, at + 1])] = True
        found, planted = found + marked[at].sum(), planted + len(at)
        false, beats = false + (marked & ~near).sum(), beats + (~near).sum()
    assert found / planted > 0.98
    assert false / beats < 0.005


def test_a_real_strap_has_about_as_many_artefacts_as_neurokit_finds(recordings):
    rr = read(recordings / "rr" / "rr_elitehrv_resting_george.txt").rr.to_numpy()
    peaks = np.cumsum(rr).astype(int)
    theirs, _ = neurokit2.signal_fixpeaks(
        peaks, sampling_rate=1000, method="Kubios", iterative=False
    )
    count = sum(len(theirs[kind]) for kind in ("ectopic", "missed", "extra", "longshort"))
    # it marks beats, ours intervals: an ectopic beat is one of theirs and two of ours
    assert 0.5 * count <= (correct(rr).kind > 0).sum() <= 2 * count


@pytest.mark.parametrize("rr", [[], [800.0], [np.nan, np.nan], [800.0, np.nan, 810.0]])
def test_too_little_is_passed_through(rr):
    mended = correct(rr)
    assert len(mended.nn_ms) == len(rr)
    assert np.isnan(mended.share) or 0 <= mended.share <= 1
