"""The codec against two decoders written by others, and against every packet cut short.

`bluetooth-sig` reads all five measurements, bumble the heart rate; both only serve as a second
opinion here.
"""

import contextlib
import math
import random
from datetime import datetime

import pytest
from bluetooth_sig.gatt.characteristics import (
    csc_measurement,
    cycling_power_measurement,
    heart_rate_measurement,
    location_and_speed,
    rsc_measurement,
)
from bumble.profiles.heart_rate_service import HeartRateService
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import MalformedPacketError
from twin.sources import gatt, gatt_location, gatt_movement

PACKETS = 20_000

# First come the flags (bytes), then what is always there; then size by flag; bits without a field.
LAYOUTS = {
    "running": (1, 3, {0x01: 2, 0x02: 4}, 0x04),
    "cycling": (1, 0, {0x01: 6, 0x02: 4}, 0),
    "power": (2, 2, {0x01: 1, 0x04: 2, 0x10: 6, 0x20: 4, 0x40: 4, 0x80: 4, 0x100: 3, 0x200: 2,
                     0x400: 2, 0x800: 2}, 0x100A),
    "location": (2, 0, {0x01: 2, 0x02: 3, 0x04: 8, 0x08: 3, 0x10: 2, 0x20: 1, 0x40: 7}, 0x1B80),
}  # fmt: skip
DECODERS = {
    "heart rate": gatt.decode_heart_rate,
    "running": gatt_movement.decode_running,
    "cycling": gatt_movement.decode_cycling,
    "power": gatt_movement.decode_power,
    "location": gatt_location.decode_location,
}


def packet_of(kind: str, chance: random.Random) -> bytes:
    """Return a valid packet with any flags and any values."""
    if kind == "heart rate":
        flags = chance.getrandbits(5)
        size = (2 if flags & 1 else 1) + (2 if flags & 8 else 0)
        size += 2 * chance.randrange(9) if flags & 16 else 0
        return bytes([flags]) + chance.randbytes(size)
    flag_bytes, fixed, sizes, others = LAYOUTS[kind]
    flags = chance.getrandbits(16) & (sum(sizes) | others)
    size = fixed + sum(size for flag, size in sizes.items() if flags & flag)
    body = bytearray(chance.randbytes(size))
    if kind == "location" and flags & 0x40:  # a date that exists
        moment = (chance.randrange(1, 13), chance.randrange(1, 29), chance.randrange(24))
        minutes = (chance.randrange(60), chance.randrange(60))
        body[-7:] = chance.randrange(1900, 2100).to_bytes(2, "little") + bytes(moment + minutes)
    if kind == "location" and flags & 0x04:  # on this earth, or the other decoder refuses
        at = sum(sizes[flag] for flag in (0x01, 0x02) if flags & flag)
        body[at : at + 4] = chance.randrange(-900_000_000, 900_000_000).to_bytes(
            4, "little", signed=True
        )
        body[at + 4 : at + 8] = chance.randrange(-1_800_000_000, 1_800_000_000).to_bytes(
            4, "little", signed=True
        )
    return flags.to_bytes(flag_bytes, "little") + bytes(body)


def packets(kind: str, count: int = PACKETS):
    chance = random.Random(kind)
    return [packet_of(kind, chance) for _ in range(count)]


def test_heart_rates_are_read_as_bluetooth_sig_and_bumble_read_them():
    oracle = heart_rate_measurement.HeartRateMeasurementCharacteristic()
    contact = {None: "NOT_SUPPORTED", False: "NOT_DETECTED", True: "DETECTED"}
    for packet in packets("heart rate"):
        ours = gatt.decode_heart_rate(packet)
        theirs = oracle.parse_value(bytearray(packet))
        rr_s = tuple(ticks / 1024 for ticks in ours.rr_ticks)
        assert (ours.bpm, rr_s) == (theirs.heart_rate, theirs.rr_intervals)
        assert (ours.energy_kj, contact[ours.contact]) == (
            theirs.energy_expended,
            theirs.sensor_contact.name,
        )
        other = HeartRateService.HeartRateMeasurement.from_bytes(packet)
        assert (ours.bpm, ours.energy_kj) == (other.heart_rate, other.energy_expended)
        assert list(rr_s) == list(other.rr_intervals or ())


def test_running_is_read_as_bluetooth_sig_reads_it():
    oracle = rsc_measurement.RSCMeasurementCharacteristic()
    for packet in packets("running"):
        ours, theirs = gatt_movement.decode_running(packet), oracle.parse_value(bytearray(packet))
        assert (ours.speed_m_s, ours.cadence, ours.is_running) == (
            theirs.instantaneous_speed, theirs.instantaneous_cadence, theirs.is_running
        )  # fmt: skip
        assert ours.stride_m == theirs.instantaneous_stride_length
        assert ours.distance_m == theirs.total_distance


def turns(revolutions, ticks_per_s=1024):
    if revolutions is None:
        return None, None
    return revolutions.count, revolutions.ticks / ticks_per_s


def test_cycling_is_read_as_bluetooth_sig_reads_it():
    oracle = csc_measurement.CSCMeasurementCharacteristic()
    for packet in packets("cycling"):
        ours, theirs = gatt_movement.decode_cycling(packet), oracle.parse_value(bytearray(packet))
        assert turns(ours.wheel) == (
            theirs.cumulative_wheel_revolutions, theirs.last_wheel_event_time
        )  # fmt: skip
        assert turns(ours.crank) == (
            theirs.cumulative_crank_revolutions, theirs.last_crank_event_time
        )  # fmt: skip


def test_power_is_read_as_bluetooth_sig_reads_it():
    oracle = cycling_power_measurement.CyclingPowerMeasurementCharacteristic()
    for packet in packets("power"):
        ours, theirs = gatt_movement.decode_power(packet), oracle.parse_value(bytearray(packet))
        assert ours.watts == theirs.instantaneous_power
        if packet[0] & 0x01 and theirs.pedal_power_balance is not None:  # None there: 127.5 %
            assert ours.balance_percent == theirs.pedal_power_balance
        assert ours.torque_nm == theirs.accumulated_torque
        assert turns(ours.wheel, 2048) == (
            theirs.cumulative_wheel_revolutions, theirs.last_wheel_event_time
        )  # fmt: skip
        assert turns(ours.crank) == (
            theirs.cumulative_crank_revolutions, theirs.last_crank_event_time
        )  # fmt: skip
        assert ours.forces_n in (
            None, (theirs.maximum_force_magnitude, theirs.minimum_force_magnitude)
        )  # fmt: skip
        assert ours.torques_nm in (
            None, (theirs.maximum_torque_magnitude, theirs.minimum_torque_magnitude)
        )  # fmt: skip
        assert ours.angles_deg in (None, (theirs.maximum_angle, theirs.minimum_angle))
        assert (ours.top_dead_deg, ours.bottom_dead_deg, ours.energy_kj) == (
            theirs.top_dead_spot_angle, theirs.bottom_dead_spot_angle, theirs.accumulated_energy
        )  # fmt: skip


def same(ours, theirs):
    return ours is theirs is None or math.isclose(ours, theirs, rel_tol=1e-12)


def test_locations_are_read_as_bluetooth_sig_reads_them():
    oracle = location_and_speed.LocationAndSpeedCharacteristic()
    for packet in packets("location"):
        ours = gatt_location.decode_location(packet)
        theirs = oracle.parse_value(bytearray(packet))
        assert same(ours.speed_m_s, theirs.instantaneous_speed)
        assert same(ours.distance_m, theirs.total_distance)
        assert same(ours.latitude, theirs.latitude)
        assert same(ours.longitude, theirs.longitude)
        assert same(ours.altitude_m, theirs.elevation)
        assert same(ours.heading_deg, theirs.heading)
        assert (ours.rolling_time_s, ours.time) == (theirs.rolling_time, theirs.utc_time)
        assert ours.status == theirs.position_status


@pytest.mark.parametrize("kind", DECODERS)
def test_a_cut_packet_gives_no_value(kind):
    """Wherever it is cut; intervals left out at the end of a heart rate cannot be noticed."""
    for packet in packets(kind, 1000):
        for end in range(len(packet)):
            try:
                decoded = DECODERS[kind](packet[:end])
            except MalformedPacketError:
                continue
            assert kind == "heart rate"
            whole = gatt.decode_heart_rate(packet)
            assert (decoded.bpm, decoded.energy_kj) == (whole.bpm, whole.energy_kj)
            assert decoded.rr_ticks == whole.rr_ticks[: len(decoded.rr_ticks)]


@pytest.mark.parametrize("kind", DECODERS)
def test_a_byte_too_many_is_malformed(kind):
    for packet in packets(kind, 1000):
        with pytest.raises(MalformedPacketError):
            DECODERS[kind](packet + b"\x00")


@pytest.mark.parametrize("decode", [*DECODERS.values(), gatt.decode_battery, gatt.decode_text,
                                    gatt.decode_body_location, gatt.decode_core_temperature])  # fmt: skip
@given(packet=st.binary(max_size=40))
def test_any_bytes_give_a_value_or_are_malformed(decode, packet):
    with contextlib.suppress(MalformedPacketError):
        decode(packet)


@given(packet=st.binary(min_size=5, max_size=40), end=st.integers(0, 39))
def test_no_cut_power_packet_is_believed(packet, end):
    """What `bluetooth-sig` does: wheel and crank flags, cut after 5 of 10 bytes: 22136 turns."""
    try:
        whole = gatt_movement.decode_power(packet)
    except MalformedPacketError:
        return
    if end < len(packet) and not packet[1] & 0xE0:
        with pytest.raises(MalformedPacketError):
            gatt_movement.decode_power(packet[:end])
    assert whole.watts == int.from_bytes(packet[2:4], "little", signed=True)


def test_a_strap_of_300_bpm_needs_two_bytes():
    assert gatt.decode_heart_rate(bytes.fromhex("012c01")).bpm == 300
    with pytest.raises(MalformedPacketError, match="cut short"):
        gatt.decode_heart_rate(b"\x01\x2c")


def test_an_empty_packet_is_malformed():
    for decode in (*DECODERS.values(), gatt.decode_battery, gatt.decode_body_location):
        with pytest.raises(MalformedPacketError, match="empty packet"):
            decode(b"")


def test_a_field_of_a_later_edition_does_not_spoil_the_known_ones():
    assert gatt.decode_heart_rate(bytes.fromhex("208dffff")).bpm == 141  # bit 5 is reserved today


def test_rr_intervals_are_exact_in_ms():
    measurement = gatt.decode_heart_rate(bytes.fromhex("108d0103"))
    assert measurement.rr_ticks == (769,)
    assert measurement.rr_ms == (750.9765625,)  # 769 / 1024 s, by hand


def test_a_pod_without_a_date_gives_none():
    packet = bytes.fromhex("4000") + bytes(7)
    assert gatt_location.decode_location(packet).time is None
    packet = bytes.fromhex("4000") + (2026).to_bytes(2, "little") + bytes([11, 22, 15, 30, 1])
    assert gatt_location.decode_location(packet).time == datetime(2026, 11, 22, 15, 30, 1)


def test_core_temperatures_are_read_in_both_units_and_missing_ones_told():
    """The first packet is one a CORE owner published: 36.48 and 35.21 degC."""
    measured = gatt.decode_core_temperature(bytes.fromhex("17400ec10d60081400"))
    assert (measured.core, measured.skin, measured.quality) == (36.48, 35.21, 4)
    assert gatt.decode_core_temperature(bytes.fromhex("00ff7f")).core is None
    fahrenheit = gatt.decode_core_temperature(bytes.fromhex("08") + (9860).to_bytes(2, "little"))
    assert fahrenheit.core == 37.0


def test_a_battery_above_100_percent_is_malformed():
    with pytest.raises(MalformedPacketError, match="101"):
        gatt.decode_battery(b"\x65")
    assert gatt.decode_battery(b"\x64") == 100


def test_text_that_is_none_is_malformed():
    with pytest.raises(MalformedPacketError):
        gatt.decode_text(b"\xff\xfe")
