"""What the twin noticed in a stored session: the simulator's planted faults, and nothing of none."""

import numpy as np
import pandas as pd
import pytest

from simulator.athlete import draw_truth
from simulator.faults import simulate_faulty
from twin.model.episodes import UNEXPECTED
from twin.records import Athlete, Recording
from twin.sensors.faults import Fault
from twin.state.review import ReviewState
from twin.state.review_noticed import judgement_of
from twin.store import EmbeddedStore
from twin.views.review_noticed import judgement_words, noticed_table


def judged(tmp_path, recording, max_hr=200.0):
    with EmbeddedStore(tmp_path) as store:
        ada = store.add_athlete(Athlete("Ada", sport=recording.sport, max_hr=max_hr))
        kept = store.add_recording(recording, ada, content="one")
        return judgement_of(store, ReviewState(store, session=kept.id).open())


@pytest.fixture(scope="module")
def faulty():
    return simulate_faulty("cycling", 2700, 1, draw_truth(1, 1, "cycling"))


def test_planted_faults_are_noticed_where_they_are_and_the_sensor_is_named(faulty, tmp_path):
    found = judged(tmp_path, faulty.recording, faulty.truth.max_hr)
    begin = faulty.recording.samples.index[0]
    for signal in (Fault.FROZEN, Fault.IMPOSSIBLE):
        first = begin + pd.Timedelta(seconds=int(np.flatnonzero(faulty.faults[signal])[0]))
        (one,) = [n for n in found.noticed if n.what is signal]
        assert abs(pd.Timestamp(one.start) - first) < pd.Timedelta("15s")
    table = noticed_table(found)
    assert set(table["Who"][[n.what != UNEXPECTED for n in found.noticed]]) == {"sensor"}
    assert "the population" in judgement_words(found)


def test_heart_rate_that_rises_at_equal_work_is_told_for_each_hour(tmp_path):
    index = pd.date_range("2026-10-01T10:00", periods=5401, freq="s", tz="UTC", name="time")
    rise = 130 + np.arange(5401) / 3600 * 8  # 8 bpm an hour by construction
    wander = np.random.default_rng(1).normal(0, 1, 5401)
    ride = pd.DataFrame({"heart_rate": np.round(rise + wander), "power": 180.0}, index)
    found = judged(tmp_path, Recording(ride, "cycling"))
    assert found.durability.rise == pytest.approx(8, abs=0.5)
    assert "heart rate rose by 8" in judgement_words(found)


def test_in_intervals_no_durability_is_told(tmp_path):
    index = pd.date_range("2026-10-01T10:00", periods=5400, freq="s", tz="UTC", name="time")
    power = np.where(np.arange(5400) // 180 % 2, 280.0, 140.0)  # three minutes each, in turn
    rise = np.round(90 + power / 4 + np.arange(5400) / 3600 * 8)
    ride = pd.DataFrame({"heart_rate": rise, "power": power}, index)
    found = judged(tmp_path, Recording(ride, "cycling"))
    assert np.isnan(found.durability.rise)
    assert "Durability" not in judgement_words(found)


def test_without_heart_rate_there_is_nothing_to_judge_and_one_sample_is_no_session(tmp_path):
    index = pd.date_range("2026-10-01T10:00", periods=600, freq="s", tz="UTC", name="time")
    assert (
        judged(tmp_path / "none", Recording(pd.DataFrame({"power": 200.0}, index), "cycling"))
        is None
    )
    one = judged(
        tmp_path / "one", Recording(pd.DataFrame({"heart_rate": 140.0}, index[:1]), "cycling")
    )
    assert one.noticed == ()
    assert np.isnan(one.durability.rise)
    assert "No workload" in judgement_words(one)
