"""An older file becomes today's; a newer one is refused and not touched."""

import sqlite3

import pytest

from twin.errors import StoreError
from twin.store import EmbeddedStore
from twin.store.migrations import SCRIPTS, file_version, migrate

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
