"""A session led without a browser: over a real hub, whose store keeps every step."""

import json
import threading

import pytest

from twin.hub.live import LocalLive, build_hub
from twin.records import Athlete
from twin.settings import Settings
from twin.state.athlete import AthleteState
from twin.state.lead import LeadState
from twin.state.lead_strip import LeadStripState
from twin.store.backup import backup, restore

WORKOUT = "5:00 150 bpm, 2x(1:00 90 %, 1:00 rest)"


def hub_in(folder):
    return LocalLive(lambda: build_hub(["simulator:3@20"], Settings(data_dir=folder)))


@pytest.fixture
def led(tmp_path):
    live = hub_in(tmp_path)
    yield live, LeadState(live)
    live.stop()


def until(live, claim):
    """Wait for a tick of which something holds, and return it."""
    found, got = threading.Event(), []

    def look(tick):
        if not got and claim(tick):
            got.append(tick)
            found.set()

    end = live.subscribe(look)
    assert found.wait(30)
    end()
    return got[0]


def recorded(live, *athletes):
    return until(live, lambda tick: set(tick.sessions) == set(athletes))


def now(lead):
    return json.loads(lead.now)


def done(lead, command, **words):
    assert lead.do(command, {"by": "Kim", **words}).error == ""


def undone(lead, words):
    """Undo the last action, and hold the page to having said which."""
    told = now(lead)["undo"]
    assert told["words"] == words
    done(lead, "undo", id=told["id"])


def test_a_session_is_led_from_plan_to_the_effort_of_each(led):
    live, lead = led
    recorded(live, "ada", "ben", "chiara")
    done(lead, "plan", athletes=["ada", "ben"], text="Tuesday", workout=WORKOUT, sport="rowing")
    assert json.loads(lead.plan)["minutes"] == 9
    done(lead, "start", athletes=["ada", "ben"], text="Tuesday", workout=WORKOUT, sport="rowing")
    lead.show(recorded(live, "ada", "ben"))
    assert now(lead)["state"] == "runs"
    assert [who["asked"] for who in now(lead)["athletes"]] == [150, 150, 150]
    done(lead, "period", text="Drill 1")
    done(lead, "in", athletes=["chiara"])  # comes late
    recorded(live, "ada", "ben", "chiara")
    done(lead, "lap", athletes=["ada"])
    done(lead, "marker", text="rain begins")
    done(lead, "out", athletes=["ben"])
    recorded(live, "ada", "chiara")
    done(lead, "end")
    lead.show(until(live, lambda tick: not tick.sessions))
    asked = {one["athlete"]: one for one in json.loads(lead.asked)}
    assert set(asked) == {"Ada", "Ben", "Chiara"}
    assert asked["Ada"]["notes"] == ["rain begins"]
    ada = live.store.session(asked["Ada"]["session"])
    done(lead, "effort", session=ada.id, rpe=7, text="heavy legs")
    said = {one["athlete"]: one for one in json.loads(lead.asked)}["Ada"]
    assert (said["rpe"], said["said"]) == (7, "heavy legs")
    # Foster et al. 2001: rating times minutes.
    assert said["load"] == round(7 * (ada.end - ada.start).total_seconds() / 60)
    assert (ada.title, ada.sport) == ("Tuesday", "rowing")
    assert [period.name for period in live.store.periods(ada.squad_session)] == ["Drill 1"]
    assert len(live.store.laps(ada.id)) == 2


def test_sessions_that_nobody_led_are_asked_about_too(led):
    live, lead = led
    until(live, lambda tick: tick.value(0, "elapsed") > 60)
    live.store.add_athlete(Athlete("Ben", id="ben-2"))
    done(lead, "end")
    lead.show(until(live, lambda tick: not tick.sessions))
    asked = json.loads(lead.asked)
    assert [one["athlete"] for one in asked] == ["Ada", "Ben (ben)", "Chiara"]
    done(lead, "effort", session=asked[0]["session"], rpe=4)
    assert live.store.effort(asked[0]["session"]).rating == 4
    done(lead, "start", athletes=["ben"])  # from here on it is about the session that is led
    lead.show(recorded(live, "ben"))
    assert json.loads(lead.asked) == []


def test_each_action_is_undone_as_if_it_had_not_been(led):
    live, lead = led
    recorded(live, "ada", "ben", "chiara")
    done(lead, "start", athletes=["ada", "ben"])
    ada = recorded(live, "ada", "ben").sessions["ada"].id
    done(lead, "period", text="Rondo")
    done(lead, "lap", athletes=["ada", "ben"])
    undone(lead, "lap of Ada and Ben")
    assert [lap.end for lap in live.store.laps(ada)] == [None]
    done(lead, "marker", text="rain")
    undone(lead, "marker rain")
    assert live.store.notes(ada) == ()
    done(lead, "period", text="")
    undone(lead, "end of the drill")
    assert [(period.name, period.end) for period in live.periods()] == [("Rondo", None)]
    done(lead, "pause")
    assert now(lead)["state"] == "paused"
    assert "paused" in lead.do("period", {"text": "x"}).error
    undone(lead, "pause")
    assert [(period.name, period.end) for period in live.periods()] == [("Rondo", None)]
    done(lead, "in", athletes=["chiara"])
    recorded(live, "ada", "ben", "chiara")
    undone(lead, "Chiara in")
    recorded(live, "ada", "ben")
    undone(lead, "drill Rondo")
    assert live.periods() == ()
    assert "something else" in lead.do("undo", {"id": "gone"}).error


def test_an_end_taken_back_goes_on_in_the_same_sessions_and_loses_no_second(led):
    live, lead = led
    recorded(live, "ada", "ben", "chiara")
    done(lead, "start", athletes=["ada", "ben"])
    before = recorded(live, "ada", "ben").sessions
    done(lead, "end")
    ended = until(live, lambda tick: not tick.sessions)
    until(live, lambda tick: tick.number > ended.number + 3)  # some seconds of the simulator
    undone(lead, "end of the session")
    after = recorded(live, "ada", "ben")
    assert {s.id for s in after.sessions.values()} == {s.id for s in before.values()}
    until(live, lambda tick: tick.number > after.number + 3)
    done(lead, "out", athletes=["ada"])
    done(lead, "undo", id=now(lead)["undo"]["id"])
    done(lead, "end")
    times = live.store.samples(before["ada"].id).index
    assert (times[1:] - times[:-1]).total_seconds().max() == 1  # the simulator's rate


def test_a_pause_is_a_mark_and_stands_still_on_the_clock_of_the_plan(led):
    live, lead = led
    recorded(live, "ada", "ben", "chiara")
    done(lead, "start", athletes=["ada"], workout="10:00 150 bpm")
    recorded(live, "ada")
    done(lead, "pause")
    elapsed_s = now(lead)["elapsed_s"]
    paused = live.tick()
    lead.show(until(live, lambda tick: tick.number > paused.number + 3))
    assert now(lead)["elapsed_s"] == elapsed_s
    assert {who["cue"] for who in now(lead)["athletes"]} == {""}
    done(lead, "resume")
    done(lead, "end")
    (session,) = (one["session"] for one in json.loads(lead.asked))
    stored = live.store.session(session)
    assert [p.name for p in live.store.periods(stored.squad_session)] == ["Pause"]
    times = live.store.samples(session).index
    assert (times[1:] - times[:-1]).total_seconds().max() == 1  # a pause loses nothing


@pytest.mark.parametrize("killed", [False, True])
def test_a_session_goes_on_in_the_next_hub(tmp_path, killed):
    live = hub_in(tmp_path / "data")
    lead = LeadState(live)
    recorded(live, "ada", "ben", "chiara")
    done(lead, "start", athletes=["ada", "ben"], text="Tuesday", workout=WORKOUT)
    squad_session = recorded(live, "ada", "ben").sessions["ada"].squad_session
    done(lead, "period", text="Rondo")
    done(lead, "out", athletes=["ben"])
    if killed:  # all that the next one finds is the store as it stood at one instant
        backup(tmp_path / "data", tmp_path / "instant.tar")
        restore(tmp_path / "killed", tmp_path / "instant.tar")
    live.stop()  # the process ends, the session does not
    live = hub_in(tmp_path / ("killed" if killed else "data"))
    try:
        lead = LeadState(live)
        tick = recorded(live, "ada")
        lead.show(tick)
        assert now(lead)["state"] == "runs"
        assert json.loads(lead.plan)["workout"] == WORKOUT
        session = tick.sessions["ada"]
        assert (session.squad_session, session.title) == (squad_session, "Tuesday")
        assert [period.name for period in live.periods()] == ["Rondo"]
        assert now(lead)["undo"]["words"] == "Ben out"
        states = sorted(live.store.sessions(athlete="Ada")["state"])
        assert states == ["ended", "interrupted" if killed else "ended", "live"]
        undone(lead, "Ben out")
        recorded(live, "ada", "ben")
    finally:
        live.stop()


def test_the_page_of_an_athlete_tells_what_is_asked_and_nothing_where_nothing_is_led(led):
    live, lead = led
    tick = recorded(live, "ada", "ben", "chiara")
    strip = LeadStripState(AthleteState(live, athlete="ben"))
    strip.show(tick)
    assert strip.told == "{}"
    done(lead, "start", athletes=["ada", "ben"], workout="10:00 150 bpm")
    strip.show(recorded(live, "ada", "ben"))
    told = json.loads(strip.told)
    assert (told["who"]["name"], told["who"]["asked"], told["unit"]) == ("Ben", 150, "bpm")
    assert told["place"]["now"] == "10:00 150 bpm"
    done(lead, "end")
    strip.show(until(live, lambda tick: not tick.sessions))
    assert strip.told == "{}"


def test_what_makes_no_sense_is_told_in_words(led):
    live, lead = led
    tick = recorded(live, "ada", "ben", "chiara")
    assert "choose who trains" in lead.do("start", {}).error
    assert "a marker needs words" in lead.do("marker", {"text": " "}).error
    session = tick.sessions["ada"].id
    assert "from 0 to 10, got 11" in lead.do("effort", {"session": session, "rpe": 11}).error
    assert "no session" in lead.do("effort", {"session": "x", "rpe": 1}).error
    assert "not a command" in lead.do("dance", {}).error
    assert "could be paused" in lead.do("pause", {}).error
    plan = {"athletes": ["ada"], "workout": "1 km 150 bpm"}
    assert "needs a pace" in lead.do("plan", plan).error
    assert "no sport" in lead.do("plan", {"athletes": ["ada"], "sport": "chess"}).error
