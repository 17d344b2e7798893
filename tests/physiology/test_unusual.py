"""Robust z and CUSUM, by hand."""

import numpy as np
import pytest

from twin.physiology.unusual import cusum, robust_z


def test_an_outlier_in_its_own_history():
    # median 151, median deviation 1: 0.6745 x 39
    assert robust_z(190, [150, 152, 149, 151, 150, 153, 190, np.nan]) == pytest.approx(26.3055)


@pytest.mark.parametrize("history", [[], [150.0], [150.0] * 9])
def test_without_spread_nothing_is_claimed(history):
    assert np.isnan(robust_z(160, history))


def test_small_changes_add_up():
    line = cusum([0.2, -0.1, 0.3, 0, 0.1, 1.2, 1.0, 1.4, 0.9, 1.1, 1.3, 1.0])
    assert line == pytest.approx([0, 0, 0, 0, 0, 0.7, 1.2, 2.1, 2.5, 3.1, 3.9, 4.4])
    assert int(np.argmax(line > 4)) == 11


def test_missing_sessions_add_nothing():
    assert cusum([1.5, np.nan, 1.5]) == pytest.approx([1, 1, 2])
    assert len(cusum([])) == 0
