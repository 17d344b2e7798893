"""`twin hub` with thirty athletes while its server is away: nothing lost, always told, soon caught up.

Seconds by default; `make faults` waits the ten minutes in real time. All the while a second process,
this one, reads the running session as a notebook does, and follows the hub as a dashboard does.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from twin.bus import RedisBus
from twin.hub import RemoteLive
from twin.state.status import status_of
from twin.store import EmbeddedStore, open_store
from waiting import until

pytestmark = [pytest.mark.influx, pytest.mark.redis]

TWIN = str(Path(sys.executable).with_name("twin"))
OUTAGE_S = float(os.environ.get("TWIN_OUTAGE_S", "6"))
ATHLETES = 30
START_S = 90
CAUGHT_UP_S = 60
AGE_S = 1.5


@contextlib.contextmanager
def hub_of(folder, settings):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("INFLUXDB", "REDIS"))}
    command = [TWIN, "hub", "--source", f"simulator:{ATHLETES}", "--data", str(folder / "data")]
    hub = subprocess.Popen(command, env=kept | settings, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield hub
    finally:
        if hub.poll() is None:
            hub.send_signal(signal.SIGINT)
        hub.wait(timeout=120)


def notices(live):
    return " ".join(notice.text for notice in status_of(live.tick()).notices)


def age_s(store, session):
    """How old the newest stored sample of the running session is, read as a notebook does."""
    lately = pd.Timestamp.now("UTC") - pd.Timedelta(seconds=30)
    frame = store.samples(session, columns=["heart_rate"], start=lately.to_pydatetime())
    newest = frame.index[-1] if len(frame) else lately
    return (pd.Timestamp.now("UTC") - newest).total_seconds()


@pytest.mark.timeout(4 * START_S + 2 * OUTAGE_S)
def test_an_outage_is_told_all_the_while_loses_nothing_and_is_caught_up_within_a_minute(
    gateway, bucket, redis_server, tmp_path, monkeypatch
):
    settings = {
        "INFLUXDB_URL": gateway.url, "INFLUXDB_BUCKET": bucket,
        "INFLUXDB_TOKEN": gateway.faults.token, "REDIS_URL": redis_server.url,
    }  # fmt: skip
    store = EmbeddedStore(tmp_path / "data")
    with contextlib.ExitStack() as stack:
        stack.callback(store.close)
        stack.enter_context(hub_of(tmp_path, settings))
        live = RemoteLive(RedisBus(redis_server.url), store)
        stack.callback(live.stop)
        until(lambda: gateway.influxd.count("samples", "heart_rate", bucket) > ATHLETES, "sent")
        session = str(store.sessions()["session"].iloc[0])
        gateway.faults.down = True
        until(lambda: "InfluxDB waits" in notices(live), "the outage is told")
        ages, silent, ends = [], 0, time.monotonic() + OUTAGE_S
        while time.monotonic() < ends:
            silent += "InfluxDB waits" not in notices(live)
            ages.append(age_s(store, session))
            threading.Event().wait(0.5)
        waiting = notices(live)
        gateway.faults.down = False
        began = time.monotonic()
        outbox = store.outbox(f"{gateway.url}/{bucket}")
        until(lambda: outbox.backlog().rows < 3 * ATHLETES, "caught up", CAUGHT_UP_S)
        until(lambda: "InfluxDB waits" not in notices(live), "told to be well", CAUGHT_UP_S)
        caught_up_s = time.monotonic() - began
    assert silent == 0
    assert "none is lost" in waiting
    old = sum(age > AGE_S for age in ages)
    assert old <= 0.05 * len(ages), sorted(ages)[-10:]
    monkeypatch.chdir(tmp_path)
    address = f"influx+{gateway.url}/?bucket={bucket}&token={gateway.faults.token}"
    rows = 0
    with EmbeddedStore(tmp_path / "data") as store, open_store(address) as remote:
        for name in store.sessions()["session"]:
            ours = store.samples(name)
            rows += len(ours)
            pd.testing.assert_frame_equal(
                remote.samples(name), ours, check_exact=True, check_freq=False
            )
            pd.testing.assert_series_equal(
                remote.rr(name), store.rr(name), check_exact=True, check_freq=False
            )
    median, worst = sorted(ages)[len(ages) // 2], max(ages)
    print(
        f"{OUTAGE_S:.0f} s away: {rows:,} rows on both sides, caught up in {caught_up_s:.1f} s; "
        f"newest sample read elsewhere {median:.2f} s old (median), {worst:.2f} s at most"
    )
