"""What virtual sensors send is what their athletes do; decoded by the product's own codec."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import find_peaks

from simulator.air import Air
from simulator.ble_polar import ECG_HZ, ECG_SAMPLES
from simulator.ble_serve import obey
from simulator.ble_squad import BleSquad
from simulator.source import SimulatorSource
from twin.records import Recording
from twin.sources import Replay, gatt
from twin.sources.ble_readings import SensorReader
from twin.sources.gatt_movement import decode_power
from twin.sources.polar_pmd import decode_frame

SECONDS = 60
YEAR_2000_S = 946_684_800  # where straps begin to count
UUIDS = {"pod": gatt.RUNNING, "meter": gatt.POWER, "tracker": gatt.LOCATION}


async def played(clock, sport):
    """Return a squad, its batches, and what every sensor sent in each second."""
    source = SimulatorSource(2, sport=sport)
    squad = BleSquad(source, Air(), polar=False)
    batches, sent = [], []
    stream = source.batches(clock)
    async for batch in stream:
        batches.append(batch)
        sent.append([packet for _, packet in squad._packets(batch)])
        if len(batches) == SECONDS:
            break
    await stream.aclose()
    return squad, batches, sent


async def test_straps_send_the_heart_rate_and_every_rr_interval_to_the_tick(manual_clock):
    squad, batches, sent = await played(manual_clock, "running")
    assert [s.kind for s in squad.sensors] == ["strap", "strap", "pod", "pod"]
    for place in range(2):
        heard = [gatt.decode_heart_rate(packets[place]) for packets in sent]
        rates = [batch["heart_rate"][place] for batch in batches]
        assert [h.bpm for h in heard] == np.nan_to_num(rates).tolist()
        rr_ms = np.concatenate([b.beats.rr_ms[b.beats.athlete == place] for b in batches])
        assert [rr for h in heard for rr in h.rr_ms] == pytest.approx(rr_ms.tolist())


@pytest.mark.parametrize(
    ("sport", "channels"),
    [
        ("running", {"speed": 0.003, "cadence": 0.51}),  # steps of 1/256 m/s and 1/min
        ("cycling", {"power": 0.51}),
        ("football", {"speed": 0.006, "latitude": 1e-7, "longitude": 1e-7}),
    ],
)
async def test_other_sensors_send_what_was_measured_as_finely_as_the_format_can(
    manual_clock, sport, channels
):
    squad, batches, sent = await played(manual_clock, sport)
    for place, sensor in squad.others.items():
        reader, column = SensorReader(), len(squad.straps) + place
        for second, batch in enumerate(batches):
            packet = sent[second][column]
            if not packet:
                assert np.isnan(batch["speed" if sport == "running" else "latitude"][place])
                continue
            values = dict(reader.read(UUIDS[sensor.kind], packet, second * 10**9).values)
            for channel, step in channels.items():
                truth = batch[channel][place]
                assert np.isnan(truth) or values[channel] == pytest.approx(truth, abs=step)


async def test_cadence_comes_out_of_the_turns_that_a_meter_counts(manual_clock):
    """Turns are counted whole, so a single second is off by a fraction of one; the mean is not."""
    _squad, batches, sent = await played(manual_clock, "cycling")
    reader, seen, truth = SensorReader(), [], []
    for second, batch in enumerate(batches):
        values = dict(reader.read(gatt.POWER, sent[second][2], second * 10**9).values)
        if second > 2 and "cadence" in values:
            seen.append(values["cadence"])
            truth.append(batch["cadence"][0])
    assert np.mean(seen) == pytest.approx(np.nanmean(truth), rel=0.02)


async def test_commands_that_make_no_sense_are_told(manual_clock):
    squad = BleSquad(SimulatorSource(2), Air())
    assert await obey(squad, "dance Ada") == ""
    assert await obey(squad, "vanish Nobody") == ""
    assert await obey(squad, "send Ada xyz") == ""
    assert await obey(squad, "vanish Ada") == "vanish: 1 sensors, 0 linked"
    assert [s.radio.in_range for s in squad.straps] == [False, True]
    assert await obey(squad, "count") == "count: 0 packets sent"
    assert (await obey(squad, "pause"), squad.paused) == ("pause: 0 packets sent", True)


async def test_the_ecg_has_its_r_waves_where_the_heart_beats_and_no_sample_is_left_out(
    manual_clock,
):
    source = SimulatorSource(1, sport="running")
    squad = BleSquad(source, Air(), ecg=True)
    beats, frames = [], []
    stream = source.batches(manual_clock)
    async for batch in stream:
        beats.extend(batch.beats.time.astype(np.int64) * 1e-9)
        packets = [packet for _, packet, _ in squad._ecg_packets(batch, manual_clock)]
        frames += [decode_frame(packet) for packet in packets]
        if len(beats) > 60:
            break
    await stream.aclose()
    stamps_s = np.array([frame.stamp_ns for frame in frames]) * 1e-9
    assert np.diff(stamps_s) == pytest.approx(ECG_SAMPLES / ECG_HZ, abs=1e-6)
    first_s = stamps_s[0] - (ECG_SAMPLES - 1) / ECG_HZ
    voltage = np.concatenate([frame.values[:, 0] for frame in frames])
    peaks, _ = find_peaks(voltage, height=700)
    found_s = first_s + peaks / ECG_HZ
    true_s = np.array(beats) - YEAR_2000_S
    true_s = true_s[(true_s > first_s + 0.1) & (true_s < stamps_s[-1] - 0.1)]
    assert len(true_s) > 40
    for beat_s in true_s:  # Q and S waves shift a peak by less than a sample
        assert np.abs(found_s - beat_s).min() <= 1 / ECG_HZ


async def test_sensors_send_what_a_recording_holds_and_are_silent_where_it_does(manual_clock):
    index = pd.date_range("2026-10-01 10:00", periods=20, freq="s", tz="UTC", name="time")
    samples = pd.DataFrame(
        {"heart_rate": 120.0 + np.arange(20), "power": 200.0, "cadence": 90.0}, index
    )
    samples.iloc[5] = np.nan
    rr = pd.Series(500.0, pd.date_range("2026-10-01 10:00", periods=40, freq="500ms", tz="UTC"))
    source = Replay(Recording(samples, "cycling", rr=rr))
    squad = BleSquad(source, Air(), polar=False)
    sent = [[p for _, p in squad._packets(batch)] async for batch in source.batches(manual_clock)]
    assert [s.kind for s in squad.sensors] == ["strap", "meter"]
    sent = sent[:20]  # the end of a replay is a batch of its own
    rates = [gatt.decode_heart_rate(strap).bpm for strap, _ in sent]
    assert rates == [0 if second == 5 else 120 + second for second in range(20)]
    assert {rr for strap, _ in sent for rr in gatt.decode_heart_rate(strap).rr_ticks} == {512}
    meters = [meter for _, meter in sent]
    assert [meter == b"" for meter in meters] == [second == 5 for second in range(20)]
    assert {decode_power(meter).watts for meter in meters if meter} == {200}
