"""Power and speed, one from the other: on foot and on a bicycle."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from twin.model.demand import DRAG, ROLLING, WEIGHT_N
from twin.records import Athlete
from twin.schema import ON_FOOT

POWER_PER_MASS = 1.04  # W/kg at 1 m/s on the flat, as foot pods commonly tell; used before own data
_COMMON_MASS_KG = 70.0
_FASTEST_RIDE = 22.0  # m/s: riders brake
_UNPACED = ("rowing", "swimming", "skiing")
_LEAST_S = 300  # seconds with power and speed before they are believed


def pace_power(athlete: Athlete, sessions: Iterable[pd.DataFrame] = ()) -> float:
    """Power over speed of somebody on foot, from the own sessions, else from body mass.

    Parameters
    ----------
    athlete : Athlete
        With sport and body mass; 70 kg where that is not known.
    sessions : iterable of DataFrame
        Of samples, the first with five minutes of ``power`` [W] and ``speed`` [m/s] counts. Slopes
        are taken to even out.

    Returns
    -------
    float
        NaN for sports that are not on foot. [W/(m/s)]

    Examples
    --------
    >>> bo = Athlete("Bo", sport="running", mass_kg=60.0)
    >>> pace_power(bo)
    62.4
    >>> pace_power(bo, [pd.DataFrame({"power": [240.0] * 300, "speed": 3.0})])
    80.0
    >>> pace_power(Athlete("Ada", sport="cycling"))
    nan
    """
    if athlete.sport not in ON_FOOT:
        return float("nan")
    for samples in sessions:
        if not {"power", "speed"} <= set(samples):
            continue
        both = samples[(samples["power"] > 0) & (samples["speed"] > 0)]
        if len(both) >= _LEAST_S:
            return float(both["power"].sum() / both["speed"].sum())
    mass_kg = athlete.mass_kg if athlete.mass_kg > 0 else _COMMON_MASS_KG
    return float(np.round(POWER_PER_MASS * mass_kg, 3))


def is_paced(sport: str) -> bool:
    """Tell whether power and speed follow from each other: not through water or over snow.

    >>> is_paced("running"), is_paced("rowing")
    (True, False)
    """
    return sport not in _UNPACED


def riding_speed(power: float, grade: float) -> float:
    """Speed a road cyclist commonly reaches with a power; riders brake at 22 m/s. [m/s]

    The inverse of `twin.model.demand.cycling_power`.

    >>> round(riding_speed(249.2, 0.0), 1)
    10.0
    """
    slope = WEIGHT_N * (ROLLING + grade)
    speed = _FASTEST_RIDE
    for _ in range(30):  # Newton from above: the function is convex, so it ends at the largest root
        value = DRAG * speed**3 + slope * speed - power
        rise = 3 * DRAG * speed**2 + slope
        if rise <= 0 or abs(value) < 1e-6:
            break
        speed = max(speed - value / rise, 0.0)
    return min(speed, _FASTEST_RIDE)
