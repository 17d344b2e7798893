"""What was acknowledged is there: after kill -9, from another process, on a full disk."""

import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest

from twin.errors import AthleteTakenError, StoreFullError
from twin.records import Athlete, Batch, Beats, Session, SessionState
from twin.store import EmbeddedStore

KILLS = int(os.environ.get("TWIN_STORE_KILLS", "5"))
ATHLETES = 30
BEGAN = datetime(2026, 10, 1, 10, tzinfo=UTC)
TEN = np.datetime64("2026-10-01T10:00:00", "ns")

# Appends seconds for ever and says each number once it is acknowledged.
WRITER = """
import sys
from datetime import UTC, datetime
import numpy as np
from twin.records import Athlete, Batch, Beats, Session
from twin.store import EmbeddedStore

store, athletes = EmbeddedStore(sys.argv[1]), int(sys.argv[2])
store.recover()
ids = []
for n in range(athletes):
    store.add_athlete(Athlete(f"Athlete {n}"))
    began = datetime(2026, 10, 1, 10, tzinfo=UTC)
    ids.append(store.start_session(Session("", f"athlete-{n}", "running", began)).id)
print(*ids, flush=True)
index = np.arange(athletes, dtype=np.int32)
for number in range(1_000_000):
    time = np.full(athletes, np.datetime64("2026-10-01T10:00:00", "ns") + np.timedelta64(number, "s"))
    value = np.full(athletes, float(number))
    beats = Beats(index, time, value)
    store.append(Batch.of(index, time, heart_rate=value, power=value, beats=beats), ids)
    print(number, flush=True)
"""


def start_writer(folder, athletes=ATHLETES):
    """Start a process that records; return it and its session ids."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(athletes)],
        stdout=subprocess.PIPE,
        text=True,
    )
    return writer, writer.stdout.readline().split()


def kill(writer, heard=-1):
    """Kill without warning and return the last second the writer had acknowledged."""
    writer.send_signal(signal.SIGKILL)
    said = writer.stdout.read().split("\n")[:-1]  # a line cut short was not said
    writer.wait()
    writer.stdout.close()
    return int(said[-1]) if said else heard


def read_until(writer, number):
    while (heard := int(writer.stdout.readline())) < number:
        pass
    return heard


def test_a_killed_recorder_loses_no_acknowledged_second_and_leaves_no_half_one(tmp_path):
    chance = random.Random(7)
    for _ in range(KILLS):
        writer, ids = start_writer(tmp_path)
        acknowledged = kill(writer, read_until(writer, chance.randrange(150)))
        with EmbeddedStore(tmp_path) as store:
            assert set(store.recover()) == set(ids)
            lengths = set()
            for session in ids:
                frame = store.samples(session)
                np.testing.assert_array_equal(frame["heart_rate"], np.arange(len(frame)))
                np.testing.assert_array_equal(frame["power"], frame["heart_rate"])
                np.testing.assert_array_equal(store.rr(session), frame["heart_rate"])
                assert store.session(session).samples == len(frame)
                lengths.add(len(frame))
            (length,) = lengths  # a second is there for all athletes or for none
            assert acknowledged + 1 <= length <= acknowledged + 2


def test_after_a_crash_a_session_is_interrupted_at_its_last_stored_sample(tmp_path):
    writer, (session, *_) = start_writer(tmp_path, athletes=2)
    read_until(writer, 20)
    kill(writer)
    with EmbeddedStore(tmp_path) as store:
        assert store.session(session).state is SessionState.LIVE
        store.recover()
        found = store.session(session)
        assert found.state is SessionState.INTERRUPTED
        assert found.end == store.samples(session).index[-1].to_pydatetime()
        assert store.recover() == ()


def test_the_next_recorder_marks_what_a_crash_left(tmp_path, begin):
    writer, (session, *_) = start_writer(tmp_path, athletes=1)
    kill(writer)
    with EmbeddedStore(tmp_path) as store:
        begin(store)
        assert store.session(session).state is SessionState.INTERRUPTED


def test_another_process_reads_every_acknowledged_second_at_once(tmp_path):
    writer, ids = start_writer(tmp_path)
    with EmbeddedStore(tmp_path) as store:
        for wanted in range(5, 100, 5):
            read_until(writer, wanted)
            assert store.samples(ids[-1])["heart_rate"].iloc[-1] >= wanted
            assert store.sessions()["samples"].min() > wanted
    kill(writer)


def test_what_a_living_process_records_is_left_alone(tmp_path, begin):
    writer, ids = start_writer(tmp_path, athletes=1)
    with EmbeddedStore(tmp_path) as store:
        assert store.recover() == ()
        assert store.session(ids[0]).state is SessionState.LIVE
        with pytest.raises(AthleteTakenError, match=f"process {writer.pid} on .* is recording ath"):
            begin(store, "Athlete 0")
        assert begin(store, "Bea")  # recorded by nobody else
        assert store.session(ids[0]).state is SessionState.LIVE
        kill(writer)
        assert begin(store, "Athlete 0")
        assert store.session(ids[0]).state is SessionState.INTERRUPTED


def test_files_can_be_imported_while_another_process_records(tmp_path, recording_of):
    writer, _ = start_writer(tmp_path)
    with EmbeddedStore(tmp_path) as store:
        kept = store.add_recording(recording_of(100), Athlete("Ada"), content="hash")
        assert len(store.samples(kept.id)) == 100
    read_until(writer, read_until(writer, 0) + 50)
    kill(writer)


def test_two_stores_in_one_process_do_not_record_an_athlete_at_once_either(store, begin):
    session = begin(store)
    with EmbeddedStore(store.folder) as other:
        with pytest.raises(AthleteTakenError, match="is recording ada into this store"):
            begin(other)
        assert other.recover() == ()
        store.end_session(session)
        assert begin(other)


def fill_up(store, session):
    """Append until the disk is full; return how many appends were acknowledged."""
    for number in range(10_000):
        time = np.full(50, TEN + np.timedelta64(number, "s"))
        beats = Beats(np.zeros(50, np.int32), time, np.full(50, 1.0 * number))
        batch = Batch.of(np.zeros(50), time, power=np.full(50, 1.0 * number), beats=beats)
        try:
            store.append(batch, [session])
        except StoreFullError:
            return number
    raise AssertionError("the disk never became full")


def check_full(store, session, kept):
    frame = store.samples(session)
    np.testing.assert_array_equal(frame["power"], np.repeat(np.arange(kept), 50))
    assert len(store.rr(session)) == len(frame) == store.session(session).samples


def test_on_a_full_disk_everything_acknowledged_stays_readable_and_recording_goes_on_with_room(
    store, begin
):
    session = begin(store)
    connection = store._database._open_writer()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    kept = fill_up(store, session)
    assert kept > 10
    check_full(store, session, kept)
    connection.execute("PRAGMA max_page_count = 1000000")
    time = TEN + np.timedelta64(kept, "s")
    store.append(Batch.of([0] * 50, [time] * 50, power=[kept] * 50,
                          beats=Beats(np.zeros(50, np.int32), np.full(50, time), np.ones(50))),
                 [session])  # fmt: skip
    check_full(store, session, kept + 1)


def test_a_real_full_disk_loses_nothing_acknowledged(small_disk):
    disk = small_disk(3)
    with EmbeddedStore(disk) as store:
        store.add_athlete(Athlete("Ada"))
        session = store.start_session(Session("", "ada", "running", BEGAN)).id
        kept = fill_up(store, session)
        assert kept > 10
        check_full(store, session, kept)
    with EmbeddedStore(disk) as store:
        check_full(store, session, kept)
