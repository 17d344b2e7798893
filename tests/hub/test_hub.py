"""The hub with real parts: embedded store, simulator, replay; only the clock is not the wall's."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from simulator.source import SimulatorSource
from twin.errors import UnknownAthleteError
from twin.hub import Hub
from twin.protocols import Clock
from twin.records import Athlete, Batch, Tick
from twin.sources import Replay
from twin.store import EmbeddedStore
from waiting import until_true


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as opened:
        yield opened


class running:
    """Run a hub inside an ``async with``."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __aenter__(self) -> Hub:
        self.task = asyncio.create_task(self.hub.run())
        return self.hub

    async def __aexit__(self, *_: object) -> None:
        self.hub.stop()
        await self.task


class Scripted:
    """A source that sends given batches; then fails, or stays open."""

    name = "scripted"

    def __init__(self, batches: list[Batch], *, error: Exception | None = None) -> None:
        self.athletes = (Athlete("Ada"), Athlete("Bo"))
        self._batches = batches
        self._error = error
        self.sent = asyncio.Event()  # and stored, as far as the store takes them

    async def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        for batch in self._batches:
            yield batch
        self.sent.set()
        if self._error:
            raise self._error
        await asyncio.Event().wait()


def second(number: int, *, heart_rate: float = 140) -> Batch:
    time = np.datetime64("2026-10-01T10:00:00", "ns") + np.timedelta64(number, "s")
    return Batch.of([0, 1], [time, time], heart_rate=[heart_rate, heart_rate + 1])


def state(tick: Tick | None) -> str:
    return tick.sources[0].state if tick else ""


@pytest.mark.parametrize("speed", [1, 20, 60])
async def test_what_is_stored_of_a_replay_is_what_was_read_at_any_speed(
    store, virtual_clock, speed
):
    recording, _ = simulate_recording("running", 400, seed=3)
    source = Replay(recording, speed=speed)
    async with running(Hub([source], store, clock=virtual_clock)) as hub:
        await until_true(lambda: state(hub.ticker.last) == "ended")
    (session,) = store.sessions()["session"]
    pd.testing.assert_frame_equal(
        store.samples(session), recording.samples, check_exact=True, check_freq=False
    )
    pd.testing.assert_series_equal(
        store.rr(session), recording.rr, check_exact=True, check_names=False, check_freq=False
    )
    assert store.session(session).state == "ended"


async def test_a_squad_is_recorded_in_one_session_each(store, virtual_clock):
    async with running(Hub([SimulatorSource(5, seed=1)], store, clock=virtual_clock)) as hub:
        await until_true(lambda: len(hub.recorder.sessions) == 5)
        await until_true(lambda: store.sessions()["samples"].min() >= 5)
        assert hub.ticker.last.store_state == "recording"
    table = store.sessions()
    assert len(table) == 5
    assert table["squad_session"].nunique() == 1
    assert set(table["state"]) == {"ended"}
    for session, listed_m in zip(table["session"], table["distance"], strict=True):
        told_m = store.samples(session)["distance"].dropna()
        assert listed_m == pytest.approx(told_m.iloc[-1] - told_m.iloc[0])


async def test_ended_by_hand_an_athlete_is_not_recorded_until_started_again(store):
    source = Scripted([second(0), second(1)])
    async with running(Hub([source], store)) as hub:
        await source.sent.wait()
        await hub.leader.end_session(["Ada"])
        assert [s.athlete for s in hub.recorder.sessions.values()] == ["bo"]
        await hub._receive(source, second(2))
        assert store.sessions(athlete="Ada")["samples"].tolist() == [2]
        await hub.leader.start_session(["Ada"], title="second half")
        await hub._receive(source, second(3))
    table = store.sessions(athlete="Ada")
    assert table["samples"].tolist() == [1, 2]  # newest first
    assert table["title"].tolist() == ["second half", ""]
    assert store.sessions(athlete="Bo")["samples"].tolist() == [4]


async def test_laps_and_periods_are_kept(store):
    source = Scripted([second(0), second(60)])
    async with running(Hub([source], store)) as hub:
        await source.sent.wait()
        await hub.leader.mark_lap("Ada", "warm-up")
        await hub.leader.mark_period("rondo")
    ada = store.sessions(athlete="Ada").iloc[0]
    laps = store.laps(ada["session"])
    assert [(lap.number, lap.label) for lap in laps] == [(1, "warm-up"), (2, "")]
    assert laps[0].end == laps[1].start
    assert laps[1].end is not None
    (period,) = store.periods(ada["squad_session"])
    assert period.name == "rondo"
    assert period.end is not None


async def test_a_source_that_fails_is_shown_and_the_other_goes_on(store, virtual_clock):
    broken = Scripted([second(0)], error=OSError("radio unplugged"))
    good = SimulatorSource(2, seed=1)
    async with running(Hub([broken, good], store, clock=virtual_clock)) as hub:
        await until_true(lambda: state(hub.ticker.last) == "failed")
        number = hub.ticker.last.number
        await until_true(lambda: hub.ticker.last.number > number + 5)
        assert hub.ticker.last.sources[0].detail == "radio unplugged"
        assert hub.ticker.last.sources[1].state == "live"
    assert store.sessions(athlete="Bo")["state"].tolist() == ["ended"]


async def test_while_the_store_refuses_batches_wait_and_none_is_lost(store):
    source = Scripted([second(0), second(1)])
    for athlete in source.athletes:
        store.add_athlete(athlete)
    store._database._open_writer().execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(store.folder / "twin.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody else keeps the file
        async with running(Hub([source], store)) as hub:
            await until_true(lambda: hub.recorder.waiting_batches == 2)
            await until_true(lambda: "locked by another process" in hub.ticker.last.store_state)
            assert hub.ticker.last.value(0, "heart_rate") == 140  # the screens go on
            other.execute("ROLLBACK")
            await hub._receive(source, second(2))
            assert hub.recorder.waiting_batches == 0
    assert store.sessions(athlete="Ada")["samples"].tolist() == [3]


async def test_what_a_coach_typed_wins_over_the_source(store):
    async with running(Hub([Scripted([second(0)])], store)) as hub:
        await until_true(lambda: hub.ticker.last is not None)
        seen = replace(store.athletes()[0], max_hr=194.0, max_hr_from="2026-06-12")
        store.add_athlete(seen)  # by an import, beside the hub
        await hub.update_athlete("Ada", name="Adele")
        assert (store.athletes()[0].max_hr, store.athletes()[0].max_hr_from) == (194, "2026-06-12")
        await hub.update_athlete("Adele", max_hr=181)
    async with running(Hub([Scripted([second(9)])], store)) as hub:
        await until_true(lambda: hub.ticker.last is not None)
        assert hub.roster.squad[0].name == "Adele"
        assert (hub.roster.squad[0].max_hr, hub.roster.squad[0].max_hr_from) == (181, "entered")


async def test_wrong_parameters_are_refused_with_words(store):
    async with running(Hub([Scripted([second(0)])], store)) as hub:
        await until_true(lambda: hub.ticker.last is not None)
        with pytest.raises(ValueError, match="must exceed"):
            await hub.update_athlete("Ada", max_hr=30)
        with pytest.raises(ValueError, match="another athlete"):
            await hub.update_athlete("Ada", name="Bo")
        with pytest.raises(UnknownAthleteError, match="there is Ada, Bo"):
            await hub.update_athlete("Zoe", max_hr=180)


async def test_the_line_of_the_settings_holds_where_an_athlete_has_none(store):
    limits = {"default": {"heart_rate": 180.0}, "bo": {"heart_rate": 171.0}}  # as somebody typed it
    async with running(Hub([Scripted([second(0)])], store, limits=limits)) as hub:
        await until_true(lambda: hub.ticker.last is not None)
        assert [a.heart_rate_limit for a in hub.roster.squad] == [180, 171]


async def test_a_replay_can_be_led(store, virtual_clock):
    recording, _ = simulate_recording("running", 600, seed=3)
    source = Replay(recording, speed=1)
    async with running(Hub([source], store, clock=virtual_clock)) as hub:
        await until_true(lambda: hub.ticker.last is not None)
        await hub.control(source.name, paused=True)
        assert hub.ticker.last is not None
        await until_true(lambda: state(hub.ticker.last) == "paused")
        await hub.control(source.name, paused=False, speed=30)
        await until_true(lambda: state(hub.ticker.last) == "ended")
        with pytest.raises(ValueError, match="paused, speed, position"):
            await hub.control(source.name, colour="red")


async def test_a_hub_without_sources_runs_and_ticks(store, virtual_clock):
    async with running(Hub([], store, clock=virtual_clock)) as hub:
        await until_true(lambda: hub.ticker.last is not None)
        assert hub.ticker.last.squad == ()
        assert len(hub.ticker.last.rows) == 0


async def test_each_source_has_a_clock_of_its_own_for_its_twins(store):
    first, second = Scripted([]), Scripted([])
    second.name, second.athletes = "other", (Athlete("Cleo"),)
    async with running(Hub([first, second], store)) as hub:
        await until_true(lambda: len(hub.roster.squad) == 3)
        clocks = [id(hub.twins.twin(index)._squad) for index in range(3)]
    assert clocks[0] == clocks[1] != clocks[2]
