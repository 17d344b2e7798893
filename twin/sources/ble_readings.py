"""From the packets of one sensor to readings: channels, beats, contact. Pure; no Bluetooth here."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.sources import gatt, gatt_location, gatt_movement, polar_pmd
from twin.sources.gatt_beats import BeatLine
from twin.sources.gatt_counters import Odometer, TurnRate
from twin.sources.gatt_location import PositionStatus
from twin.sources.gatt_movement import POWER_WHEEL_EVENTS_PER_S, Revolutions
from twin.sources.polar import PolarAdvertisement

WHEEL_M = 2.105  # circumference of a 700x25C tyre
_RSC_WRAP_M = 2**32 / 10
_LOCATION_WRAP_M = 2**24 / 10
_POSITIONS_OF_NOW = (PositionStatus.OK, PositionStatus.ESTIMATED)
_S = 1e-9

Values = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """Values of fast signals of one packet, as columns: when, which of `SIGNALS`, how much."""

    time_ns: npt.NDArray[np.int64]
    signal: npt.NDArray[np.uint8]
    value: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one packet says.

    Parameters
    ----------
    time_ns : int
        When it came, UTC. [ns]
    values : tuple of (channel, value)
        In the units of `twin.schema`; what was not measured is left out.
    beats : tuple of (instant, RR interval)
        Beats that came with it. [ns, ms]
    contact : bool or None
        Skin contact, where the sensor can tell.
    wave : Wave or None
        Values of fast signals that came with it.
    """

    time_ns: int
    values: Values = ()
    beats: tuple[tuple[int, float], ...] = ()
    contact: bool | None = None
    wave: Wave | None = None


class SensorReader:
    """Reads the packets of one sensor, with the memory that its counters need.

    Examples
    --------
    >>> reader = SensorReader()
    >>> reader.read(gatt.HEART_RATE, bytes.fromhex("168d0004"), 5_000_000_000)
    Reading(time_ns=5000000000, values=(('heart_rate', 141.0),), beats=((4000000000, 1000.0),), contact=True, wave=None)
    """

    def __init__(self, *, wheel_m: float = WHEEL_M) -> None:
        self._wheel_m = wheel_m
        self._beats = BeatLine()
        self._crank = TurnRate(count_bits=16)
        self._wheel = TurnRate(count_bits=32)
        self._power_wheel = TurnRate(count_bits=32, ticks_per_s=POWER_WHEEL_EVENTS_PER_S)
        self._wheel_way = Odometer(wrap_m=2**32 * wheel_m)
        self._pod_way = Odometer(wrap_m=_RSC_WRAP_M)
        self._tracker_way = Odometer(wrap_m=_LOCATION_WRAP_M)
        self._readers: dict[str, Callable[[bytes, int], Reading]] = {
            gatt.HEART_RATE: self._heart_rate,
            gatt.RUNNING: self._running,
            gatt.CYCLING: self._cycling,
            gatt.POWER: self._power,
            gatt.LOCATION: self._location,
            gatt.CORE: self._core,
            polar_pmd.DATA: self._waves,
        }
        self.rates: dict[str, float] = {}  # of fast signals [Hz]
        self._lines: dict[int, polar_pmd.WaveLine] = {}

    def restart(self) -> None:
        """Begin a new epoch: nothing is computed across a lost link but the distance covered."""
        self._beats.restart()
        self.rates, self._lines = {}, {}
        for rate in (self._crank, self._wheel, self._power_wheel):
            rate.restart()

    def read(self, uuid: str, packet: bytes, time_ns: int) -> Reading:
        """Return what a packet of a characteristic says.

        Raises
        ------
        MalformedPacketError
            If the packet is not as its format wants it; the memory is left as it was.
        """
        return self._readers[uuid](packet, time_ns)

    def advertised(self, heard: PolarAdvertisement, time_ns: int) -> Reading:
        """Return what an advertisement says."""
        return Reading(time_ns, _known(heart_rate=heard.bpm or math.nan), (), heard.contact)

    def _heart_rate(self, packet: bytes, time_ns: int) -> Reading:
        measured = gatt.decode_heart_rate(packet)
        beats = self._beats.place(measured.rr_ticks, arrival_ns=time_ns)
        values = _known(heart_rate=measured.bpm or math.nan)  # 0 bpm is no reading
        return Reading(time_ns, values, tuple(beats), measured.contact)

    def _running(self, packet: bytes, time_ns: int) -> Reading:
        measured = gatt_movement.decode_running(packet)
        way_m = math.nan
        if measured.distance_m is not None:
            way_m = self._pod_way.update(measured.distance_m, now_s=time_ns * _S)
        return Reading(
            time_ns, _known(speed=measured.speed_m_s, cadence=measured.cadence, distance=way_m)
        )

    def _cycling(self, packet: bytes, time_ns: int) -> Reading:
        measured = gatt_movement.decode_cycling(packet)
        return Reading(time_ns, self._turns(measured.wheel, measured.crank, self._wheel, time_ns))

    def _power(self, packet: bytes, time_ns: int) -> Reading:
        measured = gatt_movement.decode_power(packet)
        turns = self._turns(measured.wheel, measured.crank, self._power_wheel, time_ns)
        return Reading(time_ns, (*_known(power=measured.watts), *turns))

    def _turns(
        self, wheel: Revolutions | None, crank: Revolutions | None, rate: TurnRate, time_ns: int
    ) -> Values:
        now_s = time_ns * _S
        cadence = speed = way_m = math.nan
        if crank is not None:
            cadence = 60 * self._crank.update(crank, now_s=now_s)
        if wheel is not None:
            speed = self._wheel_m * rate.update(wheel, now_s=now_s)
            way_m = self._wheel_way.update(wheel.count * self._wheel_m, now_s=now_s)
        return _known(cadence=cadence, speed=speed, distance=way_m)

    def _location(self, packet: bytes, time_ns: int) -> Reading:
        measured = gatt_location.decode_location(packet)
        way_m = math.nan
        if measured.distance_m is not None:
            way_m = self._tracker_way.update(measured.distance_m, now_s=time_ns * _S)
        is_now = measured.status in _POSITIONS_OF_NOW  # a last known position is not one
        return Reading(time_ns, _known(
            speed=measured.speed_m_s, distance=way_m,
            latitude=measured.latitude if is_now else None,
            longitude=measured.longitude if is_now else None,
            altitude=measured.altitude_m if is_now else None,
        ))  # fmt: skip

    def _waves(self, packet: bytes, time_ns: int) -> Reading:
        frame = polar_pmd.decode_frame(packet)
        stream, signals = frame.stream, len(frame.stream.signals)
        line = self._lines.setdefault(stream.measurement, polar_pmd.WaveLine())
        instants = line.place(frame, arrival_ns=time_ns)
        self.rates[stream.name] = line.rate_hz
        return Reading(time_ns, wave=Wave(
            np.repeat(instants, signals),
            np.tile(polar_pmd.signal_numbers(stream), len(instants)),
            frame.values.astype(np.float64).ravel(),
        ))  # fmt: skip

    def _core(self, packet: bytes, time_ns: int) -> Reading:
        return Reading(time_ns, _known(core_temperature=gatt.decode_core_temperature(packet).core))


MEASUREMENTS = (
    gatt.HEART_RATE, gatt.RUNNING, gatt.CYCLING, gatt.POWER, gatt.LOCATION, gatt.CORE,
)  # fmt: skip


def _known(**values: float | None) -> Values:
    """Return the channels that have a value."""
    return tuple(
        (name, float(value))
        for name, value in values.items()
        if value is not None and not math.isnan(value)
    )
