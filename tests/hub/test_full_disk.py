"""A disk that is full, for real: the screens say so, nothing kept is lost, and it goes on with room."""

import asyncio
from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.source import SimulatorSource
from twin.errors import StoreFullError
from twin.hub import Hub
from twin.records import Athlete, Batch, Session
from twin.state import status_of
from twin.store import EmbeddedStore
from twin.store.compaction import Compactor
from twin.store.database import Database
from waiting import until_true

TEN = np.datetime64("2026-10-01T10:00:00", "ns")


@pytest.fixture
def disk(small_disk):
    return small_disk(6)


def fill(disk):
    """Take what is left of a disk; return the file that takes it."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"0" * 4096)
            except OSError:
                return disk / "ballast"


async def test_a_full_disk_is_told_nothing_is_lost_and_recording_goes_on_with_room(
    disk, virtual_clock
):
    with EmbeddedStore(disk / "data") as store:
        hub = Hub([SimulatorSource(3, seed=1)], store, clock=virtual_clock)
        running = asyncio.create_task(hub.run())
        await until_true(lambda: hub.recorder.sessions and hub.ticker.last.number > 5)
        ballast = fill(disk)
        await until_true(lambda: "disk is full" in hub.ticker.last.store_state)
        (notice,) = status_of(hub.ticker.last).notices
        assert notice.level == "alarm"
        assert notice.text.startswith("Nothing is being stored: ")
        kept = sum(store.sessions()["samples"])
        assert kept == sum(len(store.samples(session)) for session in store.sessions()["session"])
        await until_true(lambda: hub.recorder.waiting_batches > 5)
        await until_true(lambda: "batches wait in memory" in hub.ticker.last.store_state)
        ballast.unlink()
        await until_true(lambda: hub.ticker.last.store_state == "recording")
        assert status_of(hub.ticker.last).notices == ()
        hub.stop()
        await running
        for session in store.sessions()["session"]:  # what came meanwhile waited, and is there
            seconds = np.diff(store.samples(session).index.asi8) / 1e9
            np.testing.assert_array_equal(seconds, 1.0)
        assert sum(store.sessions()["samples"]) > kept


def test_compaction_waits_for_room_and_leaves_the_log_as_it_is(disk):
    with EmbeddedStore(disk / "data") as store:
        athlete = store.add_athlete(Athlete("Ada"))
        began = datetime(2026, 10, 1, 10, tzinfo=UTC)
        session = store.start_session(Session("", athlete.id, "running", began)).id
        watts = np.random.default_rng(1).random(20_000)
        for first in range(0, 20_000, 2_000):
            time = TEN + np.arange(first, first + 2_000) * np.timedelta64(1, "s")
            batch = Batch.of(np.zeros(2_000), time, power=watts[first : first + 2_000])
            store.append(batch, [session])
        store.end_session(session)
        before = store.samples(session)
        ballast = fill(disk)
        compactor, database = Compactor(disk / "data"), Database(disk / "data")
        assert not compactor.step(database)
        status = compactor.status()
        assert status.state == "waiting"
        assert "disk is full" in status.detail
        with pytest.raises(StoreFullError):
            store.compact()
        assert store.samples(session).equals(before)
        ballast.unlink()
        while compactor.step(database):
            pass
        assert compactor.status() is None
        database.close()
        (file,) = (disk / "data" / "sessions").iterdir()
        assert file.suffix == ".parquet"
        assert store.samples(session).equals(before)
