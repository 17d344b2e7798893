"""Whose a sensor is: told to the source that has it, kept in the store, shown with the ticks."""

import asyncio

import numpy as np
import pytest

from twin.errors import UnknownSensorError
from twin.hub import Hub
from twin.records import Athlete, Batch, Pairing, SensorState, SensorStatus
from twin.store import EmbeddedStore
from twin.store.pairings import Pairings
from waiting import until_true

ADDRESS = "F0:00:00:00:00:01"


class Straps:
    """A source of one strap, without a radio."""

    name = "straps"

    def __init__(self):
        self.athletes = ()
        self.sensors = (SensorStatus(ADDRESS, "H10", "heart rate", battery=90.0),)
        self.sent = asyncio.Event()

    def pair(self, pairing: Pairing, athlete: Athlete) -> None:
        self.athletes = (*self.athletes, athlete)
        self.sensors = (SensorStatus(ADDRESS, pairing.name, "heart rate", athlete.id),)

    def forget(self, address: str) -> None:
        self.sensors = (SensorStatus(address),)

    async def batches(self, clock):
        while True:
            now = clock.now()
            known = len(self.athletes)
            yield Batch.of(range(known), [now] * known, heart_rate=[141.0] * known, now=now)
            self.sent.set()
            await clock.sleep(1)


@pytest.fixture
async def hub(tmp_path, virtual_clock):
    with EmbeddedStore(tmp_path) as store:
        hub = Hub([Straps()], store, clock=virtual_clock)
        task = asyncio.create_task(hub.run())
        await until_true(lambda: hub.ticker.last and hub.ticker.last.sensors)
        yield hub
        hub.stop()
        await task


async def test_a_sensor_given_to_a_new_athlete_is_kept_and_its_values_are_recorded(hub, tmp_path):
    assert hub.ticker.last.sensors[0].state is SensorState.SEARCH
    await hub.sensors.pair(ADDRESS, "Ada", name="Chest", wants_rr=True)
    await until_true(lambda: [s.athlete for s in hub.ticker.last.sensors] == ["ada"])
    await until_true(lambda: "ada" in hub.recorder.sessions)
    with Pairings(tmp_path) as pairings:
        ((pairing, athlete),) = pairings.all()
    assert (pairing, athlete.name) == (Pairing(ADDRESS, "ada", "Chest", wants_rr=True), "Ada")


async def test_a_sensor_is_forgotten_once_and_its_athlete_stays(hub, tmp_path):
    await hub.sensors.pair(ADDRESS, "Ada")
    await until_true(lambda: len(hub.roster.squad) == 1)
    await hub.sensors.forget(ADDRESS)
    await until_true(lambda: not hub.ticker.last.sensors[0].athlete)
    assert [a.name for a in hub.roster.squad] == ["Ada"]
    with Pairings(tmp_path) as pairings:
        assert pairings.all() == ()
    with pytest.raises(UnknownSensorError, match="belongs to nobody"):
        await hub.sensors.forget(ADDRESS)


async def test_sensors_are_told_once_a_second_so_that_a_quick_tick_costs_nothing(hub):
    told, then = hub.sensors.now(), hub.clock.now()
    assert hub.sensors.now() is told
    await until_true(lambda: hub.clock.now() > then + np.timedelta64(2, "s"))
    assert hub.sensors.now() is not told


@pytest.mark.parametrize(("address", "athlete"), [("", "Ada"), (ADDRESS, " ")])
async def test_an_empty_address_or_name_is_refused(hub, address, athlete):
    with pytest.raises(ValueError, match="empty"):
        await hub.sensors.pair(address, athlete)
