"""Movement: speed, distance, ascent and grade of a squad at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """Running sums of each athlete; every array has shape (n,), `position` (2, n).

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
    counted : ndarray
        Altitude up to which `ascent` counts. [m]
    ascent : ndarray
        Height gained. [m]
    stretch_from, stretch_altitude : ndarray
        Where the stretch that gives the next grade began. [m]
    grade : ndarray
        Of the last stretch. [1]
    settled : bool
        Whether every athlete has told distance and altitude: no first value to wait for.
    """

    covered: Floats
    device: Floats
    position: Floats
    time: Floats
    counted: Floats
    ascent: Floats
    stretch_from: Floats
    stretch_altitude: Floats
    grade: Floats
    settled: bool = False


def start(squad: Sequence[Athlete]) -> Movement:
    """Return the state before the first sample."""
    n = len(squad)
    nothing = np.full(n, np.nan)
    return Movement(
        covered=nothing, device=nothing, position=np.full((2, n), np.nan), time=np.full(n, -np.inf),
        counted=nothing, ascent=nothing, stretch_from=nothing, stretch_altitude=nothing,
        grade=nothing,
    )  # fmt: skip


def step(
    state: Movement, values: Floats, elapsed_s: Floats, top_speed: Floats
) -> tuple[Movement, Floats]:
    """Return the state after a round, and the speed of each athlete now. [m/s]

    Distance is the device's own where it ever told one, else the way along believed positions;
    a gap counts as the straight line across it.
    """
    device, altitude = values[DISTANCE], values[ALTITUDE]
    told = device == device
    moved = np.fmax(device - state.device, 0.0)  # NaN and a counter set back: no way covered
    position, counts = state.position, told
    if not state.settled:
        moved, position, counts = _along_positions(state, values, elapsed_s, moved, top_speed)
        state = _begun(state, counts, altitude)
    speed = _speed(values[SPEED], moved, counts, elapsed_s - state.time)
    covered = state.covered + moved
    counted, ascent = _climbed(state, altitude)
    stretch = _stretch(state, covered, altitude)
    all_told = np.count_nonzero(told) == len(told)
    state = Movement(
        covered,
        device if all_told else np.where(told, device, state.device),
        position,
        elapsed_s if all_told else np.where(counts, elapsed_s, state.time),
        counted,
        ascent,
        *stretch,
        state.settled,
    )
    return state, speed


def _along_positions(
    state: Movement, values: Floats, elapsed_s: Floats, moved: Floats, top_speed: Floats
) -> tuple[Floats, Floats, Flags]:
    """Return the way covered, the believed positions, and who moved or stood: told us where."""
    here, told = values[_POSITION], ~np.isnan(values[DISTANCE])
    step_m = distance_m(*state.position, *here)
    seconds = np.maximum(elapsed_s - state.time, 1.0)
    first = np.isnan(state.position).any(axis=0) & ~np.isnan(here).any(axis=0)
    by_position = np.isnan(state.device) & ~told
    believed = by_position & (first | (step_m <= top_speed * seconds))
    moved = np.where(believed & ~first, step_m, moved)
    return moved, np.where(believed, here, state.position), told | believed


def _begun(state: Movement, counts: Flags, altitude: Floats) -> Movement:
    """Return the state with sums at zero for athletes whose first distance or altitude came."""
    covered = np.where(np.isnan(state.covered) & counts, 0.0, state.covered)
    climbs = np.isnan(state.counted) & ~np.isnan(altitude)
    begins = np.isnan(state.stretch_from) & ~np.isnan(covered + altitude)
    state = replace(
        state,
        covered=covered,
        counted=np.where(climbs, altitude, state.counted),
        ascent=np.where(climbs, 0.0, state.ascent),
        stretch_from=np.where(begins, covered, state.stretch_from),
        stretch_altitude=np.where(begins, altitude, state.stretch_altitude),
    )
    waiting = np.isnan(state.device + state.counted + state.stretch_from).any()
    return replace(state, settled=not waiting)


def _speed(device: Floats, moved: Floats, counts: Flags, seconds: Floats) -> Floats:
    """Return the device's speed, else the way covered over the time it took, else NaN."""
    told = device == device
    if np.count_nonzero(told) == len(told):
        return device
    known = counts & (seconds > 0) & (seconds <= SPEED_STEP_S)
    made = np.divide(moved, seconds, out=np.full_like(device, np.nan), where=known)
    return np.where(told, device, made)


def _climbed(state: Movement, altitude: Floats) -> tuple[Floats, Floats]:
    """Return the altitude up to which ascent counts, and the ascent."""
    rise = altitude - state.counted
    counts = np.abs(rise) >= ASCENT_HYSTERESIS_M
    if not np.count_nonzero(counts):
        return state.counted, state.ascent
    gained = np.where(counts, np.fmax(rise, 0.0), 0.0)
    return np.where(counts, altitude, state.counted), state.ascent + gained


def _stretch(state: Movement, covered: Floats, altitude: Floats) -> tuple[Floats, Floats, Floats]:
    """Return where the running stretch began, its altitude, and the grade of the last one."""
    run = covered - state.stretch_from
    ends = run >= GRADE_BASE_M
    if not np.count_nonzero(ends):
        return state.stretch_from, state.stretch_altitude, state.grade
    ends &= altitude == altitude
    rise = altitude - state.stretch_altitude
    grade = np.divide(rise, run, out=state.grade.copy(), where=ends)
    too_steep = np.abs(grade) > 1.0
    if np.count_nonzero(too_steep):  # no ground one can run on: an error of the altimeter
        grade[too_steep] = np.nan
    return (
        np.where(ends, covered, state.stretch_from),
        np.where(ends, altitude, state.stretch_altitude),
        grade,
    )
