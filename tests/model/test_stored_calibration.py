"""Calibrations kept as text."""

import numpy as np
import pandas as pd
import pytest

from twin.model.calibration import calibrate
from twin.model.demand import InputKind
from twin.model.stored import from_text, to_text
from twin.records import Recording


def ride(day: int) -> Recording:
    random = np.random.default_rng(day)
    power = np.repeat(random.uniform(80, 300, 10), 90)
    index = pd.date_range(f"2026-10-{day:02d}T10:00:00", periods=900, freq="s", tz="UTC")
    heart_rate = 100 + 0.2 * pd.Series(power).ewm(alpha=1 / 40).mean().to_numpy()
    return Recording(
        pd.DataFrame({"heart_rate": heart_rate, "power": power}, index=index), sport="cycling"
    )


def test_a_calibration_read_back_is_the_same():
    known = calibrate([ride(1), ride(2)])
    again = from_text(to_text(known))
    assert again.sessions == 2
    a, b = known.of(InputKind.POWER), again.of(InputKind.POWER)
    assert np.array_equal(a.held.weights, b.held.weights)
    assert np.array_equal(a.held.precision, b.held.precision)
    assert np.array_equal(
        a.planned.expectation.bands.half_width, b.planned.expectation.bands.half_width
    )
    assert a.response.gain == b.response.gain


def test_calibration_without_heart_rate_is_the_population():
    silent = Recording(ride(1).samples.drop(columns="heart_rate"), sport="cycling")
    assert calibrate([silent]).sessions == 0
    assert calibrate([]).of(InputKind.POWER).response.sessions == 0
    single = Recording(ride(1).samples.iloc[:1], sport="cycling")
    assert calibrate([single]).of(InputKind.POWER).held.sessions == 0


def test_another_version_is_refused():
    with pytest.raises(ValueError, match="version 0: expected 4"):
        from_text('{"version": 0}')
