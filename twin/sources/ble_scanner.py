"""One scanner per adapter that never ends: whatever it hears goes to all who look for sensors."""

import asyncio
import logging
from collections.abc import Callable

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakBluetoothNotAvailableError, BleakError

from twin.sources.ble_adapters import Adapter

logger = logging.getLogger(__name__)

Heard = Callable[[Adapter, BLEDevice, AdvertisementData], None]
QUIET_S = 3.0  # hearing nothing for so long while somebody is looked for, the scanner begins anew
_STEP_S = 0.5
_RETRY_S = 1.0


class SharedScanner:
    """Scans over one adapter until cancelled, and begins again after every trouble.

    Parameters
    ----------
    adapter : Adapter
        Over which.
    heard : callable
        Gets everything heard; must return at once.
    is_wanted : callable
        Whether somebody is looked for: an air where all are connected is quiet for good reason.
    """

    def __init__(self, adapter: Adapter, heard: Heard, is_wanted: Callable[[], bool]) -> None:
        self.trouble = ""  # why nothing can be heard; empty while scanning
        self._adapter = adapter
        self._heard = heard
        self._is_wanted = is_wanted
        self._last_s = 0.0

    async def run(self) -> None:
        """Scan until cancelled."""
        while True:
            try:
                await self._scan()
            except Exception as error:  # the border: whatever a system's Bluetooth may raise
                if not self.trouble:
                    known = isinstance(error, BleakError | OSError | TimeoutError)
                    logger.warning(
                        "cannot scan over adapter %s: %s", self._adapter.name, _words(error),
                        exc_info=None if known else error,
                    )  # fmt: skip
                self.trouble = _words(error)
                await asyncio.sleep(_RETRY_S)

    async def _scan(self) -> None:
        loop = asyncio.get_running_loop()
        async with BleakScanner(self._on_heard, **self._adapter.scanner):
            self.trouble = ""
            self._last_s = loop.time()
            while loop.time() - self._last_s < QUIET_S or not self._is_wanted():
                await asyncio.sleep(_STEP_S)
                if not self._adapter.is_there:
                    raise BleakError("the adapter has gone")

    def _on_heard(self, device: BLEDevice, data: AdvertisementData) -> None:
        self._last_s = asyncio.get_running_loop().time()
        self._heard(self._adapter, device, data)


def _words(error: Exception) -> str:
    if isinstance(error, BleakBluetoothNotAvailableError):
        return str(error.args[0])  # beside its reason, a number
    if isinstance(error, FileNotFoundError):  # what Linux has no D-Bus for
        return "this system runs no Bluetooth service (BlueZ over D-Bus)"
    return str(error) or type(error).__name__
