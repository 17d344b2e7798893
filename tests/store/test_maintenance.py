"""A damaged store is told, a copy is whole, and what comes back is what was copied."""

import sqlite3
import tarfile

import pandas as pd
import pytest

from twin.errors import StoreError
from twin.records import Athlete
from twin.store import EmbeddedStore
from twin.store.backup import backup, restore
from twin.store.maintenance import check


def record(store, session, seconds, second):
    for number in range(seconds):
        store.append(second(number), [session])


def spoil(store, statement, *values):
    connection = sqlite3.connect(store.folder / "twin.db", isolation_level=None)
    connection.execute(statement, values)
    connection.close()


def test_a_whole_store_has_no_fault(store, begin, second):
    record(store, begin(store), 5, second)
    health = check(store.folder)
    assert (health.sessions, health.appends, health.faults, health.backlogs) == (1, 5, (), ())
    assert health.megabytes > 0


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE log SET batch = x'00' WHERE seq = 2", "log 2 cannot be read"),
        ("UPDATE log SET rows = 7 WHERE seq = 3", "log 3 holds 1 rows, 7 were kept"),
        ("UPDATE log SET layout = 99 WHERE seq = 1", "log 1 cannot be read"),
        ("UPDATE session SET athlete = 'nobody'", "session row 1 refers to a missing athlete"),
    ],
)
def test_damage_is_told_by_its_place(store, begin, second, statement, fault):
    record(store, begin(store), 5, second)
    spoil(store, statement)
    (found,) = check(store.folder).faults
    assert found.startswith(fault)


def test_a_folder_without_a_store_is_told_and_stays_empty(tmp_path):
    for ask in (check, lambda folder: backup(folder, tmp_path / "copy")):
        with pytest.raises(StoreError, match="holds no store"):
            ask(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_made_while_recording_comes_back_as_it_was_then(store, begin, second, tmp_path):
    session = begin(store)
    record(store, session, 30, second)
    backup(store.folder, tmp_path / "copy.db")
    before = store.samples(session)
    store.append(second(30), [session])
    with pytest.raises(StoreError, match="is recording into this store"):
        restore(store.folder, tmp_path / "copy.db")
    store.end_session(session)
    kept = restore(store.folder, tmp_path / "copy.db")
    store.recover()
    pd.testing.assert_frame_equal(store.samples(session), before)
    assert check(store.folder).faults == ()
    elsewhere = tmp_path / "elsewhere"
    assert restore(elsewhere, kept) is None
    with EmbeddedStore(elsewhere) as other:
        assert len(other.samples(session)) == 31


def test_a_backup_is_one_file_and_never_written_over_another(store, begin, tmp_path):
    begin(store)
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(store.folder, folder / "copy.db")
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    with pytest.raises(StoreError, match="exists already"):
        backup(store.folder, folder / "copy.db")


def test_what_is_no_backup_is_refused_and_changes_nothing(store, begin, tmp_path):
    session = begin(store)
    store.end_session(session)
    (tmp_path / "empty.db").touch()
    (tmp_path / "words.db").write_bytes(b"no database" * 999)
    for name in ("empty.db", "words.db", "nothing.db"):
        with pytest.raises(StoreError, match=name):
            restore(store.folder, tmp_path / name)
    assert store.session(session).id == session


def test_after_a_restore_every_session_is_announced_above_what_servers_heard(
    store, begin, tmp_path
):
    session = begin(store)
    store.end_session(session)
    backup(store.folder, tmp_path / "copy.db")
    heard = []
    for name in ("Ada B", "Ada C"):
        store.add_athlete(Athlete(name, id="ada"))
        heard.append(store.outbox("server").next().change)
    restore(store.folder, tmp_path / "copy.db")
    parcel = store.outbox("server").next()
    assert parcel.change > max(heard)
    assert b'athlete_name="Ada"' in parcel.body


def in_files(store, begin, second, seconds=30):
    """Record two athletes into files: one whole session, one still in a segment with it."""
    ids = [begin(store, name) for name in ("Ada", "Bea")]
    for number in range(seconds):
        store.append(second(number, 2), ids)
    store.end_session(ids[0])
    store.compact()
    return ids


def test_files_are_checked_to_the_byte_and_strays_are_told(store, begin, second):
    in_files(store, begin, second)
    assert check(store.folder).faults == ()
    assert check(store.folder).files == 2
    (final,) = (store.folder / "sessions").iterdir()
    content = bytearray(final.read_bytes())
    content[len(content) // 2] ^= 1
    final.write_bytes(content)
    (store.folder / "segments" / "left.parquet.part").write_bytes(b"cut off")
    assert set(check(store.folder).faults) == {
        f"sessions/{final.name} is not what was written",
        "segments/left.parquet.part is needed by nobody",
    }


@pytest.mark.parametrize("missing", [True, False])
def test_mending_keeps_what_is_whole_and_puts_the_rest_aside(store, begin, second, missing):
    ids = in_files(store, begin, second)
    (final,) = (store.folder / "sessions").iterdir()
    if missing:
        final.unlink()
    else:
        final.write_bytes(b"PAR1 nothing PAR1")
    (store.folder / "sessions" / "stray.parquet").touch()
    with pytest.raises(StoreError, match=final.name):
        store.samples(ids[0])
    health = check(store.folder, mend=True)
    assert health.faults == ()
    assert any("30 rows are lost" in words for words in health.mended)
    assert any("needed by nobody: deleted" in words for words in health.mended)
    assert check(store.folder).faults == ()
    assert store.session(ids[0]).samples == len(store.samples(ids[0])) == 0
    assert len(store.samples(ids[1])) == 30
    assert len(list((store.folder / "damaged").glob("*"))) == (0 if missing else 1)


def test_counts_that_are_wrong_are_told_and_set_right(store, begin, second):
    ids = in_files(store, begin, second)
    spoil(store, "UPDATE session SET samples = 7 WHERE id = ?", ids[0])
    assert check(store.folder).faults == (f"{ids[0]} holds 30 samples, 7 were counted",)
    check(store.folder, mend=True)
    assert store.session(ids[0]).samples == 30
    assert check(store.folder).faults == ()


def test_a_backup_holds_the_files_and_brings_them_back(store, begin, second, tmp_path):
    ids = in_files(store, begin, second)
    before = [store.samples(session) for session in ids]
    backup(store.folder, tmp_path / "copy.tar")
    store.end_session(ids[1])
    store.compact(grace_s=0.0)
    store.delete_session(ids[0])
    assert restore(store.folder, tmp_path / "copy.tar").suffix == ".tar"
    for session, frame in zip(ids, before, strict=True):
        pd.testing.assert_frame_equal(store.samples(session), frame)
    assert check(store.folder).faults == ()
    with (
        tarfile.open(tmp_path / "copy.tar") as tar,
        tarfile.open(tmp_path / "less.tar", "w") as less,
    ):
        for member in tar.getmembers()[:-1]:
            less.addfile(member, tar.extractfile(member))
    with pytest.raises(StoreError, match=r"is no whole backup: .* is missing or damaged"):
        restore(tmp_path / "elsewhere", tmp_path / "less.tar")
