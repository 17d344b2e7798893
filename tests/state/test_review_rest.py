"""The quietest minutes of a session: numbers by the definitions, from waves of known size."""

import numpy as np
import pandas as pd
import pytest

from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.state.review_rest import rest_of
from twin.store import EmbeddedStore
from twin.views.review_rest import poincare_chart, rest_card, rest_html, rest_words, spectrum_chart
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


def waves(seconds, mean):
    """Beats about a mean with 40 ms at 0.1 Hz and 25 ms at 0.25 Hz."""
    time, intervals = 0.0, []
    while time < seconds:
        swing = 40 * np.sin(2 * np.pi * 0.1 * time) + 25 * np.sin(2 * np.pi * 0.25 * time)
        intervals.append(mean + swing)
        time += intervals[-1] / 1000
    return np.array(intervals)


BAD = waves(400, 800)
BAD[::12] *= 1.6  # more than 5 % of the beats are wrong


@pytest.fixture
def opened(tmp_path):
    with EmbeddedStore(tmp_path) as store:

        def open_one(rr):
            index = pd.date_range(START, periods=900, freq="1s", name="time")
            instants = START + pd.to_timedelta(np.cumsum(rr), unit="ms")
            recording = Recording(
                pd.DataFrame({"heart_rate": np.full(900, 100.0)}, index=index),
                rr=pd.Series(rr, index=pd.DatetimeIndex(instants)), path="one",
            )  # fmt: skip
            ada = store.add_athlete(Athlete("Ada", max_hr=190, resting_hr=50))
            kept = store.add_recording(recording, ada, content="one")
            state = ReviewState(store, session=kept.id)
            return state, state.open()

        yield open_one


def test_the_quietest_five_minutes_are_found_between_harder_ones_and_measured(opened):
    hard, quiet = waves(240, 500), waves(330, 1000)
    state, reviewed = opened(np.concatenate([hard, quiet, hard]))
    found = rest_of(state.store, reviewed)
    assert START + pd.Timedelta("230s") < found.start < START + pd.Timedelta("280s")
    assert found.is_rest
    assert found.heart_rate == pytest.approx(60, abs=0.5)
    # Variances of the waves: 40^2 / 2 = 800, 25^2 / 2 = 312.5 ms2; by definition SD1 = RMSSD / sqrt 2.
    assert found.bands.low == pytest.approx(800, rel=0.1)
    assert found.bands.high == pytest.approx(312.5, rel=0.1)
    assert found.sdnn == pytest.approx(np.sqrt(1112.5), rel=0.03)
    assert found.sd1 == pytest.approx(found.rmssd / np.sqrt(2), rel=0.01)
    assert found.sd1**2 + found.sd2**2 == pytest.approx(2 * found.sdnn**2)
    assert "60 bpm" in rest_html(found)
    assert "Low over high is not a balance" in rest_words(found)
    assert poincare_chart(found, LIGHT).xaxis.axis_label == "Interval before [ms]"
    assert spectrum_chart(found, LIGHT).yaxis.axis_label == "Density [ms²/Hz]"


def test_above_rest_there_is_no_spectrum_but_the_reason(opened):
    state, reviewed = opened(waves(400, 500))
    found = rest_of(state.store, reviewed)
    assert not len(found.spectrum.frequency)
    assert np.isnan(found.bands.ratio)
    assert found.rest_below == pytest.approx(50 + 0.2 * 140)  # by hand
    assert "bpm this was not rest (below 78 bpm" in rest_words(found)
    assert "Low band" not in rest_html(found)


@pytest.mark.parametrize("rr", [waves(100, 1000), BAD])
def test_too_few_or_too_many_corrected_beats_are_told(opened, rr):
    state, reviewed = opened(rr)
    assert rest_of(state.store, reviewed) is None
    words = [pane.object for pane in rest_card(state, reviewed, LIGHT).__panel__().select(lambda p: hasattr(p, "object"))]  # fmt: skip
    assert any("nothing is told of rest" in text for text in words)
