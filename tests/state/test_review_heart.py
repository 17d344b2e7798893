"""Variability, efficiency and the twin's expectation of stored sessions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.recording import simulate_recording
from twin.model.demand import InputKind
from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.state.review_heart import efficiency_of, variability_of
from twin.state.review_twin import twin_through
from twin.store import EmbeddedStore
from twin.views.heart_charts import efficiency_chart, twin_charts, variability_charts
from twin.views.review_heart import heart_card, twin_card
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")


@pytest.fixture
def opened(tmp_path):
    stores = []

    def open_one(recording):
        store = EmbeddedStore(tmp_path / str(len(stores)))
        stores.append(store)
        kept = store.add_recording(recording, store.add_athlete(Athlete("Ada")), content="one")
        state = ReviewState(store, session=kept.id)
        return state, state.open()

    yield open_one
    for store in stores:
        store.close()


def beats(rr_ms):
    instants = START + pd.to_timedelta(np.cumsum(rr_ms), unit="ms")
    return pd.Series(rr_ms, index=pd.DatetimeIndex(instants))


def ride(seconds, **channels):
    index = pd.date_range(START, periods=seconds, freq="1s", name="time")
    return Recording(pd.DataFrame(channels, index=index), sport="cycling", path="ride.fit")


def test_alpha1_comes_with_its_instants_and_the_gate_closes_on_artefacts(opened):
    random = np.random.default_rng(1)
    rr = 500 + np.cumsum(random.normal(0, 2, 1600)) * 0.5
    rr[800::7] *= 1.6  # from here on every seventh beat is wrong
    state, reviewed = opened(replace(ride(900, heart_rate=np.full(900, 120.0)), rr=beats(rr)))
    windows = variability_of(state.store, reviewed).windows
    turn = START + pd.Timedelta(seconds=rr[:800].sum() / 1000)
    clean = windows[(windows.index > START + pd.Timedelta("2min")) & (windows.index < turn)]
    bad = windows[windows.index > turn + pd.Timedelta("2min")]
    assert clean["alpha1"].notna().all()
    assert bad["alpha1"].isna().all()
    assert bad["reason"].str.contains("corrected").all()
    assert len(variability_charts(variability_of(state.store, reviewed), LIGHT)) == 3


def test_after_a_silence_of_the_strap_windows_begin_anew(opened):
    rr = 500 + np.cumsum(np.random.default_rng(1).normal(0, 2, 800)) * 0.5
    series = beats(rr)
    later = series.index[400:] + pd.Timedelta("5min")
    series.index = series.index[:400].append(later)
    state, reviewed = opened(replace(ride(900, heart_rate=np.full(900, 120.0)), rr=series))
    windows = variability_of(state.store, reviewed).windows
    after = windows[(windows.index > later[0]) & (windows.index < later[0] + pd.Timedelta("90s"))]
    assert after["reason"].str.startswith("collecting").all()


def test_efficiency_and_decoupling_of_a_known_drift(opened):
    second = np.arange(3600)
    rate = np.where(second < 2100, 140.0, 147.0)  # moving, less 600 s of warm-up: halves of 1500 s
    _, reviewed = opened(ride(3600, power=np.full(3600, 210.0), heart_rate=rate))
    found = efficiency_of(reviewed)
    assert found.kind is InputKind.POWER
    assert found.factor[0] == pytest.approx(210 / 140)
    assert found.decoupling == pytest.approx(100 * (1 - 140 / 147))  # by hand
    assert efficiency_chart(found, LIGHT).yaxis.axis_label == "Efficiency [W/bpm]"


def test_in_intervals_decoupling_is_no_number(opened):
    power = np.tile(np.repeat([300.0, 120.0], 180), 10)
    state, reviewed = opened(ride(3600, power=power, heart_rate=120 + power / 10))
    found = efficiency_of(reviewed)
    assert not found.is_steady
    assert np.isnan(found.decoupling)
    # two equal levels vary by half of their distance: 90 of 210 W, less where they meet
    assert found.variation == pytest.approx(0.41, abs=0.03)
    card = heart_card(state, reviewed, LIGHT).__panel__()
    words = " ".join(
        p.object for p in card.select(lambda p: isinstance(getattr(p, "object", None), str))
    )
    assert "not steady" in words


def test_what_is_missing_is_told_in_words(opened):
    state, reviewed = opened(ride(600, power=np.full(600, 200.0)))
    assert variability_of(state.store, reviewed) is None
    assert efficiency_of(reviewed) is None
    assert twin_through(state.store, reviewed) is None
    words = " ".join(pane.object for card in (heart_card, twin_card)
                     for pane in card(state, reviewed, LIGHT).__panel__().select(lambda p: hasattr(p, "object")))  # fmt: skip
    assert "No RR intervals" in words
    assert "No heart rate" in words


def test_without_work_the_twin_expects_nothing(opened):
    state, reviewed = opened(ride(60, heart_rate=np.full(60, 120.0)))
    through = twin_through(state.store, reviewed)
    assert through.kind is InputKind.NONE
    assert np.isnan(through.expected.rate).all()


def test_the_band_holds_what_a_simulated_athlete_does(opened):
    recording, _ = simulate_recording("cycling", 2400, 3)
    state, reviewed = opened(recording)
    through = twin_through(state.store, reviewed)
    later = slice(600, None)  # by then the form of the day is known
    known = ~np.isnan(through.expected.residual[later])
    assert np.nanmean(np.abs(through.expected.residual[later])) < 12  # the population's answer
    assert known.mean() > 0.9
    assert len(through.times) == len(through.expected.rate)
    charts = twin_charts(through, LIGHT)
    assert [plot.name for plot in charts] == ["measured", "residual"]
    inks = {tuple(drawn.glyph.tags) for plot in charts for drawn in plot.renderers}
    assert inks == {("muted",), ("text",), ()}  # in either scheme; what has none is the line itself


def test_a_single_sample_is_no_error(opened):
    state, reviewed = opened(ride(1, heart_rate=[120.0], power=[200.0]))
    assert efficiency_of(reviewed) is None
    assert len(twin_through(state.store, reviewed).times) == 1
