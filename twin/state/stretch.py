"""A part of a session, and what it comes to in figures."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from twin.records import Floats

_ASCENT_STEP_M = 2.0  # smaller rises are noise, as in the live feature


@dataclass(frozen=True, slots=True)
class Stretch:
    """Figures of a part of a session; NaN where a channel was not measured.

    Parameters
    ----------
    duration_s : float
        From first to last sample, pauses included. [s]
    distance_m, ascent_m : float
        Covered and climbed within the stretch. [m]
    mean_heart_rate, max_heart_rate : float
        Over the samples that have one. [bpm]
    mean_speed, max_speed : float
        Distance by duration, and the highest speed. [m/s]
    mean_power, max_power : float
        Over the samples that have one. [W]
    mean_cadence : float
        Over the samples that have one. [1/min]
    """

    duration_s: float
    distance_m: float
    ascent_m: float
    mean_heart_rate: float
    max_heart_rate: float
    mean_speed: float
    max_speed: float
    mean_power: float
    max_power: float
    mean_cadence: float


def part_of(samples: pd.DataFrame, selection: tuple[datetime, datetime] | None) -> pd.DataFrame:
    """Return the samples from the first to the last instant, both included; all for None."""
    if selection is None:
        return samples
    first, last = (pd.Timestamp(t) for t in selection)
    return samples[(samples.index >= first) & (samples.index <= last)]


def stretch_of(samples: pd.DataFrame) -> Stretch:
    """Return the figures of a part of a session.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=3, freq="10s", tz="UTC")
    >>> part = pd.DataFrame({"session_distance": [100.0, 130.0, 160.0]}, index=index)
    >>> stretch_of(part).mean_speed, stretch_of(part).mean_power
    (3.0, nan)
    """
    nothing = pd.Series(np.nan, index=samples.index)
    channel = {name: samples.get(name, nothing) for name in (
        "heart_rate", "current_speed", "power", "cadence", "session_distance", "altitude")}  # fmt: skip
    duration_s = (samples.index[-1] - samples.index[0]).total_seconds() if len(samples) else np.nan
    way = channel["session_distance"].dropna()
    distance_m = float(way.iloc[-1] - way.iloc[0]) if len(way) else np.nan
    return Stretch(
        duration_s=duration_s,
        distance_m=distance_m,
        ascent_m=_ascent_m(np.asarray(channel["altitude"], np.float64)),
        mean_heart_rate=float(channel["heart_rate"].mean()),
        max_heart_rate=float(channel["heart_rate"].max()),
        mean_speed=distance_m / duration_s if duration_s > 0 else np.nan,
        max_speed=float(channel["current_speed"].max()),
        mean_power=float(channel["power"].mean()),
        max_power=float(channel["power"].max()),
        mean_cadence=float(channel["cadence"].mean()),
    )


def _ascent_m(altitude: Floats) -> float:
    """Return the height gained; rises and falls count from the hysteresis on, as in the live feature."""
    known = altitude[~np.isnan(altitude)]
    if not len(known):
        return float("nan")
    counted, climbed = known[0], 0.0
    for height in known:
        if abs(height - counted) >= _ASCENT_STEP_M:
            climbed += max(height - counted, 0.0)
            counted = height
    return float(climbed)
