"""Core temperature from heart rate. Expected numbers: the published filter, independent code."""

import numpy as np
import pytest

from twin.physiology.heat import core_temperature, heart_rate_of_temperature


def test_the_filter_meets_independent_code():
    line = core_temperature([150.0] * 60)
    assert line[[0, 9, 29, 59]] == pytest.approx([37.1041, 37.2974, 37.9952, 38.5681], abs=5e-5)
    mixed = core_temperature(np.repeat([60.0, 170.0, 90.0], [30, 40, 30]))
    assert mixed[[29, 69, 99]] == pytest.approx([36.7857, 38.8223, 37.6196], abs=5e-5)


def test_heart_rate_of_three_temperatures():
    assert heart_rate_of_temperature([37, 38, 39]) == pytest.approx(
        [78.51, 120.09, 152.52], abs=5e-3
    )


def test_missing_minutes_keep_the_temperature():
    assert core_temperature([np.nan, np.nan]) == pytest.approx([37.1, 37.1])
    assert len(core_temperature([])) == 0
    assert core_temperature([150.0]) == pytest.approx([37.1041], abs=5e-5)
