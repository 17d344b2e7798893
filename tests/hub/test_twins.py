"""Twins of a live squad: on the clock of their source, one second after the other."""

import threading

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.hub.live import LocalLive, build_hub
from twin.hub.twins import Twins
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import LIVE_HORIZONS_S
from twin.records import Athlete, Batch, Floats
from twin.schema import ALL_NAMES
from twin.settings import Settings

START = np.datetime64("2026-10-01T10:00:00", "ns")


def rows(athlete: int, seconds: Floats, **channels: Floats) -> Batch:
    values = np.full((len(ALL_NAMES), len(seconds)), np.nan)
    for name, column in channels.items():
        values[ALL_NAMES.index(name)] = column
    times = START + (np.asarray(seconds) * 1e9).astype("timedelta64[ns]")
    return Batch(np.full(len(seconds), athlete, np.int32), times, values, ALL_NAMES)


@pytest.fixture(scope="module")
def ride() -> dict[str, Floats]:
    samples = simulate_recording("cycling", 600, seed=2)[0].samples
    names = {"heart_rate": "heart_rate", "power": "power", "altitude": "altitude",
             "cadence": "cadence", "current_speed": "speed"}  # fmt: skip
    return {ours: samples[column].to_numpy() for ours, column in names.items()}


def followed(ride, *, chunk: int, twins: Twins | None = None, athlete: int = 0) -> Twins:
    twins = twins or Twins()
    if athlete == 0:
        twins.add([Athlete("Ada", sport="cycling")])
    for first in range(0, 600, chunk):
        part = slice(first, first + chunk)
        seconds = np.arange(600.0)[part]
        twins.follow(rows(athlete, seconds, **{n: c[part] for n, c in ride.items()}))
    return twins


def test_the_live_forecast_is_that_of_the_twin_on_its_own(ride):
    alone = AthleteTwin(Athlete("Ada", sport="cycling"))
    for second in range(596):  # the last forecast is made every 5 s, at second 595
        alone.observe(ride["heart_rate"][second], power=ride["power"][second],
                      speed=ride["current_speed"][second], altitude=ride["altitude"][second],
                      cadence=ride["cadence"][second])  # fmt: skip
    live = followed(ride, chunk=1)
    for line, horizon in enumerate(LIVE_HORIZONS_S):
        answer = alone.forecast(horizon)
        # curves are drawn and lines watched without rounding to whole beats
        assert np.round(live.forecast[line, 0]) == answer.heart_rate
        assert live.half_width[line, 0] == pytest.approx(answer.half_width[1])


def test_a_replay_at_speed_gives_the_same_forecast(ride):
    np.testing.assert_array_equal(
        followed(ride, chunk=1).forecast, followed(ride, chunk=60).forecast
    )


def test_two_sources_keep_their_own_time(ride):
    twins = Twins()
    twins.add([Athlete("Ada", sport="cycling")])
    twins.add([Athlete("Bo", sport="cycling")])
    for second in range(60):
        twins.follow(rows(0, np.array([float(second)]), heart_rate=np.array([120.0])))
    followed(ride, chunk=20, twins=twins, athlete=1)
    np.testing.assert_array_equal(twins.forecast[:, 1], followed(ride, chunk=1).forecast[:, 0])
    assert twins.forecast[0, 0] == pytest.approx(120, abs=3)  # nothing changes: it stays


def test_a_heart_rate_within_a_second_of_positions_is_not_lost():
    twins = Twins()
    twins.add([Athlete("Ada")])
    for second in range(90):
        seconds = second + np.arange(25) / 25
        heart_rate = np.where(np.arange(25) == 0, 140.0, np.nan)
        twins.follow(rows(0, seconds, heart_rate=heart_rate))
    assert twins.forecast[0, 0] == pytest.approx(140, abs=3)


def test_without_heart_rate_nothing_is_forecast():
    twins = Twins()
    twins.add([Athlete("Ada")])
    twins.follow(rows(0, np.arange(120.0)))
    assert np.isnan(twins.forecast).all()


def test_an_empty_batch_and_an_empty_squad_are_nothing():
    twins = Twins()
    twins.add([])
    twins.follow(rows(0, np.empty(0)))
    assert twins.forecast.shape == (len(LIVE_HORIZONS_S), 0)


def test_a_new_session_is_a_new_day(ride):
    twins = followed(ride, chunk=1)
    before = twins.twin(0).state
    twins.begin_session([0])
    after = twins.twin(0).state
    assert abs(before.offset) > 0
    assert after.offset == 0
    assert after.offset_sd > before.offset_sd  # nothing is known of this day yet


def test_an_athlete_who_comes_later_has_a_twin(ride):
    twins = followed(ride, chunk=1)
    twins.add([Athlete("Bo", sport="cycling")])
    followed(ride, chunk=1, twins=twins, athlete=1)
    np.testing.assert_array_equal(twins.forecast[:, 1], twins.forecast[:, 0])
    assert twins.twin(1).athlete.name == "Bo"


def test_the_time_to_a_line_is_read_off_the_forecast_on_the_clock_of_the_athlete(ride):
    harder = ride["power"] + 200.0 * (np.arange(len(ride["power"])) >= 570)  # for half a minute
    twins = followed({**ride, "power": harder}, chunk=1)
    now = ride["heart_rate"][595]  # when the outlook was made
    path = np.append(now, twins.forecast[:, 0])
    line = now + 0.5 * (path.max() - now)
    assert line > now, "the ride must rise here for this test to say anything"
    first = int(np.argmax(path >= line))
    marks = np.append(0, LIVE_HORIZONS_S)
    share = (line - path[first - 1]) / (path[first] - path[first - 1])
    by_hand = marks[first - 1] + share * (marks[first] - marks[first - 1])
    # the last second taken in is 598, 3 s later
    assert twins.time_to(line)[0] == pytest.approx(by_hand - 3, abs=0.01)
    assert twins.time_to(line, share_of_band=1.0)[0] < twins.time_to(line)[0]


def test_an_athlete_above_the_line_has_no_time_left_and_one_without_a_line_none_to_tell(ride):
    twins = followed(ride, chunk=1)
    assert twins.time_to(40.0)[0] == 0
    assert np.isnan(twins.time_to(np.nan)[0])
    assert twins.time_to(240.0)[0] == np.inf
    assert Twins().time_to([]).shape == (0,)


def test_the_screens_tell_the_time_of_what_is_likely_within_five_minutes(ride):
    twins = followed(ride, chunk=1)
    assert twins.chance_of(40.0)[0] == 1
    assert np.isnan(twins.chance_of(np.nan)[0])
    for beats in ride["heart_rate"][:599]:
        twins.reached(np.array([0], np.int32), np.array([beats]))
    near, far = ride["heart_rate"][598] + 2.0, 240.0
    assert twins.chance_of(near)[0] > 0.3 > twins.chance_of(far)[0]
    assert 0 < twins.soon_at(near)[0] <= 300
    assert twins.soon_at(far)[0] == twins.time_to(far)[0] == np.inf


def test_a_hub_started_from_settings_has_a_twin_for_everybody(tmp_path):
    settings = Settings(data_dir=tmp_path)
    live = LocalLive(
        lambda: build_hub(["simulator:3:running@20", "simulator:2:cycling@20"], settings)
    )
    told, ready = [], threading.Event()

    def tell(tick):
        told.append(tick)
        if np.isfinite(tick.forecast[0]).any():
            ready.set()

    live.subscribe(tell)
    assert ready.wait(30), told[-1:]
    live.stop()
    assert told[-1].faults == ()
    assert {source.state for source in told[-1].sources if "simulator" in source.name} == {"live"}
    assert len(told[-1].time_to_limit_s) == len(told[-1].squad)
