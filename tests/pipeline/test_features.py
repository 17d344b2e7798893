"""Derived channels: hand calculations, and independence of how rows were cut into batches."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.pipeline import clean, features, windows
from twin.pipeline.rounds import Round
from twin.records import Athlete, Batch
from twin.schema import ALL_NAMES, DERIVED_NAMES, MEASURED_NAMES

METRES = 1 / 111_195.08  # degrees of latitude


def derived(athlete, batch):
    return features.step(features.start([athlete]), batch)[1]


def test_the_batch_has_every_channel_of_the_dictionary(ada, alone):
    batch = derived(ada, alone(heart_rate=[150]))
    assert batch.names == ALL_NAMES
    assert batch["heart_rate"] == 150


def test_zone_and_share_of_maximum_follow_the_athlete(ada, alone):
    batch = derived(ada, alone(heart_rate=[94, 95, 133, 190, np.nan]))
    assert batch["zone"].tolist() == pytest.approx([np.nan, 1, 3, 5, np.nan], nan_ok=True)
    assert batch["heart_rate_fraction"][1] == 0.5


def test_an_hour_at_150_bpm_gives_the_published_trimp(ada, alone):
    # 60 min * 0.714 * 0.64 e^(1.92 * 0.714) = 108.0954; Edwards: zone 3 of 190, 60 * 3
    batch = derived(ada, alone(heart_rate=[150] * 3601))
    assert batch["banister_trimp"][-1] == pytest.approx(108.0954, abs=5e-5)
    assert batch["edwards_trimp"][-1] == 180
    assert batch["time_in_zone_3"][-1] == 3600


def test_the_weights_of_women_are_their_own(ada, alone):
    woman = dataclasses.replace(ada, sex="female")
    batch = derived(woman, alone(heart_rate=[150] * 3601))
    assert batch["banister_trimp"][-1] == pytest.approx(121.4991, abs=5e-5)


def test_time_in_zones_adds_up_to_the_time_measured(ada, alone):
    batch = derived(ada, alone(heart_rate=list(np.linspace(100, 188, 301))))
    total = sum(batch[f"time_in_zone_{zone}"][-1] for zone in range(1, 6))
    assert total == 300


def test_edwards_counts_maximum_even_if_zones_are_cut_by_reserve(ada, alone):
    athlete = dataclasses.replace(ada, zone_method="reserve")
    batch = derived(athlete, alone(heart_rate=[115] * 61))  # 60.5 % of 190; below 120, zone 1
    assert np.isnan(batch["zone"]).all()
    assert batch["edwards_trimp"][-1] == 2
    assert batch["time_in_zone_1"][-1] == 0


def test_a_pause_adds_no_load_and_no_time_in_zone(ada, alone):
    batch = derived(ada, alone([0, 1, 61, 62], heart_rate=[150] * 4))
    assert batch["time_in_zone_3"].tolist() == [0, 1, 1, 2]
    assert batch["elapsed"].tolist() == [0, 1, 61, 62]


def test_lost_contact_is_bridged_within_the_gap_only(ada, alone):
    rates = [150, np.nan, np.nan, 150, *[np.nan] * 12, 150]
    assert derived(ada, alone(heart_rate=rates))["time_in_zone_3"][-1] == 3


def test_without_heart_rate_loads_are_not_known(ada, alone):
    batch = derived(ada, alone(speed=[3, 3]))
    assert np.isnan(batch["banister_trimp"]).all()
    assert np.isnan(batch["time_in_zone_1"]).all()


def test_the_devices_distance_counts_from_the_first_sample(ada, alone):
    batch = derived(ada, alone(distance=[500, 503, np.nan, 509]))
    assert batch["session_distance"].tolist() == [0, 3, 3, 9]


def test_a_device_that_starts_its_count_again_loses_nothing(ada, alone):
    batch = derived(ada, alone(distance=[500, 510, 0, 10]))
    assert batch["session_distance"].tolist() == [0, 10, 10, 20]


def test_distance_follows_positions_where_the_device_tells_none(ada, alone):
    north = 47 + np.arange(11) * 3 * METRES
    batch = derived(ada, alone(latitude=north, longitude=[8.0] * 11))
    assert batch["session_distance"][-1] == pytest.approx(30, abs=1e-3)
    assert batch["current_speed"][1:] == pytest.approx(3, abs=1e-3)


def test_distance_does_not_follow_a_jump(ada, alone):
    north = 47 + np.array([0, 3, 900, 9, 12]) * METRES
    batch = derived(ada, alone(latitude=north, longitude=[8.0] * 5))
    assert batch["session_distance"][-1] == pytest.approx(12, abs=1e-3)


def test_the_devices_own_speed_comes_first(ada, alone):
    batch = derived(ada, alone(speed=[2.5, np.nan, 2.5], distance=[0, 3, 6]))
    assert batch["current_speed"].tolist() == [2.5, 3, 2.5]


def test_ascent_has_two_metres_of_hysteresis(ada, alone):
    heights = [100, 101, 100, 102, 101, 103, 105, 104, 106, 110, 109, 108, 104, 100]
    assert derived(ada, alone(altitude=heights))["ascent"][-1] == 10  # by hand: 2 + 3 + 5


def test_grade_is_taken_over_twenty_metres(ada, alone):
    batch = derived(ada, alone(distance=[0, 10, 20, 30, 40], altitude=[100, 100, 101, 101, 99]))
    assert batch["grade"].tolist() == pytest.approx([np.nan, np.nan, 0.05, 0.05, -0.1], nan_ok=True)


def test_a_grade_steeper_than_the_ground_can_be_is_missing(ada, alone):
    assert np.isnan(derived(ada, alone(distance=[0, 20], altitude=[100, 150]))["grade"][1])


def test_nothing_measured_gives_nothing_but_elapsed_time(ada, alone):
    batch = derived(ada, alone(temperature=[20, 20]))
    known = [name for name in DERIVED_NAMES if not np.isnan(batch[name]).all()]
    assert known == ["elapsed"]


def test_an_empty_batch_and_an_empty_squad_are_fine(ada):
    empty = Batch.of([], [])
    assert derived(ada, empty).names == ALL_NAMES
    assert len(features.step(features.start([]), empty)[1]) == 0


def test_a_reset_sets_one_athlete_to_zero_and_leaves_the_other(ada):
    squad = [ada, Athlete("Ben")]
    times = np.datetime64("2026-10-01T10:00:00", "ns") + np.arange(3) * np.timedelta64(1, "s")
    batch = Batch.of([0, 0, 0, 1, 1, 1], [*times, *times], heart_rate=[150] * 6)
    state, _ = features.step(features.start(squad), batch)
    state = features.reset(state, squad, [0])
    later = Batch.of([0, 1], [times[-1] + np.timedelta64(1, "s")] * 2, heart_rate=[150, 150])
    _, batch = features.step(state, later)
    assert batch["elapsed"].tolist() == [0, 3]
    assert batch["time_in_zone_3"].tolist() == [0, 3]


def test_new_athletes_and_new_parameters_keep_the_sums(ada, alone):
    state, _ = features.step(features.start([ada]), alone(heart_rate=[150] * 11))
    fitter = dataclasses.replace(ada, max_hr=210)
    state = features.resized(state, [fitter, Athlete("Ben")])
    _, batch = features.step(state, alone([11, 12], heart_rate=[150, 150]))
    assert batch["zone"][0] == 3  # 150 of 210 = 71 %
    assert batch["time_in_zone_3"].tolist() == [11, 12]


def readings(seed: int, rows: int, athletes: int) -> Batch:
    """Rows of a squad with drop-outs, pauses, spikes and every kind of channel."""
    random = np.random.default_rng(seed)
    who = random.integers(0, athletes, rows)
    steps = random.choice([0.04, 1, 1, 1, 1, 4, 8, 400], rows)
    seconds = np.zeros(rows)
    for athlete in range(athletes):
        seconds[who == athlete] = np.cumsum(steps[who == athlete])
    begin = np.datetime64("2026-10-01T10:00:00", "ns")
    times = begin + (seconds * 1e9).astype("timedelta64[ns]")
    channels = {
        "heart_rate": 140 + random.normal(0, 6, rows),
        "power": random.uniform(-5, 600, rows),
        "speed": random.uniform(0, 6, rows),
        "distance": np.where(who == 0, seconds * 3, np.nan),
        "altitude": 400 + random.normal(0, 3, rows),
        "latitude": 47 + seconds * 3 * METRES,
        "longitude": np.full(rows, 8.0),
    }
    for column in channels.values():
        column[random.random(rows) < 0.15] = np.nan
    return Batch.of(who, times, **channels)


def run(batches, squad):
    cleaned, state, parts = clean.start(squad), features.start(squad), []
    for batch in batches:
        cleaned, batch, _ = clean.clean(cleaned, batch)
        state, batch = features.step(state, batch)
        parts.append(batch.values)
    return state, np.concatenate(parts, axis=1)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), data=st.data())
def test_how_rows_are_cut_into_batches_changes_no_bit(seed, data):
    athletes, rows = data.draw(st.integers(1, 4)), 60
    squad = [Athlete(f"Athlete {n}") for n in range(athletes)]
    batch = readings(seed, rows, athletes)
    cuts = sorted(data.draw(st.lists(st.integers(0, rows), max_size=12)))
    pieces = [batch.take(np.arange(a, b)) for a, b in zip([0, *cuts], [*cuts, rows], strict=True)]
    whole_state, whole = run([batch], squad)
    state, cut = run(pieces, squad)
    assert np.array_equal(whole, cut, equal_nan=True)
    bests = [windows.bests(found.windows) for found in (whole_state, state)]
    assert np.array_equal(*bests, equal_nan=True)
    assert np.array_equal(whole_state.windows.sums, state.windows.sums)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_an_athlete_in_a_squad_gets_the_same_numbers_as_alone(seed):
    squad = [Athlete("Ada"), Athlete("Ben"), Athlete("Cleo")]
    batch = readings(seed, 60, 3)
    _, together = run([batch], squad)
    mine = batch.athlete == 1
    own = batch.take(mine)
    alone_batch = Batch(np.zeros(len(own), np.int32), own.time, own.values, MEASURED_NAMES)
    _, alone_values = run([alone_batch], [squad[1]])
    cleaned = clean.clean(clean.start(squad), batch)[1]
    assert np.allclose(together[:, cleaned.athlete == 1], alone_values, rtol=1e-12, equal_nan=True)


def test_a_round_with_everybody_is_taken_as_it_is(ada):
    from twin.pipeline.rounds import rounds

    batch = Batch.of([0, 1], ["2026-10-01"] * 2, heart_rate=[1, 2])
    (part,) = rounds(batch, np.arange(2, dtype=np.int32))
    assert isinstance(part, Round)
    assert part.values is batch.values
