"""The live twin: the same as in the backtest, and answers that agree with each other."""

import numpy as np
import pandas as pd
import pytest

from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import LIVE_HORIZONS_S, Calibration, calibrate
from twin.model.day_response import response_after
from twin.model.demand import InputKind
from twin.model.knowledge import stranger
from twin.model.learning import learn
from twin.model.replaying import replay
from twin.model.response import common_response, fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import trace_sessions
from twin.model.workload import Workload, planned_means
from twin.records import Athlete, Recording

RIDER = Athlete("Ada", sport="cycling")


def ride(seconds: int = 900, seed: int = 3) -> Recording:
    random = np.random.default_rng(seed)
    power = np.repeat(random.uniform(80, 300, seconds // 90), 90)
    index = pd.date_range("2026-10-01T10:00:00", periods=len(power), freq="s", tz="UTC")
    heart_rate = (
        120 + 0.2 * pd.Series(power).ewm(alpha=1 / 40).mean() + random.normal(0, 1, len(power))
    )
    return Recording(
        pd.DataFrame({"heart_rate": heart_rate.to_numpy(), "power": power}, index=index),
        sport="cycling",
    )


def live(recording: Recording, calibration: Calibration | None = None) -> AthleteTwin:
    twin = AthleteTwin(RIDER, calibration)
    for heart_rate, power in recording.samples[["heart_rate", "power"]].to_numpy():
        twin.observe(heart_rate, power=power)
    return twin


@pytest.mark.parametrize("kind", [InputKind.POWER, InputKind.NONE])
def test_live_says_what_the_backtest_said(kind):
    samples = ride().samples.iloc[:896]  # ends on a forecast
    if kind is InputKind.NONE:
        samples = samples.assign(power=np.nan)
    recording = Recording(samples, sport="cycling")
    trace = trace_sessions([seconds_of(recording)])
    known = stranger(kind, LIVE_HORIZONS_S, plan=False)
    said = replay(trace, [known])[0].outlook
    twin = live(recording)
    for j, horizon in enumerate(LIVE_HORIZONS_S):
        now = twin.forecast(horizon)
        # the live twin chose its input in the first second, the backtest knew it before: the
        # ledgers agree, so the forecasts do
        assert now.heart_rate - twin.state.heart_rate == pytest.approx(said.change[-1, j], abs=1e-9)
        assert now.half_width == pytest.approx(said.half_width[-1, j], abs=1e-9)


@pytest.mark.parametrize("seconds", [180, 330, 900])  # a mean over 400 s is young, and grows up
def test_planned_means_are_what_the_memory_will_hold(seconds):
    twin = live(ride(seconds))
    squad = twin._squad
    level = np.repeat([250.0, 100.0], 40)
    planned = planned_means(InputKind.POWER, squad.demand.mean[0], level, int(squad.demand.seen[0]))
    for watts in level:
        twin.observe(130.0, power=watts)
    assert squad.demand.mean[0] == pytest.approx(planned[-1], abs=1e-6)


def test_live_says_of_a_plan_what_the_backtest_with_the_workload_known_said():
    history = [ride(seed=s) for s in (1, 2)]
    today = ride(seed=4)
    traces = trace_sessions([seconds_of(r) for r in (*history, today)])
    known = learn(traces[:2], InputKind.POWER, LIVE_HORIZONS_S, plan=True)
    said = replay(traces[2:], [known])[0].outlook
    twin, power = AthleteTwin(RIDER, calibrate(history)), today.samples["power"].to_numpy()
    for now, (heart_rate, watts) in enumerate(today.samples[["heart_rate", "power"]].to_numpy()):
        twin.observe(heart_rate, power=watts)
        if now in (200, 560):  # before and after the first outcomes have moved trust and bands
            for j, horizon in enumerate(LIVE_HORIZONS_S[:4]):
                plan = Workload(power[now + 1 : now + 1 + horizon])
                told = twin.forecast(horizon, plan)
                change = told.heart_rate - heart_rate
                assert change == pytest.approx(said.change[now // 5, j], abs=1e-6)
                assert told.half_width == pytest.approx(said.half_width[now // 5, j], abs=1e-9)
    assert told.error < told.persistence_error


def test_the_answer_of_the_day_is_what_a_whole_fit_gives():
    trace = trace_sessions([seconds_of(ride())])[0]
    prior = common_response(InputKind.POWER)
    fitted = fit_response([trace], InputKind.POWER, prior)  # solves all rows at once
    learnt = response_after(trace, prior, len(trace))
    assert learnt.mean == pytest.approx(fitted.mean, abs=1e-6)
    assert learnt.covariance == pytest.approx(fitted.covariance, abs=1e-6)


def test_the_live_twin_learns_the_answer_of_the_day():
    # 0.2 bpm/W in `ride`, 0.25 in people; nothing is learnt of a session without a heart rate
    silent = AthleteTwin(RIDER)
    for watts in np.repeat([150.0, 250.0], 300):
        silent.observe(power=watts)
    assert silent.response.gain.value == pytest.approx(0.25)
    early, late = (live(ride(seconds)).response.gain for seconds in (900, 3600))
    assert early.low < late.low < 0.2 < late.high < early.high
    assert abs(late.value - 0.2) < abs(early.value - 0.2)


def test_a_harder_plan_gives_a_higher_heart_rate_at_every_second():
    twin = live(ride())
    easy, hard = (twin.project(Workload.hold(w), 900).heart_rate for w in (120, 240))
    assert (hard >= easy - 0.5).all()
    assert hard[-1] > easy[-1] + 10


def test_the_highest_workload_below_a_line_touches_it():
    twin = live(ride())
    watts = twin.highest_below(165, 1200, level=None)
    top = twin.project(Workload.hold(watts), 1200).heart_rate[30:].max()
    assert top == pytest.approx(165, abs=0.2)
    assert twin.highest_below(165, 1200) < watts  # the band stays below, too


def test_time_until_a_line_is_when_the_curve_reaches_it():
    twin = live(ride())
    plan = Workload.hold(320)
    crossing = twin.time_until(160, plan)
    curve = twin.project(plan, 600).heart_rate
    assert curve[int(crossing.expected_s) - 1] >= 160 > curve[int(crossing.expected_s) - 2]
    assert crossing.earliest_s <= crossing.expected_s <= crossing.latest_s
    assert twin.time_until(230, plan).expected_s == float("inf")


def test_a_twin_without_history_says_so_and_one_with_history_counts_it():
    assert AthleteTwin(RIDER).state.sessions == 0
    history = [ride(seed=s) for s in (1, 2, 3)]
    for day, recording in enumerate(history):
        recording.samples.index += pd.Timedelta(days=day)
    twin = live(ride(), calibrate(history))
    assert twin.state.sessions == 3
    assert twin.forecast(60).says


def test_before_the_first_beat_nothing_is_claimed():
    twin = AthleteTwin(RIDER)
    twin.observe(power=200)
    assert np.isnan(twin.forecast(30).heart_rate)
    assert twin.forecast(30).says == "not yet judged in this session"
    assert twin.state.input is InputKind.POWER


def test_a_lost_sensor_widens_the_state_and_is_remembered_10_s():
    twin = live(ride(180))
    before = twin.state
    for _ in range(10):
        twin.observe(power=200)
    assert twin.state.heart_rate == before.heart_rate
    assert twin.state.offset_sd > before.offset_sd
    twin.observe(power=200)
    assert np.isnan(twin.state.heart_rate)


def test_a_spike_is_not_believed():
    twin = live(ride(400))
    before = twin.state.offset
    twin.observe(225.0, power=150)
    assert twin.state.surprise > 5
    assert twin.state.offset == pytest.approx(before, abs=0.2)


def test_input_changes_with_the_sport():
    twin = live(ride(180))
    for _ in range(45):
        twin.observe(150, speed=3.2)
    assert twin.state.input is InputKind.CYCLING  # the meter is gone, speed is left
    for _ in range(45):
        twin.observe(150)
    assert twin.state.input is InputKind.NONE


def test_the_offset_of_the_day_is_found():
    # expected 90 + 0.25 * 200 = 140 bpm on an average day; today 12 more
    twin = AthleteTwin(RIDER)
    for _ in range(900):
        twin.observe(152, power=200)
    assert twin.state.offset == pytest.approx(12, abs=2)
    assert twin.state.offset_sd < 8


@pytest.mark.parametrize("horizon", [0, "5h"])
def test_horizons_out_of_range_are_refused(horizon):
    with pytest.raises(ValueError, match="expected 1 s to 14400 s"):
        AthleteTwin(RIDER).forecast(horizon)


def test_an_empty_plan_is_refused():
    with pytest.raises(ValueError, match="a level for every second"):
        Workload(np.array([]))


def test_every_state_has_its_uncertainty_which_shrinks_with_what_is_seen():
    short, long = live(ride(90)).state, live(ride(900)).state
    for name in ("offset_sd", "drift_sd", "disturbance_sd"):
        assert getattr(long, name) > 0
    assert long.offset_sd < short.offset_sd
    assert long.drift_sd < short.drift_sd
    assert 80 <= long.demand <= 300
    assert long.demand_sd > 0
    assert np.isnan(AthleteTwin(RIDER).state.demand)
