"""The program as users start it: `twin hub` with a server in its settings, killed in the middle."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from twin.store import EmbeddedStore, open_store
from waiting import until

pytestmark = pytest.mark.influx

TWIN = str(Path(sys.executable).with_name("twin"))
START_S = 90  # a loaded machine imports for long; a healthy one records in 5 s


@pytest.fixture
def environment(gateway, bucket, tmp_path):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("INFLUXDB", "REDIS"))}
    return kept | {
        "INFLUXDB_URL": gateway.url,
        "INFLUXDB_BUCKET": bucket,
        "INFLUXDB_TOKEN": gateway.faults.token,
        "DATA_DIR": str(tmp_path / "data"),
    }


@pytest.mark.timeout(4 * START_S)
def test_a_hub_killed_during_an_outage_loses_nothing_that_it_stored(
    gateway, bucket, environment, tmp_path, monkeypatch
):
    command = [TWIN, "hub", "--source", "simulator:3"]
    hub = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        until(lambda: gateway.influxd.count("samples", "heart_rate", bucket) >= 6, "nothing sent")
        gateway.faults.down = True
        store = EmbeddedStore(tmp_path / "data")
        before = store.sessions()["samples"].sum()
        until(lambda: store.sessions()["samples"].sum() >= before + 6, "recording stopped")
    finally:
        hub.send_signal(signal.SIGKILL)
        hub.wait()
    gateway.faults.down = False
    done = subprocess.run([TWIN, "store", "sync"], env=environment, cwd=tmp_path, check=True)
    assert done.returncode == 0
    monkeypatch.chdir(tmp_path)
    address = f"influx+{gateway.url}/?bucket={bucket}&token={gateway.faults.token}"
    with store, open_store(address) as remote:
        sessions = store.sessions()["session"].to_list()
        assert sorted(remote.sessions()["session"]) == sorted(sessions)
        assert set(remote.sessions()["state"]) == {"interrupted"}
        for session in sessions:
            pd.testing.assert_frame_equal(
                remote.samples(session), store.samples(session), check_exact=True, check_freq=False
            )
            pd.testing.assert_series_equal(
                remote.rr(session), store.rr(session), check_exact=True, check_freq=False
            )
