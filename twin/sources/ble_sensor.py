"""One sensor of the squad: its link, its reader, what came of it, and how it stands."""

import asyncio
import logging
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from twin.errors import MalformedPacketError
from twin.protocols import Clock
from twin.records import Pairing, SensorState, SensorStatus
from twin.sources.ble_gather import Heard
from twin.sources.ble_link import LinkTiming, SensorLink
from twin.sources.ble_readings import Reading, SensorReader
from twin.sources.polar import FrameLoss, PolarAdvertisement, decode_polar_advertisement

logger = logging.getLogger(__name__)

ADVERTISEMENT = "advertisement"  # stands for a characteristic where the packet is one
_AWAY_NS = 5_000_000_000
_PATIENCE_S = 5.0  # links hang up meanwhile
_QUALITY = {True: 1.0, None: 0.8, False: 0.3}  # by skin contact
_UNLINKED = 0.3  # by so much an advertisement is worth less than a measurement


@dataclass(frozen=True, slots=True)
class Packet:
    """What the radio brought, not looked into yet."""

    sensor: "Sensor"
    uuid: str
    data: bytes
    time_ns: int


class Sensor:
    """A sensor that belongs to an athlete.

    Parameters
    ----------
    pairing : Pairing
        Which, and whose.
    athlete : int
        Index of the athlete in the source.
    enqueue : callable
        Gets every packet; must return at once.
    clock : Clock
        Gives packets their instants.
    timing : LinkTiming
        How patient its link is.
    """

    def __init__(
        self, pairing: Pairing, athlete: int, enqueue: Callable[[Packet], None], clock: Clock,
        timing: LinkTiming,
    ) -> None:  # fmt: skip
        self.pairing = pairing
        self.athlete = athlete
        self.kind = ""
        self._own_name = ""
        self._rssi = math.nan
        self.link = SensorLink(pairing.address, self._received, self._restarted, timing)
        self.link.streams = pairing.streams
        self._enqueue = enqueue
        self._clock = clock
        self._reader = SensorReader()
        self._loss = FrameLoss()
        self._packets = self._malformed = 0
        self._last = Reading(0)
        self._listened_ns = -_AWAY_NS
        self._values: dict[str, float] = {}
        self._battery_low = False

    @property
    def name(self) -> str:
        """What it is called: as the user wants it, else as it calls itself."""
        return self.pairing.name or self._own_name

    def belong(self, pairing: Pairing, athlete: int) -> None:
        """Be somebody's from now on; the link stays as it is unless other signals are wanted."""
        self.pairing, self.athlete = pairing, athlete
        if pairing.streams != self.link.streams:
            self.link.streams = pairing.streams
            self.link.renew()

    @property
    def wants_link(self) -> bool:
        """Whether its advertisements are not enough."""
        return self.pairing.wants_rr or bool(self.pairing.streams)

    def met(self, own_name: str, kind: str, rssi: int) -> None:
        """Note what an advertisement tells; what it leaves out stays. [dBm]"""
        self._own_name = own_name or self._own_name
        self.kind = kind or self.kind
        self._rssi = float(rssi)

    async def run(self) -> None:
        """Keep it linked until cancelled."""
        await self.link.run()

    def listen(self, company_data: bytes) -> bool:
        """Take an advertisement of a Polar strap; whether it carries a heart rate."""
        time_ns = self._now_ns()
        try:
            heard = decode_polar_advertisement(company_data)
        except MalformedPacketError:
            self._enqueue(Packet(self, ADVERTISEMENT, company_data, time_ns))  # to be counted
            return True
        if heard is None:
            return False
        self._listened_ns = time_ns
        if self._loss.is_new(heard.counter, now_s=time_ns * 1e-9):
            self._enqueue(Packet(self, ADVERTISEMENT, company_data, time_ns))
        return True

    def take(self, packet: Packet) -> Heard | None:
        """Return what a packet says; None where it is malformed, which is counted."""
        self._packets += 1
        try:
            reading = self._read(packet)
        except MalformedPacketError as error:
            self._malformed += 1
            logger.info("%s (%s): %s", self.name, self.pairing.address, error)
            return None
        if reading.wave is None:
            self._last = reading
        self._values |= dict(reading.values)
        quality = _QUALITY[reading.contact] * (1 - self._malformed / self._packets)
        quality -= _UNLINKED if packet.uuid == ADVERTISEMENT else 0.0
        return Heard(self.athlete, self.pairing.address, quality, reading)

    def _read(self, packet: Packet) -> Reading:
        if packet.uuid != ADVERTISEMENT:
            return self._reader.read(packet.uuid, packet.data, packet.time_ns)
        heard = decode_polar_advertisement(packet.data)
        if not isinstance(heard, PolarAdvertisement):
            return Reading(packet.time_ns)
        self._battery_low = heard.battery_low
        return self._reader.advertised(heard, packet.time_ns)

    def status(self, trouble: str) -> SensorStatus:
        """Return how it stands; `trouble` is why no adapter works, empty where one does."""
        state, detail = self._state(trouble)
        age_s = (self._now_ns() - self._last.time_ns) * 1e-9 if self._last.time_ns else math.nan
        listens = self._listened_ns > 0
        return SensorStatus(
            address=self.pairing.address, name=self.name, kind=self.kind,
            athlete=self.pairing.athlete, state=state, detail=detail, rssi=self._rssi,
            battery=self.link.battery, epoch=self.link.epoch, packets=self._packets,
            malformed=self._malformed, loss=self._loss.share if listens else math.nan,
            contact=self._last.contact, age_s=age_s, values=dict(self._values),
            wants_rr=self.pairing.wants_rr, streams=self.pairing.streams,
            rates=dict(self._reader.rates), can_stream=self.link.can_stream,
            adapter=self.link.adapter,
        )  # fmt: skip

    def _state(self, trouble: str) -> tuple[SensorState, str]:
        if self.link.state in (SensorState.STREAM, SensorState.CONNECT):
            return self.link.state, self.link.detail
        if trouble:
            return SensorState.NO_ADAPTER, trouble
        if self._listened_ns > 0:
            if self._now_ns() - self._listened_ns < _AWAY_NS:
                return SensorState.LISTEN, "battery low" if self._battery_low else ""
            return SensorState.LOST, "not heard any more"
        return self.link.state, self.link.detail

    def _received(self, uuid: str, data: bytes) -> None:
        self._enqueue(Packet(self, uuid, data, self._now_ns()))

    def _restarted(self) -> None:
        self._reader.restart()

    def _now_ns(self) -> int:
        """Return the present instant in whole microseconds, as all the rest of Python counts. [ns]"""
        return int(self._clock.now().astype("datetime64[us]").astype("int64")) * 1000


async def until_cancelled(sensor: Sensor) -> None:
    """Run a sensor; what fails in it is logged and tried again, the others never notice."""
    while True:
        try:
            await sensor.run()
        except Exception:
            logger.exception("the link to %s failed", sensor.pairing.address)
            await asyncio.sleep(1.0)


async def ended(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended.

    Libraries that wait by `asyncio.wait_for` may lose a cancel in Python 3.11, when what they wait for
    comes in the same moment.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_PATIENCE_S)
    await asyncio.gather(*tasks, return_exceptions=True)
