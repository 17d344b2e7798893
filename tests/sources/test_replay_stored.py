"""What is stored of a replay equals what was read, to the last bit, at every speed."""

import numpy as np
import pandas as pd
import pytest

from twin.files import read
from twin.records import Athlete, Recording, Session
from twin.sources import Replay
from twin.store import EmbeddedStore

SPEEDS = [1, 20, 60]


async def stored(folder, clock, recordings, athletes, speed):
    """Play recordings into a store; return the samples and RR intervals it then holds."""
    replay = Replay(recordings, athletes, speed=speed)
    with EmbeddedStore(folder) as store:
        ids = []
        for athlete, recording in zip(athletes, recordings, strict=True):
            store.add_athlete(athlete)
            ids.append(store.start_session(Session("", athlete.id, "other", recording.start)).id)
        async for batch in replay.batches(clock):
            store.append(batch, ids)
        return [(store.samples(session), store.rr(session)) for session in ids]


def check(kept, recordings):
    for (samples, rr), recording in zip(kept, recordings, strict=True):
        read_samples = recording.samples.dropna(axis="columns", how="all")
        assert samples.index.asi8.tobytes() == read_samples.index.asi8.tobytes()
        assert set(samples.columns) == set(read_samples.columns)
        for name in samples:
            was_read = read_samples[name].to_numpy(np.float64)
            assert samples[name].to_numpy().tobytes() == was_read.tobytes()
        assert rr.to_numpy().tobytes() == recording.rr.to_numpy().tobytes()
        assert rr.index.asi8.tobytes() == recording.rr.index.asi8.tobytes()


def made_up(seed):
    """A session with pauses, equal times, missing values, infinities and RR intervals."""
    rng = np.random.default_rng(seed)
    steps_ns = rng.choice([0, 40e6, 1e9, 1.013e9, 7e9, 25e9, 900e9], 400).astype(np.int64)
    index = pd.DatetimeIndex(pd.Timestamp("2026-09-13", tz="UTC").value + np.cumsum(steps_ns))
    values = rng.normal(150, 30, (400, 3))
    values[rng.random((400, 3)) < 0.2] = np.nan
    values[rng.integers(0, 400, 9), 1] = [-0.0, np.inf, 5e-324] * 3
    samples = pd.DataFrame(
        values, index.tz_localize("UTC").rename("time"), ["heart_rate", "power", "latitude"]
    )
    rr_ms = rng.normal(800, 40, 300)
    beats = samples.index[0] + pd.to_timedelta(np.cumsum(rr_ms), unit="ms")
    return Recording(samples, rr=pd.Series(rr_ms, beats.as_unit("ns")))


@pytest.mark.parametrize("speed", SPEEDS)
async def test_made_up_sessions_of_two_athletes_are_stored_as_they_were(
    tmp_path, manual_clock, speed
):
    recordings = [made_up(1), made_up(2)]
    athletes = [Athlete("Ada"), Athlete("Bea")]
    check(await stored(tmp_path, manual_clock, recordings, athletes, speed), recordings)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("file", ["rr/walk_fenix5_46s_rr.fit", "fit/row_otw_3x250m_8min.fit"])
async def test_real_recordings_are_stored_as_they_were_read(
    tmp_path, manual_clock, recordings, file, speed
):
    recording = read(recordings / file)
    check(await stored(tmp_path, manual_clock, [recording], [Athlete("Ada")], speed), [recording])


async def test_beats_alone_are_played(manual_clock):
    beats = made_up(3).rr
    samples = pd.DataFrame(index=pd.DatetimeIndex([], tz="UTC", name="time"))
    replay = Replay(Recording(samples, rr=beats), speed=60)
    played = [batch.beats.rr_ms async for batch in replay.batches(manual_clock)]
    assert np.concatenate(played).tobytes() == beats.to_numpy().tobytes()
