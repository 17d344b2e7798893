"""Which capacity holds on which day, where there are sessions and tests."""

from datetime import date

import pytest

from twin.model.demand import InputKind
from twin.model.reserve import Capacity, with_entered
from twin.records import EnteredCapacity

FITTED = {InputKind.POWER: Capacity(250.0, 5.0, 20_000.0, 2_000.0, 4, sessions=12)}
TESTS = [
    EnteredCapacity(date(2026, 6, 1), "power", 270.0, 18_000.0),
    EnteredCapacity(date(2026, 3, 3), "power", 262.0, 18_400.0),
]


@pytest.mark.parametrize(
    ("day", "critical"),
    [
        (date(2026, 3, 2), 250), (date(2026, 3, 3), 262), (date(2026, 5, 31), 262),
        (date(2026, 6, 1), 270), (None, 270),
    ],
)  # fmt: skip
def test_a_test_holds_from_its_day_until_the_next(day, critical):
    assert with_entered(FITTED, TESTS, day)[InputKind.POWER].critical == critical


def test_before_the_first_test_it_stands_in_where_sessions_tell_nothing():
    known = with_entered({}, TESTS, date(2026, 1, 1))[InputKind.POWER]
    assert (known.critical, known.entered) == (262, "2026-03-03")


def test_without_tests_sessions_count_and_each_kind_for_itself():
    run = EnteredCapacity(date(2026, 3, 3), "running speed", 4.0, 200.0)
    assert with_entered(FITTED, []) == FITTED
    both = with_entered(FITTED, [run])
    assert (both[InputKind.POWER], both[InputKind.RUNNING].reserve) == (
        FITTED[InputKind.POWER],
        200,
    )
