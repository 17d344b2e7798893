"""The review page: list, one session, selection, laps, and words where something is missing."""

import re
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pandas as pd
import panel as pn
import pytest

from twin.records import Athlete, Lap, Recording
from twin.state.review import ReviewState
from twin.store import EmbeddedStore
from twin.views.later import Later
from twin.views.picks import PickTable
from twin.views.review import ReviewPage, SessionView
from twin.views.review_cards import cards_html, summary_cards, zone_bars_html
from twin.views.review_laps import laps_card, laps_table
from twin.views.review_lines import drawn_speed, gap_of, lines_of
from twin.views.review_map import ReviewMap, placed
from twin.views.review_stretch import StretchCard
from twin.views.review_tabs import PARTS, ReviewTabs
from twin.views.theme import LIGHT, local

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


def test_a_distance_of_0_all_through_was_not_measured_and_is_not_drawn(tmp_path):
    still = run()
    zero = still.samples.assign(speed=0.0, distance=0.0)
    with EmbeddedStore(tmp_path) as store:
        ada = store.add_athlete(Athlete("Ada"))
        kept = store.add_recording(replace(still, samples=zero), ada, content="pool")
        reviewed = ReviewState(store, session=kept.id).open()
        assert list(lines_of(reviewed)) == ["heart_rate"]
        words = cards_html(summary_cards(reviewed))
        laps = laps_table(reviewed)
    assert "Heart rate" in words
    assert not re.search("Moving|Distance|Pace", words)
    assert set(laps["km"]) == set(laps["/km"]) == {"–"}


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
    card = laps_card(state, view.reviewed, LIGHT)
    card.select(PickTable)[0]._handle_msg({"row": 1})
    assert state.selection == (view.reviewed.laps[1].start, view.reviewed.laps[1].end)
    time = view._charts._range
    assert pd.Timestamp(time.end) - pd.Timestamp(time.start) == pd.Timedelta(seconds=150)


def test_a_stretch_is_selected_by_typing_its_times(state):
    card = StretchCard(state, state.open())
    clock = local((START + pd.Timedelta(seconds=60)).to_pydatetime())
    card._handle_msg({"typed": f"{clock:%H:%M:%S} {clock + pd.Timedelta(seconds=90):%H:%M:%S}"})
    first, last = state.selection
    assert (first, (last - first).total_seconds()) == (START + pd.Timedelta(seconds=60), 90)
    assert "1:30" in card.cards
    card._handle_msg({"typed": "soon"})
    assert card.heading == "Two times, please"
    card._handle_msg({"clear": True})
    assert state.selection is None
    assert not card.cards


def test_the_map_takes_the_colour_of_any_channel(state):
    reviewed = state.open()
    hot = replace(reviewed, samples=reviewed.samples.assign(temperature=20.0, muscle_oxygen=np.nan))
    choices = ReviewMap(state, hot, LIGHT)._colour.options
    assert "temperature" in choices.values()
    assert "muscle_oxygen" not in choices.values(), "never measured"


def test_laps_tell_their_own_figures(state):
    table = laps_table(state.open())
    assert list(table["Time"]) == ["2:30", "2:30"]
    assert list(table["max bpm"]) == ["135", "150"], "120 bpm and 1 more every 10 s, by hand"
    assert "W" not in PickTable(table).columns, "no power, no column"


def test_a_card_without_a_value_is_left_out():
    assert "Power" not in cards_html([("Power", "–", "W"), ("Time", "1:00", "")])


def test_without_positions_there_is_no_map():
    samples = run(positions=False).samples
    assert len(placed(samples)) == 0
    assert len(placed(run().samples.assign(latitude=np.nan))) == 0
    assert len(placed(run().samples[:1])) == 1


def test_a_part_is_built_when_its_tab_is_opened_and_the_address_names_it(state):
    tabs = ReviewTabs(state, state.open(), LIGHT)
    bests = [name for name, _, _ in PARTS].index("bests")
    assert not len(tabs._places[bests])
    tabs._bar.active = bests
    assert state.tab == "bests"
    assert "3 m/s" not in str(tabs._places[bests]), "pace on foot"
    (table,) = tabs._places[bests].select(PickTable)
    assert [row[:2] for row in table.rows][:1] == [["1 s", "5:33 /km"]], "3 m/s, by hand"
    table._handle_msg({"row": 0})
    assert state.selection[0] == START.to_pydatetime()


def test_what_cannot_be_computed_is_told(caplog):
    place = Later(lambda: 1, lambda found: [])
    failed = Future()
    failed.set_exception(ValueError("no <such> thing"))
    place._show(failed)
    (alert,) = place.__panel__().select(pn.pane.Alert)
    assert "no &lt;such&gt; thing" in alert.object


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


def test_time_below_zone_1_has_a_row_and_counts_in_the_shares():
    # by hand: 20 min in zone 1 of 100 min with heart rate are 20 %
    html = zone_bars_html((1200, 0, 0, 0, 0), Athlete("Ada"), heart_rate_s=6000)
    assert html.index("Z1") < html.index("below Z1")
    assert "<u>20 %</u>" in html
    assert "<u>1:20:00</u><u>80 %</u>" in html
    assert zone_bars_html((np.nan,) * 5, Athlete("Ada"), heart_rate_s=np.nan) == ""


def test_a_session_of_zeros_says_that_there_is_nothing_to_draw(tmp_path):
    zeros = replace(run(), samples=run().samples[["speed"]] * 0.0)
    with EmbeddedStore(tmp_path) as store:
        kept = store.add_recording(zeros, store.add_athlete(Athlete("Ada")), content="zeros")
        state = ReviewState(store, session=kept.id)
        parts = pn.Column(*SessionView(state, state.open(), LIGHT).parts())
        words = [one.object for one in parts.select(pn.pane.HTML)]
    assert any("Nothing to draw" in one for one in words)
    assert any("No heart rate" in one for one in words)


def test_a_session_of_beats_alone_is_drawn_beat_by_beat(tmp_path):
    rr = pd.Series([800.0, 850.0, 900.0], pd.DatetimeIndex(
        pd.Timestamp("2026-10-01T10:00", tz="UTC") + pd.to_timedelta([0.8, 1.65, 10.0], unit="s")
    ))  # fmt: skip
    with EmbeddedStore(tmp_path) as store:
        ada = store.add_athlete(Athlete("Ada"))
        kept = store.add_recording(
            Recording(pd.DataFrame(index=rr.index[:0]), rr=rr), ada, content="rr"
        )
        state = ReviewState(store, session=kept.id)
        parts = pn.Column(*SessionView(state, state.open(), LIGHT).parts())
        words = [one.object for one in parts.select(pn.pane.HTML)]
        (plot,) = [one.object for one in parts.select(pn.pane.Bokeh)]
    assert not any("no samples" in one for one in words)
    # 60,000 / 850 ms is 70.6 bpm; 9.2 s from the first to the last.
    assert any("<b>71</b>" in one and "<b>0:09</b>" in one for one in words)
    drawn = plot.select_one({"name": "line"}).data_source.data["rr_ms"]
    np.testing.assert_array_equal(drawn, [800, 850, np.nan, 900])  # a silence of 7.4 s
