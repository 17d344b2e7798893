"""A store in a temporary folder, and small batches to put into it."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from influx_parts import bucket, gateway, influx_gateway, server  # noqa: F401
from twin.records import Athlete, Batch, Recording, Session
from twin.store import EmbeddedStore

BEGAN = datetime(2026, 10, 1, 10, tzinfo=UTC)
TEN = np.datetime64("2026-10-01T10:00:00", "ns")


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path / "store") as store:
        yield store


@pytest.fixture
def begin():
    """Start a session of a new athlete and return its id."""

    def begin(store, name="Ada", **fields):
        athlete = store.add_athlete(Athlete(name))
        return store.start_session(Session("", athlete.id, "running", BEGAN, **fields)).id

    return begin


@pytest.fixture
def second():
    """Return the batch of one second of a squad."""

    def second(number, athletes=1, **channels):
        channels = channels or {"heart_rate": np.arange(athletes) + 100.0 + number}
        time = np.full(athletes, TEN + np.timedelta64(number, "s"))
        return Batch.of(np.arange(athletes), time, **channels)

    return second


@pytest.fixture
def recording_of():
    """Return a recording of some seconds."""

    def recording_of(seconds):
        index = pd.date_range("2026-09-13T09:00:00Z", periods=seconds, freq="s", name="time")
        return Recording(pd.DataFrame({"heart_rate": np.arange(seconds) + 100.0}, index), "cycling")

    return recording_of
