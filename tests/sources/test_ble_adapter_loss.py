"""An adapter that goes away at any moment is let go of at once, and used again when it is back."""

import asyncio
import contextlib
import random

import pytest
from bleak.exc import BleakBluetoothNotAvailableError

from twin.sources.ble_adapters import open_adapters

CUTS = sorted(random.Random(5).sample(range(2500), 40))  # bytes from the adapter
QUICK = CUTS[3::13]


class Cable:
    """Stands between an adapter and its user; the first one who is plugged in is cut off."""

    def __init__(self, port, cut_after):
        self._port, self._left = port, cut_after
        self.plugged = 0
        self._tasks = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._plug, "127.0.0.1")
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _plug(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        self.plugged += 1
        ends, is_first = [writer], self.plugged == 1
        with contextlib.suppress(asyncio.CancelledError, OSError):
            from_adapter, to_adapter = await asyncio.open_connection("127.0.0.1", self._port)
            ends.append(to_adapter)
            ways = [
                asyncio.create_task(self._pass(reader, to_adapter, False)),
                asyncio.create_task(self._pass(from_adapter, writer, is_first)),
            ]
            self._tasks.update(ways)
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.transport.abort()

    async def _pass(self, reader, writer, is_cut):
        while data := await reader.read(4096):
            if is_cut:
                data, self._left = data[: self._left], max(0, self._left - len(data))
            writer.write(data)
            if is_cut and not self._left:
                await writer.drain()
                return


@pytest.mark.parametrize(
    "cut_after",
    [pytest.param(cut, marks=() if cut in QUICK else pytest.mark.slow) for cut in CUTS],
)
async def test_an_adapter_that_is_cut_off_at_any_moment_is_used_again(gym, cut_after):
    await gym.enter(1)
    await gym.adapter()
    async with Cable(gym.ports[0], cut_after) as cable:
        gym.ports[0] = cable.port
        gym.follow([0])
        sending = asyncio.create_task(gym.send(0, times=1000))
        await gym.until(lambda: cable.plugged >= 2, within_s=12)
        await gym.streaming(0)
        await gym.until(lambda: gym.rates())
        sending.cancel()
        await gym.leave()


async def test_an_adapter_that_never_answers_is_told_and_let_go_of():
    ended = asyncio.Event()

    async def listen(reader, writer):
        await reader.read()  # until the other end hangs up
        writer.close()
        ended.set()

    silent = await asyncio.start_server(listen, "127.0.0.1")
    port = silent.sockets[0].getsockname()[1]
    (adapter,) = open_adapters(f"bumble:tcp-client:127.0.0.1:{port}")
    with pytest.raises(BleakBluetoothNotAvailableError, match="does not answer"):
        await adapter.radio.device()
    async with asyncio.timeout(5):
        await ended.wait()
    await adapter.close()
    silent.close()


async def test_a_source_that_ends_while_its_adapter_opens_leaves_nothing_open(gym):
    await gym.enter(1)
    await gym.adapter()
    before = asyncio.all_tasks()
    for turns in range(12):  # of the loop, before it is ended
        gym.follow([0])
        for _ in range(turns):
            await asyncio.sleep(0)
        gym._follower.cancel()
        await asyncio.gather(gym._follower, return_exceptions=True)
    await gym.until(lambda: not any(radio.name == "adapter" for radio in gym.air.radios()))
    await gym.until(lambda: asyncio.all_tasks() == before)
