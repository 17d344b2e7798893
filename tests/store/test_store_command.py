"""`twin store` as a user types it, with a real server."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from twin.cli import main
from twin.records import Athlete
from twin.store import EmbeddedStore


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def at_server(gateway, bucket, monkeypatch):
    """Settings that name the server."""
    for name, value in {
        "URL": gateway.url,
        "BUCKET": bucket,
        "TOKEN": gateway.faults.token,
    }.items():
        monkeypatch.setenv(f"INFLUXDB_{name}", value)


@pytest.fixture
def history(tmp_path, recording_of):
    """A folder with two sessions."""
    with EmbeddedStore(tmp_path / "data") as store:
        for seconds in (100, 200):
            store.add_recording(recording_of(seconds), Athlete("Ada"), content=f"{seconds}")
    return tmp_path / "data"


def twin_store(*arguments):
    return CliRunner().invoke(main, ["store", *map(str, arguments)])


def test_check_says_whether_all_is_whole(history):
    result = twin_store("check", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["sessions"], told["faults"], told["backlogs"]) == (2, [], [])
    assert "whole" in twin_store("check").stdout


def test_check_of_a_folder_without_a_store_fails_in_one_line(tmp_path):
    result = twin_store("check", "--data", tmp_path / "nothing")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [f"Error: {tmp_path / 'nothing'} holds no store"]


def test_backup_and_restore_bring_a_deleted_session_back(history):
    assert twin_store("backup", "copy.db").exit_code == 0
    with EmbeddedStore(history) as store:
        for session in store.sessions()["session"]:
            store.delete_session(session)
    assert twin_store("restore", "copy.db").exit_code == 1  # nobody said yes
    result = twin_store("restore", "copy.db", "--yes")
    assert "What was there before" in result.stdout
    with EmbeddedStore(history) as store:
        assert len(store.sessions()) == 2


def test_compact_leaves_a_file_for_each_session_and_gives_room_back(history):
    result = twin_store("compact")
    assert result.exit_code == 0
    assert "MB before" in result.stdout
    assert len(list((history / "sessions").iterdir())) == 2
    assert "2 sessions, 2 files, 0 appends in the log" in twin_store("check").stdout


def test_a_damaged_file_fails_the_check_until_it_is_mended(history):
    twin_store("compact")
    for file in (history / "sessions").iterdir():
        file.write_bytes(b"nothing")
    result = twin_store("check")
    assert result.exit_code == 1
    assert result.stdout.count("is not what was written") == 2
    result = twin_store("check", "--mend")
    assert result.exit_code == 0
    assert "rows are lost" in result.stdout
    assert twin_store("check").exit_code == 0


def test_sync_without_a_server_says_what_to_set(history):
    result = twin_store("sync")
    assert result.exit_code == 1
    assert "INFLUXDB_URL is not set" in result.stderr


@pytest.mark.influx
@pytest.mark.usefixtures("at_server")
def test_a_history_goes_to_the_server_once_and_comes_back_elsewhere(history, tmp_path):
    assert "302 lines sent" in twin_store("sync").stdout  # 300 samples, 2 sessions
    assert "0 lines sent" in twin_store("sync").stdout
    assert "302 lines sent" in twin_store("sync", "--again").stdout
    elsewhere = tmp_path / "elsewhere"
    assert "2 sessions brought back" in twin_store("sync", "--back", "--data", elsewhere).stdout
    assert "0 sessions brought back" in twin_store("sync", "--back", "--data", elsewhere).stdout
    with EmbeddedStore(history) as store, EmbeddedStore(elsewhere) as other:
        pd.testing.assert_frame_equal(
            other.sessions().sort_values("session", ignore_index=True),
            store.sessions().sort_values("session", ignore_index=True),
        )
        for session in store.sessions()["session"]:
            pd.testing.assert_frame_equal(other.samples(session), store.samples(session))
    assert "has everything" in twin_store("check").stdout


@pytest.mark.influx
@pytest.mark.usefixtures("at_server", "history")
def test_refused_lines_are_told_and_go_again_when_the_server_is_mended(gateway, bucket):
    other = b"samples,athlete=x,session=x heart_rate=1i 1789290000000000000"  # the same day
    gateway.influxd.ask("POST", f"/write?db={bucket}", other)
    assert twin_store("sync").exit_code == 0
    result = twin_store("check")
    assert result.exit_code == 1
    assert "refused  300 lines" in result.stdout
    gateway.influxd.query('DROP MEASUREMENT "samples"', bucket)
    assert twin_store("sync", "--refused").exit_code == 0
    assert twin_store("check").exit_code == 0


@pytest.mark.influx
@pytest.mark.usefixtures("at_server", "history")
def test_a_server_that_is_away_is_told_in_one_line_and_what_waits_is_counted(gateway):
    gateway.faults.down = True
    result = twin_store("sync")
    assert result.exit_code == 1
    assert "does not answer: the connection broke" in result.stderr
    gateway.faults.down = False
    assert twin_store("sync").exit_code == 0
