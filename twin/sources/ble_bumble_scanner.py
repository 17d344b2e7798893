"""bleak's scanner over a `BumbleAdapter`."""

from typing import Any

from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bumble import core
from bumble.device import Advertisement

from twin.sources.ble_bumble import BumbleAdapter
from twin.sources.ble_bumble_calls import bleak_errors, plain


class BleakScannerBumble(BaseBleakScanner):
    """Scanner over a `BumbleAdapter`: ``BleakScanner(backend=BleakScannerBumble, radio=...)``."""

    def __init__(
        self, detection_callback: Any, service_uuids: list[str] | None, scanning_mode: str,
        *, radio: BumbleAdapter, **_: Any,
    ) -> None:  # fmt: skip
        super().__init__(detection_callback, service_uuids)
        self._radio = radio
        self._active = scanning_mode != "passive"

    async def start(self) -> None:
        """Begin to report advertisements."""
        self.seen_devices = {}
        with bleak_errors():
            await self._radio.listen(self._heard, active=self._active)

    async def stop(self) -> None:
        """Report no more."""
        with bleak_errors():
            await self._radio.stop_listening(self._heard)

    def _heard(self, advertisement: Advertisement) -> None:
        data = _as_bleak_has_it(advertisement)
        if not self.is_allowed_uuid(data.service_uuids):
            return
        address = plain(advertisement.address)
        known = self.seen_devices.get(address)
        name = data.local_name or (known[0].name if known else None)
        device = self.create_or_update_device(address, address, name, advertisement.address, data)
        self.call_detection_callbacks(device, data)


def _as_bleak_has_it(advertisement: Advertisement) -> AdvertisementData:
    name, uuids, companies = None, [], {}
    for kind, content in advertisement.data.ad_structures:
        if kind in (
            core.AdvertisingData.COMPLETE_LOCAL_NAME,
            core.AdvertisingData.SHORTENED_LOCAL_NAME,
        ):
            name = content.decode("utf-8", "replace")
        elif kind == core.AdvertisingData.MANUFACTURER_SPECIFIC_DATA and len(content) >= 2:
            companies[int.from_bytes(content[:2], "little")] = bytes(content[2:])
        elif kind in _UUID_SIZES:
            size = _UUID_SIZES[kind]
            uuids += [
                core.UUID.from_bytes(content[at : at + size]).to_hex_str("-")
                for at in range(0, len(content) - size + 1, size)
            ]
    full = [_full(uuid) for uuid in uuids]
    return AdvertisementData(name, companies, {}, full, None, advertisement.rssi, ())


_UUID_SIZES = {
    core.AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    core.AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    core.AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    core.AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
}


def _full(uuid: str) -> str:
    return f"0000{uuid}-0000-1000-8000-00805f9b34fb".lower() if len(uuid) == 4 else uuid.lower()
