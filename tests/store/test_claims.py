"""Who may record whom, when several processes record into one store."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from twin.errors import AthleteTakenError, StoreError
from twin.records import Athlete, Batch, Session, SessionState
from twin.store import EmbeddedStore
from twin.store.claims import Claims, nobody_records
from twin.store.instants import from_ns

TEN_NS = 1_790_848_800_000_000_000  # 2026-10-01T10:00:00Z

# Records its own athletes, a second each time a line comes in; says its number when it is on disk.
RECORDER = """
import sys
import numpy as np
from twin.records import Athlete, Batch, Session
from twin.store import EmbeddedStore
from twin.store.instants import from_ns

store, names = EmbeddedStore(sys.argv[1]), sys.argv[2:]
refused = store.claim([store.add_athlete(Athlete(name)).id for name in names])
print(";".join(f"{athlete}={holder}" for athlete, holder in refused.items()), flush=True)
began = from_ns(1_790_848_800_000_000_000)
names = [name for name in names if name.lower() not in refused]
ids = [store.start_session(Session("", name.lower(), "running", began)).id for name in names]
for number, _ in enumerate(sys.stdin):
    time = np.full(len(ids), np.datetime64(1_790_848_800 + number, "s"))
    store.append(Batch.of(range(len(ids)), time, heart_rate=np.full(len(ids), number)), ids)
    print(number, flush=True)
"""


class Recorder:
    """A process that records."""

    def __init__(self, folder, *names):
        self.process = subprocess.Popen(
            [sys.executable, "-c", RECORDER, str(folder), *names],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.refused = self.process.stdout.readline().strip()

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def said(self):
        return int(self.process.stdout.readline())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def recorder(tmp_path):
    started = []

    def start(*names):
        started.append(Recorder(tmp_path, *names))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def test_two_processes_record_their_own_athletes_into_one_store(tmp_path, recorder):
    one, other = recorder("Ada", "Bo"), recorder("Cem")
    for _ in range(20):  # both append at once
        one.go_on()
        other.go_on()
    assert [one.said() for _ in range(20)] == [other.said() for _ in range(20)] == [*range(20)]
    with EmbeddedStore(tmp_path) as store:
        assert set(store.sessions()["state"]) == {"live"}
        assert store.recover() == ()
        for session in store.sessions()["session"]:
            np.testing.assert_array_equal(store.samples(session)["heart_rate"], np.arange(20))


def test_an_athlete_of_another_process_is_refused_by_name_until_that_process_is_gone(
    tmp_path, recorder
):
    first = recorder("Ada", "Bo")
    second = recorder("Cem", "Bo")
    assert f"bo=process {first.process.pid} on " in second.refused
    assert "ada" not in second.refused
    first.go_on()
    assert first.said() == 0  # and is not disturbed
    first.kill()
    third = recorder("Bo")
    assert third.refused == ""
    third.go_on()
    assert third.said() == 0
    with EmbeddedStore(tmp_path) as store:
        states = store.sessions().groupby("athlete")["state"].agg(sorted)
        assert states["Bo"] == ["interrupted", "live"]
        assert states["Ada"] == ["interrupted"]
    assert not any(first.process.pid == pid for pid in Claims(tmp_path).others().values())


def test_a_claim_outlives_the_sessions_and_ends_with_the_store(tmp_path):
    with EmbeddedStore(tmp_path) as store, EmbeddedStore(tmp_path) as other:
        ada = store.add_athlete(Athlete("Ada")).id
        assert store.claim([ada]) == {}
        session = store.start_session(Session("", ada, "running", from_ns(TEN_NS))).id
        store.append(Batch.of([0], [np.datetime64(TEN_NS, "ns")], heart_rate=[140]), [session])
        store.end_session(session)
        with pytest.raises(AthleteTakenError, match="is recording ada into this store"):
            other.start_session(Session("", ada, "running", from_ns(TEN_NS)))
        store.close()
        again = other.start_session(Session("", ada, "running", from_ns(TEN_NS)))
        assert again.state is SessionState.LIVE


def test_nobody_begins_to_record_while_nobody_may(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        ada = store.add_athlete(Athlete("Ada")).id
        with nobody_records(tmp_path):
            assert Claims(tmp_path).others() == {}
        store.claim([ada])
        with (
            pytest.raises(StoreError, match="is recording into this store"),
            nobody_records(tmp_path),
        ):
            pass


def test_a_claim_given_back_as_often_as_taken_is_free(tmp_path):
    mine, yours = Claims(tmp_path), Claims(tmp_path)
    assert mine.take(["ada", "bo"]) == {}
    assert mine.take(["ada"]) == {}
    mine.give_back(["ada", "bo"])
    assert list(yours.take(["ada", "bo"])) == ["ada"]
    mine.give_back(["ada"])
    assert yours.take(["ada"]) == {}
    assert list(mine.others()) == ["ada", "bo"]
    mine.close()
    yours.close()
    assert list((tmp_path / "recorders").iterdir()) == []
