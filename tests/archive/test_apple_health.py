"""Apple Health exports of known contents (`apple_export`); expected values are those written there."""

import resource
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.archive.apple_export import document, export, resting_heart_rate, run_heart_rate
from twin.archive import import_entries
from twin.files import entries_in
from twin.records import Athlete
from twin.store import EmbeddedStore

ADA = Athlete("Ada")
LARGE_BYTES, MOST_MB = 2e9, 400


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path / "store") as opened:
        opened.add_athlete(ADA)
        yield opened


def imported(store, path):
    return list(import_entries(store, entries_in([path]), ADA))


def unpacked(tmp_path, text):
    path = tmp_path / "export.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_workout_holds_the_samples_of_its_own_watch_its_route_and_its_laps(store, tmp_path):
    results = imported(store, export(tmp_path / "export.zip", days=3))
    assert [result.status for result in results] == ["new", "new", "new"]
    table = store.sessions().sort_values("start", ignore_index=True)
    assert table["sport"].to_list() == ["running", "running"]
    assert [str(start) for start in table["start"]] == [
        "2024-01-01 16:00:00+00:00", "2024-01-03 16:00:00+00:00",
    ]  # fmt: skip
    run = store.samples(table["session"][0])
    heart = run["heart_rate"].dropna()
    assert heart.to_list() == [run_heart_rate(0, beat) for beat in range(360)]
    np.testing.assert_allclose(run["speed"].dropna(), 3.5)
    assert run["latitude"].notna().sum() == 60
    assert run["altitude"].dropna().eq(560).all()
    (lap,) = store.laps(table["session"][0])
    assert (lap.end - lap.start).total_seconds() == 630


def test_a_route_that_is_not_there_is_told(store, tmp_path):
    results = imported(store, export(tmp_path / "export.zip", days=3))
    told = [result.warnings for result in results if result.sport]
    assert told == [(), ("its route /workout-routes/route_2.gpx is not in the export",)]


def test_days_get_resting_heart_rate_sdnn_rmssd_and_body_mass(store, tmp_path):
    imported(store, export(tmp_path / "export.zip", days=3))
    kept = store.diary().values("Ada")
    values = kept.pivot(index="day", columns="name", values="value")
    assert [day.date() for day in values.index] == [date(2024, 1, day) for day in (1, 2, 3)]
    assert values["resting_heart_rate"].to_list() == [resting_heart_rate(day) for day in range(3)]
    assert values["sdnn"].to_list() == [55, 56, 57]
    np.testing.assert_allclose(values["body_mass"], 60.0, atol=1e-3)  # 132.277 lb
    # Beats at 60 and 62 per minute in turn: every step is 1000 - 967.74 ms.
    np.testing.assert_allclose(values["rmssd"], 32.258, atol=1e-3)


def test_a_second_import_keeps_nothing_twice(store, tmp_path):
    path = export(tmp_path / "export.zip", days=3)
    imported(store, path)
    assert {result.status for result in imported(store, path)} == {"known"}
    assert len(store.sessions()) == 2


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('value="45"', 'value="much"'),
        ('value="45"', ""),
        ('value="45"', 'value="nan"'),
        ('startDate="2024-01-01 00:00:00 +0200"', 'startDate="once"'),
        ('startDate="2024-01-01 07:00:00 +0200"', ""),
        ('bpm="60"', 'bpm="inf"'),
        ('bpm="60"', 'bpm="x"'),
        ('duration="10.5"', 'duration="long"'),
        ('unit="lb"', 'unit="stones"'),
        ("</HealthData>", ""),
    ],
)
def test_a_value_that_cannot_be_read_costs_itself_alone(store, tmp_path, there, instead):
    text = b"".join(document(2, 4)).decode()
    assert there in text
    results = imported(store, unpacked(tmp_path, text.replace(there, instead)))
    assert all(result.ok for result in results), results
    heart = store.samples(store.sessions()["session"].iloc[0])["heart_rate"]
    assert len(heart) == 360
    assert not store.diary().values("Ada")["value"].isna().any()


def test_a_workout_of_an_old_export_holds_its_route_itself(store, tmp_path):
    points = "".join(
        f'<Location date="2024-01-01 18:00:0{n} +0200" latitude="46.5" longitude="7.25"'
        f' altitude="560" horizontalAccuracy="5" speed="{speed}"/>'
        for n, speed in enumerate((-1, 3.5, "?"))
    )
    text = b"".join(document(1, 4)).decode().replace("</WorkoutRoute>", points + "</WorkoutRoute>")
    (run, _) = imported(store, unpacked(tmp_path, text))
    assert store.samples(run.session)["latitude"].notna().sum() == 3


def test_another_document_and_a_damaged_zip_fail_with_words(store, tmp_path):
    (result,) = imported(store, unpacked(tmp_path, "<HealthData><Record"))
    assert result.error.endswith("export.xml: no workout and no daily value")
    path = export(tmp_path / "export.zip", days=40)
    with zipfile.ZipFile(path) as packed:
        middle = packed.infolist()[0].compress_size // 2
    data = bytearray(path.read_bytes())
    data[middle : middle + 200] = b"\xff" * 200
    path.write_bytes(data)
    results = imported(store, path)
    assert "damaged" in results[-1].error


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory of POSIX")
def test_an_export_of_2_gb_is_imported_in_less_than_400_mb(tmp_path):
    """Some minutes: ``pytest -m slow tests/archive/test_apple_health.py``."""
    made = [sys.executable, Path(__file__).with_name("apple_export.py"), tmp_path / "export.zip"]
    subprocess.run([*made, "--bytes", str(LARGE_BYTES)], check=True)
    with zipfile.ZipFile(tmp_path / "export.zip") as packed:
        assert packed.infolist()[0].file_size >= LARGE_BYTES
    before_mb = _peak_of_children_mb()
    command = [sys.executable, "-m", "twin", "import", tmp_path / "export.zip", "--athlete", "Ada"]
    subprocess.run([*command, "--data", tmp_path / "data"], check=True, stdout=subprocess.DEVNULL)
    peak_mb = _peak_of_children_mb()
    print(f"peak {peak_mb:.0f} MB (before it {before_mb:.0f} MB)")
    assert before_mb < peak_mb < MOST_MB
    with EmbeddedStore(tmp_path / "data") as store:
        assert len(store.sessions()) > 1000


def _peak_of_children_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
