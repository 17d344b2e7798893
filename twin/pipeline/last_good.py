"""Last good: the last good value of every channel, when it came, and how often of late.

In most rounds the channels that are good are those of the round before. Then the instants and the
bits of the last seconds need no work: they follow from how long this has gone on.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.pipeline.rounds import NEVER, SECOND_NS, Flags, Nanoseconds, Round
from twin.records import Floats

Bits = npt.NDArray[np.uint32]

HOLDS_S = 8.0  # smart recording keeps a value every 2 to 7 s

_ALL_BITS = 32


@dataclass(slots=True, eq=False)  # not changed either, but frozen it costs four times the time
class LastGood:
    """What is known of each channel of each athlete; every matrix has shape (16, n).

    Parameters
    ----------
    values : ndarray of float64
        Last good value; NaN before the first.
    good : ndarray of bool
        What was good in the newest round.
    time : ndarray of int64
        Instant of the last good value, up to the round in which `good` last changed. [ns]
    bits : ndarray of uint32
        One bit for each of the last 32 seconds, the newest lowest: whether the channel was good;
        up to the round in which `good` last changed.
    seconds : int
        Seconds since that round.
    steady : bool
        Whether all that was ever good was good in the newest round.
    """

    values: Floats
    good: Flags
    time: Nanoseconds
    bits: Bits
    seconds: int = 0
    steady: bool = False


def start(channels: int, athletes: int) -> LastGood:
    """Return what is known before the first sample."""
    shape = channels, athletes
    return LastGood(
        values=np.full(shape, np.nan),
        good=np.zeros(shape, np.bool_),
        time=np.full(shape, NEVER),
        bits=np.zeros(shape, np.uint32),
    )


def up_to(known: LastGood, time: Nanoseconds) -> LastGood:
    """Return the same with instants and bits brought up to the newest round, at `time`."""
    if not known.steady:
        return known
    seconds = min(known.seconds, _ALL_BITS)
    bits = known.bits.astype(np.uint64) << np.uint64(seconds)
    bits |= np.where(known.good, np.uint64(2**seconds - 1), np.uint64(0))
    times = np.where(known.good, time, known.time)
    return LastGood(known.values, known.good, times, bits.astype(np.uint32))


def after(
    known: LastGood, part: Round, values: Floats, time: Nanoseconds, instant: int | None
) -> LastGood:
    """Return what is known after a round.

    Parameters
    ----------
    known : LastGood
        Before it; not changed.
    part : Round
        When the readings came.
    values : ndarray of float64
        Those of them that can be true, NaN for all others.
    time, instant : ndarray of int64, int or None
        The newest instant of each athlete before, and of all if they share it. [ns]
    """
    good = values == values
    if known.steady and part.instant is not None and instant is not None:
        ahead = part.instant // SECOND_NS - instant // SECOND_NS
        if ahead <= 1 and not np.count_nonzero(good != known.good):
            return LastGood(values, good, known.time, known.bits, known.seconds + ahead, True)
    known = up_to(known, time)
    bits = _bits(known, part.time, time, good)
    last = np.where(good, values, known.values)
    times = np.where(good, part.time, known.time)
    steady = np.count_nonzero(good) == np.count_nonzero(last == last)
    return LastGood(last, good, times, bits, 0, steady)


def _bits(known: LastGood, time: Nanoseconds, before: Nanoseconds, good: Flags) -> Bits:
    """Return the bits of the last seconds with this one.

    Seconds between two good values no more than `HOLDS_S` apart are good: smart recording keeps
    one of several.
    """
    ahead = time // SECOND_NS - before // SECOND_NS
    if not np.count_nonzero(ahead > 1):
        bits: Bits = known.bits << ahead.astype(np.uint32)
    else:
        ahead = np.minimum(ahead, _ALL_BITS).astype(np.uint64)
        holds = good & (time - known.time <= HOLDS_S * SECOND_NS)
        between = np.where(holds, (np.uint64(1) << ahead) - np.uint64(1), np.uint64(0))
        bits = (known.bits.astype(np.uint64) << ahead | between).astype(np.uint32)
    bits |= good
    return bits
