"""Thinning for the screen loses no peak, no gap and no end."""

import numpy as np
import pytest

from twin.views.review_thin import joined, kept_rows, with_breaks

SECOND = np.timedelta64(1, "s")


@pytest.mark.parametrize("seed", range(5))
def test_highest_and_lowest_and_both_ends_are_kept(seed):
    values = np.random.default_rng(seed).normal(150, 20, 50_400)
    rows = kept_rows(values, pixels=1000)
    assert len(rows) <= 5 * 1000
    assert {0, len(values) - 1, values.argmax(), values.argmin()} <= set(rows)
    assert (np.diff(rows) > 0).all()


def test_the_peak_of_every_pixel_is_kept():
    values = np.random.default_rng(7).normal(size=10_000)
    kept = values[kept_rows(values, pixels=100)]
    for part in values.reshape(100, 100):
        assert part.max() in kept
        assert part.min() in kept


def test_a_single_missing_value_leaves_its_gap():
    values = np.ones(20_000)
    values[12_345] = np.nan
    assert 12_345 in kept_rows(values, pixels=500)


def test_every_gap_is_kept_also_where_several_fall_into_one_pixel():
    values = np.ones(20_000)
    gaps = [12_321, 12_323, 12_330]
    values[gaps] = np.nan
    assert set(gaps) <= set(kept_rows(values, pixels=500).tolist())


def test_gaps_at_every_other_point_stay_few():
    values = np.ones(20_000)
    values[::2] = np.nan
    assert len(kept_rows(values, pixels=500)) <= 5 * 500


def test_few_points_stay_as_they_are():
    assert list(kept_rows(np.array([]), pixels=10)) == []
    assert list(kept_rows(np.array([np.nan]), pixels=10)) == [0]
    assert list(kept_rows(np.arange(40.0), pixels=10)) == list(range(40))


def test_nothing_but_missing_values_stays_missing():
    values = np.full(9000, np.nan)
    assert np.isnan(values[kept_rows(values, pixels=100)]).all()


def test_a_pause_breaks_the_line_and_a_step_of_smart_recording_does_not():
    times = np.datetime64("2026-10-01T10:00:00", "ns") + np.array([0, 7, 14, 400, 407]) * SECOND
    broken, values = with_breaks(times, np.arange(5.0), gap_s=21)
    assert np.isnan(values).tolist() == [False, False, False, True, False, False]
    assert (np.diff(broken) > np.timedelta64(0)).all()


def test_without_points_there_is_nothing_to_join():
    none = np.array([], "datetime64[ns]")
    assert len(joined(none, gap_s=10)) == 0
    assert len(with_breaks(none, np.array([]), gap_s=10)[0]) == 0
