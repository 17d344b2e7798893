"""What twins tell live beside their forecast: expectation, balance, beats, own error."""

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.hub.beat_watch import NAMES as BEAT_NAMES
from twin.hub.beat_watch import BeatWatch
from twin.hub.insights import NAMES
from twin.hub.twins import Twins
from twin.model.demand import InputKind
from twin.model.reserve import Capacity, Known
from twin.physiology.alpha1 import Window
from twin.physiology.hrv import rmssd
from twin.records import Athlete, Batch, Beats
from twin.schema import ALL_NAMES

START = np.datetime64("2026-10-01T10:00:00", "ns")
SECOND = int(START.astype("datetime64[s]").astype(np.int64))
ADA = Athlete("Ada", sport="cycling")


def told(twins: Twins, name: str, athlete: int = 0) -> float:
    return float(twins.outlook([ADA])["insights"][NAMES.index(name), athlete])


def ridden(twins: Twins, power, heart_rate, first: int = 0) -> None:
    values = np.full((len(ALL_NAMES), len(power)), np.nan)
    values[ALL_NAMES.index("power")] = power
    values[ALL_NAMES.index("heart_rate")] = heart_rate
    times = START + (first + np.arange(len(power))).astype("timedelta64[s]").astype(
        "timedelta64[ns]"
    )
    for row in range(len(power)):
        one = slice(row, row + 1)
        twins.follow(Batch(np.zeros(1, np.int32), times[one], values[:, one], ALL_NAMES))
    twins.pass_until(np.zeros(1, np.int32), times[-1] + np.timedelta64(3, "s"))


def twins_with(capacity: Capacity | None) -> Twins:
    twins = Twins()
    known = Known(capacities={InputKind.POWER: capacity} if capacity else {})
    twins.add([ADA], {"ada": known})
    return twins


def test_the_balance_is_that_of_the_differential_model_and_full_again_in_a_new_session():
    twins = twins_with(Capacity(250.0, 0.0, 20_000.0, 0.0, 5))
    ridden(twins, np.full(120, 350.0), 150.0)
    # 120 s of 100 W above critical power take 12 of 20 kJ
    assert told(twins, "balance") == pytest.approx(40, abs=0.5)
    assert told(twins, "balance_empty") == pytest.approx(80, abs=1.5)  # 8 kJ at 100 W
    ridden(twins, np.full(180, 150.0), 150.0, first=120)
    assert told(twins, "balance") == pytest.approx(100 * 15_121.2 / 20_000, abs=0.5)
    assert np.isnan(told(twins, "balance_empty"))
    assert told(twins, "balance_half_width") > 5  # models of recovery disagree
    twins.begin_session([0])
    assert told(twins, "balance") == 100


def test_without_hard_efforts_in_the_history_there_is_no_balance():
    twins = twins_with(None)
    ridden(twins, np.full(60, 350.0), 150.0)
    assert np.isnan(told(twins, "balance"))


def test_what_the_twin_expects_comes_to_what_is_measured_when_work_is_steady():
    twins = twins_with(None)
    ridden(twins, np.full(600, 200.0), 155.0)
    assert told(twins, "expected_heart_rate") == pytest.approx(155, abs=4)
    assert 5 < told(twins, "expected_half_width") < 15
    state = twins.twin(0).state
    assert told(twins, "day_offset") == pytest.approx(state.offset)
    assert told(twins, "day_drift") == pytest.approx(state.drift_per_hour)


def test_the_twin_keeps_its_own_error_beside_that_of_staying():
    twins = twins_with(None)
    ride = simulate_recording("intervals", 500, seed=3)[0].samples
    ridden(twins, ride["heart_rate"].to_numpy() * 1.5, ride["heart_rate"].to_numpy())
    judged = twins.twin(0).forecast(60)
    assert told(twins, "forecast_error") == pytest.approx(judged.error)
    assert told(twins, "persistence_error") == pytest.approx(judged.persistence_error)
    assert told(twins, "forecast_coverage") == pytest.approx(judged.coverage80)
    assert told(twins, "band50_60") == pytest.approx(judged.half_width[0])
    assert told(twins, "band95_60") == pytest.approx(judged.half_width[2])


def test_without_heart_rate_or_workload_nothing_is_expected():
    twins = twins_with(None)
    ridden(twins, np.full(60, np.nan), 140.0)
    assert np.isnan(told(twins, "expected_heart_rate"))
    ridden(twins, np.full(60, 200.0), np.nan, first=60)
    assert np.isnan(told(twins, "day_offset"))
    assert Twins().outlook([])["insights"].shape == (len(NAMES), 0)


@pytest.fixture(scope="module")
def rr() -> np.ndarray:
    return simulate_recording("running", 400, seed=5)[0].rr.to_numpy()


def beats(rr_ms, *, first_s: float = 0.0, athlete: int = 0) -> Beats:
    ends = START + ((first_s + np.cumsum(rr_ms) / 1000) * 1e9).astype("timedelta64[ns]")
    return Beats(np.full(len(rr_ms), athlete, np.int32), ends, np.asarray(rr_ms))


def read(watch: BeatWatch, second: int, athlete: int = 0) -> dict[str, float]:
    members = np.arange(watch.values.shape[1], dtype=np.int32)
    for late in range(5):  # whose turn it is within five seconds
        watch.read(members, SECOND + second + late)
    return dict(zip(BEAT_NAMES, watch.values[:, athlete].tolist(), strict=True))


def test_alpha_1_and_rmssd_are_those_of_the_last_two_minutes(rr):
    watch = BeatWatch(2)
    for part in np.array_split(beats(rr).time, 40):
        mine = np.isin(beats(rr).time, part)
        watch.take(Beats(np.zeros(mine.sum(), np.int32), part, rr[mine]))
    window = Window().with_beats(rr)
    now = read(watch, int(rr.sum() / 1000))
    assert now["alpha1"] == pytest.approx(window.reading().alpha1, nan_ok=True)
    assert now["artefact_share"] == window.reading().artefact_share
    assert now["beats_cover"] == pytest.approx(120, abs=1.5)
    if now["artefact_share"] == 0:
        assert now["rmssd"] == pytest.approx(rmssd(window.rr_ms))
    assert all(np.isnan(value) for value in read(watch, 400, athlete=1).values())  # no strap


def test_breathing_is_read_off_beats_that_follow_the_breath():
    # a breath every 4 s, known by construction: 15 per minute
    rr_ms = 800 + 30 * np.sin(2 * np.pi * np.cumsum(np.full(160, 0.8)) / 4)
    watch = BeatWatch(1)
    watch.take(beats(rr_ms))
    assert read(watch, int(rr_ms.sum() / 1000))["breathing"] == pytest.approx(15, abs=0.5)
    flat = BeatWatch(1)
    flat.take(beats(np.full(300, 500.0)))  # nothing follows anything
    assert np.isnan(read(flat, 150)["breathing"])


def test_beats_that_went_missing_begin_the_window_anew(rr):
    watch = BeatWatch(1)
    watch.take(beats(rr[:250]))
    end_s = rr[:250].sum() / 1000
    watch.take(beats(rr[250:300], first_s=end_s + 10))
    now = read(watch, int(end_s + 10 + rr[250:300].sum() / 1000))
    assert now["beats_cover"] == pytest.approx(rr[250:300].sum() / 1000)
    assert np.isnan(now["alpha1"])


def test_old_beats_are_not_told_as_of_now(rr):
    watch = BeatWatch(1)
    watch.take(beats(rr))
    end_s = int(rr.sum() / 1000)
    assert read(watch, end_s)["beats_cover"] > 100
    assert np.isnan(read(watch, end_s + 30)["beats_cover"])


def test_many_wrong_beats_close_the_gate_and_a_few_seconds_do_not_open_it(rr):
    wrong = rr.copy()
    wrong[::9] *= 0.6
    watch = BeatWatch(1)
    watch.take(beats(wrong))
    now = read(watch, int(wrong.sum() / 1000))
    assert now["artefact_share"] > 0.05
    assert np.isnan(now["alpha1"])
    assert np.isnan(now["rmssd"])
    early = BeatWatch(1)
    early.take(beats(rr[:1]))
    assert np.isnan(read(early, 1)["alpha1"])
    early.take(beats(rr[:0]))
