"""A report is one file with everything in it: numbers with units, charts, words; nothing fetched."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.errors import UnknownSessionError
from twin.records import Athlete, Lap, Note, Recording, Session
from twin.state.review import ReviewState
from twin.store import EmbeddedStore
from twin.views.formats import distance_km, number
from twin.views.report_session import session_report

MADE = datetime(2026, 10, 2, 9, tzinfo=UTC)
ADA = Athlete("Ada & Bo", sport="running")


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        yield store


def kept(store, recording, **of_ada):
    return store.add_recording(recording, replace(ADA, **of_ada), content="made up").id


@pytest.fixture
def run(store):
    recording, _ = simulate_recording("running", 900, seed=3)
    session = kept(store, recording)
    begin = recording.samples.index[0].to_pydatetime()
    store.set_laps(session, [Lap(1, begin, begin + timedelta(minutes=5), "hill <1>")])
    store.add_note(session, Note(begin, "legs <heavy>"))
    return session


def test_the_numbers_are_those_of_the_review_page(store, run):
    page = session_report(store, run, made=MADE)
    figures = ReviewState(store, session=run).open().summary
    for value, unit in ((distance_km(figures.distance_m), "km"),
                        (number(figures.banister_trimp), "au"),
                        (number(figures.mean_heart_rate), "bpm, max")):  # fmt: skip
        assert f"<b>{value}</b> <small>{unit}" in page


def test_what_people_wrote_is_shown_as_written(store, run):
    page = session_report(store, run, made=MADE)
    assert "<h1>Ada &amp; Bo: running</h1>" in page
    assert "hill &lt;1&gt;" in page
    assert "legs &lt;heavy&gt;" in page


def test_the_file_names_nothing_outside_itself_and_runs_nothing(store, run):
    page = session_report(store, run, made=MADE)
    assert re.findall(r"https?:|//[a-z]|<script|<link|@import|url\((?!#)|src=", page) == []
    assert set(re.findall(r'href="(.)', page)) == {"#"}
    assert len(page) < 300_000


def test_every_chart_names_its_axes_with_units(store, run):
    page = session_report(store, run, made=MADE)
    for words in ("[bpm]", "[min/km]", "[1/min]", "Power", "[W]", "[m]", "Duration", "100 m"):
        assert f">{words}" in page or f"{words}</text>" in page, words


def test_the_same_session_makes_the_same_file(store, run):
    assert session_report(store, run, made=MADE) == session_report(store, run, made=MADE)


def samples(**columns) -> Recording:
    length = len(next(iter(columns.values())))
    index = pd.date_range("2026-10-01 10:00", periods=length, freq="s", tz="UTC", name="time")
    return Recording(pd.DataFrame(columns, index=index), sport="running")


def test_heart_rate_stands_beside_what_the_twin_expected(store, run):
    page = session_report(store, run, made=MADE)
    assert ">Expected, 80 % band</text>" in page
    assert "Judged by what" in page


def test_what_was_not_measured_is_left_out(store):
    page = session_report(store, kept(store, samples(heart_rate=[140.0, np.nan, 141.0])))
    assert "<h2>Over time</h2>" in page
    for title in ("Where", "Laps", "Bests", "Notes"):
        assert f"<h2>{title}</h2>" not in page
    assert "nan" not in page.lower().replace("banister", "")


def test_a_session_of_one_sample_has_a_report(store):
    page = session_report(store, kept(store, samples(heart_rate=[140.0], latitude=[48.0],
                                                     longitude=[11.0])))  # fmt: skip
    assert "140" in page


def alternating() -> Recording:
    """400 beats of 990 and 1010 ms in turn: RMSSD 20 ms, SDNN 10 ms, 60 bpm, 399 s from the first to the last, by hand."""
    rr = np.tile([990.0, 1010.0], 200)
    ends = pd.Timestamp("2026-10-01 10:00", tz="UTC") + pd.to_timedelta(np.cumsum(rr), unit="ms")
    return Recording(pd.DataFrame(index=ends[:0]), rr=pd.Series(rr, index=ends), sport="other")


def test_a_session_of_beats_alone_tells_them_and_their_variability(store):
    page = session_report(store, kept(store, alternating()))
    assert "holds no samples" not in page
    for card in ("Time</span><b>6:39</b>", "Beats</span><b>400</b>", "Heart rate</span><b>60</b>",
                 "RMSSD</span><b>20.0</b> <small>ms", "SDNN</span><b>10.0</b> <small>ms"):  # fmt: skip
        assert card in page
    assert 'aria-label="RR intervals over time"' in page


def test_a_session_with_neither_samples_nor_beats_says_so(store):
    session = store.start_session(Session("empty", store.add_athlete(ADA).id, "running", MADE))
    assert "This session holds no samples." in session_report(store, session.id)


def test_a_session_that_is_not_stored_is_named(store):
    with pytest.raises(UnknownSessionError, match="20990101"):
        session_report(store, "20990101")
