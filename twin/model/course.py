"""A course: the ground ahead by distance, from a recording or a file of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.ndimage import uniform_filter1d

from twin.physiology.gps import distance_m
from twin.records import Floats, Recording

STEP_M = 10.0
_SMOOTHED_M = 100.0  # altitude of a device is good to metres: a grade needs this much ground
_STEEPEST = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Ground every 10 m.

    Parameters
    ----------
    name : str
        For people.
    altitude_m : ndarray
        Smoothed over 100 m, of every 10 m from 0 on. [m]
    """

    name: str
    altitude_m: Floats

    @property
    def distance_m(self) -> Floats:
        """Where the altitudes are. [m]"""
        return np.arange(len(self.altitude_m), dtype=np.float64) * STEP_M

    @property
    def length_m(self) -> float:
        """Length of the course. [m]"""
        return float((len(self.altitude_m) - 1) * STEP_M)

    @property
    def ascent_m(self) -> float:
        """Sum of all climbs. [m]"""
        return float(np.maximum(np.diff(self.altitude_m), 0).sum())

    @property
    def grades(self) -> Floats:
        """Rise over run of every 10 m. [1]"""
        return np.diff(self.altitude_m) / STEP_M


def course_of(recording: Recording, name: str = "") -> Course:
    """Return the ground of a recorded session.

    Parameters
    ----------
    recording : Recording
        With altitude, and distance or positions.
    name : str
        For people.

    Raises
    ------
    ValueError
        If altitude or distance are missing, or it is shorter than 200 m.

    Examples
    --------
    >>> times = pd.date_range("2026-10-01", periods=101, freq="s", tz="UTC")
    >>> hill = pd.DataFrame({"distance": np.arange(101) * 10.0, "altitude": np.arange(101) * 0.5}, times)
    >>> course = course_of(Recording(hill), "hill")
    >>> course.length_m, round(course.grades[50], 3)
    (1000.0, np.float64(0.05))
    """
    samples = recording.samples
    if "altitude" not in samples:
        raise ValueError("a course needs altitude, and this recording has none")
    covered = _covered(samples)
    altitude = samples["altitude"].to_numpy(float)
    known = ~np.isnan(covered) & ~np.isnan(altitude)
    covered, altitude = np.maximum.accumulate(covered[known]), altitude[known]
    advance = np.diff(covered, prepend=-np.inf) > 0
    covered, altitude = covered[advance], altitude[advance]
    if not len(covered) or covered[-1] - covered[0] < 200:
        raise ValueError("a course needs at least 200 m of distance or positions with altitude")
    grid = np.arange(0.0, covered[-1] - covered[0] + STEP_M / 2, STEP_M)
    raw = np.interp(grid, covered - covered[0], altitude)
    smooth = uniform_filter1d(raw, round(_SMOOTHED_M / STEP_M), mode="nearest")
    rise = np.clip(np.diff(smooth), -_STEEPEST * STEP_M, _STEEPEST * STEP_M)
    return Course(name or recording.path, np.append(smooth[0], smooth[0] + np.cumsum(rise)))


def _covered(samples: pd.DataFrame) -> Floats:
    """Distance so far: the device's own, else along positions. [m]"""
    if "distance" in samples and samples["distance"].notna().mean() > 0.5:
        return samples["distance"].to_numpy(float)
    if not {"latitude", "longitude"} <= set(samples):
        raise ValueError("a course needs distance or positions, and this recording has neither")
    place = samples[["latitude", "longitude"]].ffill().to_numpy(float)
    before = np.concatenate([place[:1], place[:-1]])
    return np.asarray(np.nancumsum(distance_m(*before.T, *place.T)))
