"""What sensors say over Bluetooth: heart rate, battery, place on the body, names.

Strict and pure: a packet is read whole or raises `MalformedPacketError`; nothing is guessed from a
cut one. Values stay in the units of the packet where converting would round them.

References
----------
.. [1] Bluetooth SIG, *GATT Specification Supplement* and *Assigned Numbers*.
"""

from dataclasses import dataclass
from enum import IntEnum

from twin.errors import MalformedPacketError
from twin.sources.gatt_fields import Fields

_BASE = "0000{:04x}-0000-1000-8000-00805f9b34fb"

HEART_RATE_SERVICE = _BASE.format(0x180D)
RUNNING_SERVICE = _BASE.format(0x1814)
CYCLING_SERVICE = _BASE.format(0x1816)
POWER_SERVICE = _BASE.format(0x1818)
LOCATION_SERVICE = _BASE.format(0x1819)
CORE_SERVICE = "00002100-5b1e-4347-b07c-97b514dae121"

HEART_RATE = _BASE.format(0x2A37)
BODY_LOCATION = _BASE.format(0x2A38)
RUNNING = _BASE.format(0x2A53)
CYCLING = _BASE.format(0x2A5B)
POWER = _BASE.format(0x2A63)
LOCATION = _BASE.format(0x2A67)
CORE = "00002101-5b1e-4347-b07c-97b514dae121"
BATTERY = _BASE.format(0x2A19)
MANUFACTURER, MODEL, SERIAL, FIRMWARE = (
    _BASE.format(number) for number in (0x2A29, 0x2A24, 0x2A25, 0x2A26)
)

RR_PER_S = 1024  # resolution of RR intervals
_NO_TEMPERATURE = 0x7FFF


class BodyLocation(IntEnum):
    """Where a heart-rate sensor is worn."""

    OTHER = 0
    CHEST = 1
    WRIST = 2
    FINGER = 3
    HAND = 4
    EAR_LOBE = 5
    FOOT = 6


@dataclass(frozen=True, slots=True)
class HeartRate:
    """One heart-rate measurement.

    Parameters
    ----------
    bpm : int
        As the strap computes it; 0 means that it has no reading. [bpm]
    contact : bool or None
        Whether electrodes touch the skin; None where the strap cannot tell.
    energy_kj : int or None
        Energy since it was last set to 0; None where not sent. [kJ]
    rr_ticks : tuple of int
        RR intervals as received, oldest first, unrounded. [1/1024 s]
    """

    bpm: int
    contact: bool | None = None
    energy_kj: int | None = None
    rr_ticks: tuple[int, ...] = ()

    @property
    def rr_ms(self) -> tuple[float, ...]:
        """RR intervals, exactly as received. [ms]"""
        return tuple(ticks * 1000 / RR_PER_S for ticks in self.rr_ticks)


def decode_heart_rate(packet: bytes | bytearray) -> HeartRate:
    """Return a Heart Rate Measurement (0x2A37).

    Raises
    ------
    MalformedPacketError
        If the packet is empty, cut, too long or ends amid an RR interval.

    Examples
    --------
    >>> decode_heart_rate(bytes.fromhex("168d0004e803"))
    HeartRate(bpm=141, contact=True, energy_kj=None, rr_ticks=(1024, 1000))
    """
    fields = Fields(packet, "heart rate")
    flags = fields.unsigned(1)
    bpm = fields.unsigned(2 if flags & 0x01 else 1)
    energy_kj = fields.unsigned(2) if flags & 0x08 else None
    rr_ticks: tuple[int, ...] = ()
    if flags & 0x10:
        rr_ticks = tuple(fields.unsigned(2) for _ in range((fields.left + 1) // 2))
    fields.end(reserved_flags=flags & 0xE0)
    contact = bool(flags & 0x02) if flags & 0x04 else None
    return HeartRate(bpm, contact, energy_kj, rr_ticks)


def decode_battery(packet: bytes | bytearray) -> int:
    """Return a Battery Level (0x2A19). [%]

    Raises
    ------
    MalformedPacketError
        If it is not one byte of 0 to 100.

    Examples
    --------
    >>> decode_battery(b"U")
    85
    """
    fields = Fields(packet, "battery level")
    level = fields.unsigned(1)
    fields.end()
    if level > 100:
        raise MalformedPacketError(f"battery level {level} %; expected 0 to 100")
    return level


def decode_body_location(packet: bytes | bytearray) -> BodyLocation:
    """Return a Body Sensor Location (0x2A38); what the format does not know yet is OTHER.

    Raises
    ------
    MalformedPacketError
        If it is not one byte.

    Examples
    --------
    >>> decode_body_location(bytes([1])).name
    'CHEST'
    """
    fields = Fields(packet, "body location")
    place = fields.unsigned(1)
    fields.end()
    return BodyLocation(place) if place <= BodyLocation.FOOT else BodyLocation.OTHER


def decode_text(packet: bytes | bytearray) -> str:
    """Return a text of Device Information (0x180A), without the zeros that some devices add.

    Raises
    ------
    MalformedPacketError
        If it is not UTF-8.

    Examples
    --------
    >>> decode_text(b"Polar" + bytes(2))
    'Polar'
    """
    try:
        return bytes(packet).rstrip(b"\0").decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise MalformedPacketError(f"device information is no text: {error}") from error


@dataclass(frozen=True, slots=True)
class CoreTemperature:
    """Body temperatures of a CORE sensor; None where it has none.

    Parameters
    ----------
    core, skin : float or None
        Core body and skin temperature. [degC]
    quality : int or None
        0 invalid, 1 poor, 2 fair, 3 good, 4 excellent, 7 not available.
    """

    core: float | None
    skin: float | None = None
    quality: int | None = None


def decode_core_temperature(packet: bytes | bytearray) -> CoreTemperature:
    """Return a measurement of a CORE sensor.

    Raises
    ------
    MalformedPacketError
        If the packet is cut or too long.

    References
    ----------
    greenTEG, *Core Body Temperature Service Specification* 2.2,
    https://github.com/CoreBodyTemp/CoreBodyTemp

    Examples
    --------
    >>> decode_core_temperature(bytes.fromhex("37190fc20d2f00110027"))
    CoreTemperature(core=38.65, skin=35.22, quality=1)
    """
    fields = Fields(packet, "core temperature")
    flags = fields.unsigned(1)
    core = fields.signed(2)
    skin = fields.signed(2) if flags & 0x01 else _NO_TEMPERATURE
    for flag, size in ((0x02, 2), (0x04, 1), (0x10, 1), (0x20, 1)):
        if flag == 0x04 and flags & flag:
            quality = fields.unsigned(size)
        elif flags & flag:
            fields.unsigned(size)  # a reserved value, heart rate, heat strain index
    fields.end(reserved_flags=flags & 0xC0)
    fahrenheit = bool(flags & 0x08)
    return CoreTemperature(
        _celsius(core, fahrenheit=fahrenheit),
        _celsius(skin, fahrenheit=fahrenheit),
        quality & 0x07 if flags & 0x04 else None,
    )


def _celsius(hundredths: int, *, fahrenheit: bool) -> float | None:
    if hundredths == _NO_TEMPERATURE:
        return None
    return round((hundredths / 100 - 32) / 1.8, 4) if fahrenheit else hundredths / 100
