"""Rows over HTTP reach the store once, in order, and are confirmed only then."""

import asyncio
import contextlib
from concurrent.futures import Future

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError, StoreFullError, TooBusyError
from twin.hub import Hub
from twin.hub.before import stored_before
from twin.sources.http import HttpSource, Receipt
from twin.sources.http_batch import BeatPlacer
from twin.sources.http_known import KEPT, Known
from twin.sources.http_rows import Row
from twin.store import EmbeddedStore

SECOND = 10**9
T0 = 1_790_848_800 * SECOND  # 2026-10-01T10:00:00Z


def row(second: float, rate: float = 141.0, *, name: str = "Ada", **more: float) -> Row:
    return Row(name, T0 + round(second * SECOND), {"heart_rate": rate, **more})


class Refusing(EmbeddedStore):
    """The embedded store on a disk that is full for a while."""

    full = False

    def append(self, batch, sessions):
        if self.full:
            raise StoreFullError("the disk is full")
        return super().append(batch, sessions)


@pytest.fixture
def store(tmp_path):
    with Refusing(tmp_path) as opened:
        yield opened


@contextlib.asynccontextmanager
async def hub_of(store, **options):
    """A hub that takes rows over HTTP, as `twin serve --source http` builds it."""
    source = HttpSource(stored_before(store), frequency_s=0.01, **options)
    hub = Hub([source], store)
    task = asyncio.create_task(hub.run())
    try:
        yield source, hub
    finally:
        hub.stop()
        await task


async def told(answer: "Future[Receipt]") -> Receipt:
    async with asyncio.timeout(20):
        return await asyncio.wrap_future(answer)


def session(store, athlete: str = "ada") -> str:
    (found,) = store.sessions(athlete=athlete)["session"]
    return found


async def test_what_is_confirmed_is_in_the_store(store):
    async with hub_of(store) as (source, _):
        rows = [row(1), row(0, 140.0), Row("Ada", T0, {"power": 210.0}), row(0, 99.0, name="Bo")]
        assert await told(source.offer(rows)) == Receipt(stored=4)
        samples = store.samples(session(store))  # while it runs
        assert samples["heart_rate"].tolist() == [140.0, 141.0]
        assert samples["power"].fillna(-1).tolist() == [210.0, -1.0]
        assert store.samples(session(store, "bo"))["heart_rate"].tolist() == [99.0]


async def test_a_batch_sent_again_adds_nothing(store):
    rows = [row(s) for s in range(5)]
    rows.append(Row("Ada", T0 + 5 * SECOND, rr_ms=(800.0, 810.0)))
    async with hub_of(store) as (source, _):
        assert (await told(source.offer(rows))).stored == 6
        assert await told(source.offer(rows)) == Receipt(duplicates=6)
        both = await asyncio.gather(*(told(source.offer([row(9), row(9)])) for _ in range(2)))
        assert sum(receipt.stored for receipt in both) == 1
        assert len(store.samples(session(store))) == 6
        assert store.rr(session(store)).tolist() == [800.0, 810.0]


async def test_a_batch_sent_again_after_a_restart_adds_nothing(store):
    rows = [row(s) for s in range(5)] + [Row("Ada", T0 + 5 * SECOND, rr_ms=(800.0,))]
    async with hub_of(store) as (source, _):
        await told(source.offer(rows))
    async with hub_of(store) as (source, _):
        assert await told(source.offer(rows[:2])) == Receipt(duplicates=2)
        assert await told(source.offer(rows)) == Receipt(duplicates=6)
        new = [*rows, row(3, power=200.0), row(7)]
        assert await told(source.offer(new)) == Receipt(stored=2, duplicates=6)
    sessions = store.sessions(athlete="ada")
    assert sum(sessions["samples"]) == 7  # five, the power of second 3, and second 7


def test_what_is_older_than_the_memory_is_looked_up():
    held = {(T0 + s * SECOND): 1 for s in range(10 * KEPT)}
    asked = []

    def lookup(athlete: str, first: int, last: int) -> dict[int, int]:
        asked.append((first, last))
        return {t: bits for t, bits in held.items() if first <= t <= last}

    known = Known(lookup)
    for start in (8 * KEPT, 5 * KEPT, 0):
        rows = [row(start + s) for s in range(3 * KEPT)]
        known.recall(rows)
        assert not any(known.fresh(r) for r in rows if r.time_ns in held)
        known.trim()
    known.recall([row(10 * KEPT)])
    assert known.fresh(row(11 * KEPT + 1)) is not None
    assert len(asked) == 3  # the newest are known without asking


async def test_while_the_store_refuses_nothing_is_confirmed_and_nothing_lost(store):
    async with hub_of(store) as (source, _):
        await told(source.offer([row(0)]))
        store.full = True
        with pytest.raises(StoreError, match="disk is full"):
            await told(source.offer([row(1)]))
        waits, gone = source.offer([row(1), row(2)]), source.offer([row(3)])
        assert gone.cancel()  # its sender did not wait
        await asyncio.sleep(0)
        assert not waits.done()
        store.full = False
        assert await told(waits) == Receipt(stored=1, duplicates=1)
        assert await told(source.offer([row(3)])) == Receipt(stored=1)
        assert store.samples(session(store)).index.second.tolist() == [0, 1, 2, 3]


async def test_a_store_that_cannot_be_asked_for_a_moment_ends_no_source(store):
    asked = []

    def lookup(athlete: str, first: int, last: int) -> dict[int, int]:
        asked.append(athlete)
        if len(asked) == 1:
            raise StoreError("the database is locked")
        return dict(stored_before(store)(athlete, first, last))

    source = HttpSource(lookup, frequency_s=0.01)
    hub = Hub([source], store)
    task = asyncio.create_task(hub.run())
    with pytest.raises(StoreError, match="database is locked"):
        await told(source.offer([row(0)]))
    assert await told(source.offer([row(0)])) == Receipt(stored=1)
    assert source.status().state == "live"
    hub.stop()
    await task


async def test_more_than_there_is_room_for_is_refused_whole(store):
    source = HttpSource(room_rows=10)
    first = source.offer([row(s) for s in range(10)])
    with pytest.raises(TooBusyError, match="10 rows wait"):
        source.offer([row(11)])
    hub = Hub([source], store)
    task = asyncio.create_task(hub.run())
    assert (await told(first)).stored == 10
    assert (await told(source.offer([row(s) for s in range(20, 40)]))).stored == 20  # when empty
    hub.stop()
    await task


async def test_what_a_coach_does_not_record_is_said(store):
    async with hub_of(store) as (source, hub):
        await told(source.offer([row(0), row(0, name="Bo")]))
        await hub.leader.end_session(["ada"])
        receipt = await told(source.offer([row(1), row(1, name="Bo")]))
        assert receipt == Receipt(stored=1, not_recorded=1)


async def test_a_phone_that_was_offline_sends_its_hour_and_nothing_is_lost(store):
    async with hub_of(store) as (source, hub):
        await told(source.offer([row(4000)]))
        receipt = await told(source.offer([row(s, 100 + s % 60) for s in range(3600)]))
        assert receipt.stored == 3600
        samples = store.samples(session(store))
        assert len(samples) == 3601
        assert samples.index.is_monotonic_increasing
        assert hub.ticker.last.squad[0].name == "Ada"


async def test_there_is_a_last_seat(store, monkeypatch):
    monkeypatch.setattr("twin.sources.http.MOST_ATHLETES", 2)
    async with hub_of(store) as (source, _):
        receipt = await told(source.offer([row(0, name=name) for name in ("Ada", "Bo", "Cy")]))
        assert receipt == Receipt(stored=2, unplaced=1)


async def test_the_source_says_how_it_stands(store):
    source = HttpSource()
    assert source.status().detail == "nobody has sent anything yet"
    async with hub_of(store) as (source, _):
        await told(source.offer([row(0)]))
        assert source.status().state == "live"


def test_intervals_are_placed_back_from_the_instant_of_their_row():
    placer = BeatPlacer()
    rows = [Row("Ada", T0, rr_ms=(500.0, 600.0)), Row("Ada", T0 + SECOND, rr_ms=(700.0, 650.0))]
    late = Row("Ada", T0 - 5 * SECOND, rr_ms=(800.0,))
    beats = placer.place([*rows, late], {"ada": 0})
    since_ms = (beats.time - np.datetime64(T0, "ns")) / np.timedelta64(1, "ms")
    # 600 ms before T0, T0; 650 ms before the next second, that second; late: where it belongs
    assert since_ms.tolist() == [-600.0, 0.0, 350.0, 1000.0, -5000.0]


def test_intervals_that_reach_back_too_far_still_share_no_instant():
    placer = BeatPlacer()
    rows = [
        Row("Ada", T0, rr_ms=(800.0,)),
        Row("Ada", T0 + SECOND // 2, rr_ms=(500.0, 400.0, 300.0)),
    ]
    times = placer.place(rows, {"ada": 0}).time
    assert (np.diff(times) > np.timedelta64(0)).all()
    assert pd.Timestamp(times[-1]) == pd.Timestamp(T0 + SECOND // 2)
