"""Tests of an athlete's capacity are kept by day, replaced, taken back."""

import math
from datetime import date

import pytest

from twin.errors import UnknownAthleteError
from twin.records import Athlete, EnteredCapacity
from twin.store import EmbeddedStore

MARCH = EnteredCapacity(date(2026, 3, 3), "power", 262.0, 18_400.0)
JUNE = EnteredCapacity(date(2026, 6, 1), "power", 270.0, 18_000.0)
RUN = EnteredCapacity(date(2026, 3, 3), "running speed", 4.0, 200.0)


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        store.add_athlete(Athlete("Ada"))
        store.add_athlete(Athlete("Bo"))
        yield store


def test_tests_come_newest_first_and_one_of_the_same_day_takes_the_place(store):
    for one in (MARCH, RUN, JUNE, EnteredCapacity(MARCH.day, "power", 265.0, 18_400.0)):
        store.capacities().keep("Ada", one)
    kept = store.capacities().of("ada")
    assert [(one.day.month, one.kind, one.critical) for one in kept] == [
        (6, "power", 270), (3, "power", 265), (3, "running speed", 4),
    ]  # fmt: skip
    assert (store.capacities().of("Bo"), set(store.capacities().all())) == ((), {"ada"})


def test_one_asked_for_by_id_is_as_among_all_and_a_stranger_has_none(store):
    for name, one in (("Ada", JUNE), ("Bo", MARCH), ("Ada", MARCH), ("Ada", RUN)):
        store.capacities().keep(name, one)
    everybody = store.capacities().all()
    for athlete in ("ada", "bo", "cy"):
        assert store.capacities().of_id(athlete) == everybody.get(athlete, ())
    assert everybody["ada"] == store.capacities().of("Ada") == (JUNE, MARCH, RUN)


def test_what_is_taken_back_is_gone_and_the_other_kind_stays(store):
    for one in (MARCH, RUN):
        store.capacities().keep("ada", one)
    for _ in range(2):  # a second time is no error
        store.capacities().take_back("Ada", "power", MARCH.day)
    assert store.capacities().of("ada") == (RUN,)


def test_a_stranger_is_refused(store):
    with pytest.raises(UnknownAthleteError):
        store.capacities().keep("Cy", MARCH)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ((date(2026, 3, 3), "power", 1262.0, 18_400.0), "critical power is 50 to 600 W, got 1262"),
        ((date(2026, 3, 3), "power", math.nan, 18_400.0), "got nan"),
        ((date(2026, 3, 3), "running speed", 4.0, 2.0), "D′ is 10 to 800 m, got 2"),
        ((date(2026, 3, 3), "heart rate", 4.0, 200.0), "power or running speed, got 'heart rate'"),
        ((date(226, 3, 3), "power", 262.0, 18_400.0), "1900-01-01 or later"),
    ],
)
def test_what_no_person_has_is_refused_with_what_is_expected(values, error):
    with pytest.raises(ValueError, match=error):
        EnteredCapacity(*values)
