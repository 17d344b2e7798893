"""`twin ble` and `twin simulate --ble` where there is nothing to find."""

import pytest
from click.testing import CliRunner

from twin.cli import main


@pytest.fixture
def twin(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BLE", "bumble:tcp-client:127.0.0.1:1")  # nobody listens there

    def run(*words):
        return CliRunner().invoke(main, list(words))

    return run


def test_a_missing_adapter_is_one_line(twin):
    for words in (("ble", "scan"), ("ble", "check", "--all")):
        done = twin(*words, "--seconds", "0.5")
        assert done.exit_code == 1
        assert done.output.splitlines()[-1].startswith("Error: no Bluetooth adapter can be used")


def test_nothing_can_be_checked_before_something_is_paired(twin):
    done = twin("ble", "check")
    assert done.exit_code == 1
    assert "twin ble scan" in done.output


def test_a_sensor_is_paired_and_forgotten(twin):
    assert twin("ble", "pair", "F0:00:00:00:00:01", "Ada").output.endswith("belongs to Ada\n")
    assert twin("ble", "forget", "F0:00:00:00:00:01").exit_code == 0
    assert twin("ble", "forget", "F0:00:00:00:00:01").exit_code == 1


def test_simulate_needs_a_file_or_the_air(twin):
    done = twin("simulate")
    assert done.exit_code == 2
    assert "--ble" in done.output


def test_a_squad_that_is_not_understood_is_one_line(twin):
    done = twin("simulate", "--ble", "--squad", "many", "--port", "0")
    assert done.exit_code == 1
    assert done.output.splitlines()[-1].startswith("Error: simulator:many")
