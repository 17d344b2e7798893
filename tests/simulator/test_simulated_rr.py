"""RR intervals add up to the time that passed, and vary as at rest and in exercise."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.athlete import Truth, Truths
from simulator.rr import HeartBeats
from simulator.sensors import PERFECT, Sensors

START = np.datetime64("2026-10-01T10:00:00", "ns")
TRUTH = Truth(resting_hr=55.0, max_hr=190.0, rest_rmssd_ms=40.0)


def beats(rate, *, truth=TRUTH, sensors=PERFECT, contact=True, chunk=None, seed=0):
    rates = np.atleast_2d(np.asarray(rate, float).T).T
    hearts = HeartBeats(Truths((truth,) * rates.shape[1]), seed, sensors)
    heard = np.broadcast_to(np.asarray(contact), rates.shape)
    size = chunk or len(rates)
    return [
        hearts.advance(rates[i : i + size], heard[i : i + size], np.zeros_like(heard[i : i + size]),
                       START)
        for i in range(0, len(rates), size)
    ]  # fmt: skip


def rmssd(rr_ms):
    return np.sqrt(np.mean(np.diff(rr_ms) ** 2))  # Task Force 1996


def seconds(times):
    return (times - START) / np.timedelta64(1, "s")


@pytest.mark.parametrize("rate", [48, 60, 95, 150, 190])
def test_intervals_add_up_to_the_time_between_the_beats(rate):
    (all_beats,) = beats(np.full(1800, rate))
    passed = seconds(all_beats.time[-1:]) - seconds(all_beats.time[:1])
    # Both ends are rounded to 1/1024 s.
    assert all_beats.rr_ms[1:].sum() / 1000 == pytest.approx(passed[0], abs=1.1 / 1024)
    # Beats of the second that ends at the start do not count, nor the first, nor those to come.
    assert len(all_beats) == pytest.approx(1800 * rate / 60, abs=1.3 * rate / 60 + 2)


def test_every_interval_ends_at_its_beat():
    (all_beats,) = beats(np.linspace(70, 180, 900))
    between = np.diff(seconds(all_beats.time)) * 1000
    np.testing.assert_allclose(all_beats.rr_ms[1:], between, atol=1000 / 1024 + 1e-6)


def test_intervals_are_whole_ticks_of_1024_hz():
    (all_beats,) = beats(np.full(300, 133.0))
    ticks = all_beats.rr_ms * 1.024
    np.testing.assert_allclose(ticks, np.rint(ticks), atol=1e-9)


def test_beat_times_are_unique_and_rising_for_every_athlete():
    rates = np.stack([np.full(1200, r) for r in (45.0, 72.0, 140.0, 204.0)], axis=1)
    chunks = beats(rates, sensors=Sensors(), chunk=7)
    for athlete in range(4):
        times = np.concatenate([c.time[c.athlete == athlete] for c in chunks])
        assert (np.diff(times) > np.timedelta64(0)).all()


def test_no_beat_is_known_before_it_came():
    for number, chunk in enumerate(beats(np.full(600, 52.0), chunk=1)):
        assert (seconds(chunk.time) <= number).all()


@pytest.mark.parametrize("rest_rmssd_ms", [30.0, 50.0, 75.0])
def test_variability_at_rest_is_that_of_the_truth(rest_rmssd_ms):
    truth = replace(TRUTH, rest_rmssd_ms=rest_rmssd_ms)
    measured = rmssd(beats(np.full(1800, 55.0), truth=truth)[0].rr_ms)
    assert measured == pytest.approx(rest_rmssd_ms, rel=0.2)
    assert measured > 15


@pytest.mark.parametrize("rate", [140, 155, 170, 185])
def test_variability_in_exercise_is_2_to_10_ms(rate):
    assert 2 < rmssd(beats(np.full(1200, rate))[0].rr_ms) < 10


def test_variability_falls_with_every_step_of_intensity():
    values = [rmssd(beats(np.full(1200, rate))[0].rr_ms) for rate in (55, 75, 95, 120, 150)]
    assert values == sorted(values, reverse=True)


def test_breathing_is_in_the_intervals_at_rest():
    rr_ms = beats(np.full(1800, 60.0), truth=replace(TRUTH, resting_hr=60.0))[0].rr_ms
    power = np.abs(np.fft.rfft((rr_ms - rr_ms.mean()) * np.hanning(len(rr_ms)))) ** 2
    strongest = np.fft.rfftfreq(len(rr_ms))[np.argmax(power)]  # a beat a second: in Hz
    assert strongest == pytest.approx(0.22, abs=0.02)  # 13 breaths a minute, the truth's rate


def test_a_fast_strap_clock_makes_intervals_longer_by_its_error():
    exact, fast = (
        beats(np.full(3600, 150.0), truth=replace(TRUTH, strap_clock_ppm=ppm))[0].rr_ms.sum()
        for ppm in (0.0, 2000.0)
    )
    assert fast / exact == pytest.approx(1.002, abs=1e-5)


def test_lost_contact_leaves_a_hole_and_no_long_interval():
    contact = np.ones((300, 1), bool)
    contact[100:130] = False
    (all_beats,) = beats(np.full(300, 120.0), contact=contact)
    at = seconds(all_beats.time)
    assert not ((at > 99.2) & (at < 128.5)).any()
    assert all_beats.rr_ms.max() < 600


def test_missed_and_early_beats_are_as_frequent_as_asked():
    sensors = replace(PERFECT, missed_beats=0.01, early_beats=0.02)
    rr_ms = beats(np.full(7200, 120.0), sensors=sensors)[0].rr_ms
    count = 14_400
    assert (rr_ms > 800).sum() == pytest.approx(0.01 * count, abs=4 * np.sqrt(0.01 * count))
    early = ((rr_ms > 330) & (rr_ms < 420)).sum()
    assert early == pytest.approx(0.02 * count, abs=5 * np.sqrt(0.02 * count))


def test_a_single_second_has_no_interval_yet_and_an_unknown_rate_has_no_beats():
    assert len(beats([80.0])[0]) == 0
    with np.errstate(invalid="ignore"):
        assert len(beats([80.0, np.nan, np.nan])[0]) == 0
