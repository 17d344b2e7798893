"""The page of alerts without a browser: rules, log and lab over a real store and hub."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from simulator.athlete import draw_truth
from simulator.recording import simulate_recording
from twin.hub.calibrating import calibrate_stored, known_twins
from twin.hub.hub import Hub
from twin.hub.lab import trials_of, try_rules
from twin.hub.live import LocalLive
from twin.records import Alert, Athlete, Priority, Recording
from twin.rules.seeds import COMMON
from twin.rules.stored import to_text
from twin.state.alerts_page import AlertsState
from twin.store import EmbeddedStore


@pytest.fixture
def page(tmp_path):
    """A page that follows a hub without sources; its store holds a minute of Ada at 190 bpm."""
    store = EmbeddedStore(tmp_path)
    beats = np.round(np.interp(np.arange(540), [0, 230, 240, 300, 310, 540],
                               [140, 140, 190, 190, 140, 140])) + np.arange(540) // 5 % 2  # fmt: skip
    times = pd.date_range("2026-10-01 10:00", periods=540, freq="s", tz="UTC", name="time")
    ada = Athlete("Ada", max_hr=200, heart_rate_limit=180)
    store.add_recording(Recording(pd.DataFrame({"heart_rate": beats}, times)), ada, content="1")
    live = LocalLive(lambda: Hub([], store, coaching=store.coaching()))
    yield AlertsState(live, store.coaching())
    live.stop()
    store.close()


def rules(page) -> dict:
    return {entry["rule"]["id"]: entry for entry in json.loads(page.rules)}


def test_a_rule_is_saved_undone_and_removed_and_nonsense_is_told(page):
    line = rules(page)["line"]["rule"]
    assert page.do("save", {"rule": json.dumps(line | {"limit": 95}), "name": "Kim"}).error == ""
    assert rules(page)["line"]["rule"]["limit"] == 95
    assert rules(page)["line"]["undoable"]
    wrong = page.do("save", {"rule": json.dumps(line | {"limit": 900}), "name": "Kim"})
    assert "within 1 to 300 %" in wrong.error
    assert page.do("undo", {"rule": "line", "name": "Kim"}).error == ""
    assert rules(page)["line"]["rule"]["limit"] == 100
    assert page.do("strike", {"rule": "line", "name": "Kim"}).error == ""
    assert rules(page)["line"]["words"] == "removed"
    assert page.do("undo", {"rule": "line", "name": "Kim"}).error == ""
    assert rules(page)["line"]["rule"]["limit"] == 100
    assert "not a command" in page.do("dance", {}).error


def test_each_undo_goes_one_change_farther_back(page):
    line = rules(page)["line"]["rule"]
    for limit in (95, 90, 85):
        assert (
            page.do("save", {"rule": json.dumps(line | {"limit": limit}), "name": "Kim"}).error
            == ""
        )
    found = []
    while rules(page)["line"]["undoable"]:
        assert page.do("undo", {"rule": "line", "name": "Kim"}).error == ""
        found.append(rules(page)["line"]["rule"]["limit"])
    assert found == [90, 95, 100]
    assert "no version before" in page.do("undo", {"rule": "line", "name": "Kim"}).error


def test_a_rule_takes_athletes_by_name_and_nobody_else(page):
    line = rules(page)["line"]["rule"]
    named = line | {"athletes": ["ADA"], "own": {"Ada": 170}}
    assert page.do("save", {"rule": json.dumps(named), "name": "Kim"}).error == ""
    kept = rules(page)["line"]["rule"]
    assert (kept["athletes"], kept["own"]) == (["ada"], {"ada": 170})
    for wrong in ({"athletes": ["Adda"]}, {"own": {"Adda": 170}}):
        for command in ("save", "try"):
            told = page.do(command, {"rule": json.dumps(line | wrong), "name": "Kim"})
            assert told.error == "no athlete 'Adda'; known: Ada"
    assert rules(page)["line"]["rule"] == kept


def test_a_rule_for_a_name_of_several_asks_for_the_id(page, tmp_path):
    line = rules(page)["line"]["rule"]
    with EmbeddedStore(tmp_path) as store:
        store.add_athlete(Athlete("ADA", id="ada-2"))
        store.add_athlete(Athlete("Bo", id="B-7"))
    told = page.do("save", {"rule": json.dumps(line | {"athletes": ["aDA"]}), "name": "Kim"})
    assert told.error == "several athletes are called 'aDA'; their ids: ada, ada-2"
    named = line | {"athletes": ["ada", "ADA-2", "b-7"]}  # an id as it is written names one
    assert page.do("save", {"rule": json.dumps(named), "name": "Kim"}).error == ""
    assert rules(page)["line"]["rule"]["athletes"] == ["ada", "ada-2", "B-7"]


def test_each_measure_has_words_of_its_own(page):
    labels = [label for _, label, _ in json.loads(page.choices)["measures"]]
    assert len({*labels}) == len(labels)


def test_the_lab_sets_an_edited_rule_beside_the_one_that_holds(page):
    line = rules(page)["line"]["rule"]
    assert page.do("try", {"rule": json.dumps(line | {"limit": 120}), "last": 5}).error == ""
    found = json.loads(page.lab)
    assert [version["alerts"] for version in found["versions"]] == [1, 0]
    moment = found["versions"][0]["moments"][0]
    assert moment["text"] == "Ada: heart rate 190 bpm, above 180 bpm"
    assert moment["session"]
    assert page.do("try", {"rule": json.dumps(line), "last": 5}).error == ""
    assert len(json.loads(page.lab)["versions"]) == 1


def test_the_lab_knows_what_the_live_twins_have_learnt(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        truth, coaching = draw_truth(3, 0, "cycling"), store.coaching()
        ada = Athlete("Ada", sport="cycling", max_hr=truth.max_hr, heart_rate_limit=150)
        for day in range(3):
            recording, _ = simulate_recording(
                "cycling", 1200, 30 + day, truth=truth, start=f"2026-10-0{day + 1}T10:00:00"
            )
            store.add_recording(recording, ada, content=f"{day}")
        calibrate_stored(store, coaching.calibrations, "ada", now=datetime(2026, 10, 4, tzinfo=UTC))
        ahead = next(rule for rule in COMMON if rule.id == "line-ahead")
        live = LocalLive(lambda: Hub([], store, coaching=coaching))
        page = AlertsState(live, coaching)
        assert page.do("try", {"rule": to_text(ahead), "last": 3}).error == ""
        shown = json.loads(page.lab)["versions"][0]["moments"]
        known, trials = known_twins(coaching.calibrations), trials_of(store, last=3)
        live.stop()

    def moments(**options) -> list:
        (verdict,) = try_rules([ahead], trials, **options)
        return [(m.session, m.time.isoformat()) for m in verdict.moments if m.change != "cleared"]

    assert [(m["session"], m["time"]) for m in shown] == moments(known=known)
    assert moments(known=known) != moments()  # or this test would say nothing


def test_the_log_is_searched_and_exported(page):
    log = page._coaching.alert_log
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    for number, who in enumerate(("Ada", "Bo")):
        alert = Alert(f"{number}", who.casefold(), "line", "heart_rate", 190.0, 180.0, noon,
                      Priority.ALARM, f"{who}: above")  # fmt: skip
        log.keep(alert, told="shown", version=1)
    page.do("search", {"words": "bo:"})
    assert [row["text"] for row in json.loads(page.log)] == ["Bo: above"]
    page.do("search", {"words": "100%"})
    assert json.loads(page.log) == []
    page.do("search", {"words": ""})
    assert page.export().count("\n") == 3


def test_a_question_is_answered(page):
    page.do("ask", {"words": "how is Ada"})
    assert page.said == "No athlete is known yet."
