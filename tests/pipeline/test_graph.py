"""The graph: store first, and no failing step starves another."""

import asyncio
import logging

import numpy as np
import pytest

from twin.pipeline import windows
from twin.pipeline.graph import Graph
from twin.records import Athlete, Reason
from twin.schema import ALL_NAMES, MEASURED_NAMES


class Calls(list):
    """Remembers what each sink got, in order."""

    def sink(self, name):
        return lambda batch: self.append((name, batch))

    def graph(self, squad, **sinks):
        names = ("store", "rolling", "publish")
        return Graph(**{n: sinks.get(n) or self.sink(n) for n in names}, squad=squad)

    @property
    def names(self):
        return [name for name, _ in self]


def broken(_):
    raise RuntimeError("out of order")


async def test_the_store_comes_first_and_gets_the_raw_batch(ada, alone):
    calls = Calls()
    graph = calls.graph([ada])
    batch = alone(heart_rate=[150, 250])
    await graph.emit(batch)
    assert calls.names == ["store", "rolling", "publish"]
    assert calls[0][1] is batch
    assert calls[1][1].names == ALL_NAMES
    assert np.isnan(calls[1][1]["heart_rate"][1])
    graph.destroy()


async def test_a_raising_store_leaves_the_screens_alive_and_is_visible(ada, alone, caplog):
    calls = Calls()
    graph = calls.graph([ada], store=broken)
    with caplog.at_level(logging.ERROR):
        await graph.emit(alone(heart_rate=[150]))
        await graph.emit(alone([1], heart_rate=[151]))
    assert calls.names == ["rolling", "publish"] * 2
    assert [(f.step, f.count) for f in graph.faults] == [("store", 2)]
    assert graph.faults[0].last_error == "RuntimeError: out of order"
    assert len(caplog.records) == 1  # the same words are not logged every second
    graph.destroy()


async def test_an_asynchronous_store_is_awaited_and_may_fail(ada, alone):
    calls = Calls()
    kept = []

    async def store(batch):
        await asyncio.sleep(0)
        kept.append(batch)
        raise OSError("disk full")

    graph = calls.graph([ada], store=store)
    await graph.emit(alone(heart_rate=[150]))
    assert len(kept) == 1
    assert calls.names == ["rolling", "publish"]
    assert graph.faults[0].last_error == "OSError: disk full"
    graph.destroy()


async def test_a_raising_ring_leaves_store_and_screens_alive(ada, alone):
    calls = Calls()
    graph = calls.graph([ada], rolling=broken)
    await graph.emit(alone(heart_rate=[150]))
    assert calls.names == ["store", "publish"]
    graph.destroy()


async def test_a_raising_feature_step_passes_on_the_cleaned_rows(ada, alone, monkeypatch):
    monkeypatch.setattr("twin.pipeline.movement.step", lambda *_: broken(None))
    calls = Calls()
    graph = calls.graph([ada])
    await graph.emit(alone(heart_rate=[150, 250]))
    assert calls.names == ["store", "rolling", "publish"]
    batch = calls[1][1]
    assert batch.names == ALL_NAMES
    assert batch["heart_rate"].tolist() == pytest.approx([150, np.nan], nan_ok=True)
    assert np.isnan(batch["zone"]).all()
    assert graph.faults[0].step == "features"
    graph.destroy()


async def test_a_step_that_failed_once_goes_on_with_the_next_batch(ada, alone):
    calls = Calls()
    graph = calls.graph([ada])
    stranger = alone(heart_rate=[150])
    stranger.athlete[:] = 7
    await graph.emit(stranger)
    await graph.emit(alone([1, 2], heart_rate=[150, 150]))
    assert {f.step for f in graph.faults} == {"clean", "features"}
    assert calls[-1][1]["time_in_zone_3"].tolist() == [0, 1]
    graph.destroy()


async def test_the_last_good_values_of_the_squad_are_there(ada, alone):
    graph = Calls().graph([ada])
    await graph.emit(alone(heart_rate=[150, 250]))
    found = graph.features
    assert found.latest[0, 0] == 150
    assert found.reason[0, 0] == Reason.OUT_OF_RANGE
    assert found.latest_time[0, 0] == np.datetime64("2026-10-01T10:00:00")
    assert graph.rejected == {Reason.OUT_OF_RANGE: 1}
    graph.destroy()


async def test_athletes_may_join_while_it_runs(ada, alone):
    calls = Calls()
    graph = calls.graph([])
    graph.set_squad([ada])
    await graph.emit(alone(heart_rate=[150, 150]))
    graph.set_squad([ada, Athlete("Ben")])
    await graph.emit(alone([2], heart_rate=[150]))
    assert calls[-1][1]["time_in_zone_3"] == 2
    assert graph.features.latest.shape == (len(ALL_NAMES), 2)
    graph.destroy()


async def test_a_new_session_starts_at_zero_even_at_an_older_instant(ada, alone):
    calls = Calls()
    graph = calls.graph([ada])
    await graph.emit(alone([100, 101], heart_rate=[150, 150]))
    graph.reset([0])
    await graph.emit(alone([0, 1], heart_rate=[150, 150]))
    assert calls[-1][1]["time_in_zone_3"].tolist() == [0, 1]
    graph.destroy()


async def test_a_lap_has_its_own_averages(ada, alone):
    graph = Calls().graph([ada])
    await graph.emit(alone(power=[100] * 11))
    graph.mark_lap([0])
    await graph.emit(alone(range(11, 21), power=[300] * 10))
    assert windows.lap_means(graph.windows)[2, 0] == pytest.approx(300)
    graph.destroy()


async def test_an_empty_batch_reaches_the_store(ada, alone):
    calls = Calls()
    graph = calls.graph([ada])
    await graph.emit(alone(heart_rate=[]))
    assert calls.names == ["store", "rolling", "publish"]
    assert calls[0][1].names == MEASURED_NAMES
    graph.destroy()


async def test_after_destroy_streamz_holds_nothing(ada):
    from streamz.sinks import _global_sinks

    before = len(_global_sinks)
    Calls().graph([ada]).destroy()
    assert len(_global_sinks) == before
