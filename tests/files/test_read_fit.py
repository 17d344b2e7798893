"""FIT files written byte by byte (conftest); expected values are those written, by hand."""

import numpy as np
import pandas as pd
import pytest

from twin.errors import UnreadableFileError
from twin.files import read
from twin.files.fit_beats import beat_times
from twin.files.fit_layout import layout

START = pd.Timestamp(1_790_000_000, unit="s", tz="UTC")


def seconds(index):
    return ((index - START) / pd.Timedelta(seconds=1)).tolist()


def test_a_record_gives_its_channels_in_our_units(fit, put):
    fit.record(
        0,
        (0, 0x85, 2**29),  # position: 2^29 semicircles are 45 degrees
        (1, 0x85, -(2**30)),
        (2, 0x84, (560 + 500) * 5),  # altitude, scale 5, offset 500
        (3, 0x02, 141),
        (4, 0x02, 90),
        (5, 0x86, 12_345),  # distance in cm
        (6, 0x84, 8_049),  # speed in mm/s
        (7, 0x84, 250),
        (13, 0x01, -4),
    ).session(sport=2, begin=0, end=1)
    recording = read(put("ride.fit", fit.file()))
    assert recording.sport == "cycling"
    assert recording.warnings == ()
    assert recording.samples.iloc[0].to_dict() == {
        "heart_rate": 141, "power": 250, "cadence": 90, "speed": 8.049, "distance": 123.45,
        "altitude": 560, "latitude": 45, "longitude": -90, "temperature": -4,
    }  # fmt: skip
    assert recording.samples.index.name == "time"
    assert str(recording.samples.index.dtype) == "datetime64[ns, UTC]"
    assert recording.start == START


def test_invalid_values_are_missing_and_channels_never_measured_are_absent(fit, put):
    fit.record(0, (3, 0x02, 0xFF), (7, 0x84, 0xFFFF)).rate(1, 120)
    samples = read(put("a.fit", fit.file())).samples
    assert list(samples) == ["heart_rate"]
    assert np.isnan(samples["heart_rate"].iloc[0])
    assert samples["heart_rate"].iloc[1] == 120


@pytest.mark.parametrize("constant", [0, 1])
def test_a_constant_heart_rate_of_0_or_1_is_missing_and_told(fit, put, constant):
    for second in range(3):
        fit.record(second, (3, 0x02, constant), (7, 0x84, 200))
    recording = read(put("a.fit", fit.file()))
    assert list(recording.samples) == ["power"]
    assert "heart rate is 0 or 1 throughout" in recording.warnings[0]


def test_strides_of_a_run_become_steps_with_their_fraction(fit, put):
    fit.record(0, (4, 0x02, 85), (53, 0x02, 64))  # 85 + 64/128 strides
    fit.session(sport=1, begin=0, end=1)
    assert read(put("run.fit", fit.file())).samples["cadence"].tolist() == [171.0]


def test_pauses_and_smart_recording_stay_gaps(fit, put):
    for second in (0, 1, 7, 600):
        fit.rate(second, 120)
    recording = read(put("a.fit", fit.file()))
    assert seconds(recording.samples.index) == [0, 1, 7, 600]
    assert recording.duration_s == 600


def test_a_clock_that_steps_back_is_put_in_order_and_told(fit, put):
    for second, bpm in ((0, 100), (5, 105), (3, 103), (5, 106)):
        fit.rate(second, bpm)
    recording = read(put("a.fit", fit.file()))
    assert recording.samples["heart_rate"].tolist() == [100, 103, 105, 106]
    assert recording.warnings[0] == "the clock stepped back 1 time: samples put in order of time"


def test_samples_years_away_are_left_out_and_told(fit, put):
    for second in (0, 1, 2, 900_000_000):
        fit.rate(second, 120)
    recording = read(put("a.fit", fit.file()))
    assert seconds(recording.samples.index) == [0, 1, 2]
    assert "the clock jumped: 1 sample left out" in recording.warnings[0]


def test_rr_intervals_are_unrounded_and_set_by_their_running_sum(fit, put):
    fit.rate(0, 75)
    for second in range(1, 5):
        fit.beats(801).rate(second, 75)
    rr = read(put("a.fit", fit.file())).rr
    assert rr.tolist() == [801.0] * 4
    assert np.diff(seconds(rr.index)) == pytest.approx(0.801)
    assert rr.index.is_unique


def test_rr_intervals_begin_anew_after_a_pause(fit, put):
    fit.rate(0, 75).beats(800).rate(1, 75).rate(300, 75).beats(810, 790).rate(301, 75)
    rr = read(put("a.fit", fit.file())).rr
    assert rr.tolist() == [800.0, 810.0, 790.0]
    assert seconds(rr.index)[1] == 300
    assert seconds(rr.index)[2] == pytest.approx(300.79)


def test_a_device_that_counts_too_much_time_keeps_its_beats_apart_and_near():
    # 20 beats of 1 s within 5 s of samples: the latency allowed is 2 s.
    low = np.repeat(np.arange(5.0), 4)
    times = beat_times(np.ones(20), low, low + 1)
    assert (np.diff(times) > 0).all()
    assert (times <= low + 1 + 2 + 5).all()


def test_beat_times_of_no_beats_are_none():
    assert len(beat_times(np.empty(0), np.empty(0), np.empty(0))) == 0


def test_laps_carry_their_sport_where_there_are_several(fit, put):
    for second in range(0, 20, 2):
        fit.rate(second, 120)
    fit.lap(0, 10).lap(10, 18).session(sport=5, begin=0, end=10).session(sport=2, begin=10, end=18)
    recording = read(put("a.fit", fit.file()))
    assert recording.sport == "multisport"
    assert [(lap.number, lap.label) for lap in recording.laps] == [(1, "swimming"), (2, "cycling")]
    assert (recording.laps[1].end - START).total_seconds() == 18


def test_a_lap_that_ends_where_it_starts_lasts_as_long_as_it_says(fit, put):
    # As an oarlock writes it: time stamp and start are the same, and the time elapsed is right.
    for second in range(0, 20, 2):
        fit.rate(second, 120)
    laps = read(put("a.fit", fit.lap(0, 0, 7_500).lap(8, 8).lap(10, 18, 7_000).file())).laps
    assert [(lap.end - lap.start).total_seconds() for lap in laps] == [7.5, 0, 8]


def test_devices_are_named_by_maker_and_model(fit, put):
    fit.add(0, (1, 0x84, 1), (2, 0x84, 1036), (0, 0x00, 4))  # file_id: garmin edge500
    fit.add(23, (253, 0x86, 1), (2, 0x84, 32), (27, 0x07, b"TICKR\0"))  # device_info: wahoo
    recording = read(put("a.fit", fit.rate(0, 120).file()))
    assert recording.device == "garmin edge500"
    assert recording.devices == ("garmin edge500", "wahoo fitness TICKR")


def test_developer_power_counts_where_no_native_power_is(fit, put):
    fit.add(207, (3, 0x02, 0))
    fit.add(206, (0, 0x02, 0), (1, 0x02, 0), (2, 0x02, 0x84), (3, 0x07, b"Power\0"),
            (8, 0x07, b"Watts\0"))  # fmt: skip
    definition = bytes((0x61, 0, 0, 20, 0, 1, 253, 4, 0x86, 1, 0, 2, 0))
    stamp = (1_790_000_000 - 631_065_600).to_bytes(4, "little")
    fit.body += definition + b"\x01" + stamp + (275).to_bytes(2, "little")
    assert read(put("a.fit", fit.file())).samples["power"].tolist() == [275.0]


def test_compressed_timestamps_are_read_sound_and_damaged(fit, put):
    fit.rate(0, 120)
    start = 1_790_000_000 - 631_065_600
    fit.body += bytes((0x41, 0, 0, 20, 0, 1, 3, 1, 0x02))  # local 1: heart rate alone
    for second, bpm in ((1, 121), (2, 122)):
        fit.body += bytes((0x80 | 1 << 5 | (start + second) & 0x1F, bpm))
    whole = fit.file()
    for name, data in (("sound.fit", whole), ("cut.fit", whole[:-4])):
        recording = read(put(name, data))
        expected = [120, 121, 122] if name == "sound.fit" else [120, 121]
        assert recording.samples["heart_rate"].tolist() == expected
        assert seconds(recording.samples.index) == list(range(len(expected)))
        assert bool(recording.warnings) == (name == "cut.fit")


def test_chained_files_are_read_to_the_end(fit, put):
    first = fit.rate(0, 120).file()
    fit.body.clear()
    second = fit.rate(60, 130).file()
    recording = read(put("a.fit", first + second))
    assert recording.samples["heart_rate"].tolist() == [120, 130]
    assert recording.warnings == ()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: data[:-1] + b"\x00\x00"[:1], "checksum"),
        (lambda data: data[:-2], "unexpected EOF"),
        (lambda data: data[:-7], "cut off"),
        (lambda data: data + b"rubbish after", "no FIT header"),
    ],
)
def test_a_damaged_file_gives_what_came_before_and_says_what_was_wrong(fit, put, spoil, told):
    for second in range(5):
        fit.rate(second, 120 + second)
    recording = read(put("a.fit", spoil(fit.file())))
    assert recording.samples["heart_rate"].tolist()[:4] == [120, 121, 122, 123]
    assert told in recording.warnings[0]


def test_a_single_record_is_a_recording_of_no_duration(fit, put):
    assert read(put("a.fit", fit.rate(0, 120).file())).duration_s == 0


def test_a_file_without_records_is_refused_with_what_it_holds(fit, put):
    fit.add(0, (0, 0x00, 4)).lap(0, 10)
    with pytest.raises(UnreadableFileError, match=r"holds no samples .*1 lap"):
        read(put("a.fit", fit.file()))


def test_the_layout_follows_messages_in_order(fit):
    fit.rate(0, 120).beats(800).beats(810).rate(1, 121)
    assert layout(fit.file()).kinds == [20, 78, 78, 20]
    assert layout(fit.file()).damage == ""


def test_beats_are_the_same_whatever_form_their_messages_have(fit, put):
    """Read as columns where all have one form, one by one where they have two: equal by hand."""
    fit.rate(0, 60).beats(1000, 990).rate(1, 60).rate(2, 61)
    assert read(put("one.fit", fit.file())).rr.tolist() == [1000.0, 990.0]
    fit.add(78, (0, 0x84, [980, 0xFFFF])).rate(3, 61)
    assert read(put("two.fit", fit.file())).rr.tolist() == [1000.0, 990.0, 980.0]
