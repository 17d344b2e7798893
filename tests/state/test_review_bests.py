"""Bests of a session, its history and the curve: expected numbers by hand."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from twin.archive import summarise
from twin.model.demand import InputKind
from twin.physiology.power_sprint import three_parameter_power
from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.state.review_bests import bests_of
from twin.store import EmbeddedStore
from twin.views.bests_chart import bests_chart, show_curve
from twin.views.review_bests import wide_words
from twin.views.theme import LIGHT

START = pd.Timestamp("2026-10-01T10:00:00", tz="UTC")
CRITICAL_W, RESERVE_J = 250.0, 20_000.0


def ride(
    power: np.ndarray, *, days: float = 0, sport: str = "cycling", heart_rate: float = 180.0
) -> Recording:
    index = pd.date_range(START + pd.Timedelta(days=days), periods=len(power), freq="1s")
    samples = pd.DataFrame({"heart_rate": heart_rate, "power": power}, index=index.rename("time"))
    return Recording(samples, sport=sport, path=f"{days}.fit")


def effort(seconds: int) -> np.ndarray:
    """Rest, all-out for this long at what the curve allows, rest."""
    watts = CRITICAL_W + RESERVE_J / seconds
    return np.concatenate([np.full(60, 50.0), np.full(seconds, watts), np.full(60, 50.0)])


@pytest.fixture
def store(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        yield store


def bests_in(store, *recordings):
    """The bests of the first recording; the others are its history."""
    ada = store.add_athlete(Athlete("Ada", sport="cycling"))
    kept = [store.add_recording(r, ada, content=r.path) for r in recordings]
    return bests_of(store, ReviewState(store, session=kept[0].id).open())


def at(bests, seconds: int) -> int:
    return int(np.flatnonzero(bests.durations_s == seconds)[0])


def test_the_curve_of_the_history_gives_back_the_capacity_behind_it(store):
    found = bests_in(
        store, ride(effort(720)), ride(effort(180), days=-3), ride(effort(300), days=-9)
    )
    assert found.kind is InputKind.POWER
    assert found.sessions == 2
    # Every effort lies on 250 W and 20 kJ by construction.
    assert found.curve.critical_power == pytest.approx(CRITICAL_W, rel=0.01)
    assert found.curve.w_prime == pytest.approx(RESERVE_J, rel=0.05)
    place = at(found, 180)
    assert found.history[place] == pytest.approx(CRITICAL_W + RESERVE_J / 180)
    assert found.own[place] == pytest.approx(CRITICAL_W + RESERVE_J / 720)
    assert found.begin[at(found, 720)] == (START + timedelta(seconds=60)).to_pydatetime()


def test_with_a_sprint_the_curve_of_three_parameters_gives_back_all_three(store):
    # Every effort lies on the curve of 250 W, 20 kJ and 1,000 W by construction (Morton 1996).
    watts = three_parameter_power(np.arange(5.0, 901.0), CRITICAL_W, RESERVE_J, 1000.0)
    fallen = np.diff(
        watts * np.arange(5.0, 901.0), prepend=0
    )  # work of each second after the first 5
    found = bests_in(store, ride(np.concatenate([np.full(4, watts[0]), [watts[0]], fallen[1:]])))
    assert found.wide.critical_power == pytest.approx(CRITICAL_W, rel=0.02)
    assert found.wide.w_prime == pytest.approx(RESERVE_J, rel=0.05)
    assert found.max_power == pytest.approx(1000, rel=0.05)
    assert "maximal power" in wide_words(found)
    plot = bests_chart(found, LIGHT, sport="cycling")
    show_curve(plot, 3)
    seen = {name: plot.select_one({"name": name}).visible for name in ("band", "curve", "wide")}
    assert seen == {"band": False, "curve": False, "wide": True}


def test_sessions_after_it_and_long_before_do_not_count(store):
    found = bests_in(
        store, ride(effort(720)), ride(effort(180), days=2), ride(effort(180), days=-91)
    )
    assert found.sessions == 0
    assert np.isnan(found.history).all()
    assert found.curve is None
    assert found.why_not


def test_sessions_of_a_low_heart_rate_give_no_critical_power(store):
    # Of at most 190 bpm: 90 % are 171, so 150 was not all-out however the powers fall.
    easy = [ride(effort(s), days=-d, heart_rate=150.0) for s, d in [(720, 0), (180, 3), (300, 9)]]
    found = bests_in(store, *easy)
    assert found.sessions == 2
    assert found.curve is None
    assert "all-out" in found.why_not
    assert "171 bpm" in found.why_not


def test_an_easy_session_has_no_part_in_the_curve_of_hard_ones(store):
    hard = [ride(effort(s), days=-d) for s, d in [(180, 3), (300, 9)]]
    downhill = np.full(900, 400.0)  # a fault of the meter: far above the curve at any heart rate
    found = bests_in(store, ride(effort(720)), *hard, ride(downhill, days=-5, heart_rate=110.0))
    assert found.curve.critical_power == pytest.approx(CRITICAL_W, rel=0.01)
    assert found.history[at(found, 600)] == 400


def test_without_heart_rate_efforts_may_have_been_all_out(store):
    efforts = [(720, 0), (180, 3), (300, 9)]
    found = bests_in(store, *(ride(effort(s), days=-d, heart_rate=np.nan) for s, d in efforts))
    assert found.curve.critical_power == pytest.approx(CRITICAL_W, rel=0.01)


def test_a_pause_counts_as_nothing_done_and_what_cannot_be_true_is_left_out(store):
    power = np.full(120, 200.0)
    power[60:90] = np.nan
    power[10] = 60_000.0
    found = bests_in(store, ride(power))
    assert found.own[at(found, 1)] == 200
    assert found.own[at(found, 120)] < 200
    assert np.isnan(found.own[at(found, 300)])


def test_without_power_and_speed_there_are_no_bests(store):
    assert bests_in(store, ride(np.full(60, np.nan))) is None
    assert bests_in(store, ride(np.zeros(60), days=1)) is None


def test_power_of_0_all_through_has_no_bests(store):
    assert bests_in(store, ride(np.zeros(600))) is None


def test_a_single_sample_has_a_best_of_one_second(store):
    found = bests_in(store, ride(np.array([321.0])))
    assert found.own[at(found, 1)] == 321
    assert np.isnan(found.own[at(found, 5)])


def test_the_history_is_the_same_from_kept_figures_as_from_samples(store):
    recordings = ride(effort(720)), ride(effort(180), days=-3), ride(effort(300), days=-9)
    looked_at = bests_in(store, *recordings)
    assert len(list(summarise(store))) == 3
    kept = bests_in(store, *recordings)
    assert kept.holder == looked_at.holder
    np.testing.assert_allclose(kept.history, looked_at.history)
    assert kept.curve == looked_at.curve
