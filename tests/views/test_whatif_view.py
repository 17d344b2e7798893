"""What the what-if page says, and the charts it draws, without a browser."""

import json
import re

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.hub import Hub, LocalLive
from twin.records import Athlete
from twin.state.whatif import WhatifState
from twin.store import EmbeddedStore
from twin.views import whatif, whatif_words
from twin.views.assets import read_assets
from twin.views.theme import LIGHT
from twin.views.whatif_charts import PlanCharts


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    store = EmbeddedStore(tmp_path_factory.mktemp("whatif"))
    store.add_recording(
        simulate_recording("cycling", 400, seed=3)[0], Athlete("Ada", sport="cycling"), content="1"
    )
    live = LocalLive(lambda: Hub([], store))
    yield live
    live.stop()
    store.close()


@pytest.fixture
def state(live):
    state = WhatifState(live, athlete="ada")
    state.begin()
    return state


def test_a_twin_without_history_says_that_it_works_from_priors(state):
    words = " ".join(whatif_words.standing(state.answers(), asked_now=True))
    assert "From priors" in words
    assert "SD 11 bpm" in words
    assert "twin of now is not at hand" in words


def test_the_table_gives_both_plans_and_a_dash_for_one_that_has_no_answer(state):
    state.change(a="10:00 150 W", b="nonsense")
    rows = {row["what"]: row for row in whatif_words.table(state.answers(), 160)}
    assert rows["Time"] == {"what": "Time", "a": "10:00", "b": "–"}
    assert re.fullmatch(r"\d+ ± \d+ bpm", rows["Heart rate, highest"]["a"])
    assert "Reaches 160 bpm" in rows


def test_the_hardest_steady_plan_is_told_in_its_own_unit_and_the_slider_takes_the_safe_side(state):
    state.change(a="20:00 150 W", b="10:00 150 W, 2:00 rest", limit=150)
    answers = state.answers()
    first = whatif_words.hardest(answers, 150)[0]
    watts = float(re.search(r"= (\d+) W", first["a"])[1])
    assert watts == pytest.approx(answers.a.hardest[0] * 150, abs=0.5)
    assert "W" not in first["b"]  # no single level
    assert first["scale_a"] == int(100 * answers.a.hardest[0])
    assert whatif_words.hardest(answers, 0) == []


def test_bands_lie_within_each_other_and_an_answer_that_is_missing_draws_nothing(state):
    charts = PlanCharts(state.who(), LIGHT)
    state.change(b="")
    charts.show(state.answers(), 160)
    a, b = (source.data for source in charts._rates)
    assert len(b["time"]) == 0
    assert (a["low95"] <= a["low80"]).all()
    assert (a["low80"] <= a["low50"]).all()
    assert (a["low50"] <= a["rate"]).all()
    assert not charts.balance.visible  # nothing is known of W'
    assert charts.level.yaxis[0].axis_label == "Power [W]"


def test_steps_stay_upright_however_long_the_plan(state):
    charts = PlanCharts(state.who(), LIGHT)
    state.change(a="1:00:00 100 W, 30x(0:20 300 W, 0:40 100 W)")
    charts.show(state.answers(), 160)
    data = charts._levels[0].data
    assert np.isin(np.unique(data["level"]), [100.0, 300.0]).all()
    rises = np.flatnonzero(np.diff(data["level"]) > 100)
    assert len(rises) == 30
    assert np.diff(data["time"])[rises] == pytest.approx(1 / 60)  # within a second


def test_the_page_does_what_the_browser_asks_and_tells_what_is_wrong(state):
    page = whatif.WhatifPage.__new__(whatif.WhatifPage)
    told = []
    page.state, page._error = state, ""
    page.show = lambda **_: told.append(page._error)
    page.do({"command": "change", "changes": {"limit": 150, "live": None}})
    assert state.limit == 150
    page.do({"command": "undo"})
    assert state.limit != 150
    page.do({"command": "change", "changes": {"limit": 900}})
    page.do({"command": "upload", "name": "x.gpx", "content": "AAAA"})
    assert told[:2] == ["", ""]
    assert all(told[2:])


def test_nothing_on_the_page_comes_from_the_net():
    for name in ("whatif.js", "whatif_plan.js", "whatif_told.js", "whatif.css"):
        assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", read_assets(name))
    assert json.loads(whatif.WhatifBoard.param["told"].default) == {}
