"""The shape of a way in 64 points, and which sessions went the same way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.records import Floats

POINTS = 64
SHORTEST_M = 500.0
_DEGREE_M = 111_195.0  # of latitude, on a sphere of 6371 km
_LENGTHS = 1.06  # two ways of equal length: at most so many times as long
_ENDS_M = 150.0  # apart at start and end
_NEAR_M, _NEAR_SHARE = 40.0, 0.2  # beside the way, at least; of the distance between points
_ALIKE = 0.9  # of the points
_WINDOW = 6  # points along the way by which two clocks of distance may differ


@dataclass(frozen=True, slots=True)
class RouteShape:
    """A way in points of equal distance.

    Parameters
    ----------
    latitude, longitude : float
        Of the first point. [deg]
    east_m, north_m : tuple of float
        Of all points from there. [m]
    length_m : float
        Along the way. [m]
    """

    latitude: float
    longitude: float
    east_m: tuple[float, ...]
    north_m: tuple[float, ...]
    length_m: float


def route_shape(samples: pd.DataFrame) -> RouteShape | None:
    """Return the shape of the way; None without positions over 500 m.

    Parameters
    ----------
    samples : DataFrame
        With ``latitude`` and ``longitude``; rows without a position are passed over. [deg]

    Examples
    --------
    >>> north = {"latitude": 50 + 0.01 * np.linspace(0, 1, 100), "longitude": 8.0}
    >>> route_shape(pd.DataFrame(north)).length_m  # 0.01 deg of 111 195 m
    1112
    """
    if not {"latitude", "longitude"} <= set(samples):
        return None
    north, east = samples[["latitude", "longitude"]].dropna().to_numpy(np.float64).T
    if len(north) < POINTS:
        return None
    x = (east - east[0]) * _DEGREE_M * np.cos(np.radians(north[0]))
    y = (north - north[0]) * _DEGREE_M
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    if along[-1] < SHORTEST_M:
        return None
    at = np.linspace(0, along[-1], POINTS)
    east_m, north_m = (tuple(map(float, np.round(np.interp(at, along, line)))) for line in (x, y))
    start = round(float(north[0]), 6), round(float(east[0]), 6)
    return RouteShape(*start, east_m, north_m, round(float(along[-1])))


def same_routes(shapes: Sequence[RouteShape | None]) -> npt.NDArray[np.int64]:
    """Return a number for each way, the same where it is the same way in the same direction.

    Parameters
    ----------
    shapes : sequence of RouteShape or None
        The oldest first: each way is compared with the first of each kind before it.

    Returns
    -------
    ndarray of int
        Place of the first session that went this way; -1 without one.

    Notes
    -----
    Two ways are the same if their lengths are within 6 %, and nine in ten points of one lie within
    40 m of the other at about the same distance (a fifth of the distance between points, where that
    is more: long ways are kept coarsely).

    Examples
    --------
    >>> east, north = tuple(20.0 * np.arange(POINTS)), (0.0,) * POINTS
    >>> there = RouteShape(50.0, 8.0, east, north, 1260.0)
    >>> back = RouteShape(50.0, 8.0177, tuple(-x for x in east), north, 1260.0)
    >>> same_routes([there, back, None, there])
    array([ 0,  1, -1,  0])
    """
    found = np.full(len(shapes), -1, np.int64)
    known = [i for i, shape in enumerate(shapes) if shape is not None]
    if not known:
        return found
    lines, lengths = _on_one_plane([shapes[i] for i in known])
    firsts: list[int] = []
    for place, own in enumerate(known):
        candidates = np.array(firsts, np.int64)
        if len(candidates):
            candidates = candidates[_close(lines, lengths, place, candidates)]
        match = next((c for c in candidates if _along(lines[place], lines[c], lengths[c])), None)
        if match is None:
            firsts.append(place)
        found[own] = known[place if match is None else match]
    return found


def _on_one_plane(shapes: Sequence[RouteShape | None]) -> tuple[Floats, Floats]:
    """Return all points in metres about the first start, shape (ways, points, 2), and lengths."""
    given = [shape for shape in shapes if shape is not None]
    starts = np.array([[s.longitude, s.latitude] for s in given])
    lines = np.array([[s.east_m, s.north_m] for s in given]).transpose(0, 2, 1)
    scale = _DEGREE_M * np.column_stack(
        [np.cos(np.radians(starts[:, 1])), np.ones(len(starts))]
    )  # each on its own parallel: ways that are compared begin at the same place
    lines = lines + ((starts - starts[0]) * scale)[:, None]
    return lines, np.array([s.length_m for s in given])


def _close(
    lines: Floats, lengths: Floats, place: int, others: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Return which begin and end here and are about as long."""
    ratio = lengths[others] / lengths[place]
    ends = np.hypot(*(lines[others][:, [0, -1]] - lines[place][[0, -1]]).transpose(2, 0, 1))
    room = np.maximum(_ENDS_M, 0.05 * lengths[place])  # the end moves with the length
    return np.asarray(
        (ratio <= _LENGTHS)
        & (ratio >= 1 / _LENGTHS)
        & (ends[:, 0] <= _ENDS_M)
        & (ends[:, 1] <= room)
    )


def _along(line: Floats, other: Floats, length_m: float) -> bool:
    """Tell whether most points lie beside the other way at about the same distance."""
    segments = np.clip(np.arange(POINTS)[:, None] + np.arange(-_WINDOW, _WINDOW), 0, POINTS - 2)
    begin, step = other[segments], other[segments + 1] - other[segments]
    off = line[:, None] - begin
    size = np.maximum((step**2).sum(axis=2), 1e-9)
    share = np.clip((off * step).sum(axis=2) / size, 0.0, 1.0)
    apart = np.linalg.norm(off - share[..., None] * step, axis=2).min(axis=1)
    near = max(_NEAR_M, _NEAR_SHARE * length_m / (POINTS - 1))
    return bool((apart <= near).mean() >= _ALIKE)
