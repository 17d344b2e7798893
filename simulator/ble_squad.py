"""Sensors that a simulated squad wears: what they send follows what their athletes do."""

import asyncio
import math
import random
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass

import numpy as np

from simulator import ble_packets
from simulator.air import Air
from simulator.ble_polar import EcgFeed, PolarStreams
from simulator.ble_sensor import VirtualSensor
from twin.protocols import Clock, Source
from twin.records import Batch, Floats
from twin.schema import MEASURED_NAMES

_ROW = {name: row for row, name in enumerate(MEASURED_NAMES)}
_CODES = {"strap": 1, "pod": 2, "meter": 3, "tracker": 4}
_BY_SPORT = {"running": "pod", "cycling": "meter", "football": "tracker"}
_NEEDED = {"pod": "speed", "meter": "power", "tracker": "latitude"}
_MOST_RR = 8  # that fit into the shortest packets
_KNOWN_S = 1.5  # beats are told of within so long a time


@dataclass(slots=True)
class _Crank:
    """Turns of a crank, whole ones told with the instant they were complete."""

    turns: float = 0.0
    event_s: float = 0.0
    time_s: float = 0.0

    def second(self, cadence: float) -> tuple[int, int]:
        """Turn for a second; returns whole turns and the instant of the last. [1/1024 s]"""
        self.time_s += 1.0
        if cadence > 0:  # NaN is not
            self.turns += cadence / 60
            self.event_s = self.time_s - (self.turns % 1) * 60 / cadence
        return int(self.turns), round(self.event_s * 1024)


class BleSquad:
    """Straps of all athletes, and the pod, meter or tracker of their sport.

    Parameters
    ----------
    source : Source
        Who trains how, a sample a second: simulated athletes, or a recording that is played.
    air : Air
        Where the sensors are.
    extras : int
        How many athletes wear more than a strap.
    polar : bool
        Straps put the heart rate into their advertisements too.
    interval_ms : float
        Between two advertisements. [ms]
    ecg : bool
        Straps offer an ECG with R waves where the hearts beat.
    """

    def __init__(
        self, source: Source, air: Air, *, extras: int = 1000, polar: bool = True,
        interval_ms: float = 100.0, ecg: bool = False,
    ) -> None:  # fmt: skip
        self.paused = False  # keeps links, sends nothing
        self._source = source
        self._polar = polar
        self._chance = random.Random(0)
        self._tasks: set[asyncio.Task[None]] = set()
        self._seconds = 0
        self.straps: list[VirtualSensor] = []
        self.others: dict[int, VirtualSensor] = {}
        self._cranks = [_Crank() for _ in source.athletes]
        self._ecgs = [EcgFeed() for _ in source.athletes]
        for place, athlete in enumerate(source.athletes):
            second = _BY_SPORT.get(athlete.sport) if place < extras else None
            for kind in filter(None, ("strap", second)):
                sensor = VirtualSensor(
                    air, kind, athlete.name, _address(kind, place), battery=95 - place % 60,
                    interval_ms=interval_ms, rssi=-50 - self._chance.randrange(40),
                    polar=PolarStreams() if ecg and kind == "strap" else None,
                )  # fmt: skip
                if kind == "strap":
                    self.straps.append(sensor)
                else:
                    self.others[place] = sensor

    @property
    def sensors(self) -> list[VirtualSensor]:
        """Every sensor, straps first."""
        return [*self.straps, *self.others.values()]

    async def run(self, clock: Clock) -> None:
        """Switch everything on and send once a second, each sensor at its own moment."""
        for strap in self.straps:
            await strap.start(self._company_data(0))
        for sensor in self.others.values():
            await sensor.start()
        phases = [self._chance.uniform(0, 0.9) for _ in self.sensors]
        async for batch in self._source.batches(clock):
            self._seconds += 1
            if self.paused:
                continue
            for (sensor, packet), phase_s in zip(self._packets(batch), phases, strict=True):
                self._begin(_send(sensor, packet, phase_s))
            for polar, ecg, phase_s in self._ecg_packets(batch, clock):
                self._begin(_stream(polar, ecg, phase_s))

    def _begin(self, sending: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _ecg_packets(
        self, batch: Batch, clock: Clock
    ) -> Iterator[tuple[PolarStreams, bytes, float]]:
        """Yield the ECG that is known by now of each strap that streams, each at its moment."""
        now_s = clock.now().astype("datetime64[ns]").astype(np.int64) * 1e-9
        for place, strap in enumerate(self.straps):
            if strap.polar is None:
                continue
            mine = batch.beats.athlete == place
            beats_s = batch.beats.time[mine].astype(np.int64) * 1e-9
            for number, packet in enumerate(self._ecgs[place].packets(beats_s, now_s - _KNOWN_S)):
                yield strap.polar, packet, 0.037 * (place % 10) + 0.4 * number

    def _packets(self, batch: Batch) -> list[tuple[VirtualSensor, bytes]]:
        """Return what each sensor says of this second."""
        last = np.full((len(batch.names), len(self.straps)), np.nan)
        last[:, batch.athlete] = batch.values  # of several rows of an athlete the newest stays
        packets = []
        for place, strap in enumerate(self.straps):
            rate = last[_ROW["heart_rate"], place]
            bpm = 0 if math.isnan(rate) else round(rate)
            mine = batch.beats.athlete == place
            ticks = np.rint(batch.beats.rr_ms[mine] * 1.024).astype(int)[:_MOST_RR].tolist()
            packets.append((strap, ble_packets.heart_rate(bpm, ticks, contact=bpm > 0)))
            company_data = self._company_data(bpm)
            if company_data is not None:
                strap.advertise(company_data)
        for place, sensor in self.others.items():
            packets.append((sensor, self._movement(sensor.kind, place, last[:, place])))
        return packets

    def _company_data(self, bpm: int) -> tuple[int, bytes] | None:
        if not self._polar:
            return None
        data = ble_packets.polar_advertisement(bpm, self._seconds, contact=bpm > 0)
        return ble_packets.POLAR_COMPANY, data

    def _movement(self, kind: str, place: int, values: Floats) -> bytes:
        value = {name: float(values[row]) for name, row in _ROW.items()}
        if math.isnan(value[_NEEDED[kind]]):
            return b""  # a sensor without a reading is silent
        if kind == "pod":
            return ble_packets.running(value["speed"], value["cadence"], value["distance"])
        if kind == "meter":
            turns, ticks = self._cranks[place].second(value["cadence"])
            return ble_packets.cycling_power(value["power"], turns, ticks)
        return ble_packets.location(
            value["latitude"], value["longitude"], altitude_m=value["altitude"],
            speed_m_s=value["speed"], distance_m=value["distance"],
        )  # fmt: skip


def _address(kind: str, place: int) -> str:
    """Return a random static address that tells kind and place."""
    return f"F0:00:00:{_CODES[kind]:02X}:{place >> 8:02X}:{place & 0xFF:02X}"


async def _stream(polar: PolarStreams, packet: bytes, phase_s: float) -> None:
    await asyncio.sleep(phase_s)
    await polar.send(packet)


async def _send(sensor: VirtualSensor, packet: bytes, phase_s: float) -> None:
    await asyncio.sleep(phase_s)
    if packet:
        await sensor.notify(packet)
