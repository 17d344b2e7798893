"""Twins that learn from stored sessions, with the real store and the real process beside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.hub import Hub
from twin.hub.calibrating import calibrate_stored, history, known_twins, outdated
from twin.hub.learning import Calibrator, Learning
from twin.hub.recorder import Recorder
from twin.hub.twins import Twins
from twin.model.demand import InputKind
from twin.protocols import Clock
from twin.records import Athlete, Batch, EnteredCapacity, utc
from twin.schema import ALL_NAMES
from twin.store import EmbeddedStore
from twin.store.calibrations import Calibrations
from waiting import until_true

ADA = Athlete("Ada", sport="cycling")
NOW = utc(np.datetime64("2026-10-05T10:00:00"))


@pytest.fixture(scope="module")
def rides():
    """Three rides of one simulated athlete on days of different form, and the truth."""
    first, truth = simulate_recording("cycling", 900, seed=11)
    days = [replace(truth, day_offset_bpm=offset) for offset in (-8.0, 6.0)]
    later = [
        simulate_recording("cycling", 900, seed=12 + day, truth=form,
                           start=f"2026-10-0{day + 2}T10:00:00")[0]
        for day, form in enumerate(days)
    ]  # fmt: skip
    return [first, *later], truth


@pytest.fixture
def store(tmp_path, rides):
    with EmbeddedStore(tmp_path) as opened:
        for number, ride in enumerate(rides[0]):
            opened.add_recording(ride, ADA, content=str(number))
        yield opened


class Rest:
    """A source of one athlete, of whom three seconds come and then nothing more."""

    name = "rest"
    athletes = (ADA,)

    async def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        seconds = clock.now() + np.arange(3) * np.timedelta64(1, "s")
        yield Batch.of([0, 0, 0], seconds, heart_rate=[60] * 3, power=[100] * 3)
        await asyncio.Event().wait()


def test_the_calibration_of_stored_sessions_is_kept_and_known_again(store, rides):
    with Calibrations(store.folder) as shelf:
        assert outdated(shelf, ["ada", "nobody"]) == ["ada"]
        calibrate_stored(store, shelf, "ada", now=NOW)
        assert outdated(shelf, ["ada"]) == []
        known = known_twins(shelf)["ada"].calibration.of(InputKind.POWER)
        kept = shelf.versions("Ada")[0]
        store.add_athlete(replace(store.athletes()[0], max_hr=171.0))
        assert outdated(shelf, ["ada"]) == ["ada"], "critical power rests on the maximal heart rate"
    assert (kept.sessions, kept.made, known.held.sessions) == (3, NOW, 3)
    # the simulator's truth lies in the 90 % interval
    assert known.response.gain.low <= rides[1].hr_gain <= known.response.gain.high


def test_sessions_too_short_or_without_heart_rate_teach_nothing(tmp_path, rides):
    ride = rides[0][0]
    with EmbeddedStore(tmp_path) as store, Calibrations(tmp_path) as shelf:
        silent = replace(ride, samples=ride.samples.drop(columns="heart_rate"))
        short = replace(ride, samples=ride.samples.iloc[:100])
        for number, one in enumerate((silent, short)):
            store.add_recording(one, ADA, content=str(number))
        assert history(store, "ada") == []
        assert calibrate_stored(store, shelf, "ada", now=NOW).sessions == 0
        assert outdated(shelf, ["ada"]) == []  # it is not tried again without a new session


async def test_the_hub_learns_what_was_imported_and_after_each_session(store, tmp_path):
    hub = Hub([Rest()], store, calibrator=Calibrator(tmp_path))
    task = asyncio.create_task(hub.run())
    with Calibrations(tmp_path) as shelf:
        await until_true(lambda: hub.recorder.sessions)
        assert hub.twins.sessions.tolist() == [0]  # from priors, and it says so
        await until_true(lambda: shelf.versions("ada"))
        await hub.leader.end_session(
            ["Ada"]
        )  # of three seconds: nothing to learn, but it is looked at
        await until_true(lambda: len(shelf.versions("ada")) == 2)
        await until_true(lambda: hub.twins.sessions.tolist() == [3])
    hub.stop()
    await task
    again = Hub([Rest()], store, calibrator=Calibrator(tmp_path))
    task = asyncio.create_task(again.run())
    await until_true(lambda: again.recorder.sessions)
    assert again.twins.sessions.tolist() == [3]  # from the catalogue, at once
    again.stop()
    await task


async def test_a_hub_that_stops_leaves_nothing_running(store, tmp_path):
    calibrator = Calibrator(tmp_path)
    hub = Hub([Rest()], store, calibrator=calibrator)
    task = asyncio.create_task(hub.run())
    await until_true(lambda: calibrator._process is not None)
    hub.stop()
    await task
    assert calibrator._process.returncode is not None
    assert calibrator._thread is None


def balance_after(twins, seconds):
    """What is left of W' after seconds of easy riding. [%]"""
    values = np.full((len(ALL_NAMES), len(seconds)), np.nan)
    values[ALL_NAMES.index("heart_rate")], values[ALL_NAMES.index("power")] = 120, 100
    at = np.datetime64("2026-10-05T10:00:00", "ns") + np.array(seconds) * np.timedelta64(1, "s")
    twins.follow(Batch(np.zeros(len(seconds), np.int32), at, values, ALL_NAMES))
    twins.pass_until(np.zeros(1, np.int32), at[-1] + np.timedelta64(3, "s"))
    return twins.balance[0]


async def test_a_test_entered_while_recording_holds_from_the_next_session_on(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        store.add_athlete(ADA)
        twins = Twins()
        learning = Learning(Calibrator(tmp_path), twins, Recorder(store))
        learning.join([ADA], 0)
        store.capacities().keep("ada", EnteredCapacity(date(2026, 3, 3), "power", 262.0, 18_400.0))
        assert np.isnan(balance_after(twins, [0, 1, 2]))
        learning.begin([ADA], [0])
        twins.begin_session([0])
        assert balance_after(twins, [10, 11, 12]) == 100  # below critical power: all of W'
        store.capacities().take_back("ada", "power", date(2026, 3, 3))
        learning.begin([ADA], [0])
        twins.begin_session([0])
        assert np.isnan(balance_after(twins, [20, 21, 22]))
        learning.close()
