"""A session led without a browser: over a real hub, whose store keeps every step."""

import json
import threading

import pytest

from twin.hub.live import LocalLive, build_hub
from twin.settings import Settings
from twin.state.lead import LeadState


@pytest.fixture
def led(tmp_path):
    live = LocalLive(lambda: build_hub(["simulator:3@20"], Settings(data_dir=tmp_path)))
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


def test_a_session_is_led_from_start_to_the_effort_of_each(led):
    live, lead = led
    until(live, lambda tick: len(tick.sessions) == 3)
    assert lead.do("end", {}).error == ""
    until(live, lambda tick: not tick.sessions)
    assert lead.do("start", {"athletes": ["ada", "ben"], "title": "4 x 4 min"}).error == ""
    lead.show(until(live, lambda tick: len(tick.sessions) == 2))
    assert [who["on"] for who in json.loads(lead.now)["athletes"]] == [True, True, False]
    assert lead.do("period", {"name": "Drill 1"}).error == ""
    assert lead.do("start", {"athletes": ["chiara"]}).error == ""  # comes late
    until(live, lambda tick: len(tick.sessions) == 3)
    assert lead.do("lap", {"athletes": ["ada"]}).error == ""
    assert lead.do("marker", {"text": "rain begins", "by": "Kim"}).error == ""
    assert lead.do("end", {"athletes": ["ben"]}).error == ""
    assert lead.do("end", {}).error == ""
    lead.show(until(live, lambda tick: not tick.sessions))
    asked = {one["athlete"]: one for one in json.loads(lead.asked)}
    assert set(asked) == {"Ada", "Ben", "Chiara"}
    assert asked["Ada"]["said"] == ["rain begins"]
    ada = asked["Ada"]["session"]
    assert (
        lead.do("effort", {"session": ada, "rpe": 7, "text": "heavy legs", "by": "Kim"}).error == ""
    )
    asked = {one["athlete"]: one for one in json.loads(lead.asked)}
    assert set(asked["Ada"]["said"]) == {"rain begins", "RPE 7: heavy legs"}
    kept = live.store.session(ada)
    assert kept.title == "4 x 4 min"
    assert [period.name for period in live.store.periods(kept.squad_session)] == ["Drill 1"]
    assert len(live.store.laps(ada)) == 2


def test_what_makes_no_sense_is_told_in_words(led):
    live, lead = led
    tick = until(live, lambda tick: len(tick.sessions) == 3)
    assert "choose who trains" in lead.do("start", {}).error
    assert "a marker needs words" in lead.do("marker", {"text": " "}).error
    session = tick.sessions["ada"].id
    assert "from 0 to 10, got 11" in lead.do("effort", {"session": session, "rpe": 11}).error
    assert "no session" in lead.do("effort", {"session": "x", "rpe": 1}).error
    assert "not a command" in lead.do("dance", {}).error
