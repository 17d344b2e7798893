"""Lag of the sensor. Truth: simulated straps, whose averaging is known."""

import numpy as np
import pytest

from simulator.recording import simulate_recording
from twin.files import read
from twin.physiology.sensor_lag import sensor_lag


def seconds(index, start):
    return (index - start).total_seconds().to_numpy()


def lag_of(recording):
    start = recording.samples.index[0]
    return sensor_lag(
        recording.samples["heart_rate"].to_numpy(),
        seconds(recording.samples.index, start),
        recording.rr.to_numpy(),
        seconds(recording.rr.index, start),
    )


def test_the_averaging_of_simulated_straps_is_found():
    errors = []
    for seed in range(5):
        recording, truth = simulate_recording("intervals", 1800, seed)
        errors.append(lag_of(recording).seconds - truth.strap_lag_s)
    # an average over 3 to 8 s delays a ramp by its time constant
    assert np.abs(errors).mean() < 1.0
    assert np.abs(errors).max() < 2.0


def test_real_sensors_lag_within_what_was_seen(recordings):
    # seven recordings gave 0 to 13 s
    lag = lag_of(read(recordings / "rr" / "run_suunto_25min_rr.fit"))
    assert np.isnan(lag.seconds) or -0.5 <= lag.seconds <= 15


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_a_steady_heart_shows_no_lag(count):
    time = np.arange(float(count))
    assert np.isnan(sensor_lag(np.full(count, 140.0), time, np.full(count, 430.0), time).seconds)
