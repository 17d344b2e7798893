"""The finder of faults: what is planted is found, what is sound is left alone."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from simulator.athlete import draw_truth
from simulator.faults import simulate_faulty
from simulator.recording import simulate_recording
from simulator.world import PROGRAMMES
from twin.pipeline.repair_clock import alignment, clock_steps, impossible_date
from twin.pipeline.repair_sensor import sensor_faults
from twin.pipeline.repair_track import track_faults
from twin.pipeline.repair_values import value_faults

RUN, _ = simulate_recording("running", 1800, seed=4)
RIDE, _ = simulate_recording("cycling", 1800, seed=5)


def covers(proposal, samples):
    edit = proposal.edit
    return (samples.index >= edit.start) & (samples.index <= edit.end)


def stretches(mask):
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    return zip(edges[::2], edges[1::2], strict=True)


def test_planted_faults_of_a_strap_are_found_and_nothing_else():
    """Recall over the faults of six simulated hours; drop-outs beyond 30 s have no remedy."""
    planted, found, false = Counter(), Counter(), 0
    for seed, sport in enumerate(
        ("intervals", "cycling", "running", "football", "mixed", "running"), 1
    ):
        truth = draw_truth(seed, 0, PROGRAMMES[sport][0][0])
        faulty = simulate_faulty(sport, 3600, seed, truth)
        samples = faulty.recording.samples
        proposals = [*value_faults(samples), *sensor_faults(samples)]
        mended = np.any([covers(p, samples) for p in proposals], axis=0)
        for kind, mask in faulty.faults.items():
            for first, stop in stretches(mask):
                if kind == "drop-out" and stop - first > 30:
                    continue
                planted[kind] += 1
                found[kind] += mended[first:stop].mean() > 0.5
        wrong = np.any([*faulty.faults.values()], axis=0)
        false += sum(not wrong[covers(p, samples)].any() for p in proposals)
    assert false == 0
    assert sum(planted.values()) >= 45
    assert sum(found.values()) >= 0.93 * sum(planted.values()), (found, planted)
    assert found["impossible"] == planted["impossible"] == 6
    assert found["cadence lock"] == planted["cadence lock"]


@pytest.mark.parametrize(("recording", "off_m"), [(RUN, 40), (RUN, 400), (RIDE, 80), (RIDE, 5000)])
def test_planted_jumps_of_a_track_are_found_to_the_sample(recording, off_m):
    samples = recording.samples.copy()
    north = samples.columns.get_loc("latitude")
    planted = {200: 1, 500: 4, 900: 15, 1400: 60}
    for row, rows in planted.items():
        samples.iloc[row : row + rows, north] += off_m / 111_195
    found = list(track_faults(samples, recording.sport))
    rows = {samples.index.get_loc(p.edit.start): p.samples for p in found}
    assert rows == planted
    assert [p.edit.kind for p in found] == ["bridge", "bridge", "bridge", "clear"]
    assert all(p.after < 400 < 2 * off_m + 400 for p in found[:3])


def test_a_sound_track_has_no_jumps_and_a_gap_is_none():
    for recording in (RUN, RIDE):
        assert list(track_faults(recording.samples, recording.sport)) == []
        paused = pd.concat([recording.samples[:600], recording.samples[1200:]])
        assert list(track_faults(paused, recording.sport)) == []


def test_the_first_positions_of_a_searching_receiver_are_left_out():
    samples = RUN.samples.copy()
    samples.iloc[:10, samples.columns.get_loc("longitude")] += 0.3
    (found,) = track_faults(samples, "running")
    assert (found.samples, found.edit.kind, found.edit.start) == (10, "clear", samples.index[0])


@pytest.mark.parametrize(
    ("channel", "value", "rows", "fault"),
    [
        ("power", 1900.0, 2, "spike"), ("power", 0.0, 2, "drop-out"), ("cadence", 215.0, 2, "spike"),
        ("altitude", 900.0, 5, "spike"), ("speed", 60.0, 3, "spike"), ("power", np.nan, 3, "short gap"),
    ],
)  # fmt: skip
def test_a_planted_fault_of_a_channel_is_found_alone(channel, value, rows, fault):
    samples = RIDE.samples.copy()
    place = samples.columns.get_loc(channel)
    samples.iloc[900 : 900 + rows, place] = value
    before = {(p.edit.channel, p.edit.start) for p in value_faults(RIDE.samples)}
    found = [p for p in value_faults(samples) if (p.edit.channel, p.edit.start) not in before]
    assert [(p.fault, p.edit.channel, p.samples) for p in found] == [(fault, channel, rows)]
    assert found[0].edit.start == samples.index[900]


def test_sprints_and_stops_are_no_faults():
    index = pd.date_range("2026-10-01", periods=120, freq="s", tz="UTC", name="time")
    power = np.full(120, 180.0)
    power[60:70] = 950.0  # ten seconds flat out
    cadence = np.full(120, 85.0)
    cadence[20:23] = power[20:23] = 0.0  # coasting
    samples = pd.DataFrame({"power": power, "cadence": cadence}, index)
    assert list(value_faults(samples)) == []


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_hardly_a_sample_holds_no_fault(rows):
    samples = RUN.samples[:rows]
    assert [*value_faults(samples), *sensor_faults(samples), *clock_steps(samples),
            *track_faults(samples, "running")] == []  # fmt: skip
    assert list(value_faults(samples * np.nan)) == []


@pytest.mark.parametrize("ahead", [3600, 137])
def test_a_clock_that_stepped_ahead_is_told_from_a_pause(ahead):
    stepped = RUN.samples.copy()
    late = np.arange(len(stepped)) >= 1000
    stepped.index = stepped.index + pd.to_timedelta(np.where(late, ahead, 0), unit="s")
    (found,) = clock_steps(stepped)
    assert found.edit.value == -ahead
    assert found.samples == late.sum()
    rested = stepped.copy()
    rested.loc[late, "heart_rate"] -= 25
    assert list(clock_steps(rested)) == []


@pytest.mark.parametrize("offset", [-7, 45, 3600])
def test_the_offset_between_two_recordings_of_one_heart_is_found_to_the_second(offset):
    """Truth by construction: the second is the first, noisier and with another clock."""
    watch = RUN.samples[["heart_rate"]].copy()
    watch["heart_rate"] += np.random.default_rng(1).normal(0, 1, len(watch))
    watch.index = watch.index - pd.Timedelta(seconds=offset)
    found = alignment(watch[300:], RUN.samples)
    assert found.offset_s == offset
    assert found.likeness > 0.4


def test_two_different_sessions_are_not_aligned():
    other, _ = simulate_recording("running", 1800, seed=9)
    assert alignment(other.samples, RUN.samples) is None
    assert alignment(RUN.samples[["altitude"]], RUN.samples[["heart_rate"]]) is None


def test_a_date_of_the_satellites_first_epoch_moves_by_1024_weeks():
    now = datetime(2026, 11, 1, tzinfo=UTC)
    old = datetime(1999, 12, 31, 10, tzinfo=UTC)
    (found,) = impossible_date(old, old, 5, now=now)
    assert found.edit.value == 1024 * 7 * 86_400
    assert list(impossible_date(datetime(2020, 1, 1, tzinfo=UTC), now, 5, now=now)) == []
