"""Intervals on the page: the instants and figures of what was found."""

import numpy as np
import pandas as pd
import pytest

from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.state.review_intervals import intervals_of
from twin.store import EmbeddedStore

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


def opened(tmp_path, power, sport="cycling"):
    index = pd.date_range(START, periods=len(power), freq="1s", name="time")
    recording = Recording(pd.DataFrame({"power": power, "heart_rate": 150.0}, index=index), sport)
    with EmbeddedStore(tmp_path) as store:
        kept = store.add_recording(recording, store.add_athlete(Athlete("Ada")), content="one")
        return ReviewState(store, session=kept.id).open()


def test_every_work_has_its_number_its_place_and_its_figures(tmp_path):
    power = np.r_[np.full(120, 100.0), np.tile(np.r_[np.full(60, 300.0), np.full(60, 100.0)], 3)]
    found = intervals_of(opened(tmp_path, power))
    assert [(one.number, one.works) for one in found] == [
        (1, True), (1, False), (2, True), (2, False), (3, True)]  # fmt: skip
    assert found[2].start == (START + pd.Timedelta(seconds=240)).to_pydatetime()
    assert found[2].figures.mean_power == pytest.approx(300, abs=10)  # by construction; soft edges


def test_legs_of_several_sports_are_no_intervals(tmp_path):
    legs = np.r_[np.full(600, 100.0), np.full(600, 300.0), np.full(600, 100.0), np.full(600, 300.0)]
    assert intervals_of(opened(tmp_path, legs)) != []
    assert intervals_of(opened(tmp_path / "several", legs, "multisport")) == []


def test_a_session_without_work_or_of_one_sample_has_no_intervals(tmp_path):
    assert intervals_of(opened(tmp_path / "steady", np.full(600, 200.0))) == []
    assert intervals_of(opened(tmp_path / "one", np.array([200.0]))) == []
