"""What pods, pedals and cranks say over Bluetooth: running, cycling speed and cadence, power.

References
----------
.. [1] Bluetooth SIG, *GATT Specification Supplement*.
"""

from dataclasses import dataclass

from twin.sources.gatt_fields import Fields

EVENTS_PER_S = 1024  # resolution of event times ...
POWER_WHEEL_EVENTS_PER_S = 2048  # ... but of a wheel in a power measurement


@dataclass(frozen=True, slots=True)
class Revolutions:
    """Turns so far, and when the last was complete.

    Parameters
    ----------
    count : int
        Turns since the sensor was switched on; wraps.
    ticks : int
        Instant of the last on the sensor's own clock, which wraps at 65536. [1/1024 s; a wheel in a
        power measurement 1/2048 s]
    """

    count: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Running:
    """Running speed and cadence; None where not sent.

    Parameters
    ----------
    speed_m_s : float
        Speed. [m/s]
    cadence : int
        As sent: most pods count steps, some strides. [1/min]
    stride_m : float or None
        Length of a stride. [m]
    distance_m : float or None
        Since the pod was switched on. [m]
    is_running : bool
        Runs, or else walks.
    """

    speed_m_s: float
    cadence: int
    stride_m: float | None = None
    distance_m: float | None = None
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Cycling:
    """Turns of wheel and crank; None where not sent."""

    wheel: Revolutions | None = None
    crank: Revolutions | None = None


@dataclass(frozen=True, slots=True)
class Power:
    """A cycling power measurement; None where not sent.

    Parameters
    ----------
    watts : int
        Power; may be negative. [W]
    balance_percent : float or None
        Share of one pedal: the left one if `balance_is_left`, else unknown which. [%]
    torque_nm : float or None
        Summed torque; wraps at 2048. [Nm]
    wheel, crank : Revolutions or None
        Turns; the wheel's clock runs at 1/2048 s.
    forces_n, torques_nm, angles_deg : tuple or None
        Largest and smallest within a turn. [N, Nm, deg]
    top_dead_deg, bottom_dead_deg : int or None
        Dead spots. [deg]
    energy_kj : int or None
        Summed energy. [kJ]
    """

    watts: int
    balance_percent: float | None = None
    balance_is_left: bool = False
    torque_nm: float | None = None
    wheel: Revolutions | None = None
    crank: Revolutions | None = None
    forces_n: tuple[int, int] | None = None
    torques_nm: tuple[float, float] | None = None
    angles_deg: tuple[int, int] | None = None
    top_dead_deg: int | None = None
    bottom_dead_deg: int | None = None
    energy_kj: int | None = None


def decode_running(packet: bytes | bytearray) -> Running:
    """Return an RSC Measurement (0x2A53).

    Raises
    ------
    MalformedPacketError
        If the packet is cut or too long.

    Examples
    --------
    >>> decode_running(bytes.fromhex("0700 03 b4 7d00 10270000"))
    Running(speed_m_s=3.0, cadence=180, stride_m=1.25, distance_m=1000.0, is_running=True)
    """
    fields = Fields(packet, "running measurement")
    flags = fields.unsigned(1)
    speed_m_s = fields.unsigned(2) / 256
    cadence = fields.unsigned(1)
    stride_m = fields.unsigned(2) / 100 if flags & 0x01 else None
    distance_m = fields.unsigned(4) / 10 if flags & 0x02 else None
    fields.end(reserved_flags=flags & 0xF8)
    return Running(speed_m_s, cadence, stride_m, distance_m, bool(flags & 0x04))


def decode_cycling(packet: bytes | bytearray) -> Cycling:
    """Return a CSC Measurement (0x2A5B).

    Raises
    ------
    MalformedPacketError
        If the packet is cut or too long.

    Examples
    --------
    >>> decode_cycling(bytes.fromhex("02 5a00 0004")).crank
    Revolutions(count=90, ticks=1024)
    """
    fields = Fields(packet, "cycling measurement")
    flags = fields.unsigned(1)
    wheel = _wheel(fields) if flags & 0x01 else None
    crank = _crank(fields) if flags & 0x02 else None
    fields.end(reserved_flags=flags & 0xFC)
    return Cycling(wheel, crank)


def decode_power(packet: bytes | bytearray) -> Power:
    """Return a Cycling Power Measurement (0x2A63).

    Raises
    ------
    MalformedPacketError
        If the packet is cut or too long.

    Examples
    --------
    >>> power = decode_power(bytes.fromhex("2000 f4ff 5a00 0004"))
    >>> power.watts, power.crank
    (-12, Revolutions(count=90, ticks=1024))
    """
    fields = Fields(packet, "power measurement")
    flags = fields.unsigned(2)
    power = Power(
        watts=fields.signed(2),
        balance_percent=fields.unsigned(1) / 2 if flags & 0x0001 else None,
        balance_is_left=bool(flags & 0x0002),
        torque_nm=fields.unsigned(2) / 32 if flags & 0x0004 else None,
        wheel=_wheel(fields) if flags & 0x0010 else None,
        crank=_crank(fields) if flags & 0x0020 else None,
        forces_n=(fields.signed(2), fields.signed(2)) if flags & 0x0040 else None,
        torques_nm=(fields.signed(2) / 32, fields.signed(2) / 32) if flags & 0x0080 else None,
        angles_deg=_angles(fields.unsigned(3)) if flags & 0x0100 else None,
        top_dead_deg=fields.unsigned(2) if flags & 0x0200 else None,
        bottom_dead_deg=fields.unsigned(2) if flags & 0x0400 else None,
        energy_kj=fields.unsigned(2) if flags & 0x0800 else None,
    )
    fields.end(reserved_flags=flags & 0xE000)
    return power


def _wheel(fields: Fields) -> Revolutions:
    return Revolutions(fields.unsigned(4), fields.unsigned(2))


def _crank(fields: Fields) -> Revolutions:
    return Revolutions(fields.unsigned(2), fields.unsigned(2))


def _angles(packed: int) -> tuple[int, int]:
    """Return the largest and the smallest angle of three bytes that hold both."""
    return packed & 0xFFF, packed >> 12
