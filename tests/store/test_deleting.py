"""A deleted session is gone for every reader, and from the file."""

import numpy as np
import pandas as pd
import pytest

from twin.errors import StoreError, UnknownSessionError
from twin.records import Athlete, Batch, Beats, Lap, Note, Period
from twin.store import EmbeddedStore
from twin.store.database import Database
from twin.store.erasure import forget_session

TEN = np.datetime64("2026-10-01T10:00:00", "ns")
SECRET = 123.456789


def record(store, ids, seconds=350):
    """Record a squad whose first athlete has a value found nowhere else."""
    for number in range(seconds):
        time = np.full(len(ids), TEN + np.timedelta64(number, "s"))
        values = np.arange(len(ids)) + 100.0
        values[0] = SECRET
        index = np.arange(len(ids), dtype=np.int32)
        beats = Beats(index, time, values)
        store.append(Batch.of(index, time, heart_rate=values, beats=beats), ids)
    for session in ids:
        store.end_session(session)


def bytes_in_blobs(store):
    with store._database.reading() as connection:
        return b"".join(
            blob for table in ("log", "beat_log")
            for (blob,) in connection.execute(f"SELECT batch FROM {table}")
        )  # fmt: skip


def test_a_deleted_session_leaves_the_file_and_the_squad_keeps_its_rows(store, begin):
    ids = [begin(store, name, squad_session="team") for name in ("Ada", "Bea", "Cem")]
    store.set_periods("team", [Period("game", store.session(ids[0]).start)])
    record(store, ids)
    assert np.float64(SECRET).tobytes() in bytes_in_blobs(store)
    store.delete_session(ids[0])
    assert np.float64(SECRET).tobytes() not in bytes_in_blobs(store)
    assert store.samples(ids[1])["heart_rate"].to_list() == [101] * 350
    assert store.rr(ids[2]).to_list() == [102] * 350
    assert store.session(ids[1]).samples == 350
    assert len(store.periods("team")) == 1
    for session in ids[1:]:
        store.delete_session(session)
    assert bytes_in_blobs(store) == b""
    assert store.periods("team") == ()


def test_a_deleted_session_is_unknown_with_its_laps_and_notes(store, begin):
    session = begin(store)
    began = store.session(session).start
    store.set_laps(session, [Lap(1, began)])
    store.add_note(session, Note(began, "tired"))
    record(store, [session], 3)
    store.delete_session(session)
    assert store.sessions().empty
    for ask in (store.session, store.samples, store.rr, store.laps, store.notes):
        with pytest.raises(UnknownSessionError):
            ask(session)


def test_a_new_session_of_the_same_id_does_not_get_the_old_rows(store, begin):
    ids = [begin(store, "Ada"), begin(store, "Bea")]
    record(store, ids, 3)
    store.delete_session(ids[0])
    again = begin(store, "Ada")
    assert again == ids[0]
    assert store.samples(again).empty
    assert store.session(again).samples == 0


def test_a_session_being_recorded_is_not_deleted(store, begin):
    session = begin(store)
    with pytest.raises(StoreError, match="end it first"):
        store.delete_session(session)


def test_an_erasure_cut_off_by_a_crash_is_never_read_and_ended_by_recovery(tmp_path, begin):
    with EmbeddedStore(tmp_path) as store:
        ids = [begin(store, "Ada"), begin(store, "Bea")]
        record(store, ids, 5)
    database = Database(tmp_path)
    with database.writing() as connection:  # what delete_session does before it erases
        forget_session(connection, 1)
    database.close()
    with EmbeddedStore(tmp_path) as store:
        assert store.sessions()["session"].to_list() == [ids[1]]
        assert np.float64(SECRET).tobytes() in bytes_in_blobs(store)
        store.recover()
        assert np.float64(SECRET).tobytes() not in bytes_in_blobs(store)
        assert len(store.samples(ids[1])) == 5


def test_a_deleted_import_can_be_imported_again(store, recording_of):
    first = store.add_recording(recording_of(9), Athlete("Ada"), content="hash")
    store.delete_session(first.id)
    second = store.add_recording(recording_of(9), Athlete("Ada"), content="hash")
    assert len(store.samples(second.id)) == 9


def test_a_deleted_session_leaves_files_and_pages_too(store, begin):
    ids = [begin(store, name) for name in ("Ada", "Bea", "Cem")]
    record(store, ids[:2], 50)
    live = begin(store, "Dan")
    store.append(Batch.of([0], [TEN], heart_rate=[100]), [live])
    store.compact()
    before = store.samples(ids[1])
    store.delete_session(ids[0])
    names = [path.name for path in store.folder.rglob("*.parquet")]
    assert not any("-ada." in name for name in names)
    for path in store.folder.rglob("*.parquet"):
        table = pd.read_parquet(path)
        assert SECRET not in table.to_numpy(object)
    assert store.samples(ids[1]).equals(before)
    store.close()
    assert np.float64(SECRET).tobytes() not in (store.folder / "twin.db").read_bytes()
