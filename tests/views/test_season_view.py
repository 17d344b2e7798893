"""What the page of a season says and draws, without a browser."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.archive import summarise
from twin.model.control_chart import ControlChart
from twin.model.fingerprint import Fingerprint
from twin.model.history import Anomaly, What
from twin.model.work_profile import WorkProfile
from twin.records import Athlete, PlannedSession, Recording
from twin.state.season import SeasonState
from twin.store import EmbeddedStore
from twin.views.season import SeasonPage
from twin.views.season_below import drawn
from twin.views.season_charts import FormChart, season_figure
from twin.views.season_cusum import CusumChart, RelationChart
from twin.views.theme import LIGHT


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two sessions of Ada, some days ago, and a plan for tomorrow; nothing of Bo."""
    with EmbeddedStore(tmp_path_factory.mktemp("season")) as store:
        for days, sport in ((3, "running"), (2, "cycling")):
            start = f"{date.today() - timedelta(days)}T11:00:00"
            recording, _ = simulate_recording(sport, 300, seed=2, start=start)
            store.add_recording(recording, Athlete("Ada"), content=sport)
        store.add_athlete(Athlete("Bo"))
        list(summarise(store))
        yield store


def told(page, part="head"):
    return json.loads((page._boards | page._below.boards)[part].told)


def entries(page, kind):
    return [
        e for week in told(page, "calendar")["weeks"] for day in week["days"] for e in day[kind]
    ]


def test_the_season_shown_is_of_who_trained_last_and_each_session_leads_to_its_review(store):
    day = date.today() - timedelta(3)
    page = SeasonPage(SeasonState(store, month=f"{day:%Y-%m}"))
    assert told(page)["address"]["athlete"] == "ada"
    assert {"running"} <= {entry["sport"] for entry in entries(page, "done")}
    stored = set(store.sessions()["session"])
    assert {entry["id"] for entry in entries(page, "done")} <= stored


def test_planning_and_striking_out_change_calendar_and_chart(store):
    state = SeasonState(store, athlete="ada", month=f"{date.today():%Y-%m}")
    page = SeasonPage(state)
    answer = state.do("plan", {"day": str(date.today()), "sport": "running", "minutes": 30})
    assert answer.error == ""
    (planned,) = entries(page, "planned")
    assert planned["short"] == "0:30"
    assert len(page._weeks._planned.data["load"]) == 1
    assert state.do("strike", {"id": planned["id"]}).error == ""
    assert entries(page, "planned") == []


def test_load_goes_by_the_method_chosen_and_what_has_none_is_said(store):
    state = SeasonState(store, athlete="ada", load="session_rpe", month=f"{date.today():%Y-%m}")
    page = SeasonPage(state)
    assert "2 of 2 sessions shown have no RPE and add nothing" in told(page)["load_words"]
    state.do("plan", {"day": str(date.today()), "sport": "running", "minutes": 30, "load": 6})
    assert page._weeks._planned.data["load"].tolist() == [180]  # RPE 6 x 30 min, by hand
    state.do("choose", {"load": "power_load"})
    assert "critical power, which is not known" in told(page)["load_words"]
    assert {value for _, value, _ in told(page)["standing"]} == {"–"}, "unknown is not 0"
    state.do("strike", {"id": entries(page, "planned")[0]["id"]})


def test_the_maximal_heart_rate_says_what_it_rests_on_and_is_changed_here(store):
    told_hub = []
    state = SeasonState(store, lambda who, **changes: told_hub.append((who, changes)), athlete="bo")
    page = SeasonPage(state)
    assert told(page)["maximum"]["words"] == "Maximal heart rate 190 bpm, assumed"
    assert state.do("maximum", {"rate": "", "birth_year": date.today().year - 60}).error == ""
    assert told(page)["maximum"]["words"] == "Maximal heart rate 166 bpm, from age"
    state.do("maximum", {"rate": "171", "birth_year": ""})
    assert told(page)["maximum"]["words"] == "Maximal heart rate 171 bpm, entered"
    assert told_hub[-1] == ("bo", {"max_hr": 171, "max_hr_from": "entered", "birth_year": None})
    assert "100 to 240" in state.do("maximum", {"rate": "20"}).error


def test_a_test_of_critical_power_is_entered_says_where_it_comes_from_and_is_taken_back(store):
    state = SeasonState(store, athlete="ada")
    page = SeasonPage(state)
    assert told(page)["capacity"]["words"] == "Critical power and critical speed are not known"
    tested = {"kind": "power", "critical": "262", "reserve": "18.4", "day": "2026-03-03"}
    assert state.do("capacity", tested).error == ""
    words = "Critical power 262 W, W′ 18.4 kJ, entered on 3 March 2026"
    assert told(page)["capacity"]["words"] == words
    (line,) = told(page)["capacity"]["entered"]
    state.load = "power_load"
    assert "critical power known on the day" in told(page)["load_words"]
    # Pace of 4:10 min/km is 1000 m in 250 s; both are told, each from its test.
    run = {"kind": "running speed", "critical": "4:10", "reserve": "200", "day": ""}
    assert state.do("capacity", run).error == ""
    assert "Critical speed 4.00 m/s (4:10 /km), D′ 200 m" in told(page)["capacity"]["words"]
    for one in (line, *told(page)["capacity"]["entered"]):
        state.do("take back", one)
    assert told(page)["capacity"]["entered"] == []
    assert "not known" in told(page)["capacity"]["words"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"critical": ""}, "critical power is a number, got ''"),
        ({"reserve": "18400"}, "W′ is 1 to 80 kJ, got 18400"),
        ({"day": "2099-01-01"}, "or before, got 2099-01-01"),
        ({"day": "soon"}, "soon"),
        ({"kind": "running speed", "critical": "4:aa"}, "critical speed is a number, got '4:aa'"),
        (
            {"kind": "rowing", "critical": ""},
            "a capacity is of power or running speed, got 'rowing'",
        ),
    ],
)
def test_a_test_that_cannot_be_is_told(store, changed, error):
    tested = {"kind": "power", "critical": "262", "reserve": "18.4", "day": "2026-03-03"}
    assert error in SeasonState(store, athlete="ada").do("capacity", tested | changed).error
    assert store.capacities().of("ada") == ()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"day": "2026-10-01", "sport": "chess"}, "choose a sport"),
        ({"day": "tomorrow", "sport": "running"}, "tomorrow"),
        ({"day": "2026-10-01", "sport": "running", "minutes": -5}, "0 to 10,000"),
    ],
)
def test_a_plan_that_makes_no_sense_is_told(store, words, error):
    assert error in SeasonState(store, athlete="ada").do("plan", words).error


def test_one_sport_can_be_looked_at_alone_and_a_sport_never_done_shows_all(store):
    state = SeasonState(store, athlete="ada", sport="rowing")
    page = SeasonPage(state)
    assert state.sport == ""
    state.do("choose", {"sport": "cycling"})
    assert state.season.sports == ["cycling"]
    assert np.unique(page._weeks._weeks.data["sport"]).tolist() == ["cycling"]


def test_a_chart_without_data_gives_way_to_words(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        recording, _ = simulate_recording("running", 10, start=f"{date.today()}T01:00:00")
        walked = replace(recording, samples=recording.samples[["altitude"]])
        store.add_recording(walked, Athlete("Ada"), content="no heart rate")
        waiting = SeasonPage(SeasonState(store))
        assert "figures are computed" in waiting._nothing.object
        assert "have no heart rate" not in told(waiting)["load_words"]
        list(summarise(store))
        page = SeasonPage(SeasonState(store))
        charts = (page._form, page._weeks, page._zones, page._below._bests)
        assert [chart.figure.visible for chart in charts] == [False] * 4
        assert "from the second day" in page._nothing.object
        assert "No time in a zone" in page._nothing.object
        assert page._below._performance_words.object == ""


def test_charts_with_data_are_drawn_and_nothing_is_said(store):
    page = SeasonPage(SeasonState(store))
    assert all(chart.figure.visible for chart in (page._form, page._weeks, page._below._bests))
    assert page._nothing.object == ""


@pytest.mark.parametrize("words", ["bo", "Bo", "BO"])
def test_an_athlete_is_found_by_id_and_by_name_whatever_its_capitals(store, words):
    page = SeasonPage(SeasonState.from_address(store, {"athlete": words}))
    assert told(page)["address"]["athlete"] == "bo"
    assert told(page)["missing"] == ""


def test_an_athlete_without_sessions_and_a_store_without_athletes_are_told(store, tmp_path):
    bo = SeasonPage(SeasonState(store, athlete="bo"))
    assert told(bo)["standing"][0][1] == "–"
    assert told(bo, "unusual")["unusual"] == []
    assert told(bo, "best")["best_count"] == 0
    with EmbeddedStore(tmp_path) as empty:
        assert "No sessions yet" in SeasonPage(SeasonState(empty))._layout[0].object


def test_an_id_that_nobody_has_is_told_until_something_is_chosen(store):
    state = SeasonState.from_address(store, {"athlete": "<b>cy"})
    page = SeasonPage(state)
    assert told(page)["address"]["athlete"] == "ada"
    assert "no athlete '<b>cy'" in told(page)["missing"]
    state.do("choose", {"athlete": "bo"})
    assert told(page)["missing"] == ""


def test_a_chart_without_data_is_out_of_the_page_until_it_has_some():
    one, other = (season_figure(name, "[au]", 100, LIGHT) for name in ("one", "other"))
    other.visible = False
    layout = drawn(one, other).object
    assert layout.children == [one]
    other.visible = True
    assert layout.children == [one, other]
    one.visible = other.visible = False
    assert layout.children == []


@pytest.mark.parametrize(("left", "drawn_at_all"), [(0.4, False), (0.6, True)])
def test_what_is_left_of_sessions_long_ago_is_no_line(left, drawn_at_all):
    days = pd.DataFrame(
        {"fitness": [left, 0.3], "fatigue": 0.0, "form": 0.0, "load": 0.0, "planned": 0.0},
        index=pd.to_datetime(["2026-10-01", "2026-10-02"]),
    )
    chart = FormChart(LIGHT)
    chart.show(days, date(2026, 10, 2))
    assert chart.figure.visible == drawn_at_all, "0 au on the cards"


def test_two_athletes_of_one_name_are_told_apart(tmp_path):
    twins = [Athlete("Ada", id=f"ada-{number}") for number in (1, 2)]
    with EmbeddedStore(tmp_path) as store:
        for day, ada in zip(("2026-10-01", "2026-10-02"), twins, strict=True):
            index = pd.date_range(f"{day} 10:00", periods=60, freq="s", tz="UTC", name="time")
            samples = pd.DataFrame({"heart_rate": np.full(60, 120.0)}, index=index)
            store.add_recording(Recording(samples, "running"), ada, content=day)
        page = SeasonPage(SeasonState.from_address(store, {"athlete": "Ada"}))
        assert told(page)["athletes"] == [["ada-1", "Ada (ada-1)"], ["ada-2", "Ada (ada-2)"]]
        assert "several athletes are called 'Ada'; their ids: ada-1, ada-2" in told(page)["missing"]
        assert told(page)["address"]["athlete"] == "ada-2", "who trained last"


def test_missing_figures_are_told_at_once_and_not_of_an_athlete_left(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        recording, _ = simulate_recording("running", 60)
        store.add_recording(recording, Athlete("Ada"), content="ada")
        store.add_athlete(Athlete("Bo"))
        state = SeasonState(store, athlete="ada")
        page = SeasonPage(state)
        leave = state.catch_up(lambda done, total: None)
        assert told(page)["progress"] == "Figures of 0 of 1 sessions are there …"
        leave()
        state.do("choose", {"athlete": "bo"})
        state.catch_up(lambda done, total: None)
        assert told(page)["progress"] == ""


def test_a_week_of_sessions_without_heart_rate_has_no_load_and_one_of_rest_has_0(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        recording, _ = simulate_recording("running", 60, start="2013-06-14T11:00:00")
        blind = replace(recording, samples=recording.samples.drop(columns="heart_rate"))
        store.add_recording(blind, Athlete("Ada"), content="blind")
        list(summarise(store))
        weeks = told(SeasonPage(SeasonState(store)), "calendar")["weeks"]
        ahead = told(SeasonPage(SeasonState(store, month="2099-01")), "calendar")["weeks"]
    assert {week["time"] for week in ahead} == {""}  # nothing to tell of weeks to come
    loads = {week["days"][0]["day"]: (week["load"], week["time"]) for week in weeks}
    assert loads["2013-06-10"] == ("–", "1:00")
    assert loads["2013-06-17"] == ("0", "0:00")


def test_what_an_address_does_not_mean_is_left_out(store):
    state = SeasonState.from_address(store, {"span": "century", "athlete": "ada", "sport": 3})
    assert (state.span, state.athlete) == ("year", "ada")


def test_a_plan_of_the_store_is_of_the_day_it_says(store):
    store.planned().add("bo", PlannedSession(date(2026, 10, 4), "running"))
    state = SeasonState(store, athlete="bo", month="2026-10")
    page = SeasonPage(state)
    cells = {d["day"]: d["planned"] for w in told(page, "calendar")["weeks"] for d in w["days"]}
    assert [bool(cells[f"2026-10-0{n}"]) for n in (3, 4, 5)] == [False, True, False]


def test_a_season_of_long_ago_is_shown_where_it_was(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        recording, _ = simulate_recording("running", 60, start="2013-06-14T11:00:00")
        store.add_recording(recording, Athlete("Ada"), content="old")
        state = SeasonState(store)
        page = SeasonPage(state)
        assert told(page, "calendar")["month"] == "2013-06"
        assert "last session was on Fri 14 Jun 2013" in told(page)["change"]
        assert state.first_day() == date(2013, 6, 14)


def test_a_control_chart_is_drawn_with_the_line_of_a_change_and_what_is_unusual_by_its_work():
    days = {name: pd.Timestamp(f"2026-10-0{n}") for n, name in enumerate("abc", 1)}
    charts = CusumChart(LIGHT)
    known = ControlChart(
        "power", ("a", "b", "c"), (np.nan, 6.0, 7.0), (0.0, 2.0, 4.5), (0.0, 0.5, 0.0)
    )
    charts.show(known, days, pd.Timestamp("2026-10-01"))
    drawn = charts._source.data
    assert drawn["session"].tolist() == ["b", "c"]  # of the first nothing was usual yet
    assert drawn["down"].tolist() == [-0.5, 0.0]
    assert [line.location for line in charts._lines] == [known.alarm, -known.alarm]
    charts.show(None, {}, pd.Timestamp("2026-10-01"))
    assert not charts.sums.visible
    cells = ((100.0, 10.0, 120.0, 4.0), (150.0, 10.0, 135.0, 4.0), (200.0, 10.0, 150.0, 4.0))
    steep = tuple((work, at, rate + 0.2 * work, n) for work, at, rate, n in cells)
    prints = {
        "b": Fingerprint(WorkProfile("power", cells)),
        "c": Fingerprint(WorkProfile("power", steep)),
    }
    one = Anomaly("c", What.SLOPE, 0.5, 0.3, "bpm", 99.0, 4.0, 150.0, "power", 20, ("b",), ("c",))
    relation = RelationChart(LIGHT)
    relation.show(one, prints)
    # 0.3 and 0.5 bpm for each W, as planted, over 100 to 200 W.
    assert np.diff(relation._lines["before"].data["rate"]) == pytest.approx(30)
    assert np.diff(relation._lines["own"].data["rate"]) == pytest.approx(50)
    assert relation.figure.xaxis.axis_label == "Power [W]"
    relation.show(None, {})
    assert not relation.figure.visible
