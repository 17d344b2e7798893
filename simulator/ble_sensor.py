"""Virtual Bluetooth sensors: they advertise, take one link, and notify who subscribed."""

import struct
from collections.abc import Sequence

from bumble import hci
from bumble.att import ATT_READ_NOT_PERMITTED_ERROR, ATT_Error
from bumble.core import AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from simulator.air import Air, Radio
from simulator.ble_polar import PolarStreams

HEART_RATE_SERVICE, HEART_RATE, BODY_LOCATION = 0x180D, 0x2A37, 0x2A38
RUNNING_SERVICE, RUNNING, RUNNING_FEATURE = 0x1814, 0x2A53, 0x2A54
POWER_SERVICE, POWER, POWER_FEATURE = 0x1818, 0x2A63, 0x2A65
LOCATION_SERVICE, LOCATION, LOCATION_FEATURE = 0x1819, 0x2A67, 0x2A6A
_BATTERY_SERVICE, _BATTERY = 0x180F, 0x2A19
_DEVICE_SERVICE, _MANUFACTURER, _MODEL = 0x180A, 0x2A29, 0x2A24

# What each kind of sensor notifies, and what can be read of it: number and value.
KINDS = {
    "strap": (HEART_RATE_SERVICE, HEART_RATE, (BODY_LOCATION, b"\x01")),
    "pod": (RUNNING_SERVICE, RUNNING, (RUNNING_FEATURE, struct.pack("<H", 0x06))),
    "meter": (POWER_SERVICE, POWER, (POWER_FEATURE, struct.pack("<I", 0x08))),
    "tracker": (LOCATION_SERVICE, LOCATION, (LOCATION_FEATURE, struct.pack("<I", 0x0F))),
}
_UNIT_MS = 0.625  # bumble counts an advertising interval in these, its virtual clock in ms


class VirtualSensor:
    """A strap, pod, meter or tracker in the air.

    Parameters
    ----------
    air : Air
        Where it is.
    kind : str
        One of `KINDS`.
    name : str
        As it advertises, in the scan response as straps do.
    address : str
        Its random static address, such as ``"F0:00:00:00:00:01"``.
    battery : int
        Charge. [%]
    interval_ms : float
        Between two advertisements. [ms]
    rssi : int
        How strong it is heard. [dBm]
    polar : PolarStreams, optional
        The ECG and acceleration that a strap offers.
    """

    def __init__(
        self, air: Air, kind: str, name: str, address: str, *,
        battery: int = 90, interval_ms: float = 100.0, rssi: int = -60,
        polar: PolarStreams | None = None,
    ) -> None:  # fmt: skip
        self.kind, self.name, self.address = kind, name, address
        self.sent = 0  # measurements that somebody had subscribed to
        self._interval_ms = interval_ms
        self.radio = Radio(name, air, max_links=1, rssi=rssi)
        host = Host(self.radio, AsyncPipeSink(self.radio))
        self._device = Device(name=name, address=hci.Address(address), host=host)
        service, measurement, (number, value) = KINDS[kind]
        self._service = service
        self._measurement = _notified(measurement)
        self._battery = _readable(_BATTERY, bytes([battery]), notify=True)
        self._device.add_services([
            Service(_uuid(service), [self._measurement, _readable(number, value)]),
            Service(_uuid(_BATTERY_SERVICE), [self._battery]),
            Service(_uuid(_DEVICE_SERVICE), [
                _readable(_MANUFACTURER, b"Virtual"), _readable(_MODEL, kind.encode()),
            ]),
        ])  # fmt: skip
        self.polar = polar
        if polar is not None:
            self._device.add_service(polar.service)
            polar.belong(self._device)

    @property
    def all_sent(self) -> int:
        """Packets that somebody had subscribed to, those of fast signals included."""
        return self.sent + (0 if self.polar is None else self.polar.sent)

    @property
    def is_linked(self) -> bool:
        """Whether somebody holds its link."""
        return bool(self.radio.le_connections)

    async def start(self, manufacturer: tuple[int, bytes] | None = None) -> None:
        """Switch on: advertise, again after every link.

        Parameters
        ----------
        manufacturer : tuple of int and bytes, optional
            Company and its data in the advertisement, as Polar straps have it.
        """
        await self._device.power_on()
        await self._device.start_advertising(
            auto_restart=True,
            advertising_data=self._advertisement(manufacturer),
            scan_response_data=bytes(AdvertisingData([
                (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode()),
            ])),
            advertising_interval_min=self._interval_ms * _UNIT_MS,
            advertising_interval_max=self._interval_ms * _UNIT_MS,
        )  # fmt: skip

    def advertise(self, manufacturer: tuple[int, bytes]) -> None:
        """Change the data of the advertisement from the next one on."""
        self.radio.le_legacy_advertiser.advertising_data = self._advertisement(manufacturer)

    async def notify(self, packet: bytes) -> None:
        """Send a measurement to whoever subscribed; lost where nobody did."""
        subscribers = self._device.gatt_server.subscribers.values()
        self.sent += any(handles.get(self._measurement.handle) for handles in subscribers)
        await self._device.notify_subscribers(self._measurement, packet)

    async def discharge(self, battery: int) -> None:
        """Tell of another charge. [%]"""
        self._battery.value = bytes([battery])
        await self._device.notify_subscribers(self._battery)

    async def hang_up(self) -> None:
        """End the link in good order, as a strap does that is taken off."""
        for connection in list(self._device.connections.values()):
            await connection.disconnect()

    def _advertisement(self, manufacturer: tuple[int, bytes] | None) -> bytes:
        parts: list[tuple[int, bytes]] = [
            (AdvertisingData.FLAGS, b"\x06"),
            (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
             struct.pack("<H", self._service)),
        ]  # fmt: skip
        if manufacturer is not None:
            company, data = manufacturer
            content = struct.pack("<H", company) + data
            parts.append((AdvertisingData.MANUFACTURER_SPECIFIC_DATA, content))
        return bytes(AdvertisingData(parts))


def linked(sensors: Sequence[VirtualSensor]) -> int:
    """Return how many of these are linked."""
    return sum(sensor.is_linked for sensor in sensors)


def _uuid(number: int) -> str:
    return f"{number:04X}"


def _notified(number: int) -> Characteristic[bytes]:
    """Return a value that is only sent; bumble itself would let it be read."""

    def refuse(_connection: Connection) -> bytes:
        raise ATT_Error(ATT_READ_NOT_PERMITTED_ERROR)

    return Characteristic(
        _uuid(number), Characteristic.Properties.NOTIFY, Characteristic.Permissions(0),
        CharacteristicValue(read=refuse),
    )  # fmt: skip


def _readable(number: int, value: bytes, *, notify: bool = False) -> Characteristic[bytes]:
    properties = Characteristic.Properties.READ
    if notify:
        properties |= Characteristic.Properties.NOTIFY
    return Characteristic(_uuid(number), properties, Characteristic.Permissions.READABLE, value)
