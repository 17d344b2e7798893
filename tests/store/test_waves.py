"""Fast signals beside the samples: kept to the last bit, read back by signal, erased with the session."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest

from twin.records import NO_WAVES, Athlete, Batch, Session, Waves
from twin.schema import SIGNAL_NAMES
from twin.store import EmbeddedStore
from twin.store.maintenance import check
from twin.store.rolling import Rolling

START = np.datetime64("2026-10-01T10:00:00", "ns")
NOTHING = Batch.of([], [])
ECG, X = SIGNAL_NAMES.index("ecg"), SIGNAL_NAMES.index("acceleration_x")


def waves(athletes, *, signal=ECG, count=130, second=0):
    """A second of a signal of several athletes, noisy, with a NaN among it."""
    rng = np.random.default_rng(second)
    values = rng.normal(0, 400, (len(athletes), count))
    values[:, 3] = np.nan
    at = START + np.timedelta64(second, "s") + (np.arange(count) * 7_692_307).astype("m8[ns]")
    return Waves(
        np.repeat(np.asarray(athletes, np.int32), count), np.tile(at, len(athletes)),
        np.full(values.size, signal, np.uint8), values.ravel(),
    )  # fmt: skip


@pytest.fixture
def recorded(tmp_path):
    """A store with a session of Ada and one of Bo, and their ids."""
    with EmbeddedStore(tmp_path) as store:
        began = datetime(2026, 10, 1, 10, tzinfo=UTC)
        yield (
            store,
            [
                store.start_session(
                    Session("", store.add_athlete(Athlete(name)).id, "running", began)
                ).id
                for name in ("Ada", "Bo")
            ],
        )


def batch(of):
    return Batch(NOTHING.athlete, NOTHING.time, NOTHING.values, waves=of)


def test_waves_alone_are_kept_to_the_last_bit_by_athlete_and_signal(recorded):
    store, sessions = recorded
    ecg, other = waves([0, 1]), waves([0], signal=X, count=50)
    store.append(batch(ecg), sessions)
    store.append(batch(other), sessions)
    for athlete, session in enumerate(sessions):
        mine = ecg.athlete == athlete
        kept = store.waves(session)
        assert kept.to_numpy().tobytes() == ecg.value[mine].tobytes()
        assert (kept.index.tz_convert(None).to_numpy() == ecg.time[mine]).all()
    assert store.waves(sessions[0], "acceleration_x").to_numpy().tobytes() == other.value.tobytes()
    assert store.waves(sessions[1], "acceleration_x").empty
    assert store.samples(sessions[0]).empty
    assert check(store.folder).faults == ()


def test_nothing_and_a_single_value_are_kept_as_they_are(recorded):
    store, sessions = recorded
    assert store.append(batch(NO_WAVES), sessions) == 0
    one = Waves(np.zeros(1, np.int32), np.array([START]), np.zeros(1, np.uint8), np.array([5.0]))
    store.append(batch(one), sessions)
    assert store.waves(sessions[0]).to_list() == [5.0]


def test_a_signal_that_does_not_exist_is_refused_with_those_that_do(recorded):
    store, sessions = recorded
    with pytest.raises(ValueError, match="'eeg' is not a signal; known: ecg, acceleration_x"):
        store.waves(sessions[0], "eeg")


def test_a_deleted_session_takes_its_waves_along_and_leaves_those_of_others(recorded):
    store, sessions = recorded
    for second in range(3):
        store.append(batch(waves([0, 1], second=second)), sessions)
    for session in sessions:
        store.end_session(session)
    before = store.waves(sessions[1])
    store.delete_session(sessions[0])
    assert store.waves(sessions[1]).equals(before)
    store.delete_session(sessions[1])
    with closing(sqlite3.connect(store.folder / "twin.db")) as connection:
        assert connection.execute("SELECT count(*) FROM wave_log").fetchone() == (0,)


def test_the_newest_stretch_of_a_signal_is_in_memory():
    rolling = Rolling(athletes=2)
    for second in range(20):
        rolling.append(batch(waves([0, 1], second=second)))
    newest = rolling.waves(1, "ecg", "5s")
    assert len(newest) == 5 * 130
    assert newest.iloc[-1] == waves([0, 1], second=19).value[-1]
    assert rolling.waves(0, "acceleration_y").empty
    rolling.clear(0)
    assert rolling.waves(0).empty
