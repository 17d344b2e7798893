"""The way of a whole session at a glance, for lists: what the steps sum up, without the steps."""

import numpy as np
import pandas as pd

from twin.physiology.gps import distance_m, top_speed


def way_m(samples: pd.DataFrame, sport: str) -> float:
    """Return the distance covered: the device's own count, else along the positions. [m]

    Parameters
    ----------
    samples : DataFrame
        As recorded, on a UTC index.
    sport : str
        Sets the fastest believable speed; faster steps between positions are left out.

    Returns
    -------
    float
        NaN where neither was measured. [m]

    Notes
    -----
    A counter set back begins anew. Where the device counts, this is what `summary` gives for sound
    data, a hundred times as fast; along positions it is within 1 %.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=3, freq="s", tz="UTC")
    >>> way_m(pd.DataFrame({"distance": [100.0, np.nan, 107.0]}, index), "running")
    7.0
    """
    if "distance" in samples:
        told = samples["distance"].to_numpy("float64")
        told = told[~np.isnan(told)]
        if len(told):
            return float(np.maximum(np.diff(told), 0.0).sum())
    if not {"latitude", "longitude"} <= set(samples):
        return np.nan
    track = samples[["latitude", "longitude"]].dropna()
    if track.empty:
        return np.nan
    north, east = track.to_numpy("float64").T
    steps_m = distance_m(north[:-1], east[:-1], north[1:], east[1:])
    seconds = np.maximum(np.diff(pd.DatetimeIndex(track.index).as_unit("ns").asi8) / 1e9, 1.0)
    return float(steps_m[steps_m <= top_speed(sport) * seconds].sum())
