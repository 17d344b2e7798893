"""Positions and heights: distance, ascent, grade, and metres east and north of an origin."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.records import Floats

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG

# Fastest believable speed over ground by sport; faster is an error of the receiver. [m/s]
TOP_SPEED = {
    "running": 12.5,
    "cycling": 30.0,
    "football": 12.5,
    "rowing": 10.0,
    "swimming": 4.0,
    "walking": 6.0,
    "skiing": 35.0,
}
_ANY_TOP_SPEED = 30.0

ASCENT_HYSTERESIS_M = 2.0  # agrees best with barometric devices: 1.01 times their ascent
GRADE_BASE_M = 20.0  # shorter stretches turn the receiver's noise into slopes of 50 %


class Climb(NamedTuple):
    """Metres gained and lost."""

    ascent_m: float
    descent_m: float


def top_speed(sport: str) -> float:
    """Return the fastest believable speed in a sport. [m/s]

    >>> top_speed("running")
    12.5
    """
    return TOP_SPEED.get(sport, _ANY_TOP_SPEED)


def distance_m(
    latitude: npt.ArrayLike,
    longitude: npt.ArrayLike,
    to_latitude: npt.ArrayLike,
    to_longitude: npt.ArrayLike,
) -> Floats:
    """Great-circle distance between two positions by the haversine formula [1]_.

    Parameters
    ----------
    latitude, longitude, to_latitude, to_longitude : array_like
        WGS 84 positions on a sphere of 6371.0088 km. [deg]

    Returns
    -------
    ndarray of float64
        Distance; NaN where a position is missing. [m]

    References
    ----------
    .. [1] Sinnott, "Virtues of the haversine", Sky and Telescope 68(2), 1984 (no DOI).

    Examples
    --------
    >>> round(float(distance_m(47, 8, 47.001, 8.001)), 3)
    134.593
    """
    phi, to_phi = np.radians(latitude), np.radians(to_latitude)
    half_rise = (to_phi - phi) / 2
    half_turn = np.radians(np.subtract(to_longitude, longitude)) / 2
    a = np.sin(half_rise) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(half_turn) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(a, 1.0))))


def track_distance_m(
    latitude: Floats, longitude: Floats, elapsed_s: Floats, *, sport: str = "other"
) -> float:
    """Distance along a track, without the jumps no athlete can make.

    Parameters
    ----------
    latitude, longitude : ndarray
        Positions in order of time. [deg]
    elapsed_s : ndarray
        Their instants. [s]
    sport : str
        Sets the fastest believable speed, `TOP_SPEED`.

    Returns
    -------
    float
        Distance; 0 with fewer than two positions. [m]

    Notes
    -----
    A missing position is passed over: the straight line across the gap counts. A position that
    would need more than the sport's top speed from the last believed one is passed over as well.

    Examples
    --------
    >>> north = np.array([47.0, 47.0001, 48.0, 47.0002])  # the third is a spike
    >>> round(track_distance_m(north, np.full(4, 8.0), np.arange(4.0) * 5), 2)
    22.24
    """
    limit = top_speed(sport)
    seen = np.flatnonzero(~(np.isnan(latitude) | np.isnan(longitude)))
    total, last = 0.0, seen[0] if len(seen) else 0
    for now in seen[1:]:
        step = float(distance_m(latitude[last], longitude[last], latitude[now], longitude[now]))
        if step <= limit * (elapsed_s[now] - elapsed_s[last]):
            total += step
            last = now
    return total


def climb(altitude: npt.ArrayLike, *, hysteresis_m: float = ASCENT_HYSTERESIS_M) -> Climb:
    """Height gained and lost, counted only once it exceeds the noise of the altimeter.

    Parameters
    ----------
    altitude : array_like
        Altitude in order of time; NaN is passed over. [m]
    hysteresis_m : float
        A change counts when it has grown to this much since the last counted altitude; 0 counts
        every step. Barometers take 2 m, altitude from satellites 5 to 10 m. [m]

    Returns
    -------
    Climb
        Metres gained and lost; 0 for fewer than two altitudes. [m]

    Examples
    --------
    >>> climb([100, 101, 100, 102, 101, 103, 105, 104, 106, 110, 109, 108, 104, 100])
    Climb(ascent_m=10.0, descent_m=10.0)
    """
    heights = np.asarray(altitude, np.float64)
    heights = heights[~np.isnan(heights)]
    ascent = descent = 0.0
    counted = heights[0] if len(heights) else 0.0
    for height in heights:
        change = float(height - counted)
        if abs(change) >= hysteresis_m:
            ascent, descent = ascent + max(change, 0.0), descent + max(-change, 0.0)
            counted = height
    return Climb(ascent, descent)


def grade(
    distance: npt.ArrayLike, altitude: npt.ArrayLike, *, base_m: float = GRADE_BASE_M
) -> Floats:
    """Rise over run of the ground, over stretches of at least `base_m`.

    Parameters
    ----------
    distance : array_like
        Distance covered, never falling. [m]
    altitude : array_like
        Altitude at these distances. [m]
    base_m : float
        Shortest stretch. [m]

    Returns
    -------
    ndarray of float64
        Grade at the end of each stretch, kept until the next one ends; NaN before the end of the
        first. Rows without distance or altitude end no stretch. [1]

    Examples
    --------
    >>> grade([0, 10, 20, 30, 40], [100, 100, 101, 102, 103]).tolist()
    [nan, nan, 0.05, 0.05, 0.1]
    """
    grades, now, from_distance, from_altitude = [], np.nan, np.nan, np.nan
    for covered, height in zip(np.asarray(distance), np.asarray(altitude), strict=True):
        if np.isnan(from_distance) and not np.isnan(covered + height):
            from_distance, from_altitude = covered, height
        if covered - from_distance >= base_m and not np.isnan(height):
            now = (height - from_altitude) / (covered - from_distance)
            from_distance, from_altitude = covered, height
        grades.append(now)
    return np.array(grades, np.float64)


def local_metres(
    latitude: npt.ArrayLike, longitude: npt.ArrayLike, origin: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Metres east and north of an origin, for drawing a pitch, a track or a squad.

    Parameters
    ----------
    latitude, longitude : array_like
        Positions. [deg]
    origin : tuple of float
        Latitude and longitude of the point (0, 0). [deg]

    Returns
    -------
    east, north : ndarray of float64
        Offsets; NaN where the position is missing. [m]

    Notes
    -----
    Equirectangular with the origin's scale: off by less than 0.1 % within 10 km of the origin up
    to 50 degrees of latitude; not for tracks across the poles. Longitudes wrap at 180 degrees.

    Examples
    --------
    >>> east, north = local_metres([47.001], [8.001], (47.0, 8.0))
    >>> east.round(2).tolist(), north.round(2).tolist()
    ([75.83], [111.2])
    """
    origin_latitude, origin_longitude = origin
    turn = (np.subtract(longitude, origin_longitude) + 180.0) % 360.0 - 180.0
    east = EARTH_RADIUS_M * np.cos(np.radians(origin_latitude)) * np.radians(turn)
    north = EARTH_RADIUS_M * np.radians(np.subtract(latitude, origin_latitude))
    return np.asarray(east), np.asarray(north)
