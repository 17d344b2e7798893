"""The `twin` command as a user types it."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.recording import simulate_recording
from twin.cli import main
from twin.files import read, write
from twin.store import EmbeddedStore


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """No settings of the developer's own folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def ride(tmp_path_factory) -> Path:
    """A simulated ride of ten minutes as a file."""
    recording, _ = simulate_recording("cycling", 600, seed=5)
    path = tmp_path_factory.mktemp("files") / "ride.csv"
    write(recording, path)
    return path


def twin(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def twin_json(*arguments: object):
    result = twin(*arguments, "--json")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert not result.stderr, result.stderr
    return json.loads(result.stdout)


def imported(ride: Path) -> dict:
    return twin_json("import", ride, "--athlete", "Ada")[0]


def test_a_port_that_cannot_be_is_refused_in_words():
    result = twin("serve", "--port", 99999)
    assert result.exit_code == 2
    assert "99999 is not in the range 0<=x<=65535" in result.stderr


def test_an_address_that_is_not_here_is_told_as_such():
    # 192.0.2.1 is for documentation (RFC 5737): no machine has it.
    serve = [sys.executable, "-m", "twin", "serve", "--address", "192.0.2.1", "--port", "0"]
    result = subprocess.run(serve, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "expected an address of this machine" in result.stderr


def test_an_import_tells_what_was_read(ride):
    recording = read(ride)
    result = imported(ride)
    assert result["ok"]
    assert result["samples"] == len(recording.samples)
    assert result["rr_intervals"] == len(recording.rr)
    assert result["channels"] == list(recording.samples.columns)
    assert result["duration_s"] == recording.duration_s
    assert result["start"].endswith("Z")
    assert result["error"] is None


def test_importing_again_adds_nothing_also_compressed(ride, tmp_path):
    first = imported(ride)
    again = tmp_path / "the same.csv.gz"
    again.write_bytes(gzip.compress(ride.read_bytes()))
    twin("import", again, "--athlete", "Ada")
    assert imported(ride)["session"] == first["session"]
    assert len(twin_json("sessions")) == 1


def test_a_broken_file_fails_and_the_good_one_is_kept(ride, tmp_path):
    broken = tmp_path / "broken.fit"
    broken.write_bytes(b"no recording at all")
    result = twin("import", broken, ride, "--athlete", "Ada")
    assert result.exit_code == 1
    assert "failed   broken.fit" in result.stdout
    assert "1 of 2 files are in the store." in result.stdout
    assert len(twin_json("sessions")) == 1


def test_a_missing_file_is_an_error_with_words():
    result = twin("import", "nowhere.fit", "--athlete", "Ada")
    assert result.exit_code == 1
    assert "nowhere.fit" in result.stdout


def test_sessions_are_listed_by_athlete_and_day(ride):
    session = imported(ride)
    listed = twin_json("sessions", "--athlete", "Ada")
    assert [entry["session"] for entry in listed] == [session["session"]]
    assert set(listed[0]) == {
        "session", "athlete", "sport", "start", "end", "duration_s", "samples", "source", "state",
    }  # fmt: skip
    assert listed[0]["state"] == "ended"
    assert twin_json("sessions", "--since", "2100-01-01") == []


def test_an_unknown_athlete_or_session_is_named(ride):
    imported(ride)
    for arguments in (["sessions", "--athlete", "Zoe"], ["show", "nothing"], ["export", "nothing"]):
        result = twin(*arguments)
        assert result.exit_code == 1
        assert arguments[-1] in result.stderr
        assert "Traceback" not in result.stderr


def test_the_summary_of_a_session_agrees_with_its_samples(ride):
    session = imported(ride)["session"]
    samples = read(ride).samples
    # Of the recording itself, summed by pandas.
    shown = twin_json("show", session)
    summary = shown["summary"]
    assert shown["session"] == session
    assert summary["duration_s"] == read(ride).duration_s
    assert summary["max_heart_rate"] == samples["heart_rate"].max()
    # The mean is over time, that of the column over rows; drop-outs make them differ a little.
    assert summary["mean_heart_rate"] == pytest.approx(samples["heart_rate"].mean(), rel=0.01)
    assert sum(summary["time_in_zone_s"]) <= summary["duration_s"]
    assert twin("show", session).exit_code == 0


def test_a_session_of_beats_alone_shows_its_variability(tmp_path):
    # 990 and 1010 ms in turn: RMSSD 20 ms, SDNN 10 ms, 399 s from beat to beat, by hand.
    (tmp_path / "rr.txt").write_text("990\n1010\n" * 200)
    session = twin_json("import", tmp_path / "rr.txt", "--athlete", "Ada")[0]["session"]
    shown = twin_json("show", session)
    assert (shown["rr_intervals"], shown["rest"]["rmssd"]) == (400, pytest.approx(20))
    words = twin("show", session).stdout
    for line in (
        "time               0:06:39",
        "RMSSD              20.0 ms",
        "SDNN               10.0 ms",
    ):
        assert line in words


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_is_the_recording_to_the_last_bit(ride, tmp_path, form):
    session = imported(ride)["session"]
    target = tmp_path / f"out.{form}"
    assert twin("export", session, "--format", form, "-o", target).exit_code == 0
    exported, original = read(target), read(ride)
    assert exported.samples.equals(original.samples)
    assert exported.rr.to_numpy().tolist() == original.rr.to_numpy().tolist()


def test_an_export_into_a_missing_folder_says_so(ride):
    session = imported(ride)["session"]
    result = twin("export", session, "-o", "no/such/folder/out.csv")
    assert result.exit_code == 1
    assert "no/such/folder" in result.stderr


def test_a_session_is_deleted_after_a_yes(ride):
    session = imported(ride)["session"]
    CliRunner().invoke(main, ["delete", session], input="n\n")
    assert len(twin_json("sessions")) == 1
    assert twin("delete", session, "--yes").exit_code == 0
    assert twin_json("sessions") == []


def test_athletes_are_added_and_changed():
    assert twin("athletes", "set", "Ada", "max_hr=188", "resting_hr=48").exit_code == 0
    assert twin("athletes", "set", "Ada", "name=Adele").exit_code == 0
    (athlete,) = twin_json("athletes")
    assert (athlete["id"], athlete["name"], athlete["max_hr"]) == ("ada", "Adele", 188)
    refused = twin("athletes", "set", "Adele", "max_hr=20")
    assert refused.exit_code == 1
    assert "must exceed" in refused.stderr


def test_a_test_of_critical_power_or_speed_is_entered_with_its_day():
    twin("athletes", "set", "Ada", "max_hr=188")
    for values in (("power", "262", "18.4"), ("speed", "4:10", "200")):
        entered = twin("athletes", "test", "Ada", *values, "--day", "2026-03-03")
        assert "holds from 2026-03-03 on" in entered.stdout
    with EmbeddedStore("data") as store:
        kept = [(one.kind, one.critical, one.reserve) for one in store.capacities().of("ada")]
    assert kept == [("power", 262, 18_400), ("running speed", 4, 200)]
    refused = twin("athletes", "test", "Ada", "power", "262", "18400")
    assert (refused.exit_code, "W′ is 1 to 80 kJ, got 18400" in refused.stderr) == (1, True)
    assert "no athlete 'Cy'" in twin("athletes", "test", "Cy", "power", "262", "18.4").stderr


@pytest.mark.parametrize("written", ["anna berg", "Anna  Berg", "anna-berg"])
def test_another_spelling_of_a_name_changes_no_more_than_what_is_told(written):
    twin("athletes", "set", "Anna Berg", "max_hr=201", "mass_kg=60")
    assert "changed" in twin("athletes", "set", written, "resting_hr=50").stdout
    (anna,) = twin_json("athletes")
    assert (anna["name"], anna["max_hr"], anna["mass_kg"], anna["resting_hr"]) == (
        "Anna Berg", 201, 60, 50,
    )  # fmt: skip


def test_sessions_go_to_nobody_by_a_name_of_two(ride):
    twin("athletes", "set", "anna-1", "name=Anna")
    twin("athletes", "set", "anna-2", "name=Anna")
    for command in (("import", ride, "--athlete", "Anna"), ("athletes", "set", "Anna")):
        refused = twin(*command)
        assert refused.exit_code == 1
        assert "several athletes are called 'Anna'; their ids: anna-1, anna-2" in refused.stderr
    twin("import", ride, "--athlete", "anna-2")
    assert [session["athlete"] for session in twin_json("sessions")] == ["Anna"]
    assert twin_json("sessions", "--athlete", "anna-1") == []


def test_a_file_kept_before_for_somebody_else_says_whose_it_is(ride):
    imported(ride)
    told = twin("import", ride, "--athlete", "Bo").stdout
    assert "kept before as a session of the athlete 'ada', and stays theirs" in told
    assert "and stays theirs" not in twin("import", ride, "--athlete", "Ada").stdout
    assert [athlete["id"] for athlete in twin_json("athletes")] == ["ada"]


def test_a_file_that_cannot_be_read_makes_no_athlete(tmp_path):
    (tmp_path / "broken.tcx").write_text("<TrainingCenterDatabase/>")
    assert twin("import", tmp_path / "broken.tcx", "--athlete", "Nobody").exit_code == 1
    assert twin_json("athletes") == []


def test_an_import_for_an_empty_name_is_refused_in_words(ride):
    refused = twin("import", ride, "--athlete", "")
    assert refused.exit_code == 1
    assert "an athlete needs a name" in refused.stderr


def test_a_wrong_setting_stops_with_one_line(monkeypatch):
    monkeypatch.setenv("DATA_FREQUENCY", "often")
    result = twin("sessions")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: environment: DATA_FREQUENCY='often' is not accepted: "
        "expected seconds between two samples, 0.04 to 60"
    ]


def test_the_doctor_tells_what_works():
    findings = {entry["what"]: entry for entry in twin_json("doctor")}
    assert findings["store"]["state"] == "ok"
    assert findings["Python"]["state"] == "ok"
    assert findings["Bluetooth"]["state"] in ("ok", "off")  # of this machine
    assert "limits" not in findings


def test_the_doctor_tells_of_a_limit_for_nobody(ride, monkeypatch):
    imported(ride)
    monkeypatch.setenv("THRESHOLDS", '{"ada": {"heart_rate": 178}, "Adda": {"heart_rate": 170}}')
    findings = {entry["what"]: entry for entry in twin_json("doctor")}
    assert findings["limits"]["detail"] == "THRESHOLDS: no athlete 'Adda'; known: Ada"


def test_the_same_seed_simulates_the_same_file(tmp_path):
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        assert twin("simulate", "--minutes", "2", "--seed", "9", "-o", file).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_an_unknown_source_is_refused_with_the_known_ones():
    result = twin("hub", "--source", "treadmill")
    assert result.exit_code == 1
    assert "unknown source 'treadmill'" in result.stderr
    assert "replay:" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_by_a_signal_the_hub_closes_its_sessions(tmp_path, number):
    command = [
        sys.executable,
        "-m",
        "twin",
        "hub",
        "--source",
        "simulator:3",
        "--data",
        str(tmp_path),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ, start_new_session=True
    ) as hub:
        try:
            assert hub.stdout
            assert "Recording into" in hub.stdout.readline()
            while not twin_json("sessions", "--data", tmp_path):
                pass
            hub.send_signal(number)
            assert "Everything received is stored." in hub.stdout.read()
            assert hub.wait(30) == 0
        finally:
            hub.kill()
    states = {entry["state"] for entry in twin_json("sessions", "--data", tmp_path)}
    assert states == {"ended"}


def test_a_backtest_scores_the_forecast_beside_persistence(tmp_path):
    for seed in range(2):
        recording, _ = simulate_recording("intervals", 1200, seed=seed)
        write(recording, tmp_path / f"{seed}.csv")
    result = twin_json("backtest", tmp_path, "--horizons", "30,300")
    assert set(result["pooled"]) == {"30", "300"}
    assert [entry["file"] for entry in result["files"]] == ["0.csv", "1.csv"]
    score = result["pooled"]["30"]
    assert {"n", "mae", "persistence_mae", "coverage80", "half_width80"} <= set(score)
    # Intervals change heart rate all the time: to stay as it is cannot be the best forecast.
    assert score["mae"] < score["persistence_mae"]
    told = twin("backtest", tmp_path).stdout
    assert "30 s" in told
    assert "1 of them had no earlier session with the same input" in told


@pytest.mark.parametrize("horizons", ["soon", "0", "31"])
def test_horizons_that_cannot_be_scored_are_refused(ride, horizons):
    result = twin("backtest", ride, "--horizons", horizons)
    assert result.exit_code == 2
    assert horizons in result.stderr


def test_a_backtest_of_nothing_says_so_and_fails(tmp_path):
    refused = twin("backtest", tmp_path)
    assert refused.exit_code == 1
    assert f"no recording to score in {tmp_path}" in refused.stderr


def test_calibrating_tells_what_was_learnt_and_who_is_unknown(tmp_path):
    recording, truth = simulate_recording("cycling", 900, seed=4)
    write(recording, tmp_path / "ride.csv")
    data = ("--data", tmp_path / "data")
    twin("import", tmp_path / "ride.csv", "--athlete", "Ada", *data)
    (row,) = twin_json("calibrate", "Ada", *data)
    assert (row["athlete"], row["input"], row["sessions"], row["unit"]) == ("ada", "power", 1, "W")
    assert row["gain_low"] <= truth.hr_gain <= row["gain_high"]
    assert "bpm per W" in twin("calibrate", *data).stdout
    refused = twin("calibrate", "Cleo", *data)
    assert refused.exit_code == 2
    assert "known: Ada" in refused.stderr


def test_a_report_of_a_session_is_written_as_one_file(ride):
    session = imported(ride)["session"]
    told = twin("report", session)
    assert re.fullmatch(rf"{session}\.html written, \d+ kB\n", told.output)
    assert "<h2>Over time</h2>" in Path(f"{session}.html").read_text(encoding="utf-8")
    assert "name a session" in twin("report").output
