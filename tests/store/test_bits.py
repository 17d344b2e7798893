"""Values come back to the last bit, duplicates and late rows included."""

import tempfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.records import Athlete, Batch, Beats, Session, utc
from twin.store import EmbeddedStore
from twin.store.codec import Rows, decode, encode

# Every pattern of 64 bits is a float: NaN with payload, infinities, -0.0, subnormals.
BITS = st.integers(0, 2**64 - 1)
SPECIAL = st.sampled_from([0x7FF8000000000001, 0xFFF0000000000000, 1 << 63, 1, 0x7FF0000000000000])
VALUE = st.one_of(BITS, SPECIAL)
# Instants up to the year 2262, many of them equal and most out of order.
INSTANT = st.one_of(st.integers(0, 3), st.integers(0, 2**63 - 1))
ROW = st.tuples(st.integers(0, 2), INSTANT, VALUE, VALUE)


def columns(rows):
    athlete, time, first, second = zip(*rows, strict=True)
    floats = [np.array(bits, np.uint64).view(np.float64) for bits in (first, second)]
    return np.array(athlete, np.int32), np.array(time, np.int64).view("datetime64[ns]"), *floats


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(ROW, min_size=1, max_size=12), min_size=1, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.booleans(),
)
def test_what_is_appended_comes_back_to_the_last_bit_sealed_merged_or_not(batches, seal, merge):
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(folder) as store:
        ids = []
        for name in ("Ada", "Bea", "Cem"):
            athlete = store.add_athlete(Athlete(name))
            began = utc(np.datetime64(0, "ns"))
            ids.append(store.start_session(Session("", athlete.id, "running", began)).id)
        for rows, sealed in zip(batches, seal, strict=False):
            athlete, time, power, speed = columns(rows)
            beats = Beats(athlete, time, power)
            store.append(Batch.of(athlete, time, power=power, speed=speed, beats=beats), ids)
            if sealed:
                store.compact()
        if merge:
            for session in ids[:2]:
                store.end_session(session)
            store.compact(grace_s=0.0)
        athlete, time, power, speed = columns([row for rows in batches for row in rows])
        for index, session in enumerate(ids):
            mine = np.flatnonzero(athlete == index)
            mine = mine[np.argsort(time[mine], kind="stable")]
            frame = store.samples(session, columns=["power", "speed"])
            assert frame.index.asi8.tolist() == time[mine].view(np.int64).tolist()
            rr = store.rr(session)
            assert rr.to_numpy().tobytes() == power[mine].tobytes()
            for name, sent in (("power", power[mine]), ("speed", speed[mine])):
                if not np.isnan(frame[name]).all():  # all missing is kept as nothing at all
                    equal = frame[name].to_numpy().view(np.uint64) == sent.view(np.uint64)
                    assert (equal | whole_batch_missing(batches, index, name)[: len(equal)]).all()


def whole_batch_missing(batches, index, name):
    """Return which rows of an athlete, by time, come from a batch where a channel was all NaN."""
    missing, times = [], []
    for rows in batches:
        athlete, time, power, speed = columns(rows)
        channel = power if name == "power" else speed
        missing += [np.isnan(channel).all()] * int((athlete == index).sum())
        times += time[athlete == index].view(np.int64).tolist()
    return np.array(missing, bool)[np.argsort(times, kind="stable")]


@pytest.mark.parametrize("count", [0, 1, 3, 5000])
def test_blobs_of_any_size_come_back_whole_alone_and_together(count):
    rng = np.random.default_rng(count)
    rows = Rows(
        rng.integers(0, 9, count).astype(np.int32),
        rng.integers(0, 2**60, count).view("datetime64[ns]"),
        rng.integers(0, 2**64, (2, count), dtype=np.uint64).view(np.float64),
        ("power", "speed"),
    )
    back, blob = decode([encode(rows)] * 3, rows.names, ("speed", "cadence"))
    assert blob.tolist() == [number for number in range(3) for _ in range(count)]
    assert back.time.tobytes() == rows.time.tobytes() * 3
    assert back.athlete.tobytes() == rows.athlete.tobytes() * 3
    assert back.values[0].tobytes() == rows.values[1].tobytes() * 3
    assert np.isnan(back.values[1]).all()
