"""Repairs stand on top of what is stored: seen everywhere, on record, taken back to the last bit."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from twin.records import Athlete, Edit, Lap, Recording
from twin.store import EmbeddedStore

START = datetime(2026, 10, 1, 10, tzinfo=UTC)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as opened:
        yield opened


@pytest.fixture
def session(store):
    """10 s of 140 to 149 bpm with 225 bpm at second 4, a beat a second, one lap of 5 s."""
    index = pd.date_range(START, periods=10, freq="s", name="time")
    rate = np.arange(140.0, 150.0)
    rate[4] = 225.0
    samples = pd.DataFrame({"heart_rate": rate, "power": 200.0}, index)
    ride = Recording(samples, "cycling", pd.Series(420.0, index), (Lap(1, at(-0.5), at(5)),))
    kept = store.add_recording(ride, store.add_athlete(Athlete("Ada")), content="ride")
    store.set_laps(kept.id, ride.laps)
    return kept.id


def test_a_bridge_is_seen_in_every_reading_and_the_record_stays(store, session):
    store.edits().add(session, [Edit("bridge", "heart_rate", at(4), at(4), author="Eva")])
    assert store.samples(session)["heart_rate"].tolist() == list(range(140, 150))
    assert store.samples(session, start=at(4), end=at(4))["heart_rate"].tolist() == [144]
    assert store.samples(session, columns=["power"])["power"].tolist() == [200] * 10
    assert store.samples(session, repaired=False)["heart_rate"].iloc[4] == 225


def test_who_and_when_are_on_record_also_of_what_was_taken_back(store, session):
    raw = store.samples(session)
    store.edits().add(session, [Edit("clear", "heart_rate", at(4), at(4), reason="spike", author="Eva"),
                                Edit("drop", "", at(0), at(1), author="Eva")])  # fmt: skip
    marks = store.edits().marks()
    first, second = store.edits().of(session)
    assert (first.author, first.reason, first.undone) == ("Eva", "spike", None)
    assert first.made >= second.start
    assert store.edits().undo(session, [first.number, 99]) == 1
    assert [edit.number for edit in store.edits().of(session)] == [second.number]
    assert store.edits().marks() != marks, "figures made before are stale"
    assert store.edits().undo(session) == 1
    assert [edit.undone is None for edit in store.edits().history(session)] == [False, False]
    pd.testing.assert_frame_equal(store.samples(session), raw)


def test_a_moved_clock_moves_all_that_has_a_time(store, session):
    store.edits().add(session, [Edit("shift", "", at(0), at(9), value=3600.0)])
    later = START + timedelta(hours=1)
    assert store.samples(session).index[0] == later
    assert store.rr(session).index[0] == later
    assert store.laps(session) == (
        Lap(1, later - timedelta(seconds=0.5), later + timedelta(seconds=5)),
    )
    assert store.session(session).start == later
    assert store.sessions(since=later)["end"].tolist() == [later + timedelta(seconds=9)]
    assert len(store.samples(session, start=later, end=later)) == 1
    store.set_laps(session, store.laps(session))
    store.edits().undo(session)
    assert store.laps(session) == (Lap(1, at(-0.5), at(5)),)


def test_a_clock_that_stepped_moves_only_what_came_after(store, session):
    store.edits().add(session, [Edit("shift", "", at(5), at(9), value=-2.0)])
    seconds = (store.samples(session).index - START).total_seconds()
    assert seconds.tolist() == [0, 1, 2, 3, 3, 4, 4, 5, 6, 7]
    assert store.session(session).start == START
    assert store.session(session).end == at(7)
    assert store.laps(session)[0].start == at(-0.5)
    assert store.laps(session)[0].end == at(3)


def test_a_session_left_out_whole_is_known_as_such(store, session):
    assert store.edits().left_out() == frozenset()
    store.edits().add(session, [Edit("drop", "", at(0), at(8))])
    assert store.edits().left_out() == frozenset()
    store.edits().add(session, [Edit("drop", "", at(0), at(9))])
    assert store.edits().left_out() == {session}
    assert store.samples(session).empty
    assert list(store.samples(session).columns) == ["heart_rate", "power"]
