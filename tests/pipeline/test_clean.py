"""Clean: what cannot be true becomes NaN with its reason; nothing else changes."""

import numpy as np
import pytest

from twin.pipeline import clean
from twin.records import Athlete, Batch, Reason

HEART_RATE = 0
LATITUDE = 6


def cleaned(athlete, batch):
    _, kept, reasons = clean.clean(clean.start([athlete]), batch)
    return kept, reasons


def test_sound_readings_pass_unchanged(ada, alone):
    batch = alone(heart_rate=[140, 141, 143], power=[200, 0, 700], speed=[3, 3.1, 3])
    kept, reasons = cleaned(ada, batch)
    assert np.array_equal(kept.values, batch.values, equal_nan=True)
    assert not reasons.any()


@pytest.mark.parametrize(
    ("channel", "value"),
    [("heart_rate", 0), ("heart_rate", 246), ("power", -1), ("speed", 46), ("altitude", np.inf)],
)
def test_a_value_out_of_its_range_is_missing(ada, alone, channel, value):
    kept, reasons = cleaned(ada, alone(**{channel: [value]}))
    assert np.isnan(kept[channel]).all()
    assert reasons.max() == Reason.OUT_OF_RANGE


def test_both_ends_of_a_range_are_good(ada, alone):
    assert cleaned(ada, alone(heart_rate=[25]))[0]["heart_rate"] == 25
    assert cleaned(ada, alone(heart_rate=[245]))[0]["heart_rate"] == 245


def test_a_heart_rate_spike_is_missing_and_the_next_good_value_stays(ada, alone):
    kept, reasons = cleaned(ada, alone(heart_rate=[150, 225, 151]))
    assert kept["heart_rate"].tolist() == pytest.approx([150, np.nan, 151], nan_ok=True)
    assert reasons[HEART_RATE].tolist() == [0, Reason.SPIKE, 0]


def test_a_jump_of_8_bpm_in_a_second_is_believed(ada, alone):
    assert cleaned(ada, alone(heart_rate=[150, 158]))[0]["heart_rate"].tolist() == [150, 158]


def test_a_new_level_is_believed_after_five_seconds(ada, alone):
    kept, _ = cleaned(ada, alone(heart_rate=[100] + [180] * 6))
    assert np.isnan(kept["heart_rate"]).tolist() == [False, *[True] * 4, False, False]


def test_an_altimeter_that_sets_itself_anew_for_seconds_climbs_nothing(ada, alone):
    # As a watch did at the start of a run: 87 m up for three seconds.
    kept, reasons = cleaned(ada, alone(altitude=[55.0, 142.4, 142.4, 142.4, 56.0]))
    assert kept["altitude"].tolist() == pytest.approx([55, *[np.nan] * 3, 56], nan_ok=True)
    assert reasons.max() == Reason.SPIKE


def test_a_position_no_runner_can_reach_is_missing(ada, alone):
    north = [47.0, 47.00003, 47.01, 47.00009]
    kept, reasons = cleaned(ada, alone(latitude=north, longitude=[8.0] * 4))
    assert np.isnan(kept["latitude"]).tolist() == [False, False, True, False]
    assert np.isnan(kept["longitude"]).tolist() == [False, False, True, False]
    assert reasons[LATITUDE, 2] == Reason.SPIKE


def test_the_sport_sets_how_far_is_too_far(alone):
    step = 20 / 111_195  # 20 m in a second: riding, not running
    batch = alone(latitude=[47.0, 47.0 + step], longitude=[8.0, 8.0])
    rider, runner = Athlete("Ada", sport="cycling"), Athlete("Ben", sport="running")
    assert not np.isnan(cleaned(rider, batch)[0]["latitude"][1])
    assert np.isnan(cleaned(runner, batch)[0]["latitude"][1])


def test_crossing_the_date_line_is_no_spike(ada, alone):
    kept, _ = cleaned(ada, alone(latitude=[0, 0], longitude=[179.99999, -179.99999]))
    assert not np.isnan(kept["longitude"]).any()


def test_a_second_row_of_the_same_instant_is_dropped_and_told(ada, alone):
    kept, reasons = cleaned(ada, alone([0, 1, 1, 2], heart_rate=[140, 141, 142, 143]))
    assert kept["heart_rate"].tolist() == [140, 141, 143]
    assert reasons[HEART_RATE].tolist() == [0, 0, Reason.DUPLICATE, 0]


def test_an_older_row_is_dropped_and_told(ada, alone):
    kept, reasons = cleaned(ada, alone([0, 5, 3, 6], heart_rate=[140, 141, 142, 143]))
    assert kept["heart_rate"].tolist() == [140, 141, 143]
    assert reasons[HEART_RATE, 2] == Reason.OUT_OF_ORDER


def test_a_standing_heart_rate_is_frozen_sooner_while_the_input_moves(ada, alone):
    steady = alone(heart_rate=[150] * 50, power=[200] * 50)
    moving = alone(heart_rate=[150] * 50, power=[200] * 20 + [300] * 30)
    lasting = alone(heart_rate=[150] * 70, power=[200] * 70)  # nor does a heart that is left alone
    for batch, frozen in ((steady, False), (moving, True), (lasting, True)):
        state, kept, _ = clean.clean(clean.start([ada]), batch)
        assert state.frozen.tolist() == [frozen]
        assert (kept["heart_rate"] == 150).all()


def test_a_frozen_heart_rate_that_moves_again_is_good(ada, alone):
    rates, powers = [150] * 50 + [152], [200] * 20 + [300] * 31
    state, _, _ = clean.clean(clean.start([ada]), alone(heart_rate=rates, power=powers))
    assert not state.frozen.any()


def test_the_gap_of_each_channel_is_marked(ada, alone):
    batch = alone(heart_rate=[140, np.nan, np.nan], power=[200, 210, 220])
    state, _, _ = clean.clean(clean.start([ada]), batch)
    gap_s = (state.time - state.last_time[:2]) / 1e9
    assert gap_s.ravel().tolist() == [2, 0]


def test_an_empty_batch_and_an_empty_squad_are_fine(ada):
    empty = Batch.of([], [])
    assert len(cleaned(ada, empty)[0]) == 0
    assert len(clean.clean(clean.start([]), empty)[1]) == 0


def test_a_row_of_nobody_in_the_squad_is_our_mistake(ada):
    with pytest.raises(ValueError, match="0 to 0"):
        cleaned(ada, Batch.of([1], ["2026-10-01"], heart_rate=[140]))


def test_an_absent_athlete_keeps_everything(ada):
    squad = [ada, Athlete("Ben")]
    both = Batch.of([0, 1], ["2026-10-01T10:00:00"] * 2, heart_rate=[140, 150])
    one = Batch.of([1], ["2026-10-01T10:00:01"], heart_rate=[151])
    state, _, _ = clean.clean(clean.start(squad), both)
    state, kept, _ = clean.clean(state, one)
    assert state.last[HEART_RATE].tolist() == [140, 151]
    assert kept.athlete.tolist() == [1]


def test_the_state_before_is_left_as_it_was(ada, alone):
    state = clean.start([ada])
    clean.clean(state, alone(heart_rate=[150, 225]))
    assert np.isnan(state.last).all()
    assert not state.reason.any()


def test_after_a_reset_an_older_instant_may_come(ada, alone):
    state, _, _ = clean.clean(clean.start([ada]), alone([100], heart_rate=[150]))
    state = clean.reset(state, [ada], [0])
    assert len(clean.clean(state, alone([0], heart_rate=[100]))[1]) == 1
