"""What every test may ask for."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Real recordings beside the project, where somebody put them."""
    folder = PROJECT.parent / "shared" / "data"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(f"no real recordings at {folder}")
    return folder


class ManualClock:
    """A clock that runs ahead: a sleep is over at once, and the clock shows that it was slept."""

    def __init__(self) -> None:
        self.slept_s = 0.0
        self._now = np.datetime64("2026-10-01T10:00:00", "ns")

    def now(self) -> np.datetime64:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds
        self._now += np.timedelta64(round(seconds * 1e9), "ns")
        await asyncio.sleep(0)


@pytest.fixture
def manual_clock() -> ManualClock:
    """Time that passes without anybody waiting."""
    return ManualClock()
