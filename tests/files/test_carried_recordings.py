"""Real recordings that the PyPI wheel sweat 0.25.0 (MIT) carries: for every machine."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from twin.files import read

RIDE = "4078723797"  # one ride of 2 h 19, as FIT, TCX and two GPX


@pytest.fixture(scope="module")
def carried() -> Path:
    """The folder of the wheel, found without importing it: it is only a carrier."""
    found = importlib.util.find_spec("sweat")
    if found is None or found.origin is None:
        pytest.skip("no real recordings: pip install --no-deps sweat==0.25.0 brings some")
    return Path(found.origin).parent / "examples" / "data"


def test_a_ride_is_the_same_in_every_format(carried):
    fit = read(carried / f"{RIDE}.fit")
    assert fit.device == "garmin edge1000"
    for name in (f"{RIDE}_strava.gpx", f"activity_{RIDE}.gpx", f"activity_{RIDE}.tcx"):
        other = read(carried / name)
        assert other.sport == "cycling"
        assert other.samples.index.equals(fit.samples.index)
        assert other.samples["heart_rate"].equals(fit.samples["heart_rate"])
        np.testing.assert_allclose(other.samples["latitude"], fit.samples["latitude"], atol=2e-7)
    assert other.samples["power"].equals(fit.samples["power"])
    np.testing.assert_allclose(other.samples["distance"], fit.samples["distance"], atol=0.006)


def test_every_recording_it_carries_is_read(carried):
    for path in sorted(carried.iterdir()):
        if path.suffix in (".fit", ".tcx", ".gpx"):
            recording = read(path)
            assert not recording.samples.empty
            assert recording.samples.index.is_monotonic_increasing
