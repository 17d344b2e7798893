"""The what-if page without a screen: real store, real hub, the population's twin and a learnt one."""

import time
from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.recording import simulate_recording
from simulator.source import SimulatorSource
from twin.errors import UnknownAthleteError
from twin.files import write
from twin.hub import Hub, LocalLive
from twin.hub.calibrating import calibrate_stored
from twin.model.demand import InputKind
from twin.records import Athlete
from twin.state.whatif import WhatifState
from twin.store import EmbeddedStore
from twin.store.calibrations import Calibrations

NOW = datetime(2026, 10, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def ride():
    return simulate_recording("cycling", 900, seed=21)[0]


@pytest.fixture(scope="module")
def live(tmp_path_factory, ride):
    """Ada has a stored ride that was learnt from, Bo is only known."""
    folder = tmp_path_factory.mktemp("whatif")
    store = EmbeddedStore(folder)
    store.add_recording(ride, Athlete("Ada", sport="cycling", max_hr=185), content="1")
    store.add_athlete(Athlete("Bo", sport="running", heart_rate_limit=172))
    with Calibrations(folder) as shelf:
        calibrate_stored(store, shelf, "ada", now=NOW)
    live = LocalLive(lambda: Hub([], store))
    yield live
    live.stop()
    store.close()


def begun(live, **changes) -> WhatifState:
    state = WhatifState(live, **changes)
    state.begin()
    return state


def test_it_begins_with_plans_that_suit_the_athlete(live):
    ada, bo = begun(live, athlete="ada"), begun(live, athlete="Bo")
    assert ada.a.endswith(" W")
    assert bo.a.endswith("/km")
    assert (ada.limit, bo.limit) == (round(0.9 * 185), 172)
    for state in (ada, bo):
        told = state.answers()
        assert (told.a.error, told.b.error) == ("", "")
        # Steady at 72 % of the maximum by the athlete's answer to work; the forecast weights, learnt
        # at work, move a curve from rest by up to 15 bpm.
        assert told.a.answer.heart_rate[-1] == pytest.approx(0.72 * told.athlete.max_hr, abs=15)


def test_a_runner_with_a_power_meter_is_asked_in_paces(tmp_path):
    run = simulate_recording("running", 900, seed=22)[0]
    with EmbeddedStore(tmp_path) as store:
        store.add_recording(run, Athlete("Cleo", sport="running", max_hr=190), content="1")
        with Calibrations(tmp_path) as shelf:
            calibrate_stored(store, shelf, "cleo", now=NOW)
        live = LocalLive(lambda: Hub([], store))
        try:
            watts = run.samples["power"].sum() / run.samples["speed"].sum() * 1000 / 300
            told = WhatifState(
                live, athlete="cleo", a="20:00 5:00/km", b=f"20:00 {watts} W"
            ).answers()
            assert told.kind is InputKind.POWER
            assert told.a.answer.heart_rate == pytest.approx(told.b.answer.heart_rate, abs=0.5)
        finally:
            live.stop()


def test_it_says_how_much_it_has_learnt(live):
    assert begun(live, athlete="ada").answers().sessions == 1
    told = begun(live, athlete="bo").answers()
    assert (told.sessions, told.kind, told.capacity) == (0, InputKind.RUNNING, None)


def test_every_change_can_be_undone_and_made_again(live):
    state = begun(live, athlete="ada")
    first = state.a
    state.change(a="5:00 300 W")
    state.change(limit=150)
    state.change(limit=150)  # nothing changed: nothing to undo
    assert state.undo()
    assert state.undo()
    assert (state.a, state.can) == (first, (False, True))
    assert not state.undo()
    assert state.redo()
    assert state.a == "5:00 300 W"
    state.change(a="6:00 300 W")
    assert not state.redo()  # another way was taken


def test_a_plan_that_is_not_understood_is_told_and_the_other_one_answered(live):
    told = begun(live, athlete="ada", a="5:00 fast", b="5:00 200 W").answers()
    assert told.a.answer is None
    assert "'fast' is no target" in told.a.error
    assert told.b.answer is not None
    assert begun(live, athlete="bo", a="5:00 200 W").answers().a.error.endswith("km/h or %")


def test_without_a_heart_rate_now_it_begins_from_rest_and_says_so(live):
    assert not begun(live, athlete="ada", start="now").answers().live


def test_the_hardest_plan_is_harder_the_less_sure_one_must_be(live):
    hardest = begun(live, athlete="ada").answers().a.hardest
    assert hardest[0] > hardest[1] > hardest[2] >= 0


def test_a_stored_session_and_a_file_are_courses(live, ride, tmp_path):
    state = begun(live, athlete="ada")
    flat = state.answers().a.answer.planned.distance_m
    session = live.store.sessions(athlete="ada")["session"].iloc[0]
    state.change(course=session)
    assert state.answers().a.error == ""
    assert state.answers().a.answer.planned.distance_m != pytest.approx(flat, rel=1e-6)
    write(ride, tmp_path / "course.csv")
    state.upload("course.csv", (tmp_path / "course.csv").read_bytes())
    assert (state.course, state.answers().a.error) == ("upload", "")
    state.change(course="no such session")
    assert "no such session" in state.answers().a.error


def test_an_address_gives_what_it_can(live):
    query = {"athlete": "ada", "a": "5:00 222 W", "limit": "155", "scale_a": "90", "scale_b": "lots",
             "start": "never", "evil": "1"}  # fmt: skip
    state = WhatifState.from_address(live, query)
    state.begin()
    assert (state.a, state.limit, state.scale_a, state.scale_b) == ("5:00 222 W", 155, 90, 100)
    level = state.answers().a.answer.planned.workload.level
    assert level == pytest.approx(0.9 * 222)


def test_nobody_known_is_an_error_the_page_can_show(live):
    with pytest.raises(UnknownAthleteError, match="known: Ada, Bo"):
        WhatifState(live, athlete="Cleo").begin()


def test_another_athlete_gets_plans_of_their_own(live):
    state = begun(live, athlete="ada")
    state.change(scale_a=80)
    state.ask_about("bo")
    state.begin()
    assert state.a.endswith("/km")
    assert (state.scale_a, state.can) == (100, (False, False))
    assert np.isfinite(state.answers().a.answer.heart_rate).all()


def test_from_now_on_it_begins_where_the_athlete_stands(tmp_path):
    store = EmbeddedStore(tmp_path)
    live = LocalLive(lambda: Hub([SimulatorSource(1, seed=2, sport="cycling", speed=20)], store))
    try:
        state = WhatifState(live)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            tick = live.tick()
            if tick is not None and np.isfinite(tick.forecast).any() and tick.rows.time.size:
                break
        state.begin()
        rested = state.answers()
        state.change(start="now", a="10:00 rest", b="10:00 250 W")
        while time.monotonic() < deadline:  # a strap that is silent for a moment gives no start
            now = state.answers()
            ahead = [one.answer.heart_rate[-1] for one in (now.a, now.b)]
            if now.live and np.isfinite(ahead).all():
                break
    finally:
        live.stop()
        store.close()
    assert (rested.live, now.live) == (False, True)
    assert now.a.answer.heart_rate[0] == pytest.approx(now.twin.heart_rate, abs=5)
    assert now.a.answer.heart_rate[-1] < now.twin.heart_rate  # at rest it falls
    assert now.a.answer.heart_rate[-1] < now.b.answer.heart_rate[-1] - 20
    # the day is known now, so the band ten minutes ahead is narrower
    assert now.b.answer.half_width[-1, 1] < rested.b.answer.half_width[599, 1]
