"""An adapter that bumble drives: the virtual air over TCP, or a real dongle past the system's stack.

Only loaded when `BLE` begins with ``bumble:``. What bleak's own backends leave to the operating
system stands here and in `ble_bumble_client`: scanning, one connect at a time, a lost adapter.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
)
from bumble import core, hci
from bumble.device import Advertisement, Connection, Device
from bumble.transport import open_transport
from bumble.transport.common import Transport

from twin.sources.ble_bumble_calls import plain

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_Heard = Callable[[Advertisement], None]
_CLOSE_S = 1.0
_OPEN_S = 3.0


class BumbleAdapter:
    """One adapter, opened when it is first needed and again after it was lost.

    Parameters
    ----------
    transport : str
        As bumble names it, such as ``"tcp-client:127.0.0.1:9000"`` or ``"usb:0"``.
    """

    def __init__(self, transport: str) -> None:
        self._name = transport
        self._transport: Transport | None = None
        self._device: Device | None = None
        self._opening: asyncio.Task[Device] | None = None
        self._connecting = asyncio.Lock()
        self._scanning = asyncio.Lock()
        self._switching: asyncio.Future[None] | None = None  # scanning on or off
        self._listeners: dict[_Heard, None] = {}
        self._gone: asyncio.Future[None]  # of the device that is open, or being opened

    @property
    def is_open(self) -> bool:
        """Whether it is open and was not unplugged since."""
        return self._device is not None

    async def device(self) -> Device:
        """Return the open adapter.

        Raises
        ------
        BleakBluetoothNotAvailableError
            If it cannot be opened.
        """
        if self._device is not None:
            return self._device
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(self._opening)

    async def close(self) -> None:
        """Let go of the adapter; links are lost."""
        if self._opening is not None:
            await asyncio.wait([self._opening])
            self._opening = None
        transport, self._transport, self._device = self._transport, None, None
        self._listeners.clear()
        if self._switching is not None:
            self._switching.cancel()
        if transport is not None:
            await transport.close()

    async def _open(self) -> Device:
        transport = None
        try:
            transport = await open_transport(self._name)
            device = Device.with_hci(
                "twin", hci.Address.generate_static_address(), transport.source, transport.sink
            )
            self._gone = asyncio.get_running_loop().create_future()
            device.on(Device.EVENT_FLUSH, partial(self._lost, self._gone))
            await self._unless_gone(device.power_on(), within_s=_OPEN_S)
        except BaseException as error:
            if transport is not None:
                await transport.close()
            if not isinstance(error, OSError | core.BaseBumbleError | BleakError):
                raise
            raise BleakBluetoothNotAvailableError(
                f"{self._name}: {error}", BleakBluetoothNotAvailableReason.NO_BLUETOOTH
            ) from error
        self._transport, self._device = transport, device
        device.on(Device.EVENT_ADVERTISEMENT, self._heard)
        return device

    def _lost(self, gone: "asyncio.Future[None]") -> None:
        """Forget an adapter that was unplugged; bumble ends its links itself."""
        if not gone.done():
            gone.set_result(None)
        if self._gone is gone and self._device is not None:
            self._device, self._transport = None, None
            self._listeners.clear()

    async def _unless_gone(
        self, work: Coroutine[Any, Any, _Result], *, within_s: float | None = None
    ) -> _Result:
        """Await what an adapter is to do; one that has gone never answers, and bumble would wait.

        Raises
        ------
        BleakError
            If the adapter has gone, or does not answer in time.
        """
        task, gone = asyncio.ensure_future(work), self._gone
        try:
            both: set[asyncio.Future[Any]] = {task, gone}
            await asyncio.wait(both, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise
        if task.done():
            return task.result()
        task.cancel()
        raise BleakError("the adapter has gone" if gone.done() else "the adapter does not answer")

    # --- what scanner and client need -----------------------------------------------------------

    async def listen(self, heard: _Heard, *, active: bool = True) -> None:
        """Call `heard` with every advertisement."""
        self._listeners[heard] = None
        try:
            async with self._scanning:
                device = await self.device()
                await self._switched()
                if not device.is_scanning:
                    self._switching = asyncio.ensure_future(device.start_scanning(active=active))
                    await self._switched()
        except BaseException:
            self._listeners.pop(heard, None)
            raise

    async def stop_listening(self, heard: _Heard) -> None:
        """End what `listen` began."""
        self._listeners.pop(heard, None)
        async with self._scanning:
            await self._switched()
            if not self._listeners and self._device is not None and self._device.is_scanning:
                self._switching = asyncio.ensure_future(self._device.stop_scanning())
                await self._switched()

    async def _switched(self) -> None:
        """Wait until scanning is on or off; whoever began to switch may have been cancelled since."""
        if self._switching is None or self._switching.done():
            return
        try:
            await self._unless_gone(_result_of(self._switching))
        except BleakError:
            self._switching.cancel()
            raise

    def _heard(self, advertisement: Advertisement) -> None:
        for listener in list(self._listeners):
            listener(advertisement)

    async def find(self, address: str) -> hci.Address:
        """Return the full address of a sensor as soon as it is heard."""
        found: asyncio.Future[hci.Address] = asyncio.get_running_loop().create_future()

        def heard(advertisement: Advertisement) -> None:
            if plain(advertisement.address) == address and not found.done():
                found.set_result(advertisement.address)

        await self.listen(heard)
        try:
            return await found
        finally:
            await self.stop_listening(heard)

    @asynccontextmanager
    async def connected(self, address: hci.Address, timeout_s: float) -> AsyncIterator[Connection]:
        """Connect, one at a time as adapters can; hang up if the caller fails meanwhile."""
        async with self._connecting:
            device = await self.device()
            task = asyncio.ensure_future(device.connect(address, timeout=timeout_s))
            try:
                connection = await self._unless_gone(_result_of(task))
            except asyncio.CancelledError:
                task.add_done_callback(_hang_up_late)
                raise
        try:
            yield connection
        except BaseException:
            await asyncio.wait([asyncio.ensure_future(_hang_up(connection))], timeout=_CLOSE_S)
            raise


async def _result_of(task: "asyncio.Future[_Result]") -> _Result:
    """Await a task that goes on if this is cancelled."""
    return await asyncio.shield(task)


async def _hang_up(connection: Connection) -> None:
    try:
        await connection.disconnect()
    except (core.BaseBumbleError, asyncio.CancelledError):
        logger.debug("the link was gone already")


def _hang_up_late(task: "asyncio.Future[Connection]") -> None:
    """Take back a connect that went on after its caller was cancelled."""
    if not task.cancelled() and task.exception() is None:
        asyncio.ensure_future(_hang_up(task.result()))  # noqa: RUF006 - ends by itself
