"""The maximal heart rate of athletes who entered none; a planted maximum is the truth."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from twin.archive import apply_repairs, season, settle_max_hr, stale_sessions, summarise
from twin.model.highest import highest_heart_rate
from twin.records import Athlete, Edit, Proposal, Recording
from twin.store import EmbeddedStore

TODAY = date(2026, 10, 20)


def recording(day, highest, **channels):
    """Ten minutes at 130 bpm with a minute that rises to the highest and falls from it."""
    index = pd.date_range(f"2026-10-{day:02d}T10:00", periods=600, freq="s", tz="UTC", name="time")
    rate = np.full(600, 130.0)
    rate[240:360] = 130 + (highest - 130) * np.sin(np.linspace(0, np.pi, 120))
    return Recording(pd.DataFrame({"heart_rate": rate.round(), **channels}, index), sport="running")


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        for day, highest in ((1, 176), (2, 181), (3, 160)):
            store.add_recording(recording(day, highest), Athlete("Ada"), content=str(day))
        yield store


def test_what_was_seen_beats_the_prior_of_an_older_athlete_and_figures_are_made_anew(store):
    before = settle_max_hr(store, "Ada", today=TODAY)
    assert (before.max_hr, before.max_hr_from) == (190, "assumed")
    list(summarise(store))
    load = season(store, "ada").sessions["banister_trimp"].sum()
    store.add_athlete(before.changed({"birth_year": 1966}))
    after = settle_max_hr(store, "ada", today=TODAY)  # 208 - 0.7 x 60 = 166, by hand
    assert after.max_hr == pytest.approx(180, abs=1)  # 181, held for 10 s
    assert after.max_hr_from == "2026-10-02"
    assert len(stale_sessions(store)) == 3
    list(summarise(store))
    assert season(store, "ada").sessions["banister_trimp"].sum() > load


def test_an_id_means_its_athlete_also_where_another_is_called_so(store):
    store.add_recording(recording(4, 201), Athlete("Bo", id="A-7"), content="Bo")
    store.add_athlete(Athlete("A-7", id="aa"))
    for words in ("A-7", "bo"):
        assert settle_max_hr(store, words, today=TODAY).id == "A-7"


def test_one_entered_stays_and_is_not_overwritten(store):
    store.add_athlete(Athlete("Ada").changed({"max_hr": 172.0}))
    assert settle_max_hr(store, "ada", today=TODAY).max_hr == 172


def test_a_repair_that_takes_the_highest_away_counts(store):
    store.add_athlete(Athlete("Ada", birth_year=1966))
    second = store.sessions()["session"].iloc[1]
    assert settle_max_hr(store, "ada", today=TODAY).max_hr_from == "2026-10-02"
    start, end = (store.samples(second).index[n].to_pydatetime() for n in (200, 400))
    edit = Edit("clear", "heart_rate", start, end)
    proposal = Proposal("spike", edit, 200, 181.0, np.nan, confidence=1.0)
    apply_repairs(store, second, [proposal], author="Eva")
    # 176 is left, and no other session came near: the prior of the age, 208 - 0.7 x 60.
    assert settle_max_hr(store, "ada", today=TODAY).max_hr == 166


def test_on_foot_minutes_in_which_the_sensor_counts_steps_are_left_out():
    locked = recording(1, 150)
    rate = locked.samples["heart_rate"].to_numpy().copy()
    rate[380:560] = 184.0
    steps = np.where((rate == 184) & (np.arange(600) >= 380), 184.0, 168.0)
    samples = locked.samples.assign(heart_rate=rate, cadence=steps)
    assert highest_heart_rate(samples, "running") == pytest.approx(150, abs=1)
    assert highest_heart_rate(samples, "cycling") == 184
    assert np.isnan(highest_heart_rate(samples[["cadence"]], "running"))
    assert np.isnan(highest_heart_rate(samples[:0], "running"))
    assert np.isnan(highest_heart_rate(samples[:1], "running"))
