"""Figures of sessions are kept and listed, as long as the session is what it was."""

import numpy as np
import pytest

from twin.errors import UnknownSessionError
from twin.records import Athlete


def test_a_store_without_summaries_has_a_table_without_rows(store):
    assert store.summaries().empty


def test_figures_come_back_by_session_oldest_first_and_can_be_replaced(store, begin, second):
    late, early = begin(store, "Ada"), begin(store, "Bea")
    for session, number in ((late, 9), (early, 1)):
        store.append(second(number), [session])
        store.end_session(session)
    store.keep_summary(late, {"load": 50.5, "ascent": np.nan}, version="1")
    store.keep_summary(early, {"load": 1.0}, version="1")
    store.keep_summary(early, {"load": 2.0, "distance": 900.0}, version="2")
    table = store.summaries()
    assert table.index.to_list() == [early, late]
    assert table["athlete"].to_list() == ["Bea", "Ada"]
    assert table["version"].to_list() == ["2", "1"]
    assert table["start"].is_monotonic_increasing
    np.testing.assert_array_equal(table["load"], [2.0, 50.5])
    np.testing.assert_array_equal(table["distance"], [900.0, np.nan])
    assert np.isnan(table["ascent"]).all()
    assert store.summaries(athlete="Ada").index.to_list() == [late]


def test_a_session_that_grew_since_is_left_out_and_a_deleted_one_forgotten(store, begin, second):
    session = begin(store)
    store.append(second(0), [session])
    store.end_session(session)
    store.keep_summary(session, {"load": 1.0}, version="1")
    store.append(second(1), [session])
    assert store.summaries().empty
    store.keep_summary(session, {"load": 2.0}, version="1")
    assert store.summaries()["load"].to_list() == [2.0]
    store.delete_session(session)
    assert store.summaries().empty


def test_a_summary_of_nothing_stored_is_refused(store):
    store.add_athlete(Athlete("Ada"))
    with pytest.raises(UnknownSessionError):
        store.keep_summary("nobody", {}, version="1")
