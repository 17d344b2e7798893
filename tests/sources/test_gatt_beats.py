"""Beats on the line of time."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from twin.sources.gatt_beats import BeatLine

S = 1_000_000_000


def test_beats_are_as_far_apart_as_the_strap_says_to_the_nanosecond():
    line = BeatLine()
    ticks = [700 + n % 90 for n in range(3600)]
    placed = [line.place([t], arrival_ns=1000 * S + sum(ticks[: n + 1]) * S // 1024 + S // 2)[0]
              for n, t in enumerate(ticks)]  # fmt: skip
    spans = [after[0] - before[0] for before, after in pairwise(placed)]
    assert max(abs(s - t * S / 1024) for s, t in zip(spans, ticks[1:], strict=True)) <= 1
    total = placed[-1][0] - placed[0][0]
    assert abs(total - sum(ticks[1:]) * S / 1024) <= 1  # an hour without drift


def test_intervals_are_kept_unrounded():
    assert BeatLine().place([769], arrival_ns=S * 10)[0][1] == 750.9765625  # 769/1024 s


def test_nothing_and_no_intervals_give_no_beats():
    line = BeatLine()
    assert line.place([], arrival_ns=0) == []
    assert line.place([0, 65535], arrival_ns=S) == []
    assert len(line.place([0, 800, 65535], arrival_ns=2 * S)) == 1


def test_after_a_gap_the_line_begins_anew_at_the_arrival():
    line = BeatLine()
    line.place([1024], arrival_ns=10 * S)
    assert line.place([1024], arrival_ns=60 * S) == [(59 * S, 1000.0)]


def test_a_new_link_begins_anew_too():
    line = BeatLine()
    line.place([1024], arrival_ns=10 * S)
    line.restart()
    assert line.place([1024], arrival_ns=12 * S + 5) == [(11 * S + 5, 1000.0)]


def test_a_second_without_a_beat_is_no_gap():
    """30 bpm: an interval every 2 s, in every second packet."""
    line = BeatLine()
    beats = [line.place([2048], arrival_ns=(10 + 2 * n) * S)[0][0] for n in range(5)]
    assert {b - a for a, b in pairwise(beats)} == {2 * S}


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 65535), max_size=9), st.integers(0, 10 * S)), max_size=40
    )
)
def test_no_two_beats_share_an_instant_whatever_a_strap_sends(packets):
    line, arrival_ns, instants = BeatLine(), 10**18, []
    for ticks, wait_ns in packets:
        arrival_ns += wait_ns
        instants += [instant for instant, _ in line.place(ticks, arrival_ns=arrival_ns)]
    assert all(before < after for before, after in pairwise(instants))
