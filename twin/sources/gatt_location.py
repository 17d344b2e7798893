"""What location pods say over Bluetooth: speed, distance, position, height, heading.

References
----------
.. [1] Bluetooth SIG, *GATT Specification Supplement*.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from twin.sources.gatt_fields import Fields


class PositionStatus(IntEnum):
    """How good a position is; only OK and ESTIMATED are of now."""

    NONE = 0
    OK = 1
    ESTIMATED = 2
    LAST_KNOWN = 3


@dataclass(frozen=True, slots=True)
class Location:
    """Where somebody is; None where not sent.

    Parameters
    ----------
    speed_m_s : float or None
        Speed. [m/s]
    distance_m : float or None
        Since the pod was switched on; wraps at 1 677 721.6. [m]
    latitude, longitude : float or None
        WGS 84. [deg]
    altitude_m : float or None
        Height above sea level. [m]
    heading_deg : float or None
        Direction of movement, clockwise from north. [deg]
    rolling_time_s : int or None
        A clock that wraps at 256. [s]
    time : datetime or None
        As the pod says, UTC, without time zone; None too where the pod does not know the date.
    status : PositionStatus
        How good the position is.
    """

    speed_m_s: float | None = None
    distance_m: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    heading_deg: float | None = None
    rolling_time_s: int | None = None
    time: datetime | None = None
    status: PositionStatus = PositionStatus.NONE


def decode_location(packet: bytes | bytearray) -> Location:
    """Return a Location and Speed (0x2A67).

    Raises
    ------
    MalformedPacketError
        If the packet is cut or too long.

    Examples
    --------
    >>> location = decode_location(bytes.fromhex("8500 2c01 c0a0e01c 80db4b07"))
    >>> location.speed_m_s, location.latitude, location.longitude, location.status.name
    (3.0, 48.4483264, 12.2411904, 'OK')
    """
    fields = Fields(packet, "location")
    flags = fields.unsigned(2)
    speed_m_s = fields.unsigned(2) / 100 if flags & 0x0001 else None
    distance_m = fields.unsigned(3) / 10 if flags & 0x0002 else None
    latitude = fields.signed(4) / 1e7 if flags & 0x0004 else None
    longitude = fields.signed(4) / 1e7 if flags & 0x0004 else None
    altitude_m = fields.signed(3) / 100 if flags & 0x0008 else None
    heading_deg = fields.unsigned(2) / 100 if flags & 0x0010 else None
    rolling_time_s = fields.unsigned(1) if flags & 0x0020 else None
    time = _time(fields) if flags & 0x0040 else None
    fields.end(reserved_flags=flags & 0xE000)
    return Location(
        speed_m_s, distance_m, latitude, longitude, altitude_m, heading_deg, rolling_time_s, time,
        PositionStatus(flags >> 7 & 0x03),
    )  # fmt: skip


def _time(fields: Fields) -> datetime | None:
    """Return a date and time; None where a part is 0, unknown, or no such date exists."""
    year = fields.unsigned(2)
    rest = [fields.unsigned(1) for _ in range(5)]
    try:
        return datetime(year, *rest)  # type: ignore[arg-type]
    except ValueError:
        return None
