"""What is written is read back to the last bit."""

import zipfile

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from twin.files import read, recordings_in, write
from twin.files.beats import beat_series
from twin.records import Lap, Recording

START = pd.Timestamp("2026-10-01T10:00:00Z")


def recording(rows=5, *, step="1s", beats=4, laps=True):
    rng = np.random.default_rng(7)
    index = pd.date_range(START, periods=rows, freq=step, name="time", unit="ns")
    samples = pd.DataFrame(
        {"heart_rate": rng.normal(140, 9, rows), "latitude": rng.normal(46, 1e-4, rows)}, index
    )
    if rows > 2:
        samples.iloc[1, 0] = np.nan
    times = index[0].tz_localize(None).to_datetime64() + np.arange(beats) * np.timedelta64(
        801, "ms"
    )
    end = index[-1].to_pydatetime(warn=False)
    marks = (Lap(1, START.to_pydatetime(), end, 'warm "up", easy'), Lap(2, end)) if laps else ()
    rr = beat_series(times, rng.normal(800, 20, beats))
    return Recording(samples, "cycling", rr, marks)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("step", ["1s", "40ms", "1234567ns"])
def test_a_recording_written_is_read_back_alike(tmp_path, suffix, step):
    before = recording(step=step)
    written = write(before, tmp_path / f"ride.{suffix}")
    after = read(written[0])
    pd.testing.assert_frame_equal(after.samples, before.samples, check_exact=True, check_freq=False)
    pd.testing.assert_series_equal(after.rr, before.rr, check_exact=True)
    assert after.laps == before.laps
    assert after.sport == "cycling"
    assert after.warnings == ()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_single_sample_without_beats_and_laps_is_one_file(tmp_path, suffix):
    before = recording(1, beats=0, laps=False)
    write(recording(), tmp_path / f"ride.{suffix}")
    assert write(before, tmp_path / f"ride.{suffix}") == [tmp_path / f"ride.{suffix}"]
    assert [path.name for path in tmp_path.iterdir()] == [f"ride.{suffix}"]
    after = read(tmp_path / f"ride.{suffix}")
    pd.testing.assert_frame_equal(after.samples, before.samples, check_freq=False)
    assert after.rr.empty


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_beats_alone_survive_without_samples(tmp_path, suffix):
    whole = recording()
    alone = Recording(whole.samples.iloc[:0][[]], "cycling", whole.rr)
    write(alone, tmp_path / f"beats.{suffix}")
    after = read(tmp_path / f"beats.{suffix}")
    assert after.samples.empty
    pd.testing.assert_series_equal(after.rr, whole.rr, check_exact=True)


def test_csv_has_one_row_per_sample_and_a_plain_header(tmp_path):
    write(recording(), tmp_path / "ride.csv")
    lines = (tmp_path / "ride.csv").read_text().splitlines()
    assert len(lines) == 6
    assert lines[0] == "time,heart_rate,latitude,sport"
    assert lines[1].startswith("2026-10-01T10:00:00.000Z,")
    assert lines[2].startswith("2026-10-01T10:00:01.000Z,,")


def test_parquet_carries_units(tmp_path):
    write(recording(), tmp_path / "ride.parquet")
    field = pq.read_schema(tmp_path / "ride.parquet").field("heart_rate")
    assert field.metadata == {b"unit": b"bpm"}


def test_the_format_named_counts_more_than_the_suffix(tmp_path):
    write(recording(), tmp_path / "ride.dat", format="parquet")
    assert (tmp_path / "ride.dat").read_bytes()[:4] == b"PAR1"


def test_a_format_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(
        ValueError,
        match="cannot write format 'rr_text', expected one of fit, tcx, gpx, parquet, csv",
    ):
        write(recording(), tmp_path / "ride.csv", format="rr_text")


def test_files_that_belong_to_another_are_no_recordings_of_their_own(tmp_path):
    write(recording(), tmp_path / "ride.csv")
    assert len(list(tmp_path.iterdir())) == 3
    assert recordings_in([tmp_path]) == [tmp_path / "ride.csv"]


def test_an_export_packed_in_a_zip_keeps_its_beats_and_laps(tmp_path):
    before = recording()
    with zipfile.ZipFile(tmp_path / "ride.zip", "w") as archive:
        for path in write(before, tmp_path / "ride.csv"):
            archive.write(path, f"folder/{path.name}")
    after = read(tmp_path / "ride.zip")
    assert after.rr.equals(before.rr)
    assert after.laps == before.laps
