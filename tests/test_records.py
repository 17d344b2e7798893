"""The values that cross rooms: columns, missing values, refusals."""

import dataclasses
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from twin.records import NO_BEATS, Athlete, Batch, Recording, Session, SessionState, Tick, slug
from twin.schema import ALL_NAMES, MEASURED_NAMES

NOON = np.datetime64("2026-10-01T12:00:00", "ns")


def test_channels_not_given_are_missing():
    batch = Batch.of([0, 1], [NOON, NOON], heart_rate=[141, np.nan])
    np.testing.assert_array_equal(batch["heart_rate"], [141, np.nan])
    assert np.isnan(batch["power"]).all()
    assert batch.values.shape == (len(MEASURED_NAMES), 2)


def test_an_empty_batch_has_every_channel():
    batch = Batch.of([], [])
    assert len(batch) == 0
    assert batch["heart_rate"].shape == (0,)
    assert batch.frame().empty


def test_a_single_sample_becomes_a_frame_in_utc():
    frame = Batch.of([3], [NOON], heart_rate=[150], power=[np.nan]).frame()
    assert frame.index[0] == pd.Timestamp("2026-10-01 12:00", tz="UTC")
    assert dict(frame.iloc[0]) == {"athlete": 3, "heart_rate": 150}


@pytest.mark.parametrize("name", ["zone", "heartrate"])
def test_a_channel_that_is_not_measured_is_refused(name):
    with pytest.raises(ValueError, match=f"'{name}' is not a measured channel; known: heart_rate"):
        Batch.of([0], [NOON], **{name: [1]})


def test_a_column_of_another_length_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        Batch.of([0, 1], [NOON, NOON], heart_rate=[1, 2, 3])


def test_rows_are_taken_by_mask_and_by_index():
    batch = Batch.of([0, 1, 2], [NOON] * 3, heart_rate=[100, 110, 120], now=NOON)
    np.testing.assert_array_equal(batch.take(batch["heart_rate"] > 105)["heart_rate"], [110, 120])
    np.testing.assert_array_equal(batch.take(np.array([2]))["heart_rate"], [120])
    assert batch.take(np.array([], np.intp)).now == NOON
    assert batch.beats is NO_BEATS


@pytest.mark.parametrize(
    "record", [Athlete("Ada"), Session("s", "ada", "running", datetime.now(UTC)), NO_BEATS]
)
def test_a_record_cannot_be_changed(record):
    name = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, "other")


def test_the_id_of_an_athlete_is_made_once_from_the_name():
    ada = Athlete("Ada O'Neil")
    assert ada.id == "ada-o-neil"
    assert dataclasses.replace(ada, name="Ada Smith").id == "ada-o-neil"


@pytest.mark.parametrize(
    ("name", "expected"), [("Zoë", "zoë"), ("  A  B ", "a-b"), ("!", "athlete")]
)
def test_a_slug_is_never_empty(name, expected):
    assert slug(name) == expected


@pytest.mark.parametrize("name", ["", "  "])
def test_an_athlete_without_a_name_is_refused(name):
    with pytest.raises(ValueError, match="needs a name"):
        Athlete(name)


def test_a_maximum_below_rest_is_refused_with_both_values():
    with pytest.raises(ValueError, match=r"max_hr \(60 bpm\) of Ada must exceed resting_hr \(60"):
        Athlete("Ada", max_hr=60, resting_hr=60)


def test_a_session_is_live_until_it_is_ended():
    session = Session("s", "ada", "running", datetime.now(UTC))
    assert session.state is SessionState.LIVE
    assert session.end is None


def test_the_duration_of_a_recording_holds_its_pauses():
    index = pd.DatetimeIndex(["2026-10-01 12:00:00", "2026-10-01 12:10:30"], tz="UTC", name="time")
    recording = Recording(pd.DataFrame({"heart_rate": [120.0, 130.0]}, index=index))
    assert recording.duration_s == 630
    assert recording.end - recording.start == timedelta(seconds=630)
    assert recording.rr.empty


def test_a_recording_of_one_sample_lasts_no_time():
    index = pd.DatetimeIndex(["2026-10-01 12:00:00"], tz="UTC", name="time")
    assert Recording(pd.DataFrame({"heart_rate": [120.0]}, index=index)).duration_s == 0


def test_a_tick_gives_the_value_of_one_athlete():
    values = np.full((len(ALL_NAMES), 2), np.nan)
    values[ALL_NAMES.index("power"), 1] = 250
    squad = (Athlete("Ada"), Athlete("Bo"))
    empty = np.full_like(values, np.nan)
    tick = Tick(
        1, NOON, squad, values, empty, empty, np.zeros(values.shape, np.uint8), Batch.of([], [])
    )
    assert tick.value(1, "power") == 250
    assert np.isnan(tick.value(0, "power"))
