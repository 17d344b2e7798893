"""ECG and acceleration packets: as an independent decoder reads them, placed evenly in time."""

import random

import numpy as np
import pytest
from bleakheart import PolarMeasurementData
from hypothesis import given
from hypothesis import strategies as st

from simulator.ble_polar import acceleration_frame, ecg_frame
from twin.errors import MalformedPacketError
from twin.schema import SIGNAL_NAMES
from twin.sources.ble_readings import SensorReader
from twin.sources.polar_pmd import DATA, STREAMS, WaveLine, decode_frame, refusal

PACKETS = 20_000
MS = 1_000_000
oracle = PolarMeasurementData.__new__(PolarMeasurementData)  # its decoders alone, no link


def test_ecg_is_read_as_bleakheart_reads_it():
    chance = random.Random(1)
    for _ in range(PACKETS):
        values = [chance.randrange(-(2**23), 2**23) for _ in range(chance.randrange(1, 12))]
        packet = ecg_frame(chance.uniform(1e9, 2e9), values)
        frame = decode_frame(packet)
        assert frame.values[:, 0].tolist() == oracle._decode_ecg_data(packet) == values
        assert frame.stamp_ns == int.from_bytes(packet[1:9], "little")


def test_acceleration_is_read_as_bleakheart_reads_it():
    chance = random.Random(2)
    for _ in range(PACKETS):
        values = [
            tuple(chance.randrange(-(2**15), 2**15) for _ in "xyz")
            for _ in range(chance.randrange(1, 12))
        ]
        packet = acceleration_frame(1e9, values)
        found = [tuple(row) for row in decode_frame(packet).values.tolist()]
        assert found == oracle._decode_acc_data(packet) == values


@given(packet=st.binary(max_size=40))
def test_any_bytes_are_samples_or_malformed(packet):
    try:
        frame = decode_frame(packet)
    except MalformedPacketError:
        return
    assert len(frame.values) * frame.stream.width * frame.values.shape[1] == len(packet) - 10
    assert len(WaveLine().place(frame, arrival_ns=10**18)) == len(frame.values)


@pytest.mark.parametrize("cut", range(13))
def test_a_cut_packet_gives_no_sample(cut):
    with pytest.raises(MalformedPacketError):
        decode_frame(ecg_frame(1e9, [5])[:cut])


def test_a_compressed_frame_is_not_guessed():
    packet = bytearray(ecg_frame(1e9, [5]))
    packet[9] = 0x80
    with pytest.raises(MalformedPacketError, match="frame type 128"):
        decode_frame(packet)


def frames(count, *, rate_hz, samples=73):
    """Frames of a strap whose clock began in 2019, as straps do that were off the body."""
    return [
        decode_frame(ecg_frame(1.5e9 + (n + 1) * samples / rate_hz, [0] * samples))
        for n in range(count)
    ]


def test_samples_lie_evenly_whatever_the_radio_does_and_the_real_rate_is_known():
    line, jitter, at = WaveLine(), random.Random(3), []
    for n, frame in enumerate(frames(50, rate_hz=130.5)):
        arrival_ns = round((1.7e9 + n * 73 / 130.5) * 1e9) + jitter.randrange(200) * MS
        at.append(line.place(frame, arrival_ns=arrival_ns))
    steps = np.diff(np.concatenate(at[1:]))
    assert np.abs(steps - 1e9 / 130.5).max() < 300  # [ns], what a float of seconds resolves
    assert line.rate_hz == pytest.approx(130.5, abs=1e-3)


def test_a_lost_frame_is_a_gap_and_a_new_link_begins_anew():
    line = WaveLine()
    first, _, third = (f for f in frames(3, rate_hz=130))
    before = line.place(first, arrival_ns=10**18)
    after = line.place(third, arrival_ns=10**18 + 1123 * MS)
    assert after[0] - before[-1] == pytest.approx(74 / 130 * 1e9, abs=1000)
    line.restart()
    assert line.place(first, arrival_ns=10**18 + 5_000 * MS)[-1] == 10**18 + 5_000 * MS


def test_a_clock_that_jumps_is_followed_and_time_never_goes_back():
    line = WaveLine()
    one, two = frames(2, rate_hz=130)
    newest = line.place(two, arrival_ns=10**18)[-1]
    again = line.place(one, arrival_ns=10**18 + 1)  # an older stamp, an instant later
    assert again[0] > newest
    assert (np.diff(again) > 0).all()


def test_acceleration_becomes_three_signals_at_each_instant():
    packet = acceleration_frame(1e9, [(1, 2, 3), (4, 5, 6)])
    wave = SensorReader().read(DATA, packet, 10**18).wave
    assert [SIGNAL_NAMES[i] for i in wave.signal[:3]] == [f"acceleration_{axis}" for axis in "xyz"]
    assert wave.value.tolist() == [1, 2, 3, 4, 5, 6]
    assert (wave.time_ns[3] - wave.time_ns[0]) == 1e9 / STREAMS["acceleration"].rate_hz


def test_what_a_strap_answers_is_told_in_words():
    assert refusal(bytes.fromhex("f0020000")) == refusal(bytes.fromhex("f002000600")) == ""
    assert "error 5" in refusal(bytes.fromhex("f002000500"))
    assert "no answer that is known" in refusal(b"")
