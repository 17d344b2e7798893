"""A gym: virtual straps in an air, adapters that hear them, and the real source that follows."""

import asyncio

import pytest

from simulator import ble_packets
from simulator.air import Air
from simulator.air_server import serve_adapters
from simulator.ble_polar import PolarStreams
from simulator.ble_sensor import VirtualSensor
from twin.protocols import WallClock
from twin.records import Athlete, Pairing, SensorState
from twin.sources.ble import BleSource
from twin.sources.ble_link import LinkTiming
from waiting import until_true

QUICK = LinkTiming(
    connect_s=2.0, silence_s=0.5, first_pause_s=0.05, longest_pause_s=0.2, full_s=0.2
)
RR = (769, 1000)  # 1/1024 s


class Gym:
    """Straps in an air, and a source that follows them."""

    def __init__(self):
        self.air = Air(supervision_s=0.2)
        self.straps = []
        self.servers = []
        self.ports = []
        self.source = None
        self.batches = []
        self._follower = None

    @staticmethod
    def address(place):
        return f"F0:00:00:01:00:{place:02X}"

    async def enter(self, count, *, names=None, polar=None, interval_ms=30, streams=False):
        for place in range(count):
            name = names[place] if names else f"Strap {place}"
            strap = VirtualSensor(
                self.air, "strap", name, self.address(place), interval_ms=interval_ms,
                polar=PolarStreams() if streams else None,
            )  # fmt: skip
            await strap.start(polar)
            self.straps.append(strap)

    async def adapter(self, port=0, **options):
        server = await serve_adapters(self.air, port=port, **options)
        self.servers.append(server)
        self.ports.append(server.sockets[0].getsockname()[1])

    @property
    def ble(self):
        return ",".join(f"bumble:tcp-client:127.0.0.1:{port}" for port in self.ports)

    def unplug(self):
        for server in self.servers:
            server.close()
        for radio in self.air.radios():
            if radio.name == "adapter" and radio.in_range:
                radio.host.transport.abort()

    def follow(self, pairs=(), **options):
        """Begin to follow; `pairs` are places of straps that belong to athletes 0, 1, ..."""
        sensors = [
            (Pairing(self.address(place), "", wants_rr=place == options.get("rr")),
             Athlete(f"Athlete {index}"))
            for index, place in enumerate(pairs)
        ]  # fmt: skip
        options.pop("rr", None)
        self.source = BleSource(sensors, ble=self.ble, frequency_s=0.05, timing=QUICK, **options)
        self._follower = asyncio.create_task(self._follow())

    async def _follow(self):
        async for batch in self.source.batches(WallClock()):
            self.batches.append(batch)

    async def send(self, *places, packet=None, times=1):
        for _ in range(times):
            for place in places:
                await self.straps[place].notify(packet or ble_packets.heart_rate(140 + place, RR))
            await asyncio.sleep(0.02)

    def status(self, place):
        return next(s for s in self.source.sensors if s.address == self.address(place))

    def state(self, place):
        return self.status(place).state

    def rates(self, athlete=0):
        return [
            rate for b in self.batches for a, rate in zip(b.athlete, b["heart_rate"], strict=True)
            if a == athlete
        ]  # fmt: skip

    async def until(self, claim, within_s=8.0):
        await until_true(claim, within_s)

    async def streaming(self, *places):
        for place in places:
            await self.until(lambda place=place: self.state(place) is SensorState.STREAM)

    async def leave(self):
        if self._follower is not None:
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)
        for server in self.servers:
            server.close()
        await self.until(lambda: not any(strap.is_linked for strap in self.straps))
        # A loaded machine may take longer than any pause until each end has seen the other close.
        await self.until(
            lambda: not any(r.name == "adapter" and r.in_range for r in self.air.radios())
        )
        await asyncio.sleep(0.05)  # they advertise again; bumble's tasks must not outlive the loop


@pytest.fixture
async def gym():
    gym = Gym()
    yield gym
    await gym.leave()
