"""Missing figures are computed in another process, and everybody who waits is told."""

from queue import Queue

from simulator.recording import simulate_recording
from twin.archive import CatchingUp, stale_sessions
from twin.records import Athlete
from twin.store import EmbeddedStore


def test_what_is_missing_is_computed_beside_and_each_listener_is_told_of_the_end(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        for day in ("2026-10-01", "2026-10-02"):
            recording, _ = simulate_recording("running", 60, start=f"{day}T10:00:00")
            store.add_recording(recording, Athlete("Ada"), content=day)
        beside, told, left = CatchingUp(tmp_path), Queue(), Queue()
        beside.start("ada", lambda done, total: told.put((done, total)))
        beside.start("ada", lambda done, total: told.put((done, total)))

        def leaver(done, total):
            left.put((done, total))

        beside.start("ada", leaver)
        beside.leave("ada", leaver)
        ends = 0
        while ends < 2:
            done, total = told.get(timeout=60)
            assert total == 2
            ends += done == total
        assert stale_sessions(store) == []
        assert left.empty()
        beside.close()
        beside.start("ada", leaver)  # closed: nothing begins
        assert left.empty()
