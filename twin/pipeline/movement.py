"""Movement: speed, distance, ascent and grade of a squad at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.physiology.gps import ASCENT_HYSTERESIS_M, GRADE_BASE_M, distance_m
from twin.pipeline.rounds import Flags
from twin.records import Athlete, Floats
from twin.schema import MEASURED_NAMES

SPEED, DISTANCE, ALTITUDE, LATITUDE = (
    MEASURED_NAMES.index(name) for name in ("speed", "distance", "altitude", "latitude")
)
_POSITION = slice(LATITUDE, LATITUDE + 2)

# A speed is made from distance over time only across steps up to this long (smart recording
# keeps a sample every 2 to 7 s).
SPEED_STEP_S = 10.0


@dataclass(slots=True, eq=False)
class Movement:
    """Running sums of each athlete, changed in place; arrays of shape (n,), `position` (2, n).

    Parameters
    ----------
    covered : ndarray
        Distance since the session began; NaN before the first distance or position. [m]
    device : ndarray
        Last distance the device told; NaN where it tells none. [m]
    position : ndarray
        Last believed latitude and longitude, where the device tells no distance. [deg]
    time : ndarray
        Elapsed time up to which `covered` counts; -inf before the first. [s]
    speed : ndarray
        Last speed known. [m/s]
    counted : ndarray
        Altitude up to which `ascent` counts. [m]
    ascent : ndarray
        Height gained. [m]
    stretch_from, stretch_altitude : ndarray
        Where the stretch that gives the next grade began. [m]
    grade : ndarray
        Of the last stretch. [1]
    by_device : bool
        Whether the device of every athlete has told a distance: positions do not count.
    begun : bool
        Whether every athlete has told distance and altitude: no first value to wait for.
    """

    covered: Floats
    device: Floats
    position: Floats
    time: Floats
    speed: Floats
    counted: Floats
    ascent: Floats
    stretch_from: Floats
    stretch_altitude: Floats
    grade: Floats
    by_device: bool = False
    begun: bool = False


def start(squad: Sequence[Athlete]) -> Movement:
    """Return the state before the first sample."""
    n = len(squad)
    covered, device, speed, counted, ascent, stretch_from, stretch_altitude, grade = np.full(
        (8, n), np.nan
    )
    return Movement(
        covered, device, np.full((2, n), np.nan), np.full(n, -np.inf), speed,
        counted, ascent, stretch_from, stretch_altitude, grade,
    )  # fmt: skip


def step(state: Movement, values: Floats, elapsed_s: Floats, top_speed: Floats) -> Floats:
    """Take in a round and return the speed of each athlete now. [m/s]

    Distance is the device's own where it ever told one, else the way along believed positions;
    a gap counts as the straight line across it.
    """
    device, altitude = values[DISTANCE], values[ALTITUDE]
    told = counts = device == device
    moved = np.fmax(device - state.device, 0.0)  # NaN and a counter set back: no way covered
    if not state.by_device:
        moved, counts = _along_positions(state, values, elapsed_s, moved, top_speed)
    if not state.begun:
        _begin(state, counts, altitude)
    speed = _speed(values[SPEED], moved, counts, elapsed_s, state.time)
    state.covered += moved
    np.copyto(state.device, device, where=told)
    np.copyto(state.time, elapsed_s, where=counts)
    np.copyto(state.speed, speed, where=speed == speed)
    if not state.by_device:
        state.by_device = not np.isnan(state.device).any()
    _climb(state, altitude)
    _end_stretches(state, altitude)
    return speed


def _along_positions(
    state: Movement, values: Floats, elapsed_s: Floats, moved: Floats, top_speed: Floats
) -> tuple[Floats, Flags]:
    """Return the way covered, and who moved or stood: told us where; remember the positions."""
    here, told = values[_POSITION], ~np.isnan(values[DISTANCE])
    step_m = distance_m(*state.position, *here)
    seconds = np.maximum(elapsed_s - state.time, 1.0)
    first = np.isnan(state.position).any(axis=0) & ~np.isnan(here).any(axis=0)
    by_position = np.isnan(state.device) & ~told
    believed = by_position & (first | (step_m <= top_speed * seconds))
    np.copyto(state.position, here, where=believed)
    return np.where(believed & ~first, step_m, moved), told | believed


def _begin(state: Movement, counts: Flags, altitude: Floats) -> None:
    """Set the sums to zero of athletes whose first distance or altitude came."""
    np.copyto(state.covered, 0.0, where=np.isnan(state.covered) & counts)
    climbs = np.isnan(state.counted) & ~np.isnan(altitude)
    np.copyto(state.counted, altitude, where=climbs)
    np.copyto(state.ascent, 0.0, where=climbs)
    begins = np.isnan(state.stretch_from) & ~np.isnan(state.covered + altitude)
    np.copyto(state.stretch_from, state.covered, where=begins)
    np.copyto(state.stretch_altitude, altitude, where=begins)
    state.begun = not np.isnan(state.counted + state.stretch_from).any()


def _speed(
    device: Floats, moved: Floats, counts: Flags, elapsed_s: Floats, before_s: Floats
) -> Floats:
    """Return the device's speed, else the way covered over the time it took, else NaN."""
    told = device == device
    if np.count_nonzero(told) == len(told):
        return device
    seconds = elapsed_s - before_s
    known = counts & (seconds > 0) & (seconds <= SPEED_STEP_S)
    made = np.divide(moved, seconds, out=np.full_like(device, np.nan), where=known)
    return np.where(told, device, made)


def _climb(state: Movement, altitude: Floats) -> None:
    """Add to the ascent where altitude changed by the hysteresis."""
    rise = altitude - state.counted
    counts = np.abs(rise) >= ASCENT_HYSTERESIS_M
    if np.count_nonzero(counts):
        np.copyto(state.counted, altitude, where=counts)
        np.add(state.ascent, rise, out=state.ascent, where=rise >= ASCENT_HYSTERESIS_M)


def _end_stretches(state: Movement, altitude: Floats) -> None:
    """Take the grade where a stretch is long enough, and begin the next there."""
    run = state.covered - state.stretch_from
    ends = run >= GRADE_BASE_M
    if not np.count_nonzero(ends):
        return
    ends &= altitude == altitude
    np.divide(altitude - state.stretch_altitude, run, out=state.grade, where=ends)
    too_steep = np.abs(state.grade) > 1.0
    if np.count_nonzero(too_steep):  # no ground one can run on: an error of the altimeter
        state.grade[too_steep] = np.nan
    np.copyto(state.stretch_from, state.covered, where=ends)
    np.copyto(state.stretch_altitude, altitude, where=ends)
