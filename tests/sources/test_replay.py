"""Replays: every sample once, with its own time, whatever the speed."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from twin.errors import SourceError
from twin.protocols import Player
from twin.records import Athlete, Batch, Recording
from twin.sources import Replay

START = pd.Timestamp("2026-09-13T09:00:00", tz="UTC")


def recording(seconds, *, seed=1, **channels):
    index = pd.DatetimeIndex(START + pd.to_timedelta(seconds, unit="s"), name="time")
    rng = np.random.default_rng(seed)
    columns = channels or {
        "heart_rate": rng.normal(150, 9, len(index)),
        "power": rng.random(len(index)),
    }
    return Recording(pd.DataFrame(columns, index), "cycling")


async def played(replay, clock, lead=None):
    batches = []
    async for batch in replay.batches(clock):
        batches.append(batch)
        if lead is not None:
            lead(len(batches))
    return batches


def joined(batches) -> Batch:
    return Batch(
        np.concatenate([b.athlete for b in batches]),
        np.concatenate([b.time for b in batches]),
        np.concatenate([b.values for b in batches], axis=1),
    )


def test_a_replay_is_a_player():
    assert isinstance(Replay(recording(range(3))), Player)


@pytest.mark.parametrize("speed", [1, 7.5, 20, 60])
async def test_all_samples_come_once_in_order_to_the_last_bit_at_every_speed(manual_clock, speed):
    smart = np.cumsum(
        np.random.default_rng(2).integers(1, 9, 400)
    )  # smart recording: 1 to 8 s apart
    ride = recording(smart)
    batch = joined(await played(Replay(ride, speed=speed), manual_clock))
    assert (batch.time == ride.samples.index.tz_localize(None).to_numpy()).all()
    assert batch["power"].tobytes() == ride.samples["power"].to_numpy().tobytes()
    assert batch["heart_rate"].tobytes() == ride.samples["heart_rate"].to_numpy().tobytes()


@pytest.mark.parametrize(("speed", "per_second"), [(1, 1), (10, 10), (20, 20), (60, 20)])
async def test_an_hour_takes_an_hour_divided_by_the_speed(manual_clock, speed, per_second):
    batches = await played(Replay(recording(range(3601)), speed=speed), manual_clock)
    assert manual_clock.slept_s == pytest.approx(3600 / speed)
    assert len(batches) == 3600 / speed * per_second + 1


async def test_nan_infinity_and_equal_times_are_played_as_recorded(manual_clock):
    values = [np.nan, -0.0, np.inf, 5e-324]
    ride = recording([0, 1, 1, 2], heart_rate=values)
    batch = joined(await played(Replay(ride, speed=60), manual_clock))
    assert batch["heart_rate"].tobytes() == np.array(values).tobytes()


async def test_a_single_sample_is_played_and_then_it_ends(manual_clock):
    replay = Replay(recording([0]))
    assert replay.position == 0
    assert [len(batch) for batch in await played(replay, manual_clock)] == [1]
    assert replay.position == 1


def test_a_recording_without_samples_is_refused():
    with pytest.raises(SourceError, match="no samples"):
        Replay(recording([]))


async def test_a_gap_of_twenty_seconds_is_waited_through_while_the_clock_of_the_source_goes_on(
    manual_clock,
):
    batches = await played(Replay(recording([0, 20])), manual_clock)
    assert manual_clock.slept_s == 20
    assert [len(batch) for batch in batches] == [1, *[0] * 19, 1]
    assert all(b.now - a.now == np.timedelta64(1, "s") for a, b in pairwise(batches))


async def test_a_pause_of_an_hour_takes_one_second(manual_clock):
    batches = await played(Replay(recording([0, 1, 3601, 3602])), manual_clock)
    assert manual_clock.slept_s == 3
    assert (batches[2].now - batches[1].now) == np.timedelta64(3600, "s")


async def test_beats_travel_with_the_batch_of_their_second(manual_clock):
    beats = pd.Series(
        [810.5, 799.25, 805.0], START + pd.to_timedelta([0.4, 1.2, 2.0], unit="s"), dtype=float
    )
    ride = Recording(recording([0, 1, 2]).samples, rr=beats)
    batches = await played(Replay(ride), manual_clock)
    assert [b.beats.rr_ms.tolist() for b in batches] == [[], [810.5], [799.25, 805.0]]
    assert (np.concatenate([b.beats.time for b in batches]) == beats.index.tz_localize(None)).all()


async def test_several_athletes_play_at_the_times_they_recorded(manual_clock):
    replay = Replay(
        [recording([0, 1, 2], heart_rate=[1, 2, 3]), recording([1, 2, 3], heart_rate=[7, 8, 9])],
        [Athlete("Ada"), Athlete("Bea")],
    )
    batches = await played(replay, manual_clock)
    assert [b.athlete.tolist() for b in batches] == [[0], [0, 1], [0, 1], [1]]
    assert [b["heart_rate"].tolist() for b in batches] == [[1], [2, 7], [3, 8], [9]]


async def test_nothing_comes_while_it_is_paused_and_all_afterwards(manual_clock):
    replay = Replay(recording(range(10)))
    at = []

    def lead(number):
        at.append(manual_clock.slept_s)
        replay.paused = number == 4

    async def sleep_and_resume(seconds, sleep=manual_clock.sleep):
        await sleep(seconds)
        if manual_clock.slept_s > 60:
            replay.paused = False

    manual_clock.sleep = sleep_and_resume
    batches = await played(replay, manual_clock, lead)
    assert joined(batches).time.size == 10
    assert max(np.diff(at)) > 55


async def test_the_speed_may_change_while_it_plays(manual_clock):
    replay = Replay(recording(range(101)))

    def lead(number):
        if number == 41:  # 40 s played
            replay.speed = 20

    batches = await played(replay, manual_clock, lead)
    assert joined(batches).time.size == 101
    assert manual_clock.slept_s == pytest.approx(40 + 60 / 20)


async def test_seeking_forward_leaves_out_what_lies_between(manual_clock):
    replay = Replay(recording(range(101), heart_rate=np.arange(101.0)))

    def lead(number):
        if number == 3:
            replay.seek(0.9)

    batch = joined(await played(replay, manual_clock, lead))
    assert batch["heart_rate"].tolist() == [0, 1, 2, *range(90, 101)]


async def test_seeking_back_sends_nothing_twice(manual_clock):
    replay = Replay(recording(range(101), heart_rate=np.arange(101.0)))

    def lead(number):
        if number == 50:
            replay.seek(0.1)

    batch = joined(await played(replay, manual_clock, lead))
    assert batch["heart_rate"].tolist() == list(range(101))


async def test_seeking_before_the_start_begins_there(manual_clock):
    replay = Replay(recording(range(101), heart_rate=np.arange(101.0)))
    replay.seek(0.98)
    assert replay.position == pytest.approx(0.98)
    batch = joined(await played(replay, manual_clock))
    assert batch["heart_rate"].tolist() == [98, 99, 100]
    assert replay.position == 1


async def test_a_machine_that_slept_goes_on_from_now_instead_of_catching_up(manual_clock):
    replay = Replay(recording(range(20)))
    sleeps = []

    async def notice(seconds, sleep=manual_clock.sleep):
        sleeps.append(seconds)
        await sleep(seconds if len(sleeps) != 5 else 600)

    manual_clock.sleep = notice
    assert joined(await played(replay, manual_clock)).time.size == 20
    assert sleeps.count(0) <= 1


@pytest.mark.parametrize("speed", [0, 0.5, 61, -1, float("nan"), float("inf")])
def test_a_speed_outside_1_to_60_is_refused(speed):
    with pytest.raises(SourceError, match="expected 1 to 60"):
        Replay(recording(range(3)), speed=speed)


@pytest.mark.parametrize("position", [-0.1, 1.1, float("nan")])
def test_a_position_outside_0_to_1_is_refused(position):
    with pytest.raises(SourceError, match="expected 0 to 1"):
        Replay(recording(range(3))).seek(position)


def test_athletes_are_named_after_their_files_and_stay_different():
    ride = recording(range(3))
    files = [
        Recording(ride.samples, "cycling", path=p) for p in ("a/tour.fit.gz", "b/tour.fit", "")
    ]
    assert [a.name for a in Replay(files).athletes] == ["tour 1", "tour 2", "Athlete 3"]
    assert len({a.id for a in Replay(files).athletes}) == 3


def test_as_many_athletes_as_recordings_are_needed():
    with pytest.raises(SourceError, match="1 recordings for 2 athletes"):
        Replay(recording(range(3)), [Athlete("Ada"), Athlete("Bea")])
