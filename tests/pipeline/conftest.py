"""Batches and squads for the pipeline's tests."""

from collections.abc import Callable

import numpy as np
import pytest

from twin.records import Athlete, Batch

BEGIN = np.datetime64("2026-10-01T10:00:00", "ns")
Batches = Callable[..., Batch]


@pytest.fixture
def ada() -> Athlete:
    return Athlete("Ada", sport="running", sex="male", max_hr=190, resting_hr=50)


@pytest.fixture
def alone() -> Batches:
    """Rows of one athlete, a second apart unless told: ``alone(heart_rate=[...])``."""

    def build(seconds: list[float] | None = None, **channels: list[float]) -> Batch:
        length = len(next(iter(channels.values())))
        at = np.asarray(range(length) if seconds is None else seconds, np.float64)
        times = BEGIN + (at * 1e9).round().astype("timedelta64[ns]")
        return Batch.of(np.zeros(length, int), times, **channels)

    return build
