"""A week's report: which sessions are in it, what they add up to, and how it is named."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from twin.archive import summaries
from twin.cli import main
from twin.errors import StoreError, UnknownAthleteError
from twin.records import Athlete, DailyValue, Note, Recording, Session
from twin.state.weeks import athlete_week, monday_of
from twin.store import EmbeddedStore
from twin.views.report_maps import maps_html
from twin.views.report_week import athlete_week_report, squad_week_report, together_table

MONDAY = date(2026, 9, 28)
MADE = datetime(2026, 11, 1, tzinfo=UTC)
# At noon UTC a day is the same one wherever this runs, but for the Pacific's edge.
STARTS = ("2026-09-27", "2026-09-28", "2026-10-04", "2026-10-05")


def ride(day: str, heart_rate: float, sport: str = "cycling") -> Recording:
    """Ten minutes at one heart rate and 10 m/s: 6 km."""
    index = pd.date_range(f"{day} 12:00", periods=601, freq="s", tz="UTC", name="time")
    columns = {"heart_rate": heart_rate, "speed": 10.0, "distance": np.arange(601) * 10.0}
    return Recording(pd.DataFrame(columns, index=index), sport=sport)


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path / "data") as store:
        for number, day in enumerate(STARTS):
            store.add_recording(ride(day, 140.0), Athlete("Ada <A>"), content=day)
            if number == 1:
                store.add_recording(ride(day, 160.0, "running"), Athlete("Bo"), content=f"bo {day}")
        store.add_athlete(Athlete("Never"))
        yield store


def test_a_week_goes_from_monday_to_sunday_and_adds_up(store):
    week = athlete_week(store, "Ada <A>", MONDAY)
    assert [f"{day:%Y-%m-%d}" for day in week.sessions["day"]] == list(STARTS[1:3])
    kept = summaries(store, athlete="Ada <A>")
    assert kept["is_fresh"].all(), "figures that were missing are computed and kept"
    assert week.total("banister_trimp") == pytest.approx(2 * kept["banister_trimp"].iloc[0])
    page = athlete_week_report(store, "Ada <A>", MONDAY, made=MADE)
    assert "<h1>Ada &lt;A&gt;: week 2026-W40</h1><p>28 Sep – 04 Oct 2026</p>" in page
    assert "<b>2</b> <small></small>" in page
    assert re.search(r"<b>12\.0\d</b> <small>km", page), "twice 6 km"


def test_names_of_any_signs_stand_in_charts_as_they_are_written(store):
    name = '$x^$ "Ömer" 李雷 & <b>Łuć</b>'  # dollars are formulas to a chart, unless told otherwise
    store.add_recording(ride("2026-09-30", 150.0), Athlete(name), content="odd")
    page = squad_week_report(store, MONDAY, made=MADE)
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert '$x^$ "Ömer" 李雷 &amp; &lt;b&gt;Łuć&lt;/b&gt;' in drawn
    assert "<b>Łuć" not in page


def test_a_week_after_a_pause_is_not_compared_with_nothing(store):
    page = athlete_week_report(store, "Bo", date(2026, 10, 26), made=MADE)
    assert "No session in this week" in page
    assert "The 3 weeks before hold no load to compare with." in page


def test_a_week_without_load_long_after_others_has_no_chart_of_it(store):
    index = pd.date_range("2030-10-02 10:00", periods=601, freq="s", tz="UTC", name="time")
    power = Recording(pd.DataFrame({"power": 200.0}, index), "cycling")  # no heart rate, no impulse
    store.add_recording(power, Athlete("Bo"), content="years later")
    page = athlete_week_report(
        store, "Bo", date(2030, 9, 30), made=datetime(2030, 10, 7, tzinfo=UTC)
    )
    assert "<h2>Sessions</h2>" in page
    assert "<h2>Load by day</h2>" not in page
    assert "<h2>The weeks before</h2>" not in page
    assert "<h2>The weeks before</h2>" in athlete_week_report(store, "Bo", MONDAY, made=MADE)


def test_a_session_still_recorded_says_so(store):
    begun = datetime(2026, 9, 30, 12, tzinfo=UTC)
    store.start_session(Session("", "bo", "rowing", begun))
    page = athlete_week_report(store, "Bo", MONDAY, made=MADE)
    assert ">rowing, still being recorded</td>" in page
    assert ">running</td>" in page


def test_the_file_holds_notes_and_mornings_and_no_address(store):
    ada = athlete_week(store, "Ada <A>", MONDAY)
    store.add_note(ada.sessions["session"].iloc[0], Note(MADE, "legs <heavy>"))
    store.diary().keep(
        ada.season.athlete.id, [DailyValue(MONDAY, "resting_heart_rate", 48.0, "app")]
    )
    page = athlete_week_report(store, "Ada <A>", MONDAY, made=MADE)
    assert "legs &lt;heavy&gt;" in page
    for words in ("Resting heart rate", "[bpm]", "Load (Banister)", "[au]", "Fitness, fatigue,"):
        assert f">{words}</text>" in page, words
    assert re.findall(r"https?:|<script|<link|src=|nan\b", page) == []


def test_a_week_without_a_session_says_so(store):
    page = athlete_week_report(store, "Ada <A>", date(2026, 10, 12), made=MADE)
    assert "No session in this week." in page
    assert "Load by day" not in page


def test_a_week_that_runs_is_told_up_to_today(store):
    page = athlete_week_report(store, "Bo", MONDAY, made=datetime(2026, 9, 30, 20, tzinfo=UTC))
    assert "28 Sep – 04 Oct 2026, up to Wednesday" in page


def test_the_squad_s_week_has_a_row_for_everybody_who_trains(store):
    page = squad_week_report(store, MONDAY, made=MADE)
    assert re.search(r"<td>Ada &lt;A&gt;</td><td>2</td><td>20:00</td><td>12\.0\d</td>", page)
    assert re.search(r"<td>Bo</td><td>1</td>", page)
    assert "Never" not in page
    assert "Nobody has a session" in squad_week_report(store, date(2020, 1, 6), made=MADE)


def test_two_of_one_name_each_have_their_row(store):
    store.add_athlete(Athlete("Bo", id="bo-2"))
    assert "Bo (bo" not in squad_week_report(store, MONDAY, made=MADE), "who never trained"
    store.add_recording(ride("2026-09-29", 150.0), Athlete("Bo", id="bo-2"), content="bo 2")
    page = squad_week_report(store, MONDAY, made=MADE)
    for name in ("Bo (bo)", "Bo (bo-2)"):
        assert f"<td>{name}</td><td>1</td>" in page


def test_sessions_done_together_are_told_once(store):
    weeks = [athlete_week(store, name, MONDAY) for name in ("Ada <A>", "Bo")]
    shared = [replace(w, sessions=w.sessions[:1].assign(squad_session="s1")) for w in weeks]
    assert together_table(weeks).empty
    assert together_table(shared)["Athletes"].tolist() == ["2"]


def test_who_is_not_known_and_a_store_on_a_server_are_refused(store):
    with pytest.raises(UnknownAthleteError):
        athlete_week(store, "Cy", MONDAY)
    with pytest.raises(StoreError, match="on a disk"):
        athlete_week(object(), "Ada", MONDAY)


@pytest.mark.parametrize("words", ["2026-40", "W40", "2026-W54", "2026-Wxx"])
def test_what_is_no_week_is_refused_in_words(words):
    with pytest.raises(ValueError, match=f"'{words}' is no week"):
        monday_of(words, MONDAY)


def test_the_command_names_the_file_after_whose_week_it_is(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    of = ["report", "--week", "2026-W40", "--data", "data"]
    assert CliRunner().invoke(main, [*of, "--athlete", "Bo"]).output.startswith("bo-2026-W40.html")
    assert CliRunner().invoke(main, [*of, "--squad"]).output.startswith("squad-2026-W40.html")
    assert "no week" in CliRunner().invoke(main, ["report", "--squad", "--week", "40"]).output
    assert "name a session" in CliRunner().invoke(main, ["report"]).output


def with_track(store, athlete, turns):
    """A week whose sessions went round a loop of 400 m."""
    week = athlete_week(store, athlete, MONDAY)
    around = np.linspace(0, turns * 2 * np.pi, 200)
    loop = pd.DataFrame(
        {"latitude": 47 + 6e-4 * np.sin(around), "longitude": 8 + 8e-4 * np.cos(around)}
    )
    return replace(week, tracks=dict.fromkeys(week.sessions["session"], loop))


def test_ways_of_a_week_are_small_maps_and_what_was_done_together_is_on_one(store):
    ada, bo = with_track(store, "Ada <A>", 2), with_track(store, "Bo", 3)
    page = maps_html([ada])
    assert page.count("<svg") == 1  # two maps in a row
    assert "Maps, north up: Mon" in page
    assert "http" not in page, "nothing is fetched"
    ada.sessions["squad_session"] = bo.sessions["squad_session"] = "monday"
    together = maps_html([replace(ada, sessions=ada.sessions[:1]), bo])
    assert "(2 athletes, 6.00 km)" in together
    assert "not drawn" not in together
    assert maps_html([replace(ada, tracks={})]) == ""
