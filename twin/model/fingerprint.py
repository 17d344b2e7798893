"""What of a session is kept to know it again: heart rate by workload, way, structure."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from twin.model.effort_pattern import EffortPattern, effort_pattern
from twin.model.route_shape import RouteShape, route_shape
from twin.model.work_profile import WorkProfile, held_seconds, level_of, profile_of


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A session in some 2 kB; None for what it does not have.

    Parameters
    ----------
    work : WorkProfile or None
        For comparing heart rate at equal work.
    route : RouteShape or None
        For finding the same way.
    efforts : EffortPattern or None
        For finding the same workout.
    """

    work: WorkProfile | None = None
    route: RouteShape | None = None
    efforts: EffortPattern | None = None


def fingerprint(derived: pd.DataFrame, sport: str) -> Fingerprint:
    """Return the fingerprint of a session.

    Parameters
    ----------
    derived : DataFrame
        From `twin.pipeline.derive`.
    sport : str
        Of the session.

    Examples
    --------
    >>> power = np.array([*[100.0] * 300, *([300.0] * 60 + [100.0] * 60) * 4, *[100.0] * 300])
    >>> ride = {"elapsed": np.arange(len(power)), "power": power, "heart_rate": 150.0,
    ...         "current_speed": np.nan, "grade": np.nan, "temperature": np.nan}
    >>> fingerprint(pd.DataFrame(ride), "cycling").efforts.work_s
    (60.0, 60.0, 60.0, 60.0)
    """
    seconds = held_seconds(derived)
    if seconds is None:
        return Fingerprint(route=route_shape(derived))
    _, level = level_of(seconds, sport)
    rate = seconds["heart_rate"].to_numpy(np.float64)
    return Fingerprint(
        profile_of(derived, seconds, sport), route_shape(derived), effort_pattern(level, rate)
    )


def to_plain(print_: Fingerprint) -> dict[str, Any]:
    """Return a fingerprint as plain values for JSON.

    >>> to_plain(Fingerprint())
    {'work': None, 'route': None, 'efforts': None}
    """
    return asdict(print_)


def from_plain(content: dict[str, Any]) -> Fingerprint:
    """Return a fingerprint from its plain values, also as JSON gives them back: lists for tuples.

    >>> plain = {"efforts": {"work_s": [60, 60], "rest_s": [30], "level": 300.0, "heart_rate": 170.0}}
    >>> from_plain(plain).efforts.work_s
    (60, 60)
    """
    work, route, efforts = (content.get(name) for name in ("work", "route", "efforts"))
    if work:
        work = work | {"cells": tuple(map(tuple, work["cells"]))}
    return Fingerprint(
        WorkProfile(**work) if work else None,
        RouteShape(**_frozen(route)) if route else None,
        EffortPattern(**_frozen(efforts)) if efforts else None,
    )


def _frozen(part: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in part.items()}
