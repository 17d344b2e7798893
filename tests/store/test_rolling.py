"""Rolling frames: the newest stretch of each athlete."""

import threading

import numpy as np
import pandas as pd
import pytest

from twin.records import Batch, Beats
from twin.schema import ALL_NAMES, MEASURED_NAMES
from twin.store import Rolling

TEN = np.datetime64("2026-10-01T10:00:00", "ns")


def at(*seconds):
    return TEN + (np.array(seconds) * 1e9).astype("timedelta64[ns]")


def full(athlete, times, fill):
    values = np.repeat(np.asarray(fill, float)[np.newaxis], len(ALL_NAMES), axis=0)
    return Batch(np.asarray(athlete, np.int32), times, values, ALL_NAMES)


def test_an_empty_frame_has_a_utc_index_and_no_channel():
    frame = Rolling(1).frame(0)
    assert frame.shape == (0, 0)
    assert str(frame.index.tz) == "UTC"
    assert frame.index.name == "time"


def test_a_single_sample_is_shown_with_its_unit():
    rolling = Rolling(1)
    rolling.append(Batch.of([0], at(0), heart_rate=[141.0]))
    frame = rolling.frame(0, 60)
    assert frame["heart_rate"].to_list() == [141]
    assert frame.attrs["units"] == {"heart_rate": "bpm"}
    assert frame.index[0] == pd.Timestamp("2026-10-01T10:00:00Z")


def test_channels_that_are_all_nan_are_left_out_and_single_nan_stay():
    rolling = Rolling(1)
    rolling.append(Batch.of([0, 0], at(0, 1), heart_rate=[141, np.nan], power=[np.nan, np.nan]))
    frame = rolling.frame(0)
    assert list(frame.columns) == ["heart_rate"]
    assert frame["heart_rate"].isna().tolist() == [False, True]


def test_derived_channels_are_kept_beside_measured_ones():
    rolling = Rolling(2)
    rolling.append(full([0, 1], at(5, 5), [1.0, 2.0]))
    assert list(rolling.frame(1).columns) == list(ALL_NAMES)
    assert (rolling.frame(1) == 2).all(axis=None)


@pytest.mark.parametrize("window", ["10s", 10, 10.0])
def test_a_window_counts_back_from_the_newest_sample(window):
    rolling = Rolling(1)
    for number in range(100):
        rolling.append(Batch.of([0], at(number), heart_rate=[number]))
    assert rolling.frame(0, window)["heart_rate"].to_list() == list(range(90, 100))


@pytest.mark.parametrize("per_batch", [1, 7, 25])
def test_a_full_ring_keeps_the_newest_rows_of_each_athlete(per_batch):
    rolling = Rolling(2, capacity=10)
    numbers = np.arange(50)
    for first in range(0, 50, per_batch):
        part = numbers[first : first + per_batch]
        athlete = np.repeat([1, 0], len(part))
        rolling.append(full(athlete, at(*part, *part), [*part, *(part + 0.5)]))
    assert rolling.frame(1, "1h")["power"].to_list() == list(range(40, 50))
    assert rolling.frame(0, "1h")["power"].to_list() == [n + 0.5 for n in range(40, 50)]


def test_a_late_row_takes_its_place_in_time_and_equal_times_keep_their_order():
    rolling = Rolling(1)
    for second, value in ((0, 0), (3, 3), (1, 1), (3, 4), (2, 2)):
        rolling.append(Batch.of([0], at(second), power=[value]))
    frame = rolling.frame(0)
    assert frame.index.is_monotonic_increasing
    assert frame["power"].to_list() == [0, 1, 2, 3, 4]


def test_a_silent_athlete_does_not_move_while_others_do():
    rolling = Rolling(3)
    rolling.append(Batch.of([0, 1, 2], at(0, 0, 0), heart_rate=[1, 2, 3]))
    rolling.append(Batch.of([0, 2], at(1, 1), heart_rate=[11, 13]))
    assert [rolling.frame(a)["heart_rate"].to_list() for a in range(3)] == [[1, 11], [2], [3, 13]]


def test_the_tail_is_what_came_after_an_instant():
    rolling = Rolling(2)
    for number in range(5):
        rolling.append(Batch.of([0, 1], at(number, number), heart_rate=[number, number + 50]))
    tail = rolling.tail(1, at(2)[0])
    assert tail["heart_rate"].tolist() == [53, 54]
    assert tail.athlete.tolist() == [1, 1]
    assert len(rolling.tail(1, at(9)[0])) == 0


def test_beats_come_back_on_their_instants():
    rolling = Rolling(1)
    beats = Beats(np.zeros(3, np.int32), at(0.1, 0.9, 100), np.array([800.0, 810.5, 790.0]))
    rolling.append(Batch.of([], at(), beats=beats))
    assert rolling.beats(0, "1min").to_list() == [790.0]
    assert rolling.beats(0, "10min").to_list() == [800.0, 810.5, 790.0]
    assert rolling.beats(0).index[1] == pd.Timestamp("2026-10-01T10:00:00.9Z")
    assert Rolling(1).beats(0).empty


def test_more_athletes_find_room_and_those_who_stay_keep_their_rows():
    rolling = Rolling(1)
    rolling.append(Batch.of([0], at(0), heart_rate=[141]))
    rolling.resize(3)
    rolling.append(Batch.of([0, 2], at(1, 1), heart_rate=[142, 160]))
    assert rolling.frame(0)["heart_rate"].to_list() == [141, 142]
    assert rolling.frame(2)["heart_rate"].to_list() == [160]
    rolling.resize(1)
    assert rolling.frame(0)["heart_rate"].to_list() == [141, 142]


def test_a_cleared_athlete_begins_anew():
    rolling = Rolling(2)
    rolling.append(Batch.of([0, 1], at(0, 0), heart_rate=[141, 150]))
    rolling.clear(0)
    assert rolling.frame(0).empty
    assert rolling.frame(1)["heart_rate"].to_list() == [150]


def test_an_athlete_without_room_is_an_error_and_nothing_is_taken_in():
    rolling = Rolling(1)
    with pytest.raises(IndexError):
        rolling.append(Batch.of([0, 1], at(0, 0), heart_rate=[141, 150]))
    assert rolling.frame(0).empty


def test_each_athlete_gets_the_own_rows_whoever_is_absent_joins_or_begins_anew():
    random = np.random.default_rng(1)
    squad, alone = Rolling(3, capacity=8), [Rolling(1, capacity=8) for _ in range(5)]
    for second in range(60):
        present = np.arange(squad.athletes) if second % 20 < 12 else random.permutation(2)
        squad.append(full(present, at(*[second] * len(present)), present + second))
        for athlete in present:
            alone[athlete].append(full([0], at(second), [athlete + second]))
        if second == 25:
            squad.resize(5)
        if second == 45:
            squad.clear(1)
            alone[1].clear(0)
    for athlete, own in enumerate(alone):
        pd.testing.assert_frame_equal(squad.frame(athlete, "1h"), own.frame(0, "1h"))


def test_readers_in_other_threads_never_see_half_a_row():
    rolling = Rolling(2, capacity=64)
    stop, torn = threading.Event(), []

    def read():
        while not stop.is_set():
            values = rolling.tail(1, at(-1)[0]).values
            torn.extend(np.flatnonzero((values != values[0]).any(axis=0)))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2000):
        rolling.append(full([0, 1], at(number, number), [number, number]))
    stop.set()
    for reader in readers:
        reader.join()
    assert torn == []


def test_memory_follows_what_is_written_not_what_could_be():
    # 100 athletes, all 30 channels of 8 bytes and a time: 5 minutes of samples are 7 MB, the room
    # for 90 minutes and more is 186 MB; measured through the pages the process holds.
    psutil = pytest.importorskip("psutil")
    process = psutil.Process()
    before = process.memory_info().rss
    rolling = Rolling(100)
    athlete, fill = np.arange(100), np.ones(100)
    for number in range(300):
        rolling.append(full(athlete, np.full(100, at(number)[0]), fill))
    assert process.memory_info().rss - before < 30e6
    assert len(rolling.frame(99, "90min")) == 300


def test_measured_channels_alone_are_taken_in_too():
    rolling = Rolling(1)
    batch = Batch(np.array([0], np.int32), at(0), np.arange(16.0)[:, np.newaxis], MEASURED_NAMES)
    rolling.append(batch)
    assert rolling.frame(0).iloc[0].to_list() == list(range(16))
