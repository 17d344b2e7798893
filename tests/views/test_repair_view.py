"""The card of repairs: what was found is told, shown before and after, mended and taken back."""

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.records import Athlete, Recording
from twin.state.review import ReviewState
from twin.state.review_repair import RepairState
from twin.store import EmbeddedStore
from twin.views.review_repair import RepairCard, repair_card
from twin.views.theme import LIGHT

RUN, _ = simulate_recording("running", 400, seed=4)


@pytest.fixture
def review(tmp_path):
    """A run with 231 bpm for 3 s at 200 s and a position 1 km off at 300 s."""
    samples = RUN.samples.interpolate(limit_area="inside")
    samples.iloc[200:203, samples.columns.get_loc("heart_rate")] = 231.0
    samples.iloc[300, samples.columns.get_loc("latitude")] += 0.009
    with EmbeddedStore(tmp_path) as store:
        ada = store.add_athlete(Athlete("Ada"))
        kept = store.add_recording(Recording(samples, "running"), ada, content="run")
        yield ReviewState(store, session=kept.id)


@pytest.fixture
def card(review):
    state = RepairState(review.store, review.session)
    state.look()
    return RepairCard(state, review, LIGHT)


def test_faults_stand_in_a_table_and_the_first_is_in_words(card):
    assert [row[1] for row in card._faults.rows] == ["spike", "GPS jump"]
    assert card._faults.rows[0][3:5] == ["3", "231 bpm"]
    assert "jumps by" in card._words.object
    assert card._faults.marks == [0]
    assert not card._made.visible


def test_the_picture_has_the_values_as_recorded_and_as_mended(card):
    picture = card.state.picture()
    (wrong,) = np.unique(picture.before[picture.before != picture.after])
    assert wrong == 231
    assert (picture.after < 200).all()
    card._choose_fault(1)
    picture = card.state.picture()
    assert np.abs(picture.before[1]).max() > 950, "metres north, 1 km off"
    assert np.abs(picture.after).max() < 400


def test_applied_it_is_a_repair_and_taken_back_a_fault_again(card, review):
    before = review.store.samples(review.session)
    card._apply_chosen()
    assert [row[1] for row in card._faults.rows] == ["GPS jump"]
    assert len(card._made.rows) == 1
    assert card._show_again.visible
    assert review.store.samples(review.session)["heart_rate"].max() < 200
    card._choose_edit(0)
    assert card._undo.visible
    assert card.state.picture().before.max() == 231
    card._take_back()
    assert len(card._faults.rows) == 2
    assert review.store.samples(review.session).equals(before)


def test_all_sure_ones_go_at_once_and_then_nothing_seems_wrong(card):
    card._apply_sure()
    assert card.state.groups == []
    assert "Nothing seems wrong" in card._words.object
    assert len(card._made.rows) == 2


def test_short_gaps_are_one_line_shown_when_asked_for_that_opens_and_goes_at_once(card, review):
    samples = review.store.samples(review.session).interpolate(limit_area="inside")
    samples["heart_rate"] = RUN.samples["heart_rate"].interpolate()
    samples.iloc[50:90:10, samples.columns.get_loc("speed")] = np.nan  # four seconds of 400: 1 %
    samples.iloc[300, samples.columns.get_loc("latitude")] -= 0.009
    kept = review.store.add_recording(Recording(samples, "running"), Athlete("Ada"), content="gaps")
    state = RepairState(review.store, kept.id)
    state.look()
    card = RepairCard(state, review, LIGHT)
    assert "Nothing seems wrong that would change a figure" in card._words.object
    assert not card._faults.visible
    assert card._everything.label == "Show what changes no figure (4)"
    card._everything.value = True
    assert [row[1] for row in card._faults.rows] == ["4 × short gap"]
    card._choose_fault(0)
    assert [row[1] for row in card._faults.rows] == ["4 × short gap", *["short gap"] * 4]
    assert "4 values in 4 places (speed), filled by a line" in card._words.object
    assert card._apply.label == "Apply 4"
    card._apply_chosen()
    assert len(card._made.rows) == 4
    assert state.groups == []


def test_a_store_that_keeps_no_repairs_says_where_they_are_made(review):
    review.store, kept = object(), review.store
    words = repair_card(review, ReviewState(kept, session=review.session).open(), LIGHT)
    assert "hub" in words.object
