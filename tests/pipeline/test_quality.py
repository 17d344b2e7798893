"""Quality and reasons of the last good values."""

import dataclasses

import numpy as np
import pytest

from twin.pipeline import clean, features
from twin.pipeline.quality import readings
from twin.records import Athlete, Reason
from twin.schema import ALL_NAMES


def look(athlete, batch):
    cleaned, kept, _ = clean.clean(clean.start([athlete]), batch)
    derived, _ = features.step(features.start([athlete]), kept)
    return readings(cleaned, derived)


def of(found, name):
    line = ALL_NAMES.index(name)
    return found.latest[line, 0], found.quality[line, 0], Reason(found.reason[line, 0])


def test_a_steady_signal_is_good(ada, alone):
    found = look(ada, alone(heart_rate=list(range(120, 160))))
    assert of(found, "heart_rate") == (159, 1, Reason.GOOD)
    assert of(found, "zone") == (4, 1, Reason.GOOD)


def test_the_first_sample_is_good(ada, alone):
    assert of(look(ada, alone(heart_rate=[140])), "heart_rate") == (140, 1, Reason.GOOD)


def test_half_of_the_values_is_half_the_quality(ada, alone):
    rates = [140, np.nan] * 30 + [140]
    assert of(look(ada, alone(heart_rate=rates)), "heart_rate")[1] == pytest.approx(0.5, abs=0.02)


def test_smart_recording_is_good(ada, alone):
    found = look(ada, alone(list(range(0, 200, 5)), heart_rate=[140, 141] * 20))
    assert of(found, "heart_rate")[1:] == (1, Reason.GOOD)


def test_a_value_that_got_old_is_stale_and_still_told(ada, alone):
    found = look(ada, alone(heart_rate=[140] * 10 + [np.nan] * 10, power=[200] * 20))
    assert of(found, "heart_rate") == (140, 0, Reason.STALE)
    assert of(found, "power")[2] == Reason.GOOD


def test_what_was_never_measured_says_so(ada, alone):
    found = look(ada, alone(heart_rate=[140]))
    value, quality, reason = of(found, "power")
    assert np.isnan(value)
    assert (quality, reason) == (0, Reason.NOT_MEASURED)
    assert np.isnat(found.latest_time[ALL_NAMES.index("power"), 0])


def test_a_spike_halves_the_quality_of_its_channel(ada, alone):
    rates = [140] * 40 + [225, 140]
    value, quality, reason = of(look(ada, alone(heart_rate=rates)), "heart_rate")
    assert (value, reason) == (140, Reason.SPIKE)
    assert quality == pytest.approx(0.5 * 29 / 30)


def test_a_frozen_heart_rate_is_hardly_trusted(ada, alone):
    found = look(ada, alone(heart_rate=[150] * 50, power=[200] * 20 + [300] * 30))
    assert of(found, "heart_rate")[1:] == (pytest.approx(0.2), Reason.FROZEN)


def test_a_poor_position_is_told(ada, alone):
    batch = alone(latitude=[47.0], longitude=[8.0], hdop=[8.0])
    assert of(look(ada, batch), "latitude")[1:] == (0.25, Reason.POOR_POSITION)


def test_speed_rests_on_what_it_was_made_from(ada, alone):
    found = look(ada, alone(distance=[0, 3, 6]))
    assert of(found, "current_speed") == (3, 1, Reason.GOOD)
    assert of(found, "session_distance") == (6, 1, Reason.GOOD)


def test_before_the_first_sample_nothing_is_known(ada):
    squad = [ada, dataclasses.replace(ada, name="Ben", id="ben")]
    found = readings(clean.start(squad), features.start(squad))
    assert np.isnan(found.latest).all()
    assert np.isnat(found.latest_time).all()
    assert not found.quality.any()
    assert (found.reason == Reason.NOT_MEASURED).all()


def test_an_empty_squad_has_no_columns():
    squad: list[Athlete] = []
    assert readings(clean.start(squad), features.start(squad)).latest.shape == (len(ALL_NAMES), 0)
