"""Folders, .gz and .zip."""

import gzip
import zipfile

import numpy as np
import pytest

from twin.errors import UnreadableFileError
from twin.files import content_hash, read, recordings_in
from twin.files.timeline import timeline, utc_times


def test_a_file_and_its_gz_are_one_recording(gpx, put):
    plain, packed = put("a.gpx", gpx), put("a.gpx.gz", gzip.compress(gpx.encode()))
    assert content_hash(plain) == content_hash(packed)
    assert read(packed).samples.equals(read(plain).samples)


def test_a_zip_of_one_recording_is_read(gpx, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/ride.gpx", gpx)
        archive.writestr("__MACOSX/ride.gpx", "rubbish")
    assert len(read(path).samples) == 3


def test_a_zip_of_several_recordings_is_refused_naming_them(gpx, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.gpx", gpx)
        archive.writestr("two.gpx", gpx)
    with pytest.raises(
        UnreadableFileError, match=r"2 files \(one.gpx, two.gpx\), expected exactly"
    ):
        read(path)


def test_a_cut_gz_gives_what_came_before_and_says_so(put):
    rows = "".join(f"2026-10-01T10:{s // 60:02}:{s % 60:02}Z,{s * 7919 % 97 + 90}\n"
                   for s in range(3000))  # fmt: skip
    packed = gzip.compress(("time,hr\n" + rows).encode())
    recording = read(put("a.csv.gz", packed[: len(packed) // 2]))
    assert 500 < len(recording.samples) < 3000
    assert "the gzip compression is damaged" in recording.warnings[0]


def test_the_format_is_known_by_content_whatever_the_name(gpx, tcx, fit, put):
    for data in (gpx, tcx, fit.rate(0, 120).file(), "time,hr\n2026-10-01T10:00:00Z,141\n"):
        assert len(read(put("download.bin", data)).samples) >= 1


def test_folders_give_files_of_known_suffix_sorted_and_named_files_always(tmp_path):
    for name in ("b.fit", "sub/a.TCX.gz", "c.zip", "notes.md", "data.json", ".hidden/x.fit"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = recordings_in([tmp_path, tmp_path / "notes.md", tmp_path / "b.fit"])
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["b.fit", "c.zip", "data.json", "sub/a.TCX.gz", "notes.md"]


def test_no_paths_are_no_recordings(tmp_path):
    assert recordings_in([]) == recordings_in([tmp_path]) == []


def test_a_timeline_of_nothing_is_empty_and_typed():
    samples = timeline(utc_times(np.empty(0)), {}).samples
    assert samples.empty
    assert str(samples.index.dtype) == "datetime64[ns, UTC]"
