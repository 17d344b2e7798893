"""Real recordings against figures that two independent readers parsed from them (MANIFEST.csv)."""

import csv
import math
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from twin.errors import UnreadableFileError
from twin.files import read, recordings_in
from twin.files.content import load
from twin.files.fit import recording_of
from twin.files.fit_layout import sound_part
from twin.files.fit_messages import Messages, read_messages
from twin.files.fit_salvage import salvaged

FOLDER = Path(__file__).parents[3] / "shared" / "data"
_SHARES = {
    "has_hr": "heart_rate", "has_gps": "latitude", "has_power": "power", "has_cad": "cadence",
    "has_alt": "altitude",
}  # fmt: skip

# Where we read more or less than the figures say, and why.
_SAMPLES = {
    "broken/strava_android_undefined_local_msg.fit": 472,  # 473 with one dated 2085, left out
    "broken/unterminated_elemnt_roam.fit": 7226,  # the last record is whole; one reader drops it
}
_SECONDS = {
    "broken/strava_android_undefined_local_msg.fit": 314.0,
    "broken/unterminated_elemnt_roam.fit": 7874.0,
}
_SPLIT = "broken/strava_android_undefined_local_msg.fit"  # a message for each channel: made one
_MERGED = "fit/swim_fr935_2h.fit"  # heart rate in its own messages: the figures leave it out
_REFUSED = ("broken/tcx_fake_17bytes.tcx", "team/match/metrica_epts_tracking_excerpt.txt")
_BEATS_ONLY = "rr/rr_elitehrv_resting_george.txt"


def manifest():
    if not (FOLDER / "MANIFEST.csv").is_file():
        return {}
    with (FOLDER / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    return {name: row for name, row in rows.items() if (FOLDER / name).is_file()}


ROWS = manifest()
READ = [n for n, row in ROWS.items() if row["records"] and n not in _REFUSED
        and not n.endswith((".xml", _BEATS_ONLY))]  # fmt: skip
FITS = [name for name in READ if name.endswith(".fit")]
QUICK = [name for name in FITS if float(ROWS[name]["bytes"]) < 400_000]  # one decoder is slow


@lru_cache(maxsize=4)
def recording_at(name):
    return read(FOLDER / name)


def made_one(recording):
    """Return how many samples the reader says it made one with another of the same instant."""
    told = re.findall(r"(\d+) samples? repeats? or completes?", " ".join(recording.warnings))
    return sum(map(int, told))


@pytest.mark.parametrize("name", READ)
def test_a_recording_is_read_with_the_figures_of_independent_readers(recordings, name):
    row, recording = ROWS[name], recording_at(name)
    samples = recording.samples
    assert len(samples) + made_one(recording) == _SAMPLES.get(name, float(row["records"]))
    assert samples.index.is_unique
    seconds = _SECONDS.get(name, float(row["seconds"]))
    assert recording.duration_s == pytest.approx(seconds, abs=1.0)  # figures are rounded to 1 s
    if row["start"]:
        assert recording.start == datetime.fromisoformat(row["start"])
    if row["hr_mean"] and name != _MERGED:
        assert samples["heart_rate"].mean() == pytest.approx(float(row["hr_mean"]), abs=0.051)
    if row["km"] and "distance" in samples:
        assert samples["distance"].max() / 1000 == pytest.approx(float(row["km"]), abs=0.011)
    assert len(recording.rr) == float(row["has_rr"] or 0)
    assert bool(recording.warnings) or not row["parse_error"]


@pytest.mark.parametrize("name", [name for name in READ if name not in (_MERGED, _SPLIT)])
def test_channels_are_measured_as_often_as_independent_readers_say(recordings, name):
    samples = recording_at(name).samples
    for column, channel in _SHARES.items():
        if ROWS[name][column]:
            share = samples[channel].notna().mean() if channel in samples else 0.0
            # Figures are cut to two digits, and count a rate of 0 as measured.
            assert share == pytest.approx(float(ROWS[name][column]), abs=0.0101), channel


@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if not row["records"]])
def test_files_that_are_no_recordings_are_refused(recordings, name):
    if not name.startswith("gxt/plain"):
        with pytest.raises(UnreadableFileError):
            read(recordings / name)


@pytest.mark.parametrize("name", _REFUSED)
def test_files_without_a_recording_in_them_are_refused(recordings, name):
    with pytest.raises(UnreadableFileError, match="expected"):
        read(recordings / name)


def test_a_folder_of_recordings_reads_but_for_those_refused(recordings):
    plain = recordings_in([recordings / "gxt" / "plain"])
    assert all(len(read(path).samples) > 500 for path in plain)
    with pytest.raises(UnreadableFileError, match="run backward"):
        read(recordings / "MANIFEST.csv")


@pytest.mark.parametrize("name", QUICK)
def test_the_fast_decoder_and_the_salvaging_one_give_the_same(recordings, name):
    content = load(recordings / name)
    messages = read_messages(content.data)
    if messages.damage:  # then the fast one is given what stands before the damage
        messages = read_messages(sound_part(content.data))
    assert messages.damage == ""
    fast = recording_of(content, messages)
    slow = recording_of(content, Messages(salvaged(content.data)))
    assert fast.samples.equals(slow.samples)
    assert fast.rr.equals(slow.rr)
    assert (fast.laps, fast.devices, fast.sport) == (slow.laps, slow.devices, slow.sport)


def test_heart_rate_kept_by_a_swim_strap_is_merged_as_the_owner_of_the_format_does(recordings):
    from garmin_fit_sdk import Decoder, Stream

    content = load(recordings / _MERGED)
    messages, _ = Decoder(Stream.from_byte_array(bytearray(content.data))).read()
    expected = [record.get("heart_rate", math.nan) for record in messages["record_mesgs"]]
    merged = read(recordings / _MERGED).samples["heart_rate"]
    np.testing.assert_array_equal(merged.to_numpy(), np.array(expected, dtype="float64"))


@pytest.mark.parametrize(
    ("fit", "gpx"),
    [
        ("fit/ride_sweatpy_2h19_power.fit", "gpx/ride_strava_2h19_power.gpx"),
        ("fit/ride_sweatpy_1h26.fit", "gpx/ride_garminconnect_1h26.gpx.gz"),
    ],
)
def test_a_ride_is_the_same_from_fit_and_from_gpx(recordings, fit, gpx):
    ours, theirs = read(recordings / fit), read(recordings / gpx)
    assert ours.samples.index.equals(theirs.samples.index)
    assert ours.sport == theirs.sport == "cycling"
    for channel in ("heart_rate", "power", "cadence"):
        if channel in theirs.samples:
            assert ours.samples[channel].equals(theirs.samples[channel]), channel
    for channel in ("latitude", "longitude"):  # platforms write 7 digits
        np.testing.assert_allclose(ours.samples[channel], theirs.samples[channel], atol=2e-7)


@pytest.mark.parametrize("name", [name for name in FITS if float(ROWS[name]["has_rr"] or 0)])
def test_rr_intervals_lie_in_the_recording_and_mirror_its_heart_rate(recordings, name):
    recording = read(recordings / name)
    rr = recording.rr
    assert rr.index.is_monotonic_increasing
    assert rr.index.is_unique
    # Sum of RR is 0.85 to 1.006 of elapsed time in such files; smart recording ends a bit early.
    elapsed = (rr.index[-1] - rr.index[0]).total_seconds()
    assert elapsed == pytest.approx(recording.duration_s, abs=5)
    assert 60_000 / rr.median() == pytest.approx(recording.samples["heart_rate"].median(), rel=0.03)


def test_beats_alone_are_a_recording_without_samples(recordings):
    recording = read(recordings / _BEATS_ONLY)
    assert recording.samples.empty
    assert len(recording.rr) == 979
    elapsed = (recording.rr.index[-1] - recording.rr.index[0]).total_seconds()
    assert elapsed == pytest.approx(773.87)  # the last line of the file
