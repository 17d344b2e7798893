"""What a hub stores also goes to a server, and the screens know how that stands."""

import asyncio

import pytest

from simulator.source import SimulatorSource
from twin.hub import Hub, build_hub
from twin.settings import Settings
from twin.state import status_of
from twin.store import EmbeddedStore
from twin.store.sender import Sender
from twin.store.server import UnavailableError
from waiting import until_true


class MemoryServer:
    """A server in memory that can be away."""

    name = "InfluxDB"

    def __init__(self):
        self.lines, self.away = set(), True

    def write(self, body):
        if self.away:
            raise UnavailableError("http://far:8086 does not answer")
        self.lines |= set(body.split(b"\n"))

    def close(self): ...


async def test_while_the_server_is_away_recording_goes_on_and_all_is_sent_later(
    tmp_path, virtual_clock
):
    with EmbeddedStore(tmp_path) as store:
        server = MemoryServer()
        sender = Sender(store.outbox("memory"), server, chance=lambda: 0.0)
        hub = Hub([SimulatorSource(3, seed=1)], store, clock=virtual_clock, workers=[sender])
        running = asyncio.create_task(hub.run())
        await until_true(lambda: hub.ticker.last and hub.ticker.last.sources[-1].state == "waiting")
        notices = status_of(hub.ticker.last).notices
        assert [n.level for n in notices] == ["warning"]
        assert "InfluxDB waits: http://far:8086 does not answer" in notices[0].text
        assert "rows wait on this disk, none is lost" in notices[0].text
        assert hub.ticker.last.store_state in ("recording", "idle")
        stored = hub.ticker.last.number
        await until_true(lambda: hub.ticker.last.number > stored + 10)
        server.away = False
        await until_true(lambda: hub.ticker.last.sources[-1].state == "live")
        assert status_of(hub.ticker.last).notices == ()
        hub.stop()
        await running
        kept = sum(len(store.samples(session)) for session in store.sessions()["session"])
        sent = [line for line in server.lines if line.startswith(b"samples,")]
        assert len(sent) == kept > 30
        assert sum(b'state="ended"' in line for line in server.lines) == 3


@pytest.mark.parametrize(("url", "number"), [("", 0), ("http://127.0.0.1:9", 1)])
async def test_a_hub_sends_where_the_settings_name_a_server(tmp_path, url, number):
    hub = build_hub([], Settings(data_dir=tmp_path, influxdb_url=url))
    running = asyncio.create_task(hub.run())
    await until_true(lambda: hub.ticker.last is not None)
    assert len(hub.ticker.last.sources) == number
    hub.stop()
    await running
    hub.store.close()
