"""Nothing is lost on the way to InfluxDB, whoever dies: recorder, sender or server.

The numbers grow by the environment; `make faults` runs them in full.
"""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from twin.protocols import WallClock
from twin.records import Athlete, Batch, Session, utc
from twin.store import EmbeddedStore, open_store
from twin.store.influx import InfluxServer
from twin.store.instants import from_ns
from twin.store.sender import Sender

pytestmark = pytest.mark.influx

KILLS = int(os.environ.get("TWIN_FAULTS", "2"))
ATHLETES = int(os.environ.get("TWIN_FAULTS_ATHLETES", "30"))
POINTS = int(os.environ.get("TWIN_FAULTS_POINTS", "3600"))
TEN_NS = 1_790_848_800_000_000_000  # 2026-10-01T10:00:00Z

# Appends seconds from the one given on, for ever; says each number once it is acknowledged.
RECORDER = """
import sys
import numpy as np
from twin.records import Athlete, Batch, Beats, Session
from twin.store import EmbeddedStore
from twin.store.instants import from_ns

folder, athletes, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = EmbeddedStore(folder)
store.recover()
began = from_ns(1_790_848_800_000_000_000 + first * 10**9)
ids = []
for n in range(athletes):
    store.add_athlete(Athlete(f"Athlete {n}"))
    ids.append(store.start_session(Session("", f"athlete-{n}", "running", began)).id)
index = np.arange(athletes, dtype=np.int32)
for number in range(first, 10**9):
    time = np.full(athletes, np.datetime64(1_790_848_800_000_000_000 + number * 10**9, "ns"))
    value = number + index / 7
    store.append(Batch.of(index, time, heart_rate=value, power=-value, beats=Beats(index, time, value)), ids)
    print(number, flush=True)
"""

# Sends until it is killed; says how many steps it took.
SENDER = """
import sys, time
from twin.store import EmbeddedStore
from twin.store.influx import Address, InfluxServer
from twin.store.sender import Sender

store = EmbeddedStore(sys.argv[1])
server = InfluxServer(Address(sys.argv[2], sys.argv[3], sys.argv[4]))
sender, steps = Sender(store.outbox("server"), server), 0
while True:
    wait_s = sender.step()
    steps += wait_s == 0.0
    print(steps, flush=True)
    time.sleep(min(wait_s, 0.05))
"""


def start(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def read_until(process, number):
    """Read what a process says until it has said a number this high."""
    for line in process.stdout:
        if int(line) >= number:
            return int(line)
    raise AssertionError(f"the process ended with status {process.wait()}")


def kill(process, heard=0):
    """Kill without warning; return the last number it had said."""
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split("\n")[:-1]
    process.wait()
    process.stdout.close()
    return int(said[-1]) if said else heard


def drain(store, server, sink="server"):
    sender = Sender(store.outbox(sink), server)
    while sender.step() == 0.0:
        pass
    assert sender.status().state == "live", sender.status()


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path / "store") as store:
        yield store


@pytest.fixture
def record(store):
    """Record seconds of a squad, each value another."""
    ids = []

    def record(first, last, athletes=ATHLETES):
        for n in range(athletes if not ids else 0):
            store.add_athlete(Athlete(f"Athlete {n}"))
            ids.append(
                store.start_session(Session("", f"athlete-{n}", "running", from_ns(TEN_NS))).id
            )
        index = np.arange(athletes, dtype=np.int32)
        for number in range(first, last):
            time = np.full(athletes, np.datetime64(TEN_NS + number * 10**9, "ns"))
            store.append(Batch.of(index, time, heart_rate=number + index / 7), ids)

    return record


@pytest.fixture
def remote(gateway, bucket, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = f"influx+{gateway.url}/?bucket={bucket}&token={gateway.faults.token}"
    with open_store(address) as remote:
        yield remote


def assert_same(store, remote):
    """Every session is the same on both sides, row by row and bit by bit."""
    listed = store.sessions()
    assert set(remote.sessions()["session"]) == set(listed["session"])
    rows = 0
    for session in listed["session"]:
        ours, theirs = store.samples(session), remote.samples(session)
        pd.testing.assert_frame_equal(theirs, ours, check_exact=True, check_freq=False)
        pd.testing.assert_series_equal(
            remote.rr(session), store.rr(session), check_exact=True, check_freq=False
        )
        rows += len(ours)
    return rows


@pytest.mark.timeout(120 + 60 * KILLS + POINTS // 1000)
def test_recorder_sender_and_server_are_killed_at_random_and_both_sides_are_the_same(
    gateway, bucket, server, remote, tmp_path
):
    """Samples are counted as points; as many RR intervals travel beside them."""
    chance, folder, second = random.Random(11), tmp_path / "store", 0
    sending = (folder, gateway.url, bucket, gateway.faults.token)
    length = -(-POINTS // (KILLS * ATHLETES))  # seconds of recording between two kills of it
    EmbeddedStore(folder).close()
    sender = start(SENDER, *sending)
    for _ in range(KILLS):
        recorder = start(RECORDER, folder, ATHLETES, second)
        heard = read_until(recorder, second + chance.randrange(length // 3))
        gateway.influxd.kill()
        heard = read_until(recorder, heard + 1 + chance.randrange(length // 3))
        gateway.influxd.start()
        steps = read_until(sender, 0)
        read_until(sender, steps + chance.randrange(1, 5))
        kill(sender)
        sender = start(SENDER, *sending)
        heard = read_until(recorder, second + length - 1)
        second = kill(recorder, heard) + 2  # one more second may be there than was acknowledged
    kill(sender)
    with EmbeddedStore(folder) as store:
        store.recover()
        drain(store, server)
        points = assert_same(store, remote)
        backlog = store.outbox("server").backlog()
    assert points >= POINTS
    assert (backlog.rows, backlog.sessions, backlog.dead_lines) == (0, 0, 0)
    print(f"{points:,} points, {KILLS} kills of each, none lost, none twice, none set aside")


def test_a_clock_that_is_set_back_loses_and_mixes_up_nothing(store, server, remote, monkeypatch):
    """Within a run time goes on evenly; the next run begins before the end of the last."""
    clock = WallClock()
    before = clock.now()
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - 3600 * 10**9)
    assert np.timedelta64(0) <= clock.now() - before < np.timedelta64(60, "s")
    set_back = WallClock()
    assert set_back.now() < before
    ada = store.add_athlete(Athlete("Ada"))
    for began in (before, set_back.now(), before + np.timedelta64(10, "s")):
        session = store.start_session(Session("", ada.id, "running", utc(began)))
        times = began + np.arange(60) * np.timedelta64(1, "s")
        for number, instant in enumerate(times):
            store.append(Batch.of([0], [instant], heart_rate=[100 + number]), [session.id])
        store.end_session(session.id)
    drain(store, server)
    assert assert_same(store, remote) == 180
    assert store.sessions()["samples"].tolist() == [60, 60, 60]


def test_an_answer_that_is_lost_writes_nothing_twice(store, record, server, gateway, remote):
    record(0, 40)
    gateway.faults.lose_answers = 3
    sender = Sender(store.outbox("server"), server)
    assert sender.step() > 0
    drain_tries = [sender.step() for _ in range(20)]
    assert sum(wait > 0.9 for wait in drain_tries) >= 1
    assert_same(store, remote)


def test_an_outage_loses_nothing_and_is_caught_up_within_a_minute(
    store, record, server, gateway, remote
):
    """Ten minutes of a squad of 30 while the server is away; on the wall, catching up is seconds."""
    gateway.faults.down = True
    sender = Sender(store.outbox("server"), server)
    for minute in range(10):
        record(minute * 60, minute * 60 + 60)
        assert 0 < sender.step() <= 15
        assert sender.status().state == "waiting"
        assert f"{(minute + 1) * 60 * ATHLETES:,} rows wait" in sender.status().detail
    gateway.faults.down = False
    began = pd.Timestamp.now()
    drain(store, server)
    assert (pd.Timestamp.now() - began).total_seconds() < 60
    assert assert_same(store, remote) == 600 * ATHLETES


def test_a_server_that_answers_too_late_is_asked_again_and_nothing_is_written_twice(
    store, record, server, gateway, remote
):
    record(0, 20)
    gateway.faults.slow_s = 1.0
    hasty = InfluxServer(server.address, timeout_s=0.2)
    sender = Sender(store.outbox("server"), hasty)
    assert sender.step() > 0
    assert "does not answer: not in time" in sender.status().detail
    hasty.close()
    gateway.faults.slow_s = 0.0
    drain(store, server)
    assert assert_same(store, remote) == 20 * ATHLETES


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_an_answer_that_may_change_is_waited_for_and_nothing_is_set_aside(
    store, record, server, gateway, status
):
    record(0, 3, 2)
    gateway.faults.answers.extend([status] * 2)
    sender = Sender(store.outbox("server"), server)
    for _ in range(2):
        assert sender.step() > 0
        assert f"({status})" in sender.status().detail
    drain(store, server)
    assert store.outbox("server").backlog().dead_lines == 0


def test_a_wrong_token_waits_and_says_so_until_it_is_right(store, record, server, gateway, remote):
    record(0, 3)
    gateway.faults.token = "another"
    sender = Sender(store.outbox("server"), server)
    assert sender.step() > 0
    assert "the token is not accepted" in sender.status().detail
    gateway.faults.token = server.address.token
    drain(store, server)
    assert_same(store, remote)


def test_a_missing_bucket_waits_and_says_so_until_it_is_made(
    store, record, server, gateway, bucket, remote
):
    gateway.influxd.query(f"DROP DATABASE {bucket}")
    record(0, 3)
    sender = Sender(store.outbox("server"), server)
    assert sender.step() > 0
    assert f"there is no bucket {bucket!r}" in sender.status().detail
    gateway.influxd.query(f"CREATE DATABASE {bucket}")
    drain(store, server)
    assert_same(store, remote)
