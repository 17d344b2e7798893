"""Archives: everything in, nothing twice, the same whoever does the work."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.archive import import_entries, stale_sessions, summaries, summarise
from twin.archive.work import Workers
from twin.errors import WorkerError
from twin.files import entries_in, read, write
from twin.pipeline import derive, summary
from twin.records import Athlete, Recording
from twin.store import EmbeddedStore

ADA = Athlete("Ada")
RUN, _ = simulate_recording("intervals", 300, seed=3)


def moved(days: float, run: Recording = RUN) -> Recording:
    shift = pd.Timedelta(days=days)
    samples, rr = run.samples.copy(), run.rr.copy()
    samples.index, rr.index = samples.index + shift, rr.index + shift
    return Recording(samples, run.sport, rr)


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path / "store") as opened:
        opened.add_athlete(ADA)
        yield opened


def imported(store, *paths, **options):
    return list(import_entries(store, entries_in(paths), ADA, **options))


def statuses(results):
    return {Path(result.file.split(": ")[-1]).name: result.status for result in results}


def test_the_same_session_in_two_formats_is_kept_once_as_the_richer(store, tmp_path):
    for suffix in ("gpx", "tcx", "fit"):
        write(moved(0), tmp_path / f"run.{suffix}")
    results = imported(store, *(tmp_path / f"run.{suffix}" for suffix in ("gpx", "tcx", "fit")))
    assert statuses(results) == {"run.fit": "new", "run.tcx": "double", "run.gpx": "double"}
    assert len(store.sessions()) == 1
    assert {result.session for result in results} == {results[0].session}


def test_a_second_recording_with_channels_of_its_own_is_kept(store, tmp_path):
    heart = moved(0)
    write(Recording(heart.samples[["heart_rate"]], "running"), tmp_path / "a.csv")
    write(Recording(heart.samples[["power", "heart_rate"]], "running"), tmp_path / "b.csv")
    assert statuses(imported(store, tmp_path / "a.csv", tmp_path / "b.csv")) == {
        "a.csv": "new", "b.csv": "new",
    }  # fmt: skip


def test_doubles_are_kept_if_wished(store, tmp_path):
    write(moved(0), tmp_path / "a.fit")
    write(moved(0), tmp_path / "b.tcx")
    assert {r.status for r in imported(store, tmp_path, doubles=True)} == {"new"}


def test_a_dry_run_tells_and_keeps_nothing(tmp_path):
    write(moved(0), tmp_path / "a.fit")
    with EmbeddedStore(tmp_path / "store") as store:
        (result,) = imported(store, tmp_path / "a.fit", dry_run=True)
        assert (result.status, result.samples, result.session) == ("new", len(RUN.samples), "")
        assert store.sessions().empty
        assert store.athletes() == ()


def strava(tmp_path) -> Path:
    archive = tmp_path / "export_1.zip"
    write(moved(0), tmp_path / "1.fit")
    write(moved(1), tmp_path / "2.gpx")
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("activities.csv", "Activity ID,Filename\n1,activities/1.fit\n")
        packed.writestr("profile.csv", "Athlete ID,time\n1,2\n")
        packed.write(tmp_path / "1.fit", "activities/1.fit")
        packed.write(tmp_path / "2.gpx", "activities/2.gpx")
    return archive


def garmin(tmp_path, fit) -> Path:
    archive = tmp_path / "garmin.zip"
    write(moved(0), tmp_path / "1.fit")
    settings = fit.add(2, (0, 0x84, 5)).file()  # a sound FIT of device settings
    with zipfile.ZipFile(tmp_path / "part.zip", "w") as part:
        part.write(tmp_path / "1.fit", "ada_1.fit")
        part.writestr("ada_2.fit", settings)
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(tmp_path / "part.zip", "DI_CONNECT/DI-Connect-Uploaded-Files/Part1.zip")
        packed.writestr("DI_CONNECT/DI-Connect-User/user.json", "{}")
    return archive


def test_only_the_originals_of_a_strava_archive_are_read(store, tmp_path):
    results = imported(store, strava(tmp_path))
    assert statuses(results) == {"1.fit": "new", "2.gpx": "new"}


def test_a_garmin_archive_holds_zips_and_files_that_are_no_recordings(store, tmp_path, fit):
    results = imported(store, garmin(tmp_path, fit))
    assert statuses(results) == {"ada_1.fit": "new", "ada_2.fit": "skipped"}
    assert all(result.ok for result in results)


def test_a_damaged_zip_fails_with_words(store, tmp_path):
    (tmp_path / "broken.zip").write_bytes(strava(tmp_path).read_bytes()[:200])
    (result,) = imported(store, tmp_path / "broken.zip")
    assert (result.ok, result.status) == (False, "failed")
    assert "zip is damaged" in result.error


def test_an_import_that_was_ended_goes_on_where_it_was(store, tmp_path):
    for day in range(4):
        write(moved(day), tmp_path / f"{day}.fit")
    begun = import_entries(store, entries_in([tmp_path]), ADA)
    first = next(begun)
    begun.close()
    kept = set(store.sessions()["session"])
    assert first.session in kept  # what was told is on disk, and maybe more
    again = [result.status for result in imported(store, tmp_path)]
    assert again.count("known") == len(kept)
    assert len(store.sessions()) == 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("season")
    for day in range(8):
        write(moved(day), folder / f"{day}.fit")
    (folder / "broken.tcx").write_text("<TrainingCenterDatabase/>")
    return folder


def season(folder, home, workers):
    with EmbeddedStore(home) as store:
        store.add_athlete(ADA)
        results = imported(store, folder, workers=workers)
        assert len(list(summarise(store, workers=workers))) == 8
        table = summaries(store).sort_values("start", ignore_index=True)
        samples = [store.samples(session) for session in table["session"]]
        return sorted((r.file, r.status, r.error or "") for r in results), table, samples


def assert_same(one, other):
    assert one[0] == other[0]
    pd.testing.assert_frame_equal(one[1], other[1])
    assert all(a.equals(b) for a, b in zip(one[2], other[2], strict=True))


def test_other_processes_give_the_same_as_this_one(folder, tmp_path):
    alone = season(folder, tmp_path / "alone", Workers())
    assert_same(season(folder, tmp_path / "several", Workers(2)), alone)


def test_a_dask_cluster_gives_the_same_as_this_process(folder, tmp_path):
    pytest.importorskip("distributed", reason="pip install 'athlete-digital-twin[dask]'")
    program = (
        "from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False,\n"
        "                      dashboard_address=None, host='127.0.0.1') as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n"
        "        input()\n"
    )
    (tmp_path / "cluster.py").write_text(program)
    with subprocess.Popen(
        [sys.executable, tmp_path / "cluster.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONWARNINGS": "default"},
    ) as cluster:  # fmt: skip
        try:
            assert cluster.stdout
            address = cluster.stdout.readline().strip()
            found = season(folder, tmp_path / "cluster", Workers(dask=address))
        finally:
            cluster.kill()
    assert_same(found, season(folder, tmp_path / "alone", Workers()))


def test_without_a_scheduler_it_says_where_it_asked(tmp_path, store):
    pytest.importorskip("distributed", reason="pip install 'athlete-digital-twin[dask]'")
    write(moved(0), tmp_path / "a.fit")
    with pytest.raises(WorkerError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1"):
        imported(store, tmp_path / "a.fit", workers=Workers(dask="tcp://127.0.0.1:1"))


def test_a_worker_that_dies_is_told():
    with pytest.raises(WorkerError, match="died"):
        list(Workers(2).each(os._exit, [1, 1]))


def test_figures_are_those_of_the_session_and_stay_until_something_changes(store, tmp_path):
    write(moved(0), tmp_path / "a.fit")
    imported(store, tmp_path / "a.fit")
    (session,) = stale_sessions(store)
    samples = read(tmp_path / "a.fit").samples
    expected = summary(derive(samples, ADA), ADA)
    # The way is listed at once, from the file; it is that of the full figures.
    assert store.sessions()["distance"].iloc[0] == pytest.approx(expected.distance_m, rel=0.01)
    assert not summaries(store)["is_fresh"].iloc[0]
    assert list(summarise(store)) == [session]
    row = summaries(store, athlete="Ada").iloc[0]
    assert row["is_fresh"]
    assert row["edwards_trimp"] == expected.edwards_trimp
    assert row["zone_2_s"] == expected.time_in_zone_s[1]
    assert stale_sessions(store) == []
    store.add_athlete(Athlete("Ada", max_hr=181))
    assert stale_sessions(store) == [session]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_an_import_with_a_report_and_what_was_done_is_kept(folder, tmp_path):
    many = tmp_path / "many"
    many.mkdir()
    for number in range(20):
        write(moved(number), many / f"{number}.tcx")
    os.mkfifo(tmp_path / "slow.tcx")  # nobody writes it, so the import waits for it
    command = [sys.executable, "-m", "twin", "import", str(many), str(tmp_path / "slow.tcx"),
               "--athlete", "Ada",
               "--workers", "2", "--data", str(tmp_path / "data")]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        database = tmp_path / "data" / "twin.db"
        while not database.exists() or not _sessions(tmp_path / "data"):
            assert running.poll() is None
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of the group
        try:
            told, errors = running.communicate(timeout=20)
        except (
            subprocess.TimeoutExpired
        ):  # a worker that opened the slow file only now reads it to its end
            os.close(os.open(tmp_path / "slow.tcx", os.O_WRONLY | os.O_NONBLOCK))
            told, errors = running.communicate(timeout=30)
    assert "the same command goes on from here" in told, errors
    assert "Traceback" not in errors
    assert running.returncode == 1
    kept = _sessions(tmp_path / "data")
    assert 0 < kept <= 20


def _sessions(data: Path) -> int:
    with EmbeddedStore(data) as store:
        return len(store.sessions())


def test_the_report_of_an_import_names_its_status(tmp_path):
    write(moved(0), tmp_path / "a.fit")
    done = subprocess.run(
        [sys.executable, "-m", "twin", "import", tmp_path / "a.fit", "--athlete", "Ada", "--json",
         "--dry-run", "--data", tmp_path / "data"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (result,) = json.loads(done.stdout)
    assert (result["status"], result["ok"], result["session"]) == ("new", True, "")
