"""Tables written by hand; expected values are those written."""

import os

import numpy as np
import pytest

from twin.errors import UnreadableFileError
from twin.files import read


def test_columns_go_by_schema_name_or_alias(put):
    text = "time,hr,Watts,lat,lng,ele\n2026-10-01T10:00:00Z,141,250,46.5,7.25,560\n"
    samples = read(put("a.csv", text)).samples
    assert samples.iloc[0].to_dict() == {
        "heart_rate": 141, "power": 250, "altitude": 560, "latitude": 46.5, "longitude": 7.25,
    }  # fmt: skip
    assert samples.attrs["units"] == {
        "heart_rate": "bpm", "power": "W", "altitude": "m", "latitude": "deg", "longitude": "deg",
    }  # fmt: skip


@pytest.mark.parametrize(
    "stamp",
    ["2026-10-01T10:00:00", "2026-10-01 10:00:00Z", "\"2026-10-01T10:00:00,000Z\"", "2026-10-01T12:00:00+02:00", "1790848800",
     "1790848800000"],
)  # fmt: skip
def test_times_with_zone_without_and_unix_are_utc(put, stamp):
    recording = read(put("a.csv", f"timestamp,hr\n{stamp},141\n"))
    assert recording.start.isoformat() == "2026-10-01T10:00:00+00:00"


def test_seconds_count_from_the_date_in_the_name(put):
    recording = read(put("tte_2021-01-11_16-40-00-0_plain.csv", "sec,power\n-2.5,90\n0,100\n"))
    assert recording.start.isoformat() == "2021-01-11T16:39:57.500000+00:00"
    assert "taken from the file's name" in recording.warnings[0]


def test_seconds_count_from_the_modification_time_where_the_name_has_no_date(put):
    path = put("ramp.csv", "time_s,power\n0,90\n1,100\n")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    recording = read(path)
    assert recording.start.timestamp() == 1_790_000_000
    assert "modification time" in recording.warnings[0]


def test_semicolons_take_a_decimal_comma_and_tabs_part_too(put):
    german = read(put("a.csv", "time;speed (km/h);hr\n2026-10-01T10:00:00Z;36,0;141\n"))
    assert german.samples["speed"].tolist() == [pytest.approx(10.0)]
    tabbed = read(put("b.csv", "time\thr\n2026-10-01T10:00:00Z\t141\n"))
    assert tabbed.samples["heart_rate"].tolist() == [141]


def test_unknown_columns_are_left_out_and_named(put):
    recording = read(put("a.csv", "time,hr,rer\n2026-10-01T10:00:00Z,141,0.9\n"))
    assert recording.warnings == ("columns left out: rer",)


def test_empty_cells_are_missing_and_words_are_told(put):
    text = "time,hr\n2026-10-01T10:00:00Z,141\n2026-10-01T10:00:01Z,\n2026-10-01T10:00:02Z,none?\n"
    recording = read(put("a.csv", text))
    assert recording.samples["heart_rate"].isna().tolist() == [False, True, True]
    assert recording.warnings == ("1 cells that are no numbers left out",)


def test_lines_with_too_many_cells_are_counted(put):
    text = "time,hr\n2026-10-01T10:00:00Z,141\n2026-10-01T10:00:01Z,142,1,2\n"
    recording = read(put("a.csv", text))
    assert len(recording.samples) + len(recording.warnings) == 2


def test_rr_intervals_in_a_table_become_rr(put):
    text = "time,rr_ms\n2026-10-01T10:00:00.8Z,800\n2026-10-01T10:00:01.61Z,810.5\n"
    recording = read(put("a.csv", text))
    assert recording.samples.empty
    assert recording.rr.tolist() == [800.0, 810.5]


def test_text_of_another_alphabet_is_read(put):
    text = "time,hr,Höhe\n2026-10-01T10:00:00Z,141,560\n"
    for encoding in ("utf-8-sig", "latin-1", "utf-16"):
        recording = read(put("a.csv", text.encode(encoding)))
        assert recording.samples["heart_rate"].tolist() == [141]
        assert recording.warnings == ("columns left out: Höhe",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cp,wp\n1,2\n", "no column of time .*'cp', 'wp'"),
        ("time,rer\n2026-10-01T10:00:00Z,1\n", "no column is a known channel"),
        ("time,hr\n", "0 rows"),
        ("time,hr\nnever,141\n", "1 rows, none with a time"),
        ("seconds,hr\n3600,1\n1200,2\n5400,3\n60,4\n", "run backward 2 times"),
    ],
)
def test_a_table_that_is_no_recording_is_refused(put, text, told):
    with pytest.raises(UnreadableFileError, match=told):
        read(put("a.csv", text))


def test_rr_text_gives_intervals_in_ms_from_seconds_or_ms(put):
    timed = read(put("rr_2026-10-01_10-00-00.txt", "0.000 0.809\n0.776 0.776\n"))
    assert timed.rr.tolist() == [809.0, 776.0]
    assert timed.rr.index[1].isoformat() == "2026-10-01T10:00:00.776000+00:00"
    plain = read(put("b_2026-10-01.txt", "800\n810\n790\n"))
    assert plain.rr.tolist() == [800.0, 810.0, 790.0]
    assert np.diff(plain.rr.index.asi8 / 1e9) == pytest.approx([0.81, 0.79])
    assert plain.samples.empty


def test_text_that_is_no_rr_is_refused(put):
    with pytest.raises(UnreadableFileError, match="2 of 2 lines are not RR intervals"):
        read(put("notes.txt", "felt good\nslept well\n"))
