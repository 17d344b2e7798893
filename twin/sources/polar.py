"""Heart rate straight from the advertisements of Polar straps, without a connection.

One adapter hears any number of them. It is a heart rate only, without RR intervals; how much was
lost on the way shows in the strap's frame counter.

References
----------
.. [1] Polar, *BlePolarHrAdvertisement* and *BleAdvertisementContent* of the Polar BLE SDK.
"""

from dataclasses import dataclass

from twin.errors import MalformedPacketError

COMPANY = 0x006B
_NOT_HEART_RATE = 0x40
_FRAMES = 8  # of the counter
_FRAME_S = 1.0  # a strap has a new heart rate about once a second
_LONGEST_GAP_S = 60.0  # longer, somebody was away: that is no loss


@dataclass(frozen=True, slots=True)
class PolarAdvertisement:
    """Heart rate of an advertisement.

    Parameters
    ----------
    bpm : int
        Averaged quickly; 0 means no reading. [bpm]
    slow_bpm : int
        Averaged slowly. [bpm]
    contact : bool
        Whether electrodes touch the skin.
    battery_low : bool
        As the strap says.
    counter : int
        Number of the frame, 0 to 7.
    """

    bpm: int
    slow_bpm: int
    contact: bool
    battery_low: bool
    counter: int


def decode_polar_advertisement(data: bytes) -> PolarAdvertisement | None:
    """Return the heart rate in Polar's manufacturer data; None where it carries something else.

    Parameters
    ----------
    data : bytes
        What follows the company number 0x006B.

    Raises
    ------
    MalformedPacketError
        If a part is cut.

    Examples
    --------
    >>> decode_polar_advertisement(bytes.fromhex("26008d8c"))
    PolarAdvertisement(bpm=141, slow_bpm=140, contact=True, battery_low=False, counter=1)
    """
    rest = bytes(data)
    while rest and rest[0] & _NOT_HEART_RATE:  # another part first: its length, then its bytes
        if len(rest) < 2 or len(rest) < 2 + rest[1]:
            raise MalformedPacketError(f"Polar advertisement cut short: {data.hex()}")
        rest = rest[2 + rest[1] :]
    if not rest:
        return None
    if len(rest) < 3:
        raise MalformedPacketError(f"Polar advertisement cut short: {data.hex()}")
    flags, fast = rest[0], rest[2]
    return PolarAdvertisement(
        bpm=fast,
        slow_bpm=rest[3] if len(rest) > 3 else fast,
        contact=bool(flags & 0x02),
        battery_low=bool(flags & 0x01),
        counter=flags >> 2 & 0x07,
    )


class FrameLoss:
    """Share of frames that were not heard, from their numbers.

    Examples
    --------
    >>> loss = FrameLoss()
    >>> [loss.is_new(counter, now_s=s) for s, counter in enumerate((5, 6, 6, 0))]
    [True, True, False, True]
    >>> loss.share  # 7 was not heard: one of four
    0.25
    """

    def __init__(self) -> None:
        self._heard = 0
        self._missed = 0
        self._last: tuple[int, float] | None = None

    @property
    def share(self) -> float:
        """Share lost, 0 to 1; 0 before the first frame."""
        return self._missed / max(self._heard + self._missed, 1)

    def is_new(self, counter: int, *, now_s: float) -> bool:
        """Return whether a frame was not heard before, and count it with those missed before it."""
        last = self._last
        if last is not None:
            passed_s = now_s - last[1]
            step = (counter - last[0]) % _FRAMES
            step += _FRAMES * max(0, round((passed_s / _FRAME_S - step) / _FRAMES))
            if step == 0:
                return False
            if passed_s <= _LONGEST_GAP_S:
                self._missed += step - 1
        self._last = (counter, now_s)
        self._heard += 1
        return True
