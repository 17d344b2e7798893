"""A season is what the store keeps of an athlete: figures, mornings, plans."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.archive import recall, season, stale_sessions, summaries, summarise
from twin.archive.code_version import ROOTS, meaning, modules_behind
from twin.errors import StoreError, UnknownAthleteError
from twin.model.demand import InputKind
from twin.model.reserve import Capacity, with_capacities
from twin.model.season import days_of, without_load
from twin.records import Athlete, DailyValue, Effort, EnteredCapacity, PlannedSession, Recording
from twin.store import EmbeddedStore
from twin.store.calibrations import StoredCalibration


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        for day, sport in (("2026-10-01", "running"), ("2026-10-02", "cycling")):
            recording, _ = simulate_recording(sport, 300, seed=2, start=f"{day}T10:00:00")
            store.add_recording(recording, Athlete("Ada"), content=day)
        yield store


def test_sessions_without_figures_are_there_and_counted(store):
    found = season(store, "ada", today=date(2026, 10, 3))
    assert (found.stale, len(found.sessions)) == (2, 2)
    assert days_of(found)["load"].tolist() == [0, 0, 0]
    assert len(list(summarise(store))) == 2
    found = season(store, "Ada", today=date(2026, 10, 3))
    assert found.stale == 0
    assert (days_of(found)["load"].to_numpy()[:2] > 0).all()


def test_load_counts_by_what_was_said_and_by_power_where_critical_power_is_known(store):
    list(summarise(store))
    cycling, running = store.sessions()["session"]
    store.say_effort(running, Effort(3.0))
    store.say_effort(running, Effort(7.0))
    rows = season(store, "ada").sessions.set_index("session")
    # 7 x the minutes from first to last sample, by hand; nothing was said of the other.
    assert rows.loc[running, "session_rpe"] == pytest.approx(
        7 * rows.loc[running, "duration_s"] / 60
    )
    assert np.isnan(rows.loc[cycling, "session_rpe"])
    assert rows["power_load"].isna().all()
    known = {InputKind.POWER: Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4)}
    text = with_capacities("{}", known)
    kept = StoredCalibration("ada", datetime(2026, 10, 3, tzinfo=UTC), 2, 2, text)
    store.coaching().calibrations.add(kept)
    found = season(store, "ada")
    assert found.critical_power == 250
    # A session under 20 min has no weighted power: it is counted as without, never as 0.
    assert without_load(found, "power_load", date(2026, 10, 1)) == (2, 2)
    assert without_load(found, "session_rpe", date(2026, 10, 1)) == (1, 2)


def test_load_by_power_counts_by_the_critical_power_known_on_the_day(store):
    for day in (4, 6):
        index = pd.date_range(
            f"2026-10-{day:02d}T10:00", periods=3600, freq="s", tz="UTC", name="time"
        )
        ride = Recording(pd.DataFrame({"power": 200.0}, index), sport="cycling")
        store.add_recording(ride, Athlete("Ada"), content=f"ride {day}")
    for day, critical in ((3, 200.0), (5, 250.0)):
        store.capacities().keep("ada", EnteredCapacity(date(2026, 10, day), "power", critical, 2e4))
    list(summarise(store))
    found = season(store, "ada", today=date(2026, 10, 7))
    # An hour at critical power is 100; (200 / 250)^2 of it 64, by hand.
    assert found.sessions["power_load"][:2].tolist() == pytest.approx([64, 100], rel=1e-3)
    assert found.sessions["critical_power"].tolist() == [250, 200, 200, 200]
    assert found.critical_power == 250


def test_a_ride_of_a_runner_is_judged_as_a_ride(store):
    index = pd.date_range("2026-10-03T10:00", periods=120, freq="s", tz="UTC", name="time")
    ride = Recording(pd.DataFrame({"heart_rate": 130.0, "speed": 15.0}, index), sport="cycling")
    kept = store.add_recording(ride, Athlete("Ada"), content="fast")
    list(summarise(store))
    rows = season(store, "ada").sessions.set_index("session")
    assert rows.loc[kept.id, "max_speed"] == 15  # of no runner: more than 12.5 m/s


def test_figures_hold_until_what_they_rest_on_changes_and_are_made_newest_first(store):
    newest_first = store.sessions()["session"].tolist()
    assert stale_sessions(store) == newest_first
    assert list(summarise(store)) == newest_first
    assert list(summarise(store)) == []
    ada = store.athletes()[0]
    store.add_athlete(replace(ada, name="Ada B", mass_kg=60.0, birth_year=1990, group="north"))
    assert stale_sessions(store) == []
    store.add_athlete(replace(ada, resting_hr=51.0))
    assert stale_sessions(store) == newest_first


def test_figures_of_one_athlete_are_those_among_all(store):
    recording, _ = simulate_recording("running", 300, seed=3, start="2026-10-02T10:00:00")
    bo = store.add_recording(recording, Athlete("Bo"), content="of Bo").id
    list(summarise(store))
    kept = store.figures().all()
    assert {*store.figures().all("ada")} == {*kept} - {bo}
    assert store.figures().all("BO")[bo].body == kept[bo].body
    assert store.figures().versions() == {session: one.version for session, one in kept.items()}
    assert store.figures().versions("bo") == {bo: kept[bo].version}
    assert summaries(store, athlete="bo")["is_fresh"].tolist() == [True]


def test_figures_hold_until_the_athlete_changes_also_where_two_share_a_name(store):
    first, second = Athlete("Bo", id="bo-1"), Athlete("Bo", id="bo-2")
    for athlete in (first, second):
        recording, _ = simulate_recording("running", 300, seed=3, start="2026-10-02T10:00:00")
        store.add_recording(recording, athlete, content=athlete.id)
    list(summarise(store))
    assert stale_sessions(store) == []
    for athlete in (first, second):
        store.add_athlete(replace(athlete, resting_hr=51.0))
        assert stale_sessions(store, athlete=athlete.id)
        list(summarise(store))


def test_the_code_that_counts_is_what_figures_are_computed_by_and_no_words():
    behind = modules_behind(*ROOTS)
    assert {"twin.pipeline.clean", "twin.physiology.training_load", "twin.schema"} <= set(behind)
    assert not {
        "twin.physiology.alpha1",
        "twin.pipeline.repair_values",
        "twin.model.history",
    } & set(behind)
    code = 'def double(x):\n    "Twice."\n    return 2 * x\n'
    assert meaning(code) == meaning(code.replace("Twice.", "Two times.") + "# so")
    assert meaning(code) != meaning(code.replace("2 *", "3 *"))


def test_mornings_and_plans_come_along_and_one_sport_can_be_looked_at_alone(store):
    store.diary().keep("ada", [DailyValue(date(2026, 10, 1), "rmssd", 60.0, "app")])
    store.planned().add("ada", PlannedSession(date(2026, 10, 4), "running"))
    found = season(store, "Ada", sport="cycling", today=date(2026, 10, 3))
    assert found.sports == ["cycling"]
    assert found.planned == ()
    assert found.daily["value"].tolist() == [60.0]
    assert season(store, "Ada").planned[0].day == date(2026, 10, 4)


def test_an_athlete_without_sessions_has_an_empty_season(store):
    store.add_athlete(Athlete("Bo"))
    found = season(store, "Bo")
    assert found.sessions.empty
    assert pd.api.types.is_datetime64_any_dtype(found.sessions["day"])


def test_a_season_and_what_is_recalled_are_found_by_any_spelling(store):
    store.add_athlete(Athlete("Bo", id="B-7"))
    list(summarise(store))
    assert [season(store, words).athlete.id for words in ("B-7", "b-7", "bO")] == ["B-7"] * 3
    assert len(recall(store, "ADA").prints) == len(recall(store, "ada").prints) == 2


def test_a_stranger_and_a_store_on_a_server_are_refused(store):
    with pytest.raises(UnknownAthleteError):
        season(store, "Cy")
    with pytest.raises(StoreError, match="on a disk"):
        season(object(), "Ada")
