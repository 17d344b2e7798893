"""Bluetooth sensors as a source: ``--source ble``.

    adapters -> shared scanners -> sensors: link or listen -> queue -> readings -> Batch

A packet gets its instant in the radio's callback, which only puts it into a queue. What came within
a few milliseconds leaves as one batch, so the screens are told at once.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from twin.protocols import Clock, WallClock
from twin.records import Athlete, Batch, Pairing, SensorState, SensorStatus, SourceStatus
from twin.sources.ble_adapters import Adapter, open_adapters
from twin.sources.ble_gather import Gatherer
from twin.sources.ble_link import LinkTiming
from twin.sources.ble_scanner import SharedScanner
from twin.sources.ble_sensor import Packet, Sensor, ended, until_cancelled
from twin.sources.ble_status import HEART_RATE, kind_of, summary
from twin.sources.ble_strangers import Strangers
from twin.sources.polar import COMPANY
from twin.sources.polar_pmd import DATA

GATHER_S = 0.005  # what comes within so short a time leaves together


class BleSource:
    """The sensors that athletes wear.

    Parameters
    ----------
    sensors : sequence of (Pairing, Athlete)
        Which sensor belongs to whom.
    ble : str
        The setting `BLE`: which adapters.
    takes_all : bool
        Take in every known sensor in the air, its athlete named after it.
    listens : bool
        Follow Polar straps by their advertisements, connect only where RR intervals are wanted.
    streams : tuple of str
        The fast signals that sensors of all are asked for: "ecg", "acceleration".
    frequency_s : float
        A batch leaves at least that often, empty if nothing came. [s]
    timing : LinkTiming
        How patient links are.

    Raises
    ------
    SourceError
        If an adapter cannot be used here.

    Examples
    --------
    >>> source = BleSource([(Pairing("F0:00:00:00:00:01", "ada"), Athlete("Ada"))])
    >>> source.name, [status.state.value for status in source.sensors]
    ('ble', ['search'])
    """

    name = "ble"

    def __init__(
        self, sensors: Sequence[tuple[Pairing, Athlete]] = (), *, ble: str = "",
        takes_all: bool = False, listens: bool = False, streams: tuple[str, ...] = (),
        frequency_s: float = 1.0,
        timing: LinkTiming = LinkTiming(),  # noqa: B008 - frozen
    ) -> None:  # fmt: skip
        self.athletes: Sequence[Athlete] = ()
        self._adapters = open_adapters(ble)
        self._takes_all, self._listens, self._streams = takes_all, listens, streams
        self._frequency_s, self._timing = frequency_s, timing
        self._clock: Clock = WallClock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sensors: dict[str, Sensor] = {}
        self._strangers = Strangers()
        self._let_go: set[str] = set()  # of nobody, also where all are taken in
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Future[None]] = set()
        self._scanners: tuple[SharedScanner, ...] = ()
        self._packets: list[Packet] = []
        self._first_s = 0.0
        self._arrived: asyncio.Event = asyncio.Event()
        for pairing, athlete in sensors:
            self._add(pairing, athlete)

    @property
    def sensors(self) -> tuple[SensorStatus, ...]:
        """How every sensor stands, those of nobody last; may be asked from any thread."""
        ours = self._statuses(self.trouble)
        return (*ours, *self._strangers.statuses(now_s=self._now_s()))

    @property
    def trouble(self) -> str:
        """Why nothing can be heard; empty where an adapter works."""
        troubles = [scanner.trouble for scanner in self._scanners]
        return troubles[0] if troubles and all(troubles) else ""

    def status(self) -> SourceStatus:
        """Return how the squad's sensors stand in one line."""
        if trouble := self.trouble:
            return SourceStatus(self.name, "silent", f"no Bluetooth adapter: {trouble}")
        return summary(self.name, self._statuses(trouble))

    def _statuses(self, trouble: str) -> list[SensorStatus]:
        """Return how the sensors stand that belong to somebody."""
        return [sensor.status(trouble) for sensor in list(self._sensors.values())]

    def pair(self, pairing: Pairing, athlete: Athlete) -> None:
        """Give a sensor to an athlete, from any thread; the one who had it before loses it.

        A link that stands goes on.
        """
        self._do(self._give, pairing, athlete)

    def forget(self, address: str) -> None:
        """Let go of a sensor, from any thread; it is of nobody until it is paired again."""
        self._do(self._drop, address)

    async def batches(self, clock: Clock) -> AsyncGenerator[Batch, None]:
        """Yield what the sensors send, until the consumer ends it."""
        gatherer = Gatherer()
        async with self._running(clock):
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._frequency_s):
                        await self._arrived.wait()
                    waited_s = asyncio.get_running_loop().time() - self._first_s
                    await asyncio.sleep(max(0.0, GATHER_S - waited_s))
                self._arrived.clear()
                packets, self._packets = self._packets, []
                heard = [packet.sensor.take(packet) for packet in packets]
                yield gatherer.batch([item for item in heard if item is not None], clock.now())

    @asynccontextmanager
    async def _running(self, clock: Clock) -> AsyncIterator[None]:
        """Scan and keep links; everything is let go of at the end."""
        self._clock, self._loop = clock, asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        for sensor in list(self._sensors.values()):
            self._add(sensor.pairing, self.athletes[sensor.athlete])
        self._scanners = tuple(
            SharedScanner(adapter, self._heard, self._looks_for_somebody)
            for adapter in self._adapters
        )
        scans = [asyncio.create_task(scanner.run()) for scanner in self._scanners]
        try:
            yield
        finally:
            await ended([*scans, *self._tasks.values()])
            await asyncio.gather(*self._leaving)
            self._tasks, self._loop = {}, None
            for adapter in self._adapters:
                await adapter.close()

    # --- on the loop ----------------------------------------------------------------------------

    def _do(self, change: Any, *arguments: Any) -> None:
        if self._loop is None:
            change(*arguments)
        else:
            self._loop.call_soon_threadsafe(change, *arguments)

    def _give(self, pairing: Pairing, athlete: Athlete) -> None:
        self._let_go.discard(pairing.address)
        sensor = self._sensors.get(pairing.address)
        if sensor is None:
            self._add(pairing, athlete)
        else:
            sensor.belong(replace(pairing, athlete=athlete.id), self._place(athlete))

    def _drop(self, address: str) -> None:
        self._let_go.add(address)
        self._remove(address)

    def _place(self, athlete: Athlete) -> int:
        """Return the index of an athlete, who is taken in if need be."""
        ids = [member.id for member in self.athletes]
        if athlete.id not in ids:
            self.athletes = (*self.athletes, athlete)
            ids.append(athlete.id)
        return ids.index(athlete.id)

    def _add(self, pairing: Pairing, athlete: Athlete) -> Sensor:
        self._remove(pairing.address)
        pairing = replace(pairing, athlete=athlete.id)
        place = self._place(athlete)
        sensor = Sensor(pairing, place, self._enqueue, self._clock, self._timing)
        self._sensors[pairing.address] = sensor
        if self._loop is not None:
            self._tasks[pairing.address] = asyncio.create_task(until_cancelled(sensor))
        return sensor

    def _remove(self, address: str) -> None:
        self._sensors.pop(address, None)
        self._strangers.forget(address)
        task = self._tasks.pop(address, None)
        if task is not None:
            leaving = asyncio.ensure_future(ended([task]))  # one cancel may get lost
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    def _heard(self, adapter: Adapter, device: Any, data: Any) -> None:
        """Pass an advertisement to its sensor; the first of an unknown one is noted."""
        sensor = self._sensors.get(device.address) or self._stranger(device, data)
        if sensor is None:
            return
        sensor.met(data.local_name or device.name or "", kind_of(data.service_uuids), data.rssi)
        company_data = data.manufacturer_data.get(COMPANY)
        without_link = self._listens and not sensor.wants_link and company_data
        if not (without_link and sensor.listen(company_data)):
            sensor.link.heard(adapter, device)

    def _stranger(self, device: Any, data: Any) -> Sensor | None:
        """Note a sensor of nobody; take it in where all are."""
        status = self._strangers.note(device, data, now_s=self._now_s())
        if not self._takes_all or device.address in self._let_go:
            return None
        if status is None or not status.name:
            return None  # its name comes with the next scan response
        athlete = Athlete(self._name_for(status.name, status.kind, device.address))
        streams = self._streams if HEART_RATE in status.kind else ()
        return self._add(Pairing(device.address, athlete.id, streams=streams), athlete)

    def _name_for(self, name: str, kind: str, address: str) -> str:
        """Return an athlete's name: sensors of one name are of one athlete, unless of one kind."""
        taken = any(s.name == name and s.kind == kind for s in self._sensors.values())
        return f"{name} {address[-5:]}" if taken else name

    def _enqueue(self, packet: Packet) -> None:
        if not self._packets:
            self._first_s = asyncio.get_running_loop().time()
        self._packets.append(packet)
        if packet.uuid != DATA:  # fast signals wait for the next batch, a second at most
            self._arrived.set()

    def _now_s(self) -> float:
        return float(self._clock.now().astype("int64")) * 1e-9

    def _looks_for_somebody(self) -> bool:
        at_work = (SensorState.STREAM, SensorState.CONNECT)
        missing = (sensor.link.state not in at_work for sensor in self._sensors.values())
        return self._takes_all or not self._sensors or any(missing)
