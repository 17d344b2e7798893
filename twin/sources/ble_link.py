"""The link to one sensor: search, connect, stream, lost, and again from the start.

A link connects only to a sensor that was just heard, watches for silence, waits longer after every
failure, and numbers its epochs: what came before a new one says nothing about what comes after.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from twin.errors import MalformedPacketError
from twin.records import SensorState
from twin.sources import gatt
from twin.sources.ble_adapters import Adapter, is_full
from twin.sources.ble_readings import MEASUREMENTS
from twin.sources.ble_streams import offers_streams, start_streams

logger = logging.getLogger(__name__)

Received = Callable[[str, bytes], None]
_HEARD_LATELY_S = 3.0
_HANG_UP_S = 2.0
_FULL = "every adapter holds all the links it can"
_TROUBLES = (BleakError, OSError, TimeoutError, EOFError)


@dataclass(frozen=True, slots=True)
class LinkTiming:
    """How patient a link is. [s]

    Parameters
    ----------
    connect_s : float
        Longest wait for a connection.
    silence_s : float
        Connected, but no packet for so long: the link is made anew.
    first_pause_s, longest_pause_s : float
        Between two tries: doubled after every failure.
    full_s : float
        Until an adapter that was full is tried again.
    """

    connect_s: float = 10.0
    silence_s: float = 5.0
    first_pause_s: float = 0.5
    longest_pause_s: float = 10.0
    full_s: float = 5.0


class SensorLink:
    """Keeps one sensor connected until cancelled.

    Parameters
    ----------
    address : str
        Of the sensor.
    received : callable
        Gets characteristic and packet; called in bleak's callback, must return at once.
    restarted : callable
        Called at the beginning of every epoch.
    timing : LinkTiming
        How patient it is.
    """

    def __init__(
        self, address: str, received: Received, restarted: Callable[[], None],
        timing: LinkTiming = LinkTiming(),
    ) -> None:  # fmt: skip
        self.address = address
        self.state = SensorState.SEARCH
        self.detail = ""
        self.epoch = 0
        self.battery = float("nan")
        self.device_words = ""
        self.streams: tuple[str, ...] = ()  # fast signals it is asked for
        self.can_stream = False
        self.adapter = ""  # name of the one it is or was linked over
        self._received = received
        self._restarted = restarted
        self._timing = timing
        self._heard = asyncio.Event()
        self._near: dict[Adapter, tuple[BLEDevice, float]] = {}
        self._last_packet_s = 0.0
        self._lost = asyncio.Event()

    def heard(self, adapter: Adapter, device: BLEDevice) -> None:
        """Note that a scanner heard the sensor."""
        self._near[adapter] = (device, asyncio.get_running_loop().time())
        self._heard.set()

    async def run(self) -> None:
        """Connect and stream, again and again."""
        pause_s = self._timing.first_pause_s
        while True:
            self._heard.clear()
            await self._heard.wait()
            epoch = self.epoch
            try:
                await self._stream_once()
            except _TROUBLES as error:
                self.detail = str(error) or type(error).__name__
                logger.info("%s: %s", self.address, self.detail)
            if self.state is not SensorState.FULL:
                self.state = SensorState.LOST if self.epoch else SensorState.SEARCH
            pause_s = self._timing.first_pause_s if self.epoch > epoch else 2 * pause_s
            pause_s = min(pause_s, self._timing.longest_pause_s)
            await asyncio.sleep(pause_s * random.uniform(0.75, 1.25))

    async def _stream_once(self) -> None:
        """Connect over the adapter with the fewest links, and stream until the link is lost."""
        chosen = self._choose()
        if chosen is None:
            self.state, self.detail = SensorState.FULL, _FULL
            return
        adapter, device = chosen
        self.state, self.detail, self.adapter = SensorState.CONNECT, "", adapter.name
        self._lost.clear()
        client = BleakClient(
            device, lambda _: self._lost.set(), timeout=self._timing.connect_s, **adapter.client
        )
        adapter.links += 1
        try:
            await client.connect()
            await self._subscribe(client)
            await self._watch()
        except BleakError as error:
            if not is_full(error):
                raise
            adapter.full_until_s = asyncio.get_running_loop().time() + self._timing.full_s
            self.state, self.detail = SensorState.FULL, _FULL
        finally:
            adapter.links -= 1
            await self._hang_up(client)

    def _choose(self) -> tuple[Adapter, BLEDevice] | None:
        now_s = asyncio.get_running_loop().time()
        near = [
            (adapter.links, index, adapter, device)
            for index, (adapter, (device, heard_s)) in enumerate(self._near.items())
            if now_s - heard_s < _HEARD_LATELY_S and now_s >= adapter.full_until_s
        ]
        return min(near)[2:] if near else None

    async def _subscribe(self, client: BleakClient) -> None:
        """Begin an epoch: ask what the sensor is, then let it send."""
        offered = [uuid for uuid in MEASUREMENTS if client.services.get_characteristic(uuid)]
        if not offered:
            raise BleakError("it offers no measurement that is known here")
        self.epoch += 1
        self._restarted()
        await self._ask(client)
        self._last_packet_s = asyncio.get_running_loop().time()
        for uuid in offered:
            await client.start_notify(uuid, partial(self._on_packet, uuid))
        self.can_stream = offers_streams(client)
        self.detail = await start_streams(client, self.streams, self._took)
        self.state = SensorState.STREAM

    async def _ask(self, client: BleakClient) -> None:
        words = []
        for uuid in (gatt.BATTERY, gatt.MANUFACTURER, gatt.MODEL):
            if client.services.get_characteristic(uuid) is None:
                continue
            value = await client.read_gatt_char(uuid)
            if uuid == gatt.BATTERY:
                self._on_battery(value)
                continue
            try:
                words.append(gatt.decode_text(value))
            except MalformedPacketError as error:
                logger.info("%s: %s", self.address, error)
        self.device_words = " ".join(words)
        battery = client.services.get_characteristic(gatt.BATTERY)
        if battery is not None and "notify" in battery.properties:
            await client.start_notify(battery, lambda _, value: self._on_battery(value))

    def _on_battery(self, value: bytearray) -> None:
        try:
            self.battery = float(gatt.decode_battery(value))
        except MalformedPacketError as error:
            logger.info("%s: %s", self.address, error)

    def renew(self) -> None:
        """Hang up and begin a new epoch, as the wishes have changed."""
        self._lost.set()

    def _on_packet(self, uuid: str, _: BleakGATTCharacteristic, packet: bytearray) -> None:
        self._took(uuid, bytes(packet))

    def _took(self, uuid: str, packet: bytes) -> None:
        self._last_packet_s = asyncio.get_running_loop().time()
        self._received(uuid, packet)

    async def _watch(self) -> None:
        """Return when the link is lost, or nothing came for too long."""
        loop = asyncio.get_running_loop()
        while not self._lost.is_set():
            left_s = self._last_packet_s + self._timing.silence_s - loop.time()
            if left_s <= 0:
                self.detail = f"silent for {self._timing.silence_s:g} s"
                return
            try:
                async with asyncio.timeout(left_s):
                    await self._lost.wait()
            except TimeoutError:
                continue
        self.detail = "the link was lost"

    async def _hang_up(self, client: BleakClient) -> None:
        try:
            async with asyncio.timeout(_HANG_UP_S):
                await client.disconnect()
        except _TROUBLES as error:
            logger.debug("%s: hanging up: %s", self.address, error)
