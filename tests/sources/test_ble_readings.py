"""From packets to channels, from sensors to rows; no radio here."""

import numpy as np
import pytest

from simulator import ble_packets
from twin.errors import MalformedPacketError
from twin.schema import SIGNAL_NAMES
from twin.sources import gatt
from twin.sources.ble_gather import Gatherer, Heard
from twin.sources.ble_readings import Reading, SensorReader, Wave
from twin.sources.polar import FrameLoss, decode_polar_advertisement

S = 1_000_000_000
NOW = np.datetime64(10 * S, "ns")


def test_no_reading_of_0_bpm_becomes_a_heart_rate():
    reading = SensorReader().read(gatt.HEART_RATE, ble_packets.heart_rate(0, contact=False), S)
    assert reading.values == ()
    assert reading.contact is False


def test_a_malformed_packet_leaves_the_line_of_beats_as_it_was():
    reader = SensorReader()
    reader.read(gatt.HEART_RATE, ble_packets.heart_rate(60, [1024]), 10 * S)
    with pytest.raises(MalformedPacketError):
        reader.read(gatt.HEART_RATE, b"\x16\x3c\x00\x04\x00", 11 * S)
    after = reader.read(gatt.HEART_RATE, ble_packets.heart_rate(60, [1024]), 11 * S)
    assert after.beats == ((10 * S, 1000.0),)


def test_a_new_epoch_begins_the_line_of_beats_anew():
    reader = SensorReader()
    reader.read(gatt.HEART_RATE, ble_packets.heart_rate(60, [1024]), 10 * S)
    reader.restart()
    after = reader.read(gatt.HEART_RATE, ble_packets.heart_rate(60, [1024]), 12 * S + 7)
    assert after.beats == ((11 * S + 7, 1000.0),)


def test_a_pod_gives_speed_cadence_and_the_way_since_it_was_first_heard():
    reader = SensorReader()
    first = reader.read(gatt.RUNNING, ble_packets.running(3.0, 180, 5000.0), S)
    then = reader.read(gatt.RUNNING, ble_packets.running(3.5, 182, 5003.5), 2 * S)
    assert dict(first.values) == {"speed": 3.0, "cadence": 180, "distance": 0}
    assert dict(then.values) == {"speed": 3.5, "cadence": 182, "distance": 3.5}


def test_a_meter_gives_power_at_once_and_cadence_from_the_second_packet_on():
    reader = SensorReader()
    first = reader.read(gatt.POWER, ble_packets.cycling_power(250, 10, 1000), S)
    then = reader.read(gatt.POWER, ble_packets.cycling_power(-3, 12, 2365), 2 * S)
    assert dict(first.values) == {"power": 250}
    assert dict(then.values) == {"power": -3, "cadence": pytest.approx(90, abs=0.1)}


def test_a_last_known_position_is_no_position():
    good = ble_packets.location(48.0, 11.0, speed_m_s=3.0)
    stale = (0x0185).to_bytes(2, "little") + good[2:]
    assert set(dict(SensorReader().read(gatt.LOCATION, good, S).values)) == {
        "speed", "latitude", "longitude"
    }  # fmt: skip
    assert dict(SensorReader().read(gatt.LOCATION, stale, S).values) == {"speed": 3.0}


def test_a_polar_advertisement_with_another_part_first_is_read():
    assert decode_polar_advertisement(bytes.fromhex("7a0301030026008d8c")).bpm == 141
    assert decode_polar_advertisement(bytes.fromhex("7a03010300")) is None
    assert decode_polar_advertisement(b"") is None


@pytest.mark.parametrize("data", ["26", "2600", "7a", "7a050101"])
def test_a_cut_polar_advertisement_is_malformed(data):
    with pytest.raises(MalformedPacketError):
        decode_polar_advertisement(bytes.fromhex(data))


def test_a_polar_advertisement_may_have_one_heart_rate_only():
    heard = decode_polar_advertisement(bytes.fromhex("2300ff"))
    assert (heard.bpm, heard.slow_bpm, heard.contact, heard.battery_low) == (255, 255, True, True)


def test_the_share_of_lost_frames_is_right_though_their_numbers_wrap():
    """4 of 10 frames are not heard, some of them more than a whole round of 8 in a row."""
    loss = FrameLoss()
    frames = range(1000)
    heard = [n for n in frames if n % 10 in (0, 1, 2, 5, 6, 9) or n < 1]
    for n in heard:
        assert loss.is_new(n % 8, now_s=float(n))
        assert not loss.is_new(n % 8, now_s=n + 0.4)  # the same frame, advertised again
    assert loss.share == pytest.approx(0.4, abs=0.001)
    away = FrameLoss()
    for n in (0, 20, 21):
        away.is_new(n % 8, now_s=float(n))
    assert away.share == pytest.approx(19 / 22)


def test_somebody_who_was_away_has_not_lost_frames():
    loss = FrameLoss()
    for n in (0, 1, 600, 601):
        loss.is_new(n % 8, now_s=float(n))
    assert loss.share == 0


def heard(sensor, time_s, *, quality=1.0, athlete=0, beats=(), **channels):
    return Heard(
        athlete, sensor, quality, Reading(round(time_s * S), tuple(channels.items()), beats)
    )


def test_nothing_heard_is_an_empty_batch_that_tells_the_time():
    batch = Gatherer().batch([], NOW)
    assert len(batch) == len(batch.beats) == 0
    assert batch.now == NOW


def test_what_different_sensors_of_an_athlete_say_together_is_one_row():
    batch = Gatherer().batch(
        [heard("strap", 1, heart_rate=141.0), heard("meter", 1.001, power=250.0, cadence=90.0)], NOW
    )
    assert len(batch) == 1
    assert (batch["heart_rate"][0], batch["power"][0], batch["cadence"][0]) == (141, 250, 90)
    assert np.isnan(batch["speed"]).all()


def test_two_packets_of_one_sensor_are_two_rows_with_two_instants():
    items = [heard("strap", 1, heart_rate=141.0), heard("strap", 1, heart_rate=142.0)]
    batch = Gatherer().batch(items, NOW)
    assert batch["heart_rate"].tolist() == [141, 142]
    assert batch.time[0] < batch.time[1]


def test_of_two_straps_the_better_speaks_until_it_falls_silent():
    gatherer = Gatherer()

    def said(*items):
        return gatherer.batch(items, NOW)["heart_rate"].tolist()

    assert said(heard("poor", 1, quality=0.3, heart_rate=90.0)) == [90]
    assert said(heard("good", 1.1, heart_rate=141.0)) == [141]
    assert said(heard("poor", 2, quality=0.3, heart_rate=91.0)) == []
    assert said(heard("equal", 2, quality=1.0, heart_rate=99.0)) == []  # no flapping
    assert said(heard("poor", 5, quality=0.3, heart_rate=92.0)) == [92]


def test_only_the_beats_of_the_strap_that_speaks_are_kept_and_in_order():
    gatherer = Gatherer()
    gatherer.batch([heard("a", 10, heart_rate=60.0, beats=((9 * S, 1000.0),))], NOW)
    other = heard("b", 10.1, heart_rate=60.0, beats=((9 * S + 5, 1000.0),))
    quiet = gatherer.batch([other], NOW)
    assert len(quiet.beats) == 0
    assert second(quiet, "rr_ms") == [1000.0]  # nothing is lost
    assert second(quiet, "heart_rate") == [60.0]
    late = heard("b", 14, heart_rate=60.0, beats=((8 * S, 900.0), (13 * S, 1000.0)))
    taken_over = gatherer.batch([late], NOW)
    assert taken_over.beats.rr_ms.tolist() == [1000.0]
    assert second(taken_over, "rr_ms") == [900.0]


def test_an_ecg_of_a_second_strap_is_kept_as_such():
    def streamed(sensor, quality):
        codes = np.full(2, SIGNAL_NAMES.index("ecg"), np.uint8)
        wave = Wave(np.array([S, 2 * S]), codes, np.array([5.0, 6.0]))
        return Heard(0, sensor, quality, Reading(2 * S, wave=wave))

    batch = Gatherer().batch([streamed("a", 1.0), streamed("b", 0.8)], NOW)
    assert [SIGNAL_NAMES[code] for code in batch.waves.signal] == ["ecg"] * 2 + ["second_ecg"] * 2
    assert second(batch, "ecg") == [5.0, 6.0]


def second(batch, channel):
    """What a second sensor measured."""
    mine = batch.waves.signal == SIGNAL_NAMES.index(f"second_{channel}")
    return batch.waves.value[mine].tolist()
