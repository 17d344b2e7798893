"""The review page: list, one session, selection, laps, and words where something is missing."""

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
import pytest

from twin.records import Athlete, Lap, Recording
from twin.state.review import ReviewState
from twin.store import EmbeddedStore
from twin.views.review import ReviewPage, SessionView
from twin.views.review_cards import cards_html, laps_table
from twin.views.review_lines import drawn_speed, gap_of
from twin.views.review_map import ReviewMap, placed
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


def run(seconds: int = 300, *, positions: bool = True) -> Recording:
    index = pd.date_range(START, periods=seconds, freq="1s", name="time")
    second = np.arange(seconds, dtype=float)
    samples = pd.DataFrame({"heart_rate": 120 + second / 10, "speed": 3.0}, index=index)
    if positions:
        samples = samples.assign(latitude=46 + second * 2.7e-5, longitude=14.5)
    middle, end = (START + pd.Timedelta(seconds=s) for s in (seconds // 2, seconds))
    laps = (Lap(1, START.to_pydatetime(), middle.to_pydatetime()),
            Lap(2, middle.to_pydatetime(), end.to_pydatetime()))  # fmt: skip
    return Recording(samples=samples, sport="running", laps=laps, path="run.fit")


@pytest.fixture(autouse=True)
def bokeh_backend():
    hv.extension("bokeh", logo=False)


@pytest.fixture
def state(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        ada = store.add_athlete(Athlete("Ada", max_hr=190))
        kept = store.add_recording(run(), ada, content="run")
        yield ReviewState(store, session=kept.id)


def view_of(state) -> SessionView:
    view = SessionView(state, state.open(), LIGHT)
    view.parts()
    return view


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        page = ReviewPage(ReviewState(store))
        (words,) = page.__panel__().select(pn.pane.Markdown)
    assert "twin import" in words.object


def test_a_session_that_is_gone_is_told_over_the_list(state):
    state.session = ""
    page = ReviewPage(state)
    state.session = "gone"
    (alert,) = page.__panel__().select(pn.pane.Alert)
    assert "gone" in alert.object


def test_a_selection_fills_the_card_and_marks_the_map(state):
    view = view_of(state)
    area = ReviewMap(state, view.reviewed, LIGHT)
    first, last = (START + pd.Timedelta(seconds=s) for s in (60, 120))
    state.selection = (first.to_pydatetime(), last.to_pydatetime())
    assert len(area._marked.data["x"]) == 61
    state.selection = None
    assert len(area._marked.data["x"]) == 0


def test_a_click_on_a_lap_selects_and_zooms_to_it(state):
    view = view_of(state)
    view._go_to_lap(1)
    assert state.selection == (view.reviewed.laps[1].start, view.reviewed.laps[1].end)
    time = view._charts._range
    assert pd.Timestamp(time.end) - pd.Timestamp(time.start) == pd.Timedelta(seconds=150)


def test_laps_tell_their_own_figures(state):
    table = laps_table(state.open())
    assert list(table["Time"]) == ["2:30", "2:30"]
    assert list(table["max bpm"]) == ["135", "150"], "120 bpm and 1 more every 10 s, by hand"
    assert "W" not in table, "no power, no column"


def test_a_card_without_a_value_is_left_out():
    assert "Power" not in cards_html([("Power", "–", "W"), ("Time", "1:00", "")])


def test_without_positions_there_is_no_map():
    samples = run(positions=False).samples
    assert len(placed(samples)) == 0
    assert len(placed(run().samples.assign(latitude=np.nan))) == 0
    assert len(placed(run().samples[:1])) == 1


def test_standing_and_missing_speed_draw_no_pace():
    pace = drawn_speed(np.array([0.0, 0.3, np.nan, 4.0]), "running")
    assert np.isnan(pace[:3]).all()
    assert pace[3] == pytest.approx(250 / 60)


def test_a_gap_is_longer_than_the_steps_of_smart_recording():
    assert gap_of(pd.DatetimeIndex([])) == 10
    assert gap_of(pd.date_range(START, periods=100, freq="1s")) == 10
    assert gap_of(pd.date_range(START, periods=100, freq="7s")) == 21


def test_a_single_sample_opens(tmp_path):
    with EmbeddedStore(tmp_path / "one") as store:
        kept = store.add_recording(run(1), store.add_athlete(Athlete("Ada")), content="one")
        view_of(ReviewState(store, session=kept.id))
