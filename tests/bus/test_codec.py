"""What travels arrives as it was sent, to the last bit; the expected value is always the sent one."""

from dataclasses import fields, replace

import numpy as np
import pytest

from twin.bus.codec import Decoder, Encoder, Packet
from twin.bus.columns import pack, unpack
from twin.records import Beats, Marks, News, Tick


def travelled(packet: Packet, facts: dict[str, bytes] | None = None) -> News | None:
    facts = packet.facts if facts is None else facts
    return Decoder(lambda names: {n: facts[n] for n in names if n in facts}).decode(packet.entry)


def alike(one: object, other: object) -> bool:
    """Equal to the last bit, arrays by dtype, shape and bytes."""
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if hasattr(one, "__dataclass_fields__"):
        pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
        return type(one) is type(other) and all(alike(a, b) for a, b in pairs)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    return repr(one) == repr(other)


@pytest.mark.parametrize(
    ("athletes", "rows"), [(2, 2), (1, 1), (5, 0), (0, 0), (3, 40)],
    ids=["squad", "single sample", "no row", "empty squad", "many rows"],
)  # fmt: skip
@pytest.mark.parametrize("seed", range(5))
def test_a_tick_arrives_to_the_last_bit(tick, marks, athletes, rows, seed):
    sent = tick(7, athletes, rows, seed=seed)
    news = travelled(Encoder("host/1/x").encode(sent, marks))
    assert alike(news.tick, sent)
    assert alike(news.marks, marks)
    assert news.hub == "host/1/x"


def test_every_field_of_a_tick_is_held_by_the_ticks_of_these_tests(tick):
    full, empty = tick(3), Tick(0, *(getattr(tick(3), f.name) for f in fields(Tick)[1:8]))
    missing = [
        f.name
        for f in fields(Tick)[8:]
        if np.array_equal(getattr(full, f.name), getattr(empty, f.name))
    ]
    assert missing == [], "give the new field a value in tests/bus/conftest.py"


def test_instants_that_are_not_known_stay_unknown(tick, marks):
    nowhen = np.datetime64("NaT", "ns")
    some = tick()
    rows = replace(some.rows, now=None, time=np.array([nowhen, nowhen]))
    sent = replace(some, time=nowhen, rows=rows)
    got = travelled(Encoder("h").encode(sent, marks)).tick
    assert np.isnat(got.time)
    assert np.isnat(got.rows.time).all()
    assert got.rows.now is None


def test_beats_travel_where_there_are_no_samples(tick, marks):
    some = tick(rows=0)
    times = np.array(["2026-10-01T10:00:00.4", "2026-10-01T10:00:01.3"], "datetime64[ns]")
    beats = Beats(np.array([1, 0], np.int32), times, np.array([812.5, np.nan]))
    sent = replace(some, rows=replace(some.rows, beats=beats))
    assert alike(travelled(Encoder("h").encode(sent, marks)).tick.rows.beats, beats)


def test_a_line_of_one_value_costs_no_column():
    matrix = np.vstack([np.full(1000, np.nan), np.ones(1000), np.arange(1000.0)])
    packed = pack({"values": matrix})
    assert packed.layouts[0].varying == "4"  # the third line alone, as bits
    assert sum(map(len, packed.batches)) < matrix[2].nbytes + 500
    assert alike(unpack(packed)["values"], matrix)


def test_unchanged_facts_keep_their_names_and_equal_ones_share_it(tick, marks):
    encoder, sent = Encoder("h"), tick()
    first = encoder.encode(sent, marks)
    assert encoder.encode(replace(sent, number=1), marks).facts.keys() == first.facts.keys()
    assert Encoder("other").encode(tick(), marks).facts.keys() == first.facts.keys()
    changed = encoder.encode(sent, Marks(marks.laps, ())).facts.keys() ^ first.facts.keys()
    assert {name.partition(":")[0] for name in changed} == {"periods"}


def test_a_follower_asks_for_each_fact_once_and_sees_no_change_by_identity(tick, marks):
    asked = []
    facts: dict[str, bytes] = {}

    def look_up(names):
        asked.append(names)
        return {name: facts[name] for name in names}

    encoder, decoder, squads = Encoder("h"), Decoder(look_up), set()
    for number in range(3):
        packet = encoder.encode(tick(number), marks)
        facts |= packet.facts
        squads.add(id(decoder.decode(packet.entry).tick.squad))
    assert len(asked) == 1
    assert len(squads) == 1


def test_a_tick_whose_facts_are_lost_is_left_out(tick, marks):
    assert travelled(Encoder("h").encode(tick(), marks), facts={}) is None


def test_old_facts_are_forgotten(tick):
    facts: dict[str, bytes] = {}
    encoder, decoder = Encoder("h"), Decoder(lambda names: {name: facts[name] for name in names})
    for athletes in range(90):
        packet = encoder.encode(tick(athletes, athletes % 5 + 1, 0, seed=athletes), Marks())
        facts |= packet.facts
        assert len(decoder.decode(packet.entry).tick.squad) == athletes % 5 + 1
    assert len(decoder._known) <= 64 + 5
