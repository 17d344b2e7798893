"""Compaction is cut off anywhere: every acknowledged row is read once, at any moment."""

import os
import random
import signal
import subprocess
import sys

import pytest

from twin.store import EmbeddedStore
from twin.store.maintenance import check

KILLS = int(os.environ.get("TWIN_STORE_KILLS", "2"))

# Records a squad while a thread compacts without a pause; every 40 seconds another athlete's session
# ends and the next begins. Says each second once it is acknowledged.
WRITER = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from twin.records import Athlete, Batch, Beats, Session
from twin.store import EmbeddedStore
from twin.store.compaction import compact
from twin.store.database import Database

folder, first = Path(sys.argv[1]), int(sys.argv[2])
store = EmbeddedStore(folder)
store.recover()
TEN, BEGAN = np.datetime64("2026-10-01T10:00:00", "ns"), datetime(2026, 10, 1, 10, tzinfo=UTC)

def compact_on():
    database = Database(folder)
    while True:
        compact(database, grace_s=0.2)

def begin(athlete):
    return store.start_session(Session("", f"a{athlete}", "running", BEGAN)).id

for athlete in range(4):
    store.add_athlete(Athlete(f"A{athlete}"))
ids = [begin(athlete) for athlete in range(4)]
threading.Thread(target=compact_on, daemon=True).start()
index = np.arange(4, dtype=np.int32)
print("ready", flush=True)
for number in range(first, 1_000_000):
    time, value = np.full(4, TEN + np.timedelta64(number, "s")), np.full(4, float(number))
    store.append(
        Batch.of(index, time, heart_rate=value, beats=Beats(index, time, value)), ids
    )
    print(number, flush=True)
    if number % 40 == 39:
        athlete = number // 40 % 4
        store.end_session(ids[athlete])
        ids[athlete] = begin(athlete)
"""

# Reads all sessions for ever; every one must be whole and never shorter than it was.
READER = """
import sys
import numpy as np
from twin.store import EmbeddedStore

store, seen, reads = EmbeddedStore(sys.argv[1]), {}, 0
print("ready", flush=True)
while True:
    for session in store.sessions()["session"]:
        frame, rr = store.samples(session), store.rr(session)
        values = frame["heart_rate"].to_numpy() if len(frame) else np.empty(0)
        whole = np.arange(len(values)) + (values[0] if len(values) else 0)
        assert np.array_equal(values, whole), (session, values)
        assert np.array_equal(rr.to_numpy()[: len(values)], values), (session, "rr")
        assert len(values) >= seen.get(session, 0), (session, len(values), seen[session])
        seen[session] = len(values)
        reads += 1
        print(reads, flush=True)
"""


def started(script, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


def killed(process, heard):
    """Kill without warning; return the last number it said, the one heard before if none came."""
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read()  # `communicate` would lose what was buffered by `readline`
    return int(*(said.split("\n")[-2:-1] or [heard]))


def newest(folder):
    """Return the last second that another process sees."""
    with EmbeddedStore(folder) as store:
        live = store.sessions().query("state == 'live'")["session"]
        frames = [store.samples(session, columns=["heart_rate"]) for session in live]
        return max(frame["heart_rate"].max() for frame in frames if len(frame))


def stored_numbers(store):
    """Return the seconds kept of each athlete, in all their sessions."""
    numbers = {}
    for session, athlete in store.sessions()[["session", "athlete"]].itertuples(index=False):
        frame = store.samples(session)
        values = frame["heart_rate"].to_list() if len(frame) else []
        assert store.rr(session).to_list() == values
        assert store.session(session).samples == len(values)
        numbers.setdefault(athlete, []).extend(values)
    return numbers


def kill_again_and_again(folder, kills):
    chance, acknowledged = random.Random(5), -1
    for _ in range(kills):
        writer, reader = started(WRITER, folder, acknowledged + 1), None
        try:
            reader = started(READER, folder)
            for _ in range(chance.randrange(60, 250)):
                heard = int(writer.stdout.readline())
            reads = int(reader.stdout.readline())  # it has read at least once
            assert newest(folder) >= heard
            acknowledged = killed(writer, heard)
            assert reader.poll() is None, reader.stderr.read()
            assert killed(reader, reads) > 0
        finally:
            for process in filter(None, (writer, reader)):
                process.kill()
                process.communicate()
        with EmbeddedStore(folder) as store:
            store.recover()
            for numbers in stored_numbers(store).values():
                assert sorted(numbers) in (
                    list(range(acknowledged + 1)),
                    list(range(acknowledged + 2)),  # on disk, but killed before it was said
                )
            acknowledged = int(max(numbers))
    return acknowledged


def test_killed_while_compacting_nothing_acknowledged_is_missing_torn_or_doubled(tmp_path):
    acknowledged = kill_again_and_again(tmp_path, KILLS)
    assert check(tmp_path, mend=True).faults == ()  # at most a file that was not listed yet
    with EmbeddedStore(tmp_path) as store:
        store.compact(grace_s=0.0)
        assert {len(numbers) for numbers in stored_numbers(store).values()} == {acknowledged + 1}
    health = check(tmp_path)
    assert health.faults == ()
    assert health.appends == 0


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_many_times_while_compacting(tmp_path):
    kill_again_and_again(tmp_path, max(20, KILLS))
