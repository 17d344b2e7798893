"""Last good values: the short way through steady rounds ends where the long way does."""

import numpy as np
import pytest

from twin.pipeline import last_good
from twin.pipeline.rounds import NEVER, SECOND_NS, Round

TEN = 1_790_000_000 * SECOND_NS


def through(rows, seconds, *, shared):
    """Run rounds of two channels and two athletes, with or without telling of one instant."""
    known, time, instant = last_good.start(2, 2), np.full(2, NEVER), None
    for values, second in zip(rows, seconds, strict=True):
        now = TEN + round(second * SECOND_NS)
        told = now if shared else None
        part = Round(slice(None), slice(None), np.full(2, now), np.asarray(values, float), told)
        known = last_good.after(known, part, part.values, time, instant)
        time, instant = part.time, told
    return last_good.up_to(known, time)


NONE, LOST, ALL = [[np.nan] * 2] * 2, [[140, np.nan], [np.nan] * 2], [[140, 150], [200, np.nan]]


@pytest.mark.parametrize(
    ("rows", "seconds"),
    [
        ([ALL] * 50, range(50)),
        ([ALL] * 10 + [LOST] * 5 + [ALL] * 10, range(25)),
        ([ALL] * 30, np.arange(30) / 25),
        ([ALL] * 8, [0, 1, 2, 6, 7, 30, 31, 32]),
        ([NONE, ALL, ALL], range(3)),
        ([ALL], [0]),
        ([], []),
    ],
)
def test_the_short_way_ends_where_the_long_way_does(rows, seconds):
    short, long = (through(rows, seconds, shared=shared) for shared in (True, False))
    assert np.array_equal(short.values, long.values, equal_nan=True)
    assert np.array_equal(short.time, long.time)
    assert np.array_equal(short.bits, long.bits)


def test_the_bits_by_hand():
    # good for three seconds, lost for two, good again: 1 1 1 0 0 1
    known = through([ALL] * 3 + [LOST] * 2 + [ALL], range(6), shared=True)
    assert known.bits.tolist() == [[0b111111, 0b111001], [0b111001, 0]]


def test_the_instant_of_a_lost_channel_stays():
    known = through([ALL] * 3 + [LOST] * 2, range(5), shared=True)
    assert ((known.time[0] - TEN) // SECOND_NS).tolist() == [4, 2]
    assert known.time[1, 1] == NEVER
    assert known.values[0].tolist() == [140, 150]
