"""Stored sessions through the live steps, on made-up and on real recordings."""

import numpy as np
import pandas as pd
import pytest

import twin
from twin.pipeline import derive, summary
from twin.records import Athlete
from twin.schema import ALL_NAMES


def samples(rows, **channels):
    index = pd.date_range("2026-10-01T10:00", periods=rows, freq="s", tz="UTC", name="time")
    return pd.DataFrame(channels, index=index)


def test_every_channel_is_there(ada):
    frame = derive(samples(3, heart_rate=[150.0, 151, 152]), ada)
    assert tuple(frame.columns) == ALL_NAMES
    assert str(frame.index.tz) == "UTC"


@pytest.mark.parametrize("rows", [0, 1])
def test_a_session_of_no_or_one_sample_has_a_summary(ada, rows):
    found = summary(derive(samples(rows, heart_rate=np.full(rows, 150.0)), ada), ada)
    assert found.max_heart_rate == 150 if rows else np.isnan(found.max_heart_rate)
    assert np.isnan(found.distance_m)
    bests = {(b.channel, b.window_s): b.value for b in found.bests if np.isfinite(b.value)}
    assert bests == ({("heart_rate", 1): 150} if rows else {})


def test_the_summary_by_hand(ada):
    # 100 s at 3 m/s and 150 bpm, then 100 s standing
    frame = samples(
        201, heart_rate=150.0, power=np.r_[np.full(101, 200.0), np.zeros(100)],
        speed=np.r_[np.full(101, 3.0), np.zeros(100)], cadence=np.r_[np.full(101, 80.0), np.zeros(100)],
    )  # fmt: skip
    found = summary(derive(frame, ada), ada)
    assert (found.duration_s, found.moving_time_s) == (200, 100)
    assert (found.mean_speed, found.mean_power, found.mean_cadence) == (3, 100, 80)
    assert found.time_in_zone_s == (0, 0, 200, 0, 0)
    assert found.heart_rate_s == 200
    assert found.edwards_trimp == pytest.approx(10)
    bests = {(b.channel, b.window_s): b.value for b in found.bests}
    assert bests["power", 30] == pytest.approx(200)
    assert np.isnan(bests["power", 300])


def test_power_that_varies_is_weighted_and_under_twenty_minutes_tells_nothing(ada):
    power = np.tile(np.repeat([300.0, 100.0], 60), 20)  # 239.37 W by tests/physiology's vectors
    found = summary(derive(samples(2400, power=power), ada), ada)
    assert found.weighted_power == pytest.approx(239.4, abs=0.5)
    assert np.isnan(summary(derive(samples(600, power=power[:600]), ada), ada).weighted_power)
    assert np.isnan(summary(derive(samples(2400, heart_rate=150.0), ada), ada).weighted_power)
    seldom = samples(2400, power=power).iloc[::4]  # smart recording
    assert summary(derive(seldom, ada), ada).weighted_power == pytest.approx(239.4, abs=3)


RIDES = ("ride_edge810_vector_power_1h18", "ride_sweatpy_2h19_power", "run_fenix2_47min")


@pytest.mark.parametrize("name", RIDES)
def test_the_way_along_positions_is_within_2_percent_of_the_device(recordings, name):
    recording = twin.read(recordings / "fit" / f"{name}.fit")
    athlete = Athlete("Ada", sport=recording.sport)
    own = derive(recording.samples, athlete)["session_distance"].iloc[-1]
    without = recording.samples.drop(columns=["distance", "speed"])
    along = derive(without, athlete)["session_distance"].iloc[-1]
    device = recording.samples["distance"].dropna()
    assert own == pytest.approx(device.iloc[-1] - device.iloc[0], rel=1e-6)
    assert along == pytest.approx(own, rel=0.02)


@pytest.mark.parametrize("name", RIDES)
def test_sound_recordings_lose_next_to_nothing(recordings, name):
    recording = twin.read(recordings / "fit" / f"{name}.fit")
    cleaned = derive(recording.samples, Athlete("Ada", sport=recording.sport))
    for channel in ("heart_rate", "latitude"):
        before, after = recording.samples[channel].count(), cleaned[channel].count()
        assert after >= 0.99 * before
    assert cleaned["heart_rate"].mean() == pytest.approx(
        recording.samples["heart_rate"].mean(), abs=0.5
    )


# Total ascent that the device itself wrote into its session messages. [m]
_DEVICE_ASCENT_M = {
    "multisport_fenix2_6h50": 1579, "ride_edge500_3h31": 541, "ride_edge810_vector_power_1h18": 514,
    "ride_sweatpy_1h26": 79, "ride_sweatpy_2h19_power": 1254, "ride_wahoo_elemnt_6h33_power": 185,
    "run_fenix2_47min": 64, "run_smartrec_44min": 168,
}  # fmt: skip


@pytest.mark.parametrize("name", _DEVICE_ASCENT_M)
def test_ascent_is_within_a_quarter_of_what_the_device_counted(recordings, name):
    # One device against another's definition differs by 10 % on average, 24 % at most here.
    recording = twin.read(recordings / "fit" / f"{name}.fit")
    altitude = recording.samples[["altitude"]]
    ascent = derive(altitude, Athlete("Ada", sport=recording.sport))["ascent"].iloc[-1]
    assert ascent == pytest.approx(_DEVICE_ASCENT_M[name], rel=0.25)
