"""Ages and quality of live values."""

import numpy as np
import pytest

from twin.hub.snapshot import Arrivals, with_age
from twin.records import Reason
from twin.schema import STALE_AFTER_S

NOW = np.datetime64("2026-10-01T10:00:00", "ns")


def seconds(value: float) -> np.timedelta64:
    return np.timedelta64(int(value * 1e9), "ns")


def arrivals(*, source_now=NOW, hub_now=NOW, athletes=1) -> Arrivals:
    noted = Arrivals()
    noted.resize(athletes)
    noted.note(np.arange(athletes), source_now, hub_now)
    return noted


def test_a_value_ages_while_its_source_is_silent():
    measured = np.array([[NOW - seconds(1)]])
    age = arrivals().age_s(measured, NOW + seconds(4))
    assert age[0, 0] == pytest.approx(5)


def test_a_recording_of_years_ago_is_fresh_while_it_plays():
    then = np.datetime64("2013-06-01T17:32:20", "ns")
    age = arrivals(source_now=then).age_s(np.array([[then]]), NOW)
    assert age[0, 0] == 0


def test_a_channel_that_dropped_out_ages_while_others_go_on():
    measured = np.array([[NOW - seconds(20)], [NOW]])
    assert arrivals().age_s(measured, NOW)[:, 0].tolist() == pytest.approx([20, 0])


def test_what_was_never_measured_has_no_age():
    assert np.isnan(arrivals().age_s(np.array([[np.datetime64("NaT", "ns")]]), NOW)).all()


def test_an_athlete_whose_source_has_not_spoken_has_no_age():
    silent = Arrivals()
    silent.resize(1)
    assert np.isnan(silent.age_s(np.array([[NOW]]), NOW)).all()


def test_an_old_number_is_never_shown_as_live():
    quality, reason = with_age(
        np.ones((1, 2)), np.zeros((1, 2), np.uint8), np.array([[STALE_AFTER_S + 0.1, 0.0]])
    )
    assert quality.tolist() == [[0, 1]]
    assert reason.tolist() == [[Reason.STALE, Reason.GOOD]]


def test_an_empty_squad_has_empty_ages():
    assert arrivals(athletes=0).age_s(np.empty((3, 0), "datetime64[ns]"), NOW).shape == (3, 0)
