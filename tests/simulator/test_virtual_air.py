"""The virtual air, heard and used through bleak's public API as a real one is."""

import asyncio
import contextlib
from functools import partial

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from simulator import ble_packets
from simulator.air import Air
from simulator.air_server import serve_adapters
from simulator.ble_sensor import VirtualSensor
from twin.sources.ble_bumble import BumbleAdapter
from twin.sources.ble_bumble_client import BleakClientBumble
from twin.sources.ble_bumble_scanner import BleakScannerBumble
from waiting import until_true

ADDRESS = "F0:00:00:01:00:{:02X}"
SUPERVISION_S = 0.3


until = partial(until_true, within_s=5.0)  # on the real clock of the radio


class Bench:
    """An air with straps, served over TCP, and adapters plugged into it."""

    def __init__(self, air):
        self.air = air
        self.straps = []
        self.radios = []
        self.server = None

    async def straps_on(self, count, **options):
        for place in range(count):
            strap = VirtualSensor(
                self.air,
                "strap",
                f"Strap {place}",
                ADDRESS.format(place),
                interval_ms=30,
                **options,
            )
            await strap.start()
            self.straps.append(strap)

    async def radio(self, **options):
        if self.server is None:
            self.server = await serve_adapters(self.air, port=0, **options)
        port = self.server.sockets[0].getsockname()[1]
        self.radios.append(BumbleAdapter(f"tcp-client:127.0.0.1:{port}"))
        return self.radios[-1]

    async def heard(self, radio, seconds=0.3):
        found = await BleakScanner.discover(
            seconds, return_adv=True, backend=BleakScannerBumble, radio=radio
        )
        return {address: data for address, (_, data) in found.items()}


@pytest.fixture
async def bench():
    bench = Bench(Air(supervision_s=SUPERVISION_S))
    yield bench
    for radio in bench.radios:
        await radio.close()
    if bench.server is not None:
        bench.server.close()
    await until(lambda: not any(strap.is_linked for strap in bench.straps))
    # A loaded machine may take longer than any pause until each end has seen the other close.
    await until(lambda: not any(r.name == "adapter" and r.in_range for r in bench.air.radios()))
    await asyncio.sleep(0.05)  # they advertise again; bumble's tasks must not outlive the loop


def client(radio, place=0, *, timeout=2.0, on_end=None):
    return BleakClient(
        ADDRESS.format(place), on_end, timeout=timeout, backend=BleakClientBumble, radio=radio
    )


async def test_a_scan_hears_names_services_and_signal(bench):
    await bench.straps_on(3, rssi=-71)
    heard = await bench.heard(await bench.radio())
    assert {data.local_name for data in heard.values()} == {"Strap 0", "Strap 1", "Strap 2"}
    assert {data.rssi for data in heard.values()} == {-71}
    assert heard[ADDRESS.format(0)].service_uuids == ["0000180d-0000-1000-8000-00805f9b34fb"]


async def test_a_passive_scan_hears_no_name(bench):
    """Names are in the scan response, which only an active scan asks for."""
    await bench.straps_on(1)
    found = await BleakScanner.discover(
        0.2, return_adv=True, scanning_mode="passive", backend=BleakScannerBumble,
        radio=await bench.radio(),
    )  # fmt: skip
    assert [data.local_name for _, data in found.values()] == [None]


async def test_half_of_the_advertisements_can_be_lost(bench):
    bench.air.advertising_loss = 0.5
    await bench.straps_on(1)
    count = 0

    def heard(_device, _data):
        nonlocal count
        count += 1

    async with BleakScanner(heard, backend=BleakScannerBumble, radio=await bench.radio()):
        await until(lambda: count >= 5)
    bench.air.advertising_loss = 1.0
    assert await bench.heard(bench.radios[0]) == {}


async def test_what_a_strap_sends_arrives_as_it_is(bench):
    await bench.straps_on(1)
    got = []
    sent = [ble_packets.heart_rate(141, [1000]), b"", b"\x01\x2c", bytes(20)]
    async with client(await bench.radio()) as strap:
        assert (strap.is_connected, strap.mtu_size) == (True, 247)
        await strap.start_notify("2a37", lambda _, packet: got.append(bytes(packet)))
        for packet in sent:
            await bench.straps[0].notify(packet)
        await until(lambda: len(got) == len(sent))
    assert got == sent
    assert not strap.is_connected


async def test_a_callback_that_fails_does_not_end_the_stream(bench, caplog):
    await bench.straps_on(1)
    calls = []

    def fail(_, packet):
        calls.append(packet)
        raise ZeroDivisionError

    async with client(await bench.radio()) as strap:
        await strap.start_notify("2a37", fail)
        for _ in range(2):
            await bench.straps[0].notify(ble_packets.heart_rate(100))
        await until(lambda: len(calls) == 2)
    assert "failed" in caplog.text


async def test_values_are_read_but_not_those_that_are_only_sent(bench):
    await bench.straps_on(1, battery=77)
    async with client(await bench.radio()) as strap:
        assert await strap.read_gatt_char("2a19") == b"\x4d"
        with pytest.raises(BleakGATTProtocolError, match="Read Not Permitted"):
            await strap.read_gatt_char("2a37")


async def test_an_absent_sensor_times_out_and_blocks_nobody(bench):
    await bench.straps_on(1)
    radio = await bench.radio()
    absent = asyncio.create_task(client(radio, 9, timeout=0.8).connect())
    async with client(radio, 0, timeout=0.7) as strap:
        assert strap.is_connected
    with pytest.raises(BleakDeviceNotFoundError):
        await absent
    async with client(radio, 0) as strap:
        assert strap.is_connected


async def test_a_connect_that_is_cancelled_leaves_no_trace(bench):
    await bench.straps_on(1)
    radio = await bench.radio()
    for wait_s in (0.0, 0.02, 0.05, 0.08):
        strap = client(radio)
        task = asyncio.create_task(strap.connect())
        await asyncio.sleep(wait_s)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await strap.disconnect()  # where it was quicker
    await until(lambda: not bench.straps[0].is_linked)
    async with client(radio) as strap:
        assert strap.is_connected


async def test_a_vanished_sensor_is_lost_after_the_supervision_timeout_and_comes_back(bench):
    await bench.straps_on(2)
    radio = await bench.radio()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with client(radio, 1) as other:
        lost = client(radio, 0, on_end=lambda _: ended.set())
        await lost.connect()
        began_s = loop.time()
        bench.straps[0].radio.vanish()
        with pytest.raises(BleakError, match="lost"):
            await lost.read_gatt_char("2a19")
        assert loop.time() - began_s >= 0.9 * SUPERVISION_S
        async with asyncio.timeout(1):
            await ended.wait()
        assert other.is_connected
        bench.straps[0].radio.appear()
        await lost.connect()
        assert await lost.read_gatt_char("2a19")
        await lost.disconnect()


async def test_a_short_fade_keeps_the_link(bench):
    await bench.straps_on(1)
    ended = []
    async with client(await bench.radio(), on_end=ended.append) as strap:
        bench.straps[0].radio.vanish()
        await asyncio.sleep(SUPERVISION_S / 3)
        bench.straps[0].radio.appear()
        await asyncio.sleep(1.5 * SUPERVISION_S)
        assert strap.is_connected
        assert not ended


async def test_a_strap_that_hangs_up_ends_the_link_at_once(bench):
    await bench.straps_on(1)
    ended = asyncio.Event()
    await (strap := client(await bench.radio(), on_end=lambda _: ended.set())).connect()
    await bench.straps[0].hang_up()
    async with asyncio.timeout(0.2):
        await ended.wait()
    assert not strap.is_connected


async def test_a_full_adapter_says_so_and_another_takes_the_rest(bench):
    await bench.straps_on(3)
    radio = await bench.radio(max_links=2)
    clients = [client(radio, place) for place in range(3)]
    await clients[0].connect()
    await clients[1].connect()
    with pytest.raises(BleakError, match="CONNECTION_LIMIT_EXCEEDED"):
        await clients[2].connect()
    async with client(await bench.radio(), 2) as third:
        assert third.is_connected
    await clients[0].disconnect()
    await clients[2].connect()
    assert clients[2].is_connected


async def test_a_linked_strap_is_silent_for_everybody_else(bench):
    await bench.straps_on(2)
    mine, other = await bench.radio(), await bench.radio()
    async with client(mine, 0):
        assert list(await bench.heard(other)) == [ADDRESS.format(1)]


async def test_a_program_that_dies_gives_its_straps_back(bench):
    await bench.straps_on(1)
    radio = await bench.radio()
    await client(radio).connect()
    await radio.close()
    await until(lambda: not bench.straps[0].is_linked)
    async with client(await bench.radio()) as strap:
        assert strap.is_connected
    await until(lambda: len([r for r in bench.air.radios() if r.name == "adapter"]) == 1)


async def test_an_unplugged_adapter_ends_all_links_and_works_again_when_it_is_back(bench):
    await bench.straps_on(2)
    radio = await bench.radio()
    port = bench.server.sockets[0].getsockname()[1]
    ended = []
    clients = [client(radio, place, on_end=ended.append) for place in range(2)]
    for strap in clients:
        await strap.connect()
    bench.server.close()
    for plug in [r for r in bench.air.radios() if r.name == "adapter"]:
        plug.host.transport.abort()
    await until(lambda: len(ended) == 2)
    with pytest.raises(BleakBluetoothNotAvailableError):
        await clients[0].connect()
    bench.server = await serve_adapters(bench.air, port=port)
    await clients[0].connect()
    assert clients[0].is_connected
