"""The list of stored sessions is searched, sorted and opened on the server."""

import json

import pandas as pd
import pytest

from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.store import EmbeddedStore
from twin.store.figures import Figure
from twin.views.review_list import SessionTable


@pytest.fixture
def state(tmp_path):
    """One runner's two sessions, of ten and of two minutes, and a rider's of one."""
    with EmbeddedStore(tmp_path) as store:
        for day, (name, seconds) in enumerate([("Ada", 600), ("Ada", 120), ("Bo", 60)]):
            start = pd.Timestamp("2026-10-01T10:00", tz="UTC") + pd.Timedelta(days=day)
            times = pd.date_range(start, periods=seconds, freq="s", name="time")
            samples = pd.DataFrame({"heart_rate": 140.0}, index=times)
            athlete = store.add_athlete(Athlete(name))
            store.add_recording(
                Recording(samples, "running", path=str(day)), athlete, content=str(day)
            )
        yield ReviewState(store)


def lines(table: SessionTable) -> list[tuple[str, str]]:
    return [(row["athlete"], row["time"]) for row in json.loads(table.listed)["rows"]]


def test_the_newest_come_first_and_words_sorting_and_number_are_the_viewers(state):
    table = SessionTable(state)
    assert [athlete for athlete, _ in lines(table)] == ["Bo", "Ada", "Ada"]
    table._handle_msg({"search": "ada", "sort": "time", "down": False, "most": 1})
    assert lines(table) == [("Ada", "1:59")]  # the shorter one: 120 samples span 119 s
    assert json.loads(table.listed)["total"] == 2
    table._handle_msg({"search": "nobody", "sort": "time", "down": True, "most": 50})
    assert lines(table) == []


def test_a_line_opens_its_session(state):
    table = SessionTable(state)
    name = json.loads(table.listed)["rows"][0]["session"]
    table._handle_msg({"open": name})
    assert state.session == name


def test_a_way_of_0_was_not_measured(state):
    times = pd.date_range("2026-10-09T10:00", periods=60, freq="s", name="time", tz="UTC")
    pool = Recording(pd.DataFrame({"distance": 0.0, "heart_rate": 120.0}, times), "swimming")
    kept = state.store.add_recording(pool, Athlete("Ada"), content="pool")
    state.store.figures().keep(kept.id, Figure("", "", 0.0))  # as an import does
    assert json.loads(SessionTable(state).listed)["rows"][0]["distance"] == "–"


def test_two_athletes_of_one_name_are_told_apart_and_found_by_their_ids(state):
    times = pd.date_range("2026-10-09T10:00", periods=31, freq="s", name="time", tz="UTC")
    other = state.store.add_athlete(Athlete("Ada", id="ada-2"))
    recording = Recording(pd.DataFrame({"heart_rate": 120.0}, times), "running")
    state.store.add_recording(recording, other, content="other")
    table = SessionTable(state)
    assert [athlete for athlete, _ in lines(table)] == [
        "Ada (ada-2)",
        "Bo",
        "Ada (ada)",
        "Ada (ada)",
    ]
    table._handle_msg({"search": "ada-2"})
    assert lines(table) == [("Ada (ada-2)", "0:30")]
