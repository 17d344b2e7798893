"""Twins of the live squad, and calibrations kept as text."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from twin.errors import UnknownAthleteError
from twin.model.calibration import calibrate
from twin.model.demand import InputKind
from twin.model.following import SquadFollower
from twin.model.stored import from_text, to_text
from twin.records import Athlete, Batch, Recording, Session, Tick
from twin.schema import ALL_NAMES

ADA, BO = Athlete("Ada", sport="cycling"), Athlete("Bo", sport="cycling")
START = np.datetime64("2026-10-01T10:00:00", "ns")


def tick(second: float, squad=(ADA,), *, heart_rate=140.0, age_s=0.0, session=""):
    values = np.full((len(ALL_NAMES), len(squad)), np.nan)
    values[ALL_NAMES.index("heart_rate")] = heart_rate
    values[ALL_NAMES.index("power")] = 200.0
    sessions = {}
    if session:
        begin = datetime(2026, 10, 1, tzinfo=UTC)
        sessions = {a.id: Session(session, a.id, a.sport, begin) for a in squad}
    return Tick(
        number=int(second), time=START + np.timedelta64(int(second * 1000), "ms"), squad=squad,
        values=values, age_s=np.full_like(values, age_s), quality=np.ones_like(values),
        reason=np.zeros(values.shape, np.uint8), rows=Batch.of([], []), sessions=sessions,
    )  # fmt: skip


def test_a_twin_steps_once_a_second_however_many_ticks_come():
    follower = SquadFollower()
    assert [follower.follow(tick(s)) for s in (0, 0.1, 0.9, 1.0, 4.0)] == [1, 0, 0, 1, 3]
    assert follower.twin("Ada").state.heart_rate == 140


def test_an_athlete_may_come_later():
    follower = SquadFollower()
    for second in range(90):
        follower.follow(tick(second, (ADA,) if second < 20 else (ADA, BO)))
    assert follower.twin("bo").state.input is InputKind.POWER
    assert follower.twin("Ada").forecast(30).heart_rate == pytest.approx(140, abs=3)


def test_a_stale_value_is_not_taken_for_a_new_one():
    follower = SquadFollower()
    for second in range(40):
        follower.follow(tick(second, age_s=0.0 if second < 20 else second - 19.0))
    assert np.isnan(follower.twin("Ada").state.heart_rate)


def test_a_new_session_is_a_new_day():
    follower = SquadFollower()
    for second in range(300):
        follower.follow(tick(second, heart_rate=170.0, session="one"))
    tired = follower.twin("Ada").state
    follower.follow(tick(300, heart_rate=np.nan, session="two"))
    assert tired.offset > 15
    assert follower.twin("Ada").state.offset == pytest.approx(0)
    assert follower.twin("Ada").state.offset_sd > tired.offset_sd


def test_an_unknown_athlete_is_named():
    with pytest.raises(UnknownAthleteError, match="'Eve'; known: none"):
        SquadFollower().twin("Eve")


def ride(day: int) -> Recording:
    random = np.random.default_rng(day)
    power = np.repeat(random.uniform(80, 300, 10), 90)
    index = pd.date_range(f"2026-10-{day:02d}T10:00:00", periods=900, freq="s", tz="UTC")
    heart_rate = 100 + 0.2 * pd.Series(power).ewm(alpha=1 / 40).mean().to_numpy()
    return Recording(
        pd.DataFrame({"heart_rate": heart_rate, "power": power}, index=index), sport="cycling"
    )


def test_a_calibration_read_back_is_the_same():
    known = calibrate([ride(1), ride(2)])
    again = from_text(to_text(known))
    assert again.sessions == 2
    a, b = known.of(InputKind.POWER), again.of(InputKind.POWER)
    assert np.array_equal(a.held.weights, b.held.weights)
    assert np.array_equal(a.planned.expectation.half_width, b.planned.expectation.half_width)
    assert a.response.gain == b.response.gain


def test_calibration_without_heart_rate_is_the_population():
    silent = Recording(ride(1).samples.drop(columns="heart_rate"), sport="cycling")
    assert calibrate([silent]).sessions == 0
    assert calibrate([]).of(InputKind.POWER).response.sessions == 0
    single = Recording(ride(1).samples.iloc[:1], sport="cycling")
    assert calibrate([single]).of(InputKind.POWER).held.sessions == 0


def test_another_version_is_refused():
    with pytest.raises(ValueError, match="version 0: expected 1"):
        from_text('{"version": 0}')
