"""Sessions to come are kept, listed by day and struck out."""

from datetime import date

import numpy as np
import pytest

from twin.errors import UnknownAthleteError
from twin.records import Athlete, PlannedSession
from twin.store import EmbeddedStore


def test_planned_sessions_come_back_by_day_and_go_when_struck_out(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        store.add_athlete(Athlete("Ada"))
        book = store.planned()
        long = book.add("Ada", PlannedSession(date(2026, 10, 4), "running", "long", 5400.0, 90.0))
        short = book.add("ada", PlannedSession(date(2026, 10, 2), "cycling"))
        assert book.of("Ada") == (short, long)
        assert np.isnan(short.load)
        assert book.of("Ada", since="2026-10-03") == (long,)
        assert book.of("Ada", until=date(2026, 10, 4)) == (short,)
        book.remove(long.id)
        book.remove(long.id)
        assert book.of("Ada") == (short,)


def test_nobody_plans_for_an_athlete_who_is_not_known(tmp_path):
    with EmbeddedStore(tmp_path) as store, pytest.raises(UnknownAthleteError):
        store.planned().add("Bo", PlannedSession(date(2026, 10, 2), "running"))
