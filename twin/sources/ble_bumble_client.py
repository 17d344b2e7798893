"""bleak's client over a `BumbleAdapter`: ``BleakClient(device, backend=BleakClientBumble, ...)``."""

import asyncio
import logging
from typing import Any

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError
from bumble.device import Connection, Peer
from bumble.gatt_client import CharacteristicProxy

from twin.sources.ble_bumble import BumbleAdapter
from twin.sources.ble_bumble_calls import bleak_errors, unbroken

logger = logging.getLogger(__name__)

_MTU = 247  # what adapters of today ask for
_PROPERTIES = ("broadcast", "read", "write-without-response", "write", "notify", "indicate",
               "authenticated-signed-writes", "extended-properties")  # fmt: skip


class BleakClientBumble(BaseBleakClient):
    """One link to one sensor.

    As with bleak on Linux, the disconnected callback is called for every end of a link, and
    services and subscriptions are gone with it.
    """

    def __init__(
        self, address_or_ble_device: BLEDevice | str, *, radio: BumbleAdapter, **kwargs: Any
    ) -> None:
        super().__init__(address_or_ble_device, **kwargs)
        self._radio = radio
        self._known_name = getattr(address_or_ble_device, "name", None)
        self._connection: Connection | None = None

    @property
    def name(self) -> str:
        """Name as advertised, else the address."""
        return self._known_name or self.address

    @property
    def mtu_size(self) -> int:
        """Longest packet, with its 3 bytes of header."""
        return 23 if self._connection is None else int(self._connection.att_mtu)

    @property
    def is_connected(self) -> bool:
        """Whether the link stands."""
        return self._connection is not None

    # --- the link -------------------------------------------------------------------------------

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        """Connect as soon as the sensor is heard, and learn its services."""
        if self.is_connected:
            raise BleakError(f"{self.address} is connected already")
        try:
            async with asyncio.timeout(self._timeout):
                address = await self._radio.find(self.address)
        except TimeoutError:
            raise BleakDeviceNotFoundError(
                self.address, f"{self.address} was not heard within {self._timeout} s"
            ) from None
        with bleak_errors():
            async with self._radio.connected(address, self._timeout) as connection:
                self._connection = connection
                connection.once(Connection.EVENT_DISCONNECTION, self._on_disconnected)
                if pair:
                    await unbroken(connection.pair())
                self.services = await unbroken(_services(connection))
                if not self.is_connected:
                    raise BleakError(f"{self.address} was lost while connecting")

    def _on_disconnected(self, reason: int) -> None:
        logger.debug("%s disconnected, reason %s", self.address, reason)
        self._connection, self.services = None, None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        """End the link; nothing happens where there is none."""
        if self._connection is not None:
            with bleak_errors():
                await unbroken(self._connection.disconnect())

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Pair without input or output."""
        with bleak_errors():
            await unbroken(self._linked().pair())

    async def unpair(self) -> None:
        """Do nothing: no keys are kept."""

    def _linked(self) -> Connection:
        if self._connection is None:
            raise BleakError("Not connected")
        return self._connection

    # --- values ---------------------------------------------------------------------------------

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Return the value of a characteristic."""
        self._linked()
        with bleak_errors():
            return bytearray(await unbroken(characteristic.obj.read_value()))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Return the value of a descriptor."""
        self._linked()
        with bleak_errors():
            return bytearray(await unbroken(descriptor.obj.read_value()))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """Write the value of a characteristic."""
        self._linked()
        with bleak_errors():
            await unbroken(characteristic.obj.write_value(bytes(data), with_response=response))

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Write the value of a descriptor."""
        self._linked()
        with bleak_errors():
            await unbroken(descriptor.obj.write_value(bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **kwargs: Any
    ) -> None:
        """Call `callback` with every notification; what it raises is logged, the stream goes on."""
        self._linked()

        def notified(value: bytes) -> None:
            try:
                callback(bytearray(value))
            except Exception:
                logger.exception("the callback for %s failed", characteristic.uuid)

        with bleak_errors():
            await unbroken(characteristic.obj.subscribe(notified))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Be notified no more."""
        self._linked()
        with bleak_errors():
            await unbroken(characteristic.obj.unsubscribe(force=True))


async def _services(connection: Connection) -> BleakGATTServiceCollection:
    """Return everything a sensor offers, in bleak's form."""
    peer = Peer(connection)
    await peer.request_mtu(_MTU)
    await peer.discover_all()  # type: ignore[no-untyped-call]
    services = BleakGATTServiceCollection()
    for theirs in peer.services:
        service = BleakGATTService(theirs, theirs.handle, _long(theirs.uuid))
        services.add_service(service)
        for proxy in theirs.characteristics:
            services.add_characteristic(_characteristic(proxy, service, connection))
            for descriptor in proxy.descriptors:
                services.add_descriptor(
                    BleakGATTDescriptor(
                        descriptor, descriptor.handle, _long(descriptor.type),
                        services.characteristics[proxy.handle],
                    )
                )  # fmt: skip
    return services


def _characteristic(
    proxy: CharacteristicProxy[bytes], service: BleakGATTService, connection: Connection
) -> BleakGATTCharacteristic:
    properties: list[Any] = [
        name for bit, name in enumerate(_PROPERTIES) if int(proxy.properties) >> bit & 1
    ]
    return BleakGATTCharacteristic(
        proxy, proxy.handle, _long(proxy.uuid), properties,
        lambda: int(connection.att_mtu) - 3, service,
    )  # fmt: skip


def _long(uuid: Any) -> str:
    """Return a UUID in its full form."""
    text = uuid.to_hex_str("-").lower()
    return f"0000{text}-0000-1000-8000-00805f9b34fb" if len(text) == 4 else text
