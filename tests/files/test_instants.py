"""No two samples of a recording share an instant; counts of real files are those of the raw XML."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest

from twin.files import read
from twin.files.timeline import timeline, utc_times
from twin.records import Athlete
from twin.store import EmbeddedStore

_STAMP = re.compile(rb"<Trackpoint.*?<Time>(.*?)</Time>", re.DOTALL)


def mended(seconds, **columns):
    values = {name: np.array(column, float) for name, column in columns.items()}
    return timeline(utc_times(np.array(seconds, float)), values)


def at(samples):
    return (samples.index.as_unit("ns").asi8 / 1e9).tolist()


def test_a_point_repeated_at_the_border_of_laps_is_one_sample(tcx, put):
    last = tcx[tcx.index("<Trackpoint><Time>2026-10-01T12") : tcx.index("</Track></Lap>")]
    begin = tcx.replace('T10:05:00Z"', 'T10:00:01Z"').replace("<Trackpoint><Time>2026-10-01T10:05",
                        last + "<Trackpoint><Time>2026-10-01T10:05")  # fmt: skip
    recording = read(put("run.tcx", begin))
    assert recording.samples["heart_rate"].tolist() == [140, 142, 120]
    assert [lap.start.second for lap in recording.laps] == [0, 1]
    assert recording.warnings == (
        "1 sample repeats or completes another of the same instant: made one",
    )


@pytest.mark.parametrize("name", ["2013-06-01-183220.TCX.gz", "2013-06-30-070511.TCX.gz"])
def test_real_laps_that_repeat_their_border_lose_the_repetition_alone(recordings, name):
    path = recordings / "history_tracker" / name
    if not path.is_file():
        pytest.skip(f"no {name} among the recordings")
    stamps = pd.to_datetime(
        [s.decode() for s in _STAMP.findall(gzip.decompress(path.read_bytes()))]
    )
    repeated = int(stamps.duplicated().sum())
    recording = read(path)
    assert repeated > 10
    assert list(recording.samples.index) == list(stamps.unique())
    assert recording.warnings == (
        f"{repeated} samples repeat or complete another of the same instant: made one",
    )


def test_channels_in_messages_of_their_own_become_one_sample():
    found = mended([1, 1, 2, 2], speed=[3, np.nan, 4, np.nan], distance=[np.nan, 10, np.nan, 14])
    assert found.samples.to_dict("list") == {"speed": [3, 4], "distance": [10, 14]}
    assert found.warnings == ("2 samples repeat or complete another of the same instant: made one",)


def test_values_that_differ_within_a_whole_second_are_spread_over_it_and_none_is_lost():
    found = mended([3, 1, 1, 1, 1], power=[9, 1, 2, 2, 3], cadence=[80, np.nan, 90, 90, np.nan])
    assert at(found.samples) == pytest.approx([1, 1 + 1 / 3, 1 + 2 / 3, 3])
    assert found.samples["power"].tolist() == [1, 2, 3, 9]
    assert found.warnings[1:] == (
        "1 sample repeats or completes another of the same instant: made one",
        "2 samples of the same whole second as another: spread over that second",
    )


def test_a_value_is_joined_to_the_row_it_follows_not_to_one_before_that():
    found = mended([1, 1, 1, 1], power=[1, 2, 2, np.nan], cadence=[np.nan, np.nan, 80, 90])
    assert found.samples["power"].fillna(-1).tolist() == [1, 2, -1]
    assert found.samples["cadence"].fillna(-1).tolist() == [-1, 80, 90]


def test_between_finer_times_the_first_value_counts_and_that_is_told():
    found = mended([0.5, 0.5, 0.75], power=[1, 2, 3], cadence=[np.nan, 90, 90])
    assert at(found.samples) == [0.5, 0.75]
    assert found.samples.to_dict("list") == {"power": [1, 3], "cadence": [90, 90]}
    assert found.warnings == (
        "1 sample at the instant of another and unlike it: the first value kept",
    )


def test_single_and_unrepeated_samples_are_left_as_they_are():
    assert mended([1], power=[5]).warnings == mended([1, 2], power=[5, 5]).warnings == ()
    assert mended([], power=[]).samples.empty


def test_no_session_of_a_real_file_is_stored_with_two_samples_at_one_instant(recordings, tmp_path):
    names = ("ride_edge500_3h31.fit", "row_otw_nk_oarlock_28min_power_nohr.fit", "row_otw_1h43.tcx",
             "ath1_tte_2021-01-11_16-40-00-0-bbb.csv")  # fmt: skip
    files = [path for name in names for path in recordings.rglob(name)]
    if not files:
        pytest.skip("none of the recordings")
    with EmbeddedStore(tmp_path) as store:
        for path in files:
            recording = read(path)
            session = store.add_recording(recording, Athlete("Ada"), content=path.name)
            samples = store.samples(session.id)
            assert len(samples) == len(recording.samples)
            assert samples.index.is_unique
            assert any("spread over that second" in told for told in recording.warnings)
