"""The state of the squad page, fed by the simulator: roster, trend, commands."""

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from twin.errors import UnknownAthleteError
from twin.records import (
    Action,
    ActionKind,
    Alert,
    AlertState,
    Athlete,
    Batch,
    Lap,
    Led,
    Period,
    Priority,
    Reason,
    SensorStatus,
    Tick,
    utc,
)
from twin.schema import ALL_NAMES, MEASURED_NAMES
from twin.state import SquadState
from twin.state.squad import TREND_S, TREND_STEP_S, TRENDS, accepted_changes, loudest, seat_of

START = np.datetime64("2026-10-01T10:00:00", "ns")
SECOND = np.timedelta64(1, "s")


class SimulatedLive:
    """The simulator's squad as a hub tells it, without hub, store and threads."""

    def __init__(self, squad: tuple[Athlete, ...], rows: list[Batch]) -> None:
        self.squad = squad
        self.rows = rows
        self.periods_marked: list[Period] = []
        self.recorded: list[tuple[str, ...]] = []
        self.session = Led()

    def tick(self) -> Tick | None:
        if not self.rows:
            return None
        batch, count = self.rows[-1], len(self.squad)
        values = np.full((len(ALL_NAMES), count), np.nan)
        values[: len(MEASURED_NAMES), batch.athlete] = batch.values
        age = np.where(np.isnan(values), np.nan, 0.0)
        reason = np.where(np.isnan(values), Reason.NOT_MEASURED, Reason.GOOD).astype(np.uint8)
        return Tick(len(self.rows), batch.time.max(), self.squad, values, age,
                    np.isfinite(values) * 1.0, reason, batch)  # fmt: skip

    def subscribe(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        return lambda: None

    def frame(self, athlete: str, window: str | float = "10min") -> pd.DataFrame:
        place = [a.id for a in self.squad].index(athlete)
        frames = [batch.take(batch.athlete == place).frame() for batch in self.rows]
        return pd.concat(frames).drop(columns="athlete") if frames else pd.DataFrame()

    def led(self) -> Led:
        return self.session

    def periods(self) -> tuple[Period, ...]:
        return tuple(self.periods_marked)

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        return ()

    def mark_period(self, name: str) -> None:
        self.periods_marked = [Period(name, utc(START))]

    def start_session(self, athletes: tuple[str, ...] = (), *, title: str = "") -> None:
        self.recorded.append(athletes)

    def end_session(self, athletes: tuple[str, ...] = ()) -> None:
        self.recorded.remove(athletes)

    def update_athlete(self, athlete: str, **changes: object) -> None:
        if athlete not in [a.id for a in self.squad]:
            raise UnknownAthleteError(f"nobody is called {athlete!r}")
        self.squad = tuple(replace(a, **changes) if a.id == athlete else a for a in self.squad)


@pytest.fixture(scope="module")
def squad(simulated) -> SimulatedLive:
    return SimulatedLive(*simulated(3, 120))


def test_a_page_opened_now_shows_the_last_minutes_at_once(squad):
    state = SquadState(squad)
    trends = np.frombuffer(state.trend, np.uint8).reshape(3, len(TRENDS), TREND_S // TREND_STEP_S)
    trend = trends[:, 0]
    assert (trend[:, -60:] < 255).all()  # two minutes were simulated: 60 steps of 2 s
    assert (trend[:, :-60] == 255).all()  # before them nothing is invented
    assert trend[0, -1] == squad.rows[-1]["heart_rate"][0]
    powers = squad.rows[-1]["power"]
    told = np.where(np.isnan(powers), 255, np.rint(powers / 8))  # steps of 8 W
    assert trends[:, 2, -1].tolist() == told.tolist()


class YearsApart(SimulatedLive):
    """The same, but the second athlete comes from a recording three years old."""

    def frame(self, athlete: str, window: str | float = "10min") -> pd.DataFrame:
        frame = super().frame(athlete, window)
        old = athlete == self.squad[1].id
        return frame.set_axis(frame.index - pd.Timedelta(days=1095)) if old else frame


def test_recordings_of_other_years_show_their_last_minutes_too(squad):
    assert SquadState(YearsApart(squad.squad, squad.rows)).trend == SquadState(squad).trend


def test_a_squad_without_a_past_has_an_empty_trend_and_one_athlete_is_a_squad(simulated):
    state = SquadState(SimulatedLive(*simulated(1, 1)))
    rates = np.frombuffer(state.trend, np.uint8)[: TREND_S // TREND_STEP_S]
    assert np.count_nonzero(rates < 255) == 1
    assert len(json.loads(state.roster)) == 1


def test_before_the_first_tick_the_page_is_empty(simulated):
    state = SquadState(SimulatedLive(*simulated(2, 0)))
    assert (state.frame, state.roster, state.trend) == (b"", "[]", b"")


def test_the_roster_is_told_when_it_changes_and_not_before(squad):
    state = SquadState(squad)
    told = []
    names = ["roster", "frame", "trend", "period"]
    state.param.watch(lambda *events: told.extend(e.name for e in events), names)
    tick = squad.tick()
    state.show(replace(tick, number=2, time=tick.time + SECOND))
    state.show(replace(tick, number=3, time=tick.time + 2 * SECOND, squad=tuple(list(tick.squad))))
    assert told == ["frame", "frame"]
    renamed = (replace(tick.squad[0], name="Zoe"), *tick.squad[1:])
    state.show(replace(tick, number=4, time=tick.time + 3 * SECOND, squad=renamed))
    assert json.loads(state.roster)[0]["name"] == "Zoe"
    assert state.frame[11] == 2  # its rows belong to the second roster


def test_an_athlete_without_a_limit_has_no_line_and_zones_are_their_own():
    seat = seat_of(Athlete("Ada", max_hr=200))
    assert seat.limit is None
    assert seat.bounds == (100.0, 120.0, 140.0, 160.0, 180.0)  # 50 to 90 % of 200


def test_commands_reach_the_hub(squad):
    state = SquadState(squad)
    assert state.do("start", {"athletes": ["a", "b"]}).error == ""
    assert squad.recorded == [("a", "b")]
    assert state.do("stop", {"athletes": ["a", "b"]}).error == ""
    assert state.do("period", {"name": " Drill 1 "}).error == ""
    state.show(squad.tick())
    assert json.loads(state.period)["name"] == "Drill 1"


def test_a_limit_is_set_and_taken_away(squad):
    state = SquadState(squad)
    athlete = squad.squad[1].id
    state.do("update", {"athlete": athlete, "changes": {"heart_rate_limit": "181"}})
    assert squad.squad[1].heart_rate_limit == 181
    state.do("update", {"athlete": athlete, "changes": {"heart_rate_limit": ""}})
    assert math.isnan(squad.squad[1].heart_rate_limit)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "  "}, "name must not be empty"),
        ({"max_hr": "fast"}, "max heart rate must be a number in bpm, got 'fast'"),
        ({"max_hr": "400"}, "within 25 to 245 bpm, got 400"),
        ({"max_hr": "40"}, "must exceed resting_hr"),
        ({"id": "other"}, "'id' cannot be changed here"),
    ],
)
def test_a_wrong_entry_comes_back_in_words(squad, changes, words):
    answer = SquadState(squad).do("update", {"athlete": squad.squad[0].id, "changes": changes})
    assert words in answer.error


def test_an_unknown_athlete_or_command_comes_back_in_words(squad):
    state = SquadState(squad)
    assert "nobody" in state.do("update", {"athlete": "x", "changes": {"name": "Y"}}).error
    assert "not a command" in state.do("dance", {}).error


def test_numbers_come_as_text_and_leave_as_numbers():
    assert accepted_changes({"max_hr": "188.5", "sport": "rowing"}) == {
        "max_hr": 188.5,
        "sport": "rowing",
    }


def test_of_each_athlete_the_loudest_active_alert_is_told_without_the_name():
    at = utc(START)
    told = [
        Alert("1", "ada", "high", "heart_rate", 180, 178, at, Priority.WARNING, "Ada: heart rate 180 bpm"),
        Alert("2", "ada", "lost", "heart_rate", 9, 5, at, Priority.ALARM, "Ada: no heart rate for 9 s"),
        Alert("3", "bo", "high", "heart_rate", 180, 178, at, Priority.ALARM, "Bo: heart rate 180 bpm",
              state=AlertState.ACKNOWLEDGED),
        Alert("4", "", "many", "heart_rate", 9, 5, at, Priority.ALARM, "9 athletes: heart rate"),
    ]  # fmt: skip
    assert json.loads(loudest(told)) == {"ada": {"priority": 3, "text": "no heart rate for 9 s"}}


def led_since(squad: SimulatedLive, seconds: int, workout: str) -> Led:
    """A workout that began some seconds ago."""
    began = utc(squad.tick().time - seconds * SECOND)
    plan = Action("1", ActionKind.PLAN, began, workout=workout)
    return Led((plan, Action("2", ActionKind.START, began)))


def test_the_cues_of_a_led_workout_are_told_when_they_change_and_not_before(squad):
    state, seen = SquadState(squad), []
    assert state.target == "{}"
    state.param.watch(seen.append, ["target"])
    squad.session = led_since(squad, 90, "10:00 230 bpm")  # nobody's heart beats so fast
    state.show(squad.tick())
    state.show(squad.tick())
    told = json.loads(state.target)
    assert told["step"] == "10:00 230 bpm"
    ends = utc(squad.tick().time + 510 * SECOND)
    assert told["ends"] == ends.isoformat(timespec="seconds")
    assert told["cues"] == "f" * len(squad.squad)
    assert len(seen) == 1
    state.rest(True)
    assert state.rests(squad.tick())
    squad.session = led_since(squad, 90, "10:00 40 bpm")
    assert not state.rests(squad.tick()), "a cue has changed: the shared socket does not tell it"
    squad.session = Led()
    state.show(squad.tick())
    assert state.target == "{}"
    assert state.rests(squad.tick())
    assert not state.rests(
        replace(squad.tick(), sensors=(SensorStatus("F0", "Strap", "heart rate"),))
    )
