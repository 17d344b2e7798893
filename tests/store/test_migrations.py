"""An older file becomes today's; a newer one is refused and not touched."""

import lzma
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from twin.errors import StoreError
from twin.records import SessionState
from twin.store import EmbeddedStore
from twin.store.migrations import file_version, migrate
from twin.store.tables import SCRIPTS

NEXT = "ALTER TABLE session ADD COLUMN weather TEXT NOT NULL DEFAULT ''; CREATE TABLE extra (x);"


@pytest.fixture
def connection(tmp_path):
    connection = sqlite3.connect(tmp_path / "twin.db", isolation_level=None)
    yield connection
    connection.close()


def test_a_file_of_the_version_before_is_taken_forward_with_what_it_holds(
    tmp_path, begin, second, connection
):
    with EmbeddedStore(tmp_path) as store:
        session = begin(store)
        store.append(second(0), [session])
    migrate(connection, (*SCRIPTS, NEXT))
    assert file_version(connection, len(SCRIPTS) + 1) == len(SCRIPTS) + 1
    assert connection.execute("SELECT id, weather FROM session").fetchall() == [(session, "")]
    migrate(connection, (*SCRIPTS, NEXT))  # a second time changes nothing


def test_an_empty_file_becomes_a_store(tmp_path):
    (tmp_path / "twin.db").touch()
    with EmbeddedStore(tmp_path) as store:
        assert store.sessions().empty


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path, connection):
    EmbeddedStore(tmp_path).close()
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*SCRIPTS, NEXT + "SELECT nothing FROM nowhere;"))
    assert file_version(connection) == len(SCRIPTS)
    with EmbeddedStore(tmp_path) as store:
        assert store.sessions().empty


def test_a_newer_file_is_refused(tmp_path, connection):
    EmbeddedStore(tmp_path).close()
    connection.execute(f"PRAGMA user_version = {len(SCRIPTS) + 1}")
    with pytest.raises(StoreError, match=f"version {len(SCRIPTS) + 1}, this library reads up to"):
        EmbeddedStore(tmp_path)


def test_a_store_of_the_release_before_files_opens_with_all_it_held_and_ends_as_files(tmp_path):
    """Made by version 3: a squad for 2 minutes, one athlete cut off, and an imported ride."""
    packed = Path(__file__).parent / "data" / "store_version_3.db.xz"
    (tmp_path / "twin.db").write_bytes(lzma.decompress(packed.read_bytes()))
    with EmbeddedStore(tmp_path) as store:
        assert len(store.recover()) == 1
        for _ in range(2):  # from the log, and once more from files
            table = store.sessions().set_index("session")
            assert table["samples"].to_list() == [120, 120, 120, 500]
            squad = sorted(table.index[table["source"] == ""])
            for athlete, session in enumerate(squad):
                value = 100.0 + athlete + np.arange(120)
                frame = store.samples(session)
                np.testing.assert_array_equal(frame["heart_rate"], value)
                power = np.where(np.arange(120) % 7 == 0, value * 2, np.nan)
                np.testing.assert_array_equal(frame["power"], power)
                np.testing.assert_array_equal(store.rr(session), value * 7)
            assert store.session(squad[2]).state is SessionState.INTERRUPTED
            assert [note.text for note in store.notes(squad[0])] == ["windy"]
            assert len(store.laps(squad[0])) == len(store.periods("team")) == 1
            (ride,) = table.index[table["source"] == "file:tour.fit"]
            np.testing.assert_array_equal(store.samples(ride)["power"], np.arange(500) % 7 + 200.0)
            waiting = store.outbox("far").backlog().rows  # of the squad's 120 appends 10 were sent
            assert waiting >= 2 * 3 * 110 + 500
            store.compact(grace_s=0.0)
        assert len(list((tmp_path / "sessions").iterdir())) == 7
        assert list((tmp_path / "segments").iterdir()) == []


def test_figures_stay_when_the_second_place_for_them_goes(tmp_path, begin, second, connection):
    migrate(connection, SCRIPTS[:11])  # as long as both stood
    with EmbeddedStore(tmp_path) as store:
        assert file_version(connection) == len(SCRIPTS)
        session = begin(store)
        store.append(second(0), [session])
        store.end_session(session, distance_m=812.5)
        assert store.sessions()["distance"].to_list() == [812.5]
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "figure" in tables
    assert "summary" not in tables
