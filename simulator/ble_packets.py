"""What virtual sensors send: measurements of the Bluetooth formats, written from the standard.

Encoding stands here and decoding in the product, each on its own, so that a misreading of the
standard in one shows in the other.

References
----------
.. [1] Bluetooth SIG, *GATT Specification Supplement*.
.. [2] Polar, *BlePolarHrAdvertisement* of the Polar BLE SDK (flags, frame counter, heart rates).
"""

import math
import struct
from collections.abc import Sequence

POLAR_COMPANY = 0x006B
RR_PER_S = 1024
_RSC_PER_M_S = 256


def heart_rate(bpm: int, rr_ticks: Sequence[int] = (), *, contact: bool | None = True) -> bytes:
    """Return a Heart Rate Measurement.

    Parameters
    ----------
    bpm : int
        Two bytes are used above 255. [bpm]
    rr_ticks : sequence of int
        RR intervals, oldest first; nine at most fit. [1/1024 s]
    contact : bool or None
        Skin contact; None where the strap cannot tell.

    Examples
    --------
    >>> heart_rate(141, [1024]).hex()
    '168d0004'
    """
    flags = 0 if contact is None else 0x04 | (0x02 if contact else 0)
    flags |= (0x01 if bpm > 255 else 0) | (0x10 if rr_ticks else 0)
    rate = struct.pack("<H" if bpm > 255 else "<B", bpm)
    return bytes([flags]) + rate + struct.pack(f"<{len(rr_ticks)}H", *rr_ticks)


def running(speed_m_s: float, cadence: float, distance_m: float) -> bytes:
    """Return an RSC Measurement; total distance is left out where it is NaN. [m/s, 1/min, m]

    >>> running(3.0, 180, 1000.0).hex()
    '060003b410270000'
    """
    speed = round(speed_m_s * _RSC_PER_M_S)
    steps = 0 if math.isnan(cadence) else min(round(cadence), 255)
    if math.isnan(distance_m):
        return struct.pack("<BHB", 0x04, speed, steps)
    return struct.pack("<BHBI", 0x06, speed, steps, round(distance_m * 10))


def cycling_power(watts: float, crank_turns: int, crank_ticks: int) -> bytes:
    """Return a Cycling Power Measurement with crank turns. [W, turns, 1/1024 s]

    >>> cycling_power(-12, 90, 1024).hex()
    '2000f4ff5a000004'
    """
    return struct.pack("<HhHH", 0x20, round(watts), crank_turns & 0xFFFF, crank_ticks & 0xFFFF)


def location(
    latitude: float, longitude: float, *, altitude_m: float = math.nan,
    speed_m_s: float = math.nan, distance_m: float = math.nan,
) -> bytes:  # fmt: skip
    """Return a Location and Speed of a good position; what is NaN is left out. [deg, m, m/s, m]

    >>> location(48.0, 11.0, altitude_m=500.0, speed_m_s=3.0, distance_m=10.0).hex()
    '8f002c0164000000389c1c80778e0650c300'
    """
    flags, parts = 0x0084, [struct.pack("<ii", round(latitude * 1e7), round(longitude * 1e7))]
    if not math.isnan(distance_m):
        flags |= 0x0002
        parts.insert(0, (round(distance_m * 10) & 0xFFFFFF).to_bytes(3, "little"))
    if not math.isnan(speed_m_s):
        flags |= 0x0001
        parts.insert(0, struct.pack("<H", round(speed_m_s * 100)))
    if not math.isnan(altitude_m):
        flags |= 0x0008
        parts.append(round(altitude_m * 100).to_bytes(3, "little", signed=True))
    return struct.pack("<H", flags) + b"".join(parts)


def polar_advertisement(bpm: int, counter: int, *, contact: bool = True) -> bytes:
    """Return the data of a Polar strap's advertisement, after the company number. [bpm]

    The frame counter runs from 0 to 7.

    >>> polar_advertisement(141, 9).hex()
    '26008d8d'
    """
    flags = 0x20 | (counter & 0x07) << 2 | (0x02 if contact else 0)
    return bytes([flags, 0, min(bpm, 255), min(bpm, 255)])
