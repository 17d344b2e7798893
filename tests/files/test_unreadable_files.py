"""Nothing but a recording or a clear refusal ever comes out of a file."""

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin.errors import UnreadableFileError
from twin.files import content_hash, read


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.tcx", b"bla bla \n\nbla bla", "is no XML .*expected a TCX"),
        ("a.gpx", b"<html><body>Not found</body></html>", "<html>, expected a GPX"),
        ("a.fit", b"", "is empty"),
        ("a.fit", b"\x00" * 40, "is empty"),
        ("a.fit", b"no fit at all, but long enough for a header", "holds no samples"),
        ("a.json", b'{"a": 1}', "no known format .*expected one of fit, tcx"),
        ("a.xml", b"<HealthData></HealthData>", "no known format"),
        ("a.parquet", b"PAR1 but no more", "Parquet is damaged"),
        ("a.gz", b"\x1f\x8b broken", "gzip compression is damaged from its start"),
        ("a.zip", b"PK\x03\x04 broken", "zip is damaged"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_saying_what_it_is(put, name, data, told):
    with pytest.raises(UnreadableFileError, match=told):
        read(put(name, data))


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(UnreadableFileError, match="no such file"):
        read(tmp_path / "none.fit")
    with pytest.raises(UnreadableFileError, match="no such file"):
        content_hash(tmp_path / "none.fit")


def test_an_office_document_is_named_as_such(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(UnreadableFileError, match="is an Office document"):
        read(path)


def test_a_zip_with_a_password_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ride.gpx", "<gpx/>")
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag "encrypted", in the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the central directory
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="needs a password"):
        read(path)


def _samples_or_refusal(path):
    try:
        recording = read(path)
    except UnreadableFileError:
        return
    assert len(recording.samples) or len(recording.rr)
    assert recording.samples.index.is_monotonic_increasing
    assert all(dtype == "float64" for dtype in recording.samples.dtypes)
    assert recording.rr.index.is_unique


def _seed(kind, fit, tcx, gpx):
    if kind == "fit":
        for second in range(6):
            fit.rate(second, 120 + second).beats(800, 810)
        return fit.lap(0, 5).session(1, 0, 5).file()
    texts = {"tcx": tcx, "gpx": gpx, "csv": "time,hr\n2026-10-01T10:00:00Z,141\n" * 3,
             "txt": "0.000 0.809\n0.776 0.776\n" * 9}  # fmt: skip
    return texts[kind].encode()


@pytest.mark.parametrize("kind", ["fit", "tcx", "gpx", "csv", "txt"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_damage_gives_a_recording_or_a_refusal(kind, data, fit, tcx, gpx, tmp_path):
    fit.body.clear()
    content = bytearray(_seed(kind, fit, tcx, gpx))
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(0, len(content)))
    path = tmp_path / f"damaged.{kind}"
    path.write_bytes(bytes(content[: length or len(content)]))
    _samples_or_refusal(path)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300), suffix=st.sampled_from(["fit", "tcx", "csv", "txt", "zip"]))
def test_random_bytes_give_a_recording_or_a_refusal(content, suffix, tmp_path):
    path = tmp_path / f"random.{suffix}"
    path.write_bytes(content)
    _samples_or_refusal(path)
