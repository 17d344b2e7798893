"""Recordings that go past the log: the same as through it, whatever happens meanwhile."""

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from tests.store.test_outbox import MemoryServer, drain
from twin.errors import StoreFullError
from twin.records import Athlete, Recording
from twin.store import EmbeddedStore
from twin.store.maintenance import check

ADA = Athlete("Ada")
RUN, _ = simulate_recording("running", 120, seed=1)


def moved(days):
    samples, rr = RUN.samples.copy(), RUN.rr.copy()
    samples.index, rr.index = (i + pd.Timedelta(days=days) for i in (samples.index, rr.index))
    return Recording(samples, "running", rr)


def logged(store):
    with store._database.reading() as connection:
        return connection.execute("SELECT count(*) FROM log").fetchone()[0]


def files(store):
    return sorted(path.name for path in store.folder.glob("*/*.parquet"))


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as opened:
        opened.add_athlete(ADA)
        yield opened


def test_recordings_kept_together_are_files_at_once_and_read_back_to_the_bit(store):
    with store.together():
        kept = [store.add_recording(moved(day), ADA, content=str(day)).id for day in range(3)]
    assert logged(store) == 0
    assert len(files(store)) == 6, "samples and beats of each"
    for day, session in enumerate(kept):
        read = store.samples(session)
        pd.testing.assert_frame_equal(read, moved(day).samples, check_freq=False)
        assert store.session(session).samples == len(read)
        np.testing.assert_array_equal(store.rr(session), RUN.rr)
    store.compact(grace_s=0)
    assert len(files(store)) == 6
    assert check(store.folder).faults == ()


def test_while_something_is_recorded_they_go_through_the_log(store, begin, second):
    store.append(second(0), [begin(store, "Bea")])
    with store.together():
        kept = store.add_recording(moved(0), ADA, content="run")
    assert logged(store) == 2
    assert len(store.samples(kept.id)) == len(RUN.samples)
    store.compact(grace_s=0)
    with store.together():
        store.add_recording(moved(1), ADA, content="next")
    assert logged(store) == 0
    store.append(second(1), [begin(store, "Cea")])
    assert logged(store) == 1, "numbers go on behind those filed"
    assert check(store.folder).faults == ()


def test_a_server_gets_what_was_filed_once_and_in_order(store, begin, second):
    server, bea = MemoryServer(), begin(store, "Bea")
    store.append(second(0), [bea])
    drain(store, server)
    store.compact(grace_s=0)
    with store.together():
        store.add_recording(moved(0), ADA, content="run")
    store.append(second(1), [bea])
    drain(store, server)
    assert len(server.of("samples")) == len(set(server.of("samples"))) == len(RUN.samples) + 2
    assert len(server.of("rr")) == len(RUN.rr)


def test_what_fails_together_leaves_nothing(store):
    def cut_off():
        with store.together():
            store.add_recording(moved(0), ADA, content="run")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        cut_off()
    assert files(store) == []
    assert len(store.sessions()) == 0
    assert store.contents() == {}
    with store.together():
        store.add_recording(moved(0), ADA, content="run")
    assert check(store.folder).faults == ()


def test_a_deleted_session_takes_its_file_along(store):
    with store.together():
        kept = store.add_recording(moved(0), ADA, content="run")
    store.delete_session(kept.id)
    assert files(store) == []


def test_on_a_full_disk_nothing_of_what_was_kept_together_stays(small_disk):
    with EmbeddedStore(small_disk(3)) as store:
        store.add_athlete(ADA)

        def keep(count):
            with store.together():
                for day in range(count):
                    store.add_recording(moved(day), ADA, content=str(day))

        with pytest.raises(StoreFullError):
            keep(200)
        assert files(store) == []
        assert store.contents() == {}
        keep(1)
        assert len(files(store)) == 2
        assert check(store.folder).faults == ()
