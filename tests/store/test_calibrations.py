"""Versions of what twins have learnt, kept in the catalogue."""

import pytest

from twin.errors import UnknownAthleteError
from twin.records import Athlete
from twin.store import EmbeddedStore
from twin.store.calibrations import Calibrations, StoredCalibration
from twin.store.instants import from_ns

MADE = from_ns(1_790_000_000_000_000_000)


def version(athlete: str, sessions: int, content: str = "{}") -> StoredCalibration:
    return StoredCalibration(athlete, MADE, sessions, 7, content)


@pytest.fixture
def shelf(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        for name in ("Ada", "Bo"):
            store.add_athlete(Athlete(name))
    with Calibrations(tmp_path) as opened:
        yield opened


def test_every_version_is_kept_and_the_newest_comes_first(shelf):
    numbers = [shelf.add(version("ada", sessions)) for sessions in (1, 2, 3)]
    assert [(v.version, v.sessions) for v in shelf.versions("Ada")] == [
        (numbers[2], 3), (numbers[1], 2), (numbers[0], 1)
    ]  # fmt: skip
    assert shelf.versions("ada")[0].made == MADE


def test_each_athlete_has_an_own_newest_version(shelf):
    shelf.add(version("ada", 4, "old"))
    shelf.add(version("bo", 1, "of Bo"))
    shelf.add(version("ada", 5, "new"))
    newest = shelf.newest()
    assert (newest["ada"].content, newest["bo"].content) == ("new", "of Bo")
    for athlete in ("ada", "bo", "cleo"):
        assert shelf.newest_of(athlete) == newest.get(athlete)
    assert shelf.of("ADA") == newest["ada"]


def test_versions_older_than_the_last_fifty_are_forgotten(shelf):
    for sessions in range(53):
        shelf.add(version("ada", sessions))
    shelf.add(version("bo", 1))
    assert [v.sessions for v in shelf.versions("ada")] == list(range(52, 2, -1))


def test_who_has_none_has_none_and_who_is_nobody_is_refused(shelf):
    assert shelf.versions("ada") == ()
    assert shelf.newest() == {}
    assert shelf.last_sessions() == {}
    with pytest.raises(UnknownAthleteError):
        shelf.versions("Cleo")


def test_the_last_session_is_the_newest_that_has_ended(tmp_path, shelf, begin):
    with EmbeddedStore(tmp_path) as store:
        ended = begin(store)
        store.end_session(ended)
        athlete = store.session(ended).athlete
        before = shelf.last_sessions()[athlete]
        begin(store)  # still being recorded
        assert shelf.last_sessions()[athlete] == before
