"""Where a team was: heat map, the ground it covers without its outliers, distance at high power."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.physiology.team import hull_area_m2
from twin.records import Floats

HIGH_METABOLIC_POWER = 25.5  # W/kg
_HULL_SHARE = 0.95


class HeatMap(NamedTuple):
    """Seconds spent in each cell, shape (cells east, cells north), and the cells' edges. [s], [m]"""

    seconds: Floats
    east_edges_m: Floats
    north_edges_m: Floats


def heat_map(
    east_m: npt.ArrayLike,
    north_m: npt.ArrayLike,
    seconds: npt.ArrayLike = 1.0,
    *,
    length_m: float = 105.0,
    width_m: float = 68.0,
    cell_m: float = 2.0,
) -> HeatMap:
    """Time spent in each cell of a pitch.

    Parameters
    ----------
    east_m, north_m : array_like
        Positions from a corner of the pitch; NaN and those outside count nowhere. [m]
    seconds : float or array_like
        What each position stands for. [s]
    length_m, width_m, cell_m : float
        Pitch, and side of a cell. [m]

    Examples
    --------
    >>> stood = heat_map([1.0, 1.5, 50.0], [1.0, 1.0, 30.0])
    >>> stood.seconds[0, 0], stood.seconds.sum(), stood.seconds.shape
    (np.float64(2.0), np.float64(3.0), (53, 34))
    """
    east, north = np.asarray(east_m, np.float64), np.asarray(north_m, np.float64)
    weights = np.broadcast_to(np.asarray(seconds, np.float64), east.shape)
    known = ~np.isnan(east + north)
    edges = [
        np.linspace(0, cells * cell_m, cells + 1)
        for cells in (int(np.ceil(side / cell_m)) for side in (length_m, width_m))
    ]
    spent, *_ = np.histogram2d(east[known], north[known], bins=edges, weights=weights[known])
    return HeatMap(spent, edges[0], edges[1])


def trimmed_hull_area_m2(
    east_m: npt.ArrayLike, north_m: npt.ArrayLike, *, share: float = _HULL_SHARE
) -> float:
    """Area of the convex hull of the positions nearest to their median. [m2]

    Parameters
    ----------
    east_m, north_m : array_like
        NaN is left out. [m]
    share : float
        Share of positions that count: a full hull is made by single spikes. [1]

    Examples
    --------
    >>> east, north = np.meshgrid(np.arange(10.0), np.arange(10.0))
    >>> trimmed_hull_area_m2(np.append(east, 500), np.append(north, 0)) < 82
    True
    """
    east, north = np.asarray(east_m, np.float64), np.asarray(north_m, np.float64)
    known = ~np.isnan(east + north)
    east, north = east[known], north[known]
    if not len(east):
        return float("nan")
    far = np.hypot(east - np.median(east), north - np.median(north))
    near = far <= np.quantile(far, share)
    return hull_area_m2(east[near], north[near])


def high_power_distance_m(
    speed: npt.ArrayLike,
    power: npt.ArrayLike,
    rate_hz: float,
    *,
    threshold: float = HIGH_METABOLIC_POWER,
) -> float:
    """Distance covered above a metabolic power [1]_; NaN samples count nowhere. [m]

    Parameters
    ----------
    speed, power : array_like
        Of the same samples: filtered speed [m/s] and `metabolic_power` [W/kg].
    rate_hz : float
        Samples per second. [Hz]
    threshold : float
        [W/kg]

    References
    ----------
    .. [1] Osgnach et al. 2010, doi:10.1249/MSS.0b013e3181ae5cfd.

    Examples
    --------
    >>> high_power_distance_m([5.0, 5.0], [60.0, 23.0], 1.0)
    5.0
    """
    pace, cost = np.asarray(speed, np.float64), np.asarray(power, np.float64)
    return float(np.nansum(pace[cost > threshold]) / rate_hz)
