"""The simulator as a source: on time, catching up, the same samples at every speed."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest

from simulator.__main__ import main, show, table
from simulator.source import SimulatorSource, open_source
from twin.errors import SourceError
from twin.protocols import Source
from twin.records import Batch
from twin.schema import MEASURED_NAMES
from twin.settings import Settings

SECOND = np.timedelta64(10**9, "ns")
START = np.datetime64("2026-10-01T10:00:00", "ns")


async def taken(source, clock, count):
    batches = []
    stream = source.batches(clock)
    async for batch in stream:
        batches.append(batch)
        if len(batches) == count:
            break
    await stream.aclose()
    return batches


def joined(batches):
    return (
        np.concatenate([b.values for b in batches], axis=1),
        np.concatenate([b.time for b in batches]),
        np.concatenate([b.athlete for b in batches]),
    )


async def test_a_second_brings_one_sample_of_everybody_at_its_time(manual_clock):
    source = SimulatorSource(30)
    assert isinstance(source, Source)
    for tick, batch in enumerate(await taken(source, manual_clock, 5)):
        assert batch.names == MEASURED_NAMES
        assert (batch.time == START + tick * SECOND).all()
        np.testing.assert_array_equal(batch.athlete, np.arange(30))
        assert batch.now == START + tick * SECOND
        assert not np.isnan(batch["speed"]).any()


async def test_beats_come_with_their_second(manual_clock):
    for tick, batch in enumerate(await taken(SimulatorSource(20), manual_clock, 30)):
        assert tick < 2 or len(batch.beats) > 20
        assert (batch.beats.time <= batch.time[-1]).all()
        assert (batch.beats.rr_ms > 240).all()


async def test_samples_start_at_whole_seconds_of_the_clock(manual_clock):
    await manual_clock.sleep(0.3)
    (first,) = await taken(SimulatorSource(2), manual_clock, 1)
    assert first.time[0] == START + SECOND
    assert manual_clock.now() == START + SECOND


async def test_a_late_consumer_gets_what_is_due_at_once_and_the_schedule_does_not_drift(
    manual_clock,
):
    source = SimulatorSource(2)
    stream = source.batches(manual_clock)
    await anext(stream)
    await manual_clock.sleep(3.4)
    late = [await anext(stream) for _ in range(3)]
    assert manual_clock.now() == START + np.timedelta64(3400, "ms")
    assert [(b.time[0] - START) / SECOND for b in late] == [1, 2, 3]
    await anext(stream)
    assert manual_clock.now() == START + 4 * SECOND
    await stream.aclose()


@pytest.mark.parametrize("speed", [5.0, 20.0, 60.0])
async def test_samples_are_the_same_at_every_speed(manual_clock, speed):
    slow = joined(await taken(SimulatorSource(6, seed=2, start=START), manual_clock, 120))
    fast = await taken(SimulatorSource(6, seed=2, start=START, speed=speed), manual_clock, 120)
    for one, other in zip(slow, joined(fast), strict=True):
        np.testing.assert_array_equal(one, other[..., : one.shape[-1]])


async def test_at_60x_a_second_of_the_clock_brings_60_samples_in_20_batches(manual_clock):
    source = SimulatorSource(3, speed=60)
    began = manual_clock.now()
    batches = await taken(source, manual_clock, 200)
    assert (manual_clock.now() - began) / SECOND == pytest.approx(10, abs=0.1)
    assert sum(len(b) for b in batches) == 3 * 600
    newest = [b.time[-1] for b in batches]
    assert all(b.now >= b.time[-1] - np.timedelta64(1, "us") for b in batches)
    assert (newest[-1] - newest[0]) / SECOND == 597


async def test_positions_come_25_times_a_second_and_heart_rate_once(manual_clock):
    batches = await taken(SimulatorSource(4, sport="football", frequency_s=0.04), manual_clock, 40)
    values, times, athletes = joined(batches)
    mine = athletes == 2
    gaps = np.diff(times[mine])
    assert (gaps == np.timedelta64(40, "ms")).all()
    assert not np.isnan(values[MEASURED_NAMES.index("latitude")]).any()
    rates = values[MEASURED_NAMES.index("heart_rate"), mine]
    whole = (times[mine] - START) % SECOND == np.timedelta64(0)
    assert np.isnan(rates[~whole]).all()
    assert not np.isnan(rates[whole]).all()


async def test_a_sample_every_five_seconds_keeps_all_beats(manual_clock):
    every, fifth = [
        await taken(SimulatorSource(2, seed=1, start=START, frequency_s=f), manual_clock, count)
        for f, count in ((1.0, 101), (5.0, 21))
    ]
    np.testing.assert_array_equal(joined(every[::5])[0], joined(fifth)[0])
    assert sum(len(b.beats) for b in every) == sum(len(b.beats) for b in fifth)


async def test_a_start_in_the_past_moves_samples_and_clock_there(manual_clock):
    berne = timezone(timedelta(hours=2))
    source = SimulatorSource(1, start=datetime(2020, 5, 1, 12, tzinfo=berne))
    batches = await taken(source, manual_clock, 3)
    expected = np.datetime64("2020-05-01T10:00:02", "ns")
    assert batches[-1].time[0] == batches[-1].now == expected


async def test_a_source_begins_anew_when_it_is_followed_again(manual_clock):
    source = SimulatorSource(2, start=datetime(2026, 1, 1, tzinfo=UTC))
    first, second = [joined(await taken(source, manual_clock, 10)) for _ in range(2)]
    np.testing.assert_array_equal(first[0], second[0])


async def test_dropouts_reach_the_consumer_as_nan(manual_clock):
    batches = await taken(SimulatorSource(30, speed=60), manual_clock, 300)
    rates = np.concatenate([b["heart_rate"] for b in batches])
    assert 0.001 < np.isnan(rates).mean() < 0.05
    assert np.nanmin(rates) >= 30


@pytest.mark.parametrize(
    ("description", "name", "count", "speed"),
    [
        ("", "simulator:12", 12, 1),
        ("30", "simulator:30", 30, 1),
        ("30:football", "simulator:30:football", 30, 1),
        ("12:cycling:seed=7@20", "simulator:12:cycling", 12, 20),
        ("4:seed=3:ramp:hz=25", "simulator:4:ramp", 4, 1),
        ("5@2.5", "simulator:5", 5, 2.5),
    ],
)
def test_words_describe_a_squad(description, name, count, speed):
    source = open_source(description, Settings())
    assert (source.name, len(source.athletes), source.speed) == (name, count, speed)


async def test_words_choose_the_seed_and_settings_the_frequency(manual_clock):
    worded = open_source("3:running:seed=7", Settings(data_frequency=0.5))
    named = SimulatorSource(3, sport="running", seed=7, frequency_s=0.5)
    assert worded.truths == named.truths
    times = joined(await taken(worded, manual_clock, 4))[1][::3]
    assert [b - a for a, b in pairwise(times)] == [np.timedelta64(500, "ms")] * 3


@pytest.mark.parametrize(
    "description",
    ["many", "0", "-3", "2000", "12:golf", "12:seed=x", "12@fast", "12@0", "12@nan", "12:hz=0",
     "12:hz=26", "12:colour=red", "12:seed=-1", "1.5e9"],
)  # fmt: skip
def test_words_that_make_no_sense_are_refused_with_what_is_expected(description):
    with pytest.raises(SourceError, match=r"expected|known"):
        open_source(description, Settings())


@pytest.mark.parametrize("frequency_s", [0.3, 0.0, -1.0, 1.5, 0.01, float("nan")])
def test_an_impossible_rhythm_is_refused(frequency_s):
    with pytest.raises(SourceError, match="expected whole seconds"):
        SimulatorSource(2, frequency_s=frequency_s)


def test_a_start_without_time_zone_is_refused():
    with pytest.raises(SourceError, match="time zone"):
        SimulatorSource(2, start=datetime(2026, 1, 1))


async def test_the_terminal_shows_everybody_each_second(manual_clock, capsys):
    await show(SimulatorSource(3), manual_clock, seconds=2)
    text = capsys.readouterr().out
    assert text.count("Ada") == text.count("Chiara") == 3
    assert "2026-10-01T10:00:02 UTC" in text
    assert text.count("bpm") >= 6


def test_the_terminal_shows_a_dash_for_what_is_not_measured():
    batch = Batch.of([0, 1], ["2026-10-01T10:00:00"] * 2, heart_rate=[np.nan, 141.0])
    lines = table(SimulatorSource(2), batch).splitlines()
    assert "141 bpm" in lines[2]
    assert "bpm" not in lines[1]
    assert table(SimulatorSource(2), Batch.of([], [])) == ""


def test_the_terminal_refuses_an_unknown_squad_with_a_clear_line(capsys):
    with pytest.raises(SystemExit):
        main(["12:golf"])
    assert "known: mixed" in capsys.readouterr().err
