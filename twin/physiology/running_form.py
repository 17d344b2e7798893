"""Running form against the athlete's own history at the same speed: no target values.

Cadence, contact and bounce all change with speed, and what is good differs between people: a
number says something only beside the same person's at that speed.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.physiology.unusual import robust_z
from twin.records import Floats

_GRAVITY = 9.81
_BIN = 0.25  # m/s
_LEAST_IN_BIN = 30  # seconds of history


class FormDeviation(NamedTuple):
    """Form now, against own history at the same speed.

    Parameters
    ----------
    expected : ndarray
        Median of the history at this speed; NaN where it has too little. [own unit]
    z : ndarray
        Distance from it in robust standard deviations. [1]
    """

    expected: Floats
    z: Floats


def form_deviation(
    value: npt.ArrayLike,
    speed: npt.ArrayLike,
    history_value: npt.ArrayLike,
    history_speed: npt.ArrayLike,
) -> FormDeviation:
    """Compare one quantity of running form with the athlete's own at the same speed.

    Parameters
    ----------
    value, speed : array_like
        Cadence, step length, contact time or oscillation, and speed [m/s] of the same seconds.
    history_value, history_speed : array_like
        Of earlier sessions; NaN is left out.

    Returns
    -------
    FormDeviation
        Bins of 0.25 m/s; NaN with under 30 s of history in a bin, or none that varies.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> then = random.uniform(2.5, 4.0, 4000)
    >>> steps = 150 + 8 * then + random.normal(0, 2, 4000)
    >>> now = form_deviation([172.0], [3.1], steps, then)
    >>> bool(abs(now.expected[0] - 175) < 0.5), now.z.round(0).tolist()
    (True, [-1.0])
    """
    then, known_speed = np.asarray(history_value, np.float64), np.asarray(history_speed, np.float64)
    now, place = np.asarray(value, np.float64), _bin(np.asarray(speed, np.float64))
    known = ~np.isnan(then + known_speed)
    bins, then = _bin(known_speed[known]), then[known]
    expected, z = np.full(len(now), np.nan), np.full(len(now), np.nan)
    for each in np.unique(place[~np.isnan(place)]):
        same = then[bins == each]
        if len(same) < _LEAST_IN_BIN:
            continue
        here = place == each
        expected[here] = np.median(same)
        z[here] = robust_z(now[here], same)
    return FormDeviation(np.where(np.isnan(now), np.nan, expected), z)


def vertical_ratio(oscillation_mm: npt.ArrayLike, step_length_m: npt.ArrayLike) -> Floats:
    """Vertical oscillation over step length, NaN where either is missing or zero. [1]

    >>> vertical_ratio([80.0], [1.0])
    array([0.08])
    """
    length = np.asarray(step_length_m, np.float64)
    return np.asarray(
        np.asarray(oscillation_mm, np.float64) / 1000 / np.where(length > 0, length, np.nan)
    )


def leg_stiffness(
    contact_ms: npt.ArrayLike,
    cadence: npt.ArrayLike,
    speed: npt.ArrayLike,
    *,
    mass_kg: float,
    leg_length_m: float,
) -> Floats:
    """Stiffness of the leg as a spring, from contact and flight time [1]_.

    Parameters
    ----------
    contact_ms : array_like
        Ground contact of one step. [ms]
    cadence : array_like
        Steps of both feet; the flight time is what contact leaves of a step. [1/min]
    speed : array_like
        [m/s]
    mass_kg, leg_length_m : float
        Leg length is about 0.53 of height. [kg], [m]

    Returns
    -------
    ndarray
        NaN where something is missing, or without flight (walking). [kN/m]

    References
    ----------
    .. [1] Morin et al. 2005, doi:10.1123/jab.21.2.167.

    Examples
    --------
    >>> leg_stiffness([250.0], [170.0], [3.33], mass_kg=70, leg_length_m=0.93).round(2)
    array([9.55])
    """
    contact = np.asarray(contact_ms, np.float64) / 1000
    steps = np.asarray(cadence, np.float64)
    flight = 60 / np.where(steps > 0, steps, np.nan) - contact
    flight = np.where((flight > 0) & (contact > 0), flight, np.nan)
    force = mass_kg * _GRAVITY * np.pi / 2 * (flight / contact + 1)
    sinking = force * contact**2 / (mass_kg * np.pi**2) - _GRAVITY * contact**2 / 8
    swept = leg_length_m**2 - (np.asarray(speed, np.float64) * contact / 2) ** 2
    shortened = leg_length_m - np.sqrt(np.where(swept > 0, swept, np.nan)) + np.abs(sinking)
    return np.asarray(force / shortened / 1000)


def _bin(speed: Floats) -> Floats:
    return np.floor(speed / _BIN)
