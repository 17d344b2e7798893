"""A session as heart rate by workload: small enough to keep, enough to compare it with others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from twin.model.demand import InputKind, cycling_power
from twin.physiology.running import grade_adjusted_speed
from twin.physiology.training_load import GAP_S
from twin.records import Floats
from twin.schema import ON_FOOT

BIN = {InputKind.POWER: 20.0, InputKind.CYCLING: 20.0, InputKind.RUNNING: 0.25,
       InputKind.SPEED: 0.25}  # fmt: skip
FIRST_S, LAST_S = 300, 5400  # before: dry straps and warming up; after: other reasons
_BLOCK_S, _KNOWN_S = 60, 50
_LAG_S = 45.0  # by which heart rate follows work
_LATER_MIN = 15.0
_LEAST_BLOCKS = 5
_LEAST_STEPS = 300  # seconds with both neighbours, for the noise of the sensor


@dataclass(frozen=True, slots=True)
class WorkProfile:
    """Heart rate of a session by workload and time.

    Parameters
    ----------
    kind : str
        Of the workload, an `InputKind`.
    cells : tuple of tuple of float
        Workload [own unit], minutes since the start, heart rate [bpm], minutes measured; of each
        bin of workload and quarter of an hour.
    noise : float
        Mean size of the second difference of heart rate; NaN where not recorded each second. [bpm]
    work_ratio : float
        Power over what speed and grade commonly ask for; its scale changes with the mass that
        was set, and with the meter. NaN without power or speed. [W per W, or W per m/s]
    temperature : float
        Mean of the air; NaN where not measured. [degC]
    """

    kind: str
    cells: tuple[tuple[float, float, float, float], ...]
    noise: float = np.nan
    work_ratio: float = np.nan
    temperature: float = np.nan


def work_profile(derived: pd.DataFrame, sport: str) -> WorkProfile | None:
    """Return the profile of a session; None without five minutes of heart rate at work.

    Parameters
    ----------
    derived : DataFrame
        From `twin.pipeline.derive`.
    sport : str
        On foot the workload is grade-adjusted speed, elsewhere power, else what speed and grade
        commonly ask of a cyclist.

    Examples
    --------
    >>> ride = {"elapsed": np.arange(900.0), "heart_rate": 140.0, "power": 200.0, "grade": np.nan,
    ...         "current_speed": np.nan, "temperature": np.nan}
    >>> (cell,) = work_profile(pd.DataFrame(ride), "cycling").cells
    >>> [round(value) for value in cell]  # W, min, bpm, min measured
    [200, 10, 140, 10]
    """
    seconds = held_seconds(derived)
    return None if seconds is None else profile_of(derived, seconds, sport)


def profile_of(derived: pd.DataFrame, seconds: pd.DataFrame, sport: str) -> WorkProfile | None:
    """Return the profile of a session whose `held_seconds` are at hand.

    >>> ride = pd.DataFrame({"elapsed": np.arange(900.0), "heart_rate": 140.0, "power": 200.0,
    ...                      "grade": np.nan, "current_speed": np.nan, "temperature": 20.0})
    >>> profile_of(ride, held_seconds(ride), "cycling").temperature
    20.0
    """
    kind, level = level_of(seconds, sport)
    blocks = _blocks(seconds["heart_rate"].to_numpy(np.float64), level)
    if kind not in BIN or len(blocks) < _LEAST_BLOCKS:
        return None
    air = seconds["temperature"].to_numpy(np.float64)
    return WorkProfile(
        str(kind),
        _cells(blocks, BIN[kind]),
        _noise(derived),
        _ratio(seconds, sport),
        float(np.nanmean(air)) if not np.isnan(air).all() else np.nan,
    )


def held_seconds(derived: pd.DataFrame) -> pd.DataFrame | None:
    """Return the channels by second, a reading held until the next, at most `GAP_S`; None below 5 min.

    >>> ride = pd.DataFrame({"elapsed": [0.0, 2.0, 300.0], "heart_rate": [140.0, 142.0, 150.0],
    ...                      "power": 200.0, "grade": 0.0, "current_speed": 8.0, "temperature": 20.0})
    >>> held_seconds(ride)["heart_rate"].iloc[[0, 1, 2, 299]].tolist()
    [140.0, 140.0, 142.0, nan]
    """
    wanted = ["heart_rate", "power", "current_speed", "grade", "temperature"]
    elapsed = derived["elapsed"].to_numpy(np.float64)
    if len(elapsed) < 2 or not elapsed[-1] >= FIRST_S:
        return None
    rows = derived[wanted].groupby(elapsed.astype(np.int64)).last()
    until = int(min(elapsed[-1], LAST_S)) + 1
    return rows.reindex(np.arange(until)).ffill(limit=int(GAP_S))


def level_of(seconds: pd.DataFrame, sport: str) -> tuple[InputKind, Floats]:
    """Return the best kind of workload there is and its value each second, NaN as measured. [W or m/s]

    >>> seconds = pd.DataFrame({"current_speed": [4.0], "grade": [0.0], "power": [np.nan]})
    >>> level_of(seconds, "running"), level_of(seconds, "rowing")
    ((<InputKind.RUNNING: 'running speed'>, array([4.])), (<InputKind.SPEED: 'speed'>, array([4.])))
    """
    speed, grade = seconds["current_speed"].to_numpy(), seconds["grade"].fillna(0.0).to_numpy()
    power = seconds["power"].to_numpy()
    if sport in ON_FOOT:
        return InputKind.RUNNING, grade_adjusted_speed(speed, grade)
    if not np.isnan(power).all():
        return InputKind.POWER, power
    if sport == "cycling":
        return InputKind.CYCLING, cycling_power(speed, grade)
    return InputKind.SPEED, speed


def _blocks(heart_rate: Floats, level: Floats) -> Floats:
    """Return workload as the heart feels it, time and heart rate of each full minute at work."""
    share = -np.expm1(-1 / _LAG_S)
    felt = lfilter([share], [1.0, share - 1.0], np.nan_to_num(level))
    count = (len(level) - FIRST_S) // _BLOCK_S
    shape = slice(FIRST_S, FIRST_S + count * _BLOCK_S)
    rate, felt, known = (
        values[shape].reshape(count, _BLOCK_S)
        for values in (heart_rate, felt, ~np.isnan(level + heart_rate) & (level > 0))
    )
    enough = known.sum(axis=1) >= _KNOWN_S
    minutes = (FIRST_S + _BLOCK_S * (np.arange(count) + 0.5)) / 60
    rates = np.nanmean(rate[enough], axis=1) if enough.any() else np.empty(0)
    return np.column_stack([felt[enough].mean(axis=1), minutes[enough], rates])


def _cells(blocks: Floats, width: float) -> tuple[tuple[float, float, float, float], ...]:
    keys = np.column_stack([blocks[:, 0] // width, blocks[:, 1] // _LATER_MIN])
    _, cell = np.unique(keys, axis=0, return_inverse=True)
    count = np.bincount(cell.ravel())
    means = [np.bincount(cell.ravel(), blocks[:, column]) / count for column in range(3)]
    rounded = np.round(np.column_stack([*means, count]), (3))
    return tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in rounded)


def _noise(derived: pd.DataFrame) -> float:
    """Return the mean second difference of heart rate after the first minutes."""
    elapsed = derived["elapsed"].to_numpy(np.float64)
    rate = derived["heart_rate"].to_numpy(np.float64)
    steady = (np.diff(elapsed[:-1]) == 1) & (np.diff(elapsed[1:]) == 1) & (elapsed[2:] > FIRST_S)
    bend = np.abs(np.diff(rate, 2))[steady]
    bend = np.minimum(bend[~np.isnan(bend)], 5.0)  # a spike is no noise
    return round(float(bend.mean()), 4) if len(bend) >= _LEAST_STEPS else np.nan


def _ratio(seconds: pd.DataFrame, sport: str) -> float:
    """Return power over what speed and grade commonly ask for."""
    speed, grade = seconds["current_speed"].to_numpy(), seconds["grade"].fillna(0.0).to_numpy()
    power = seconds["power"].to_numpy()
    common = grade_adjusted_speed(speed, grade) if sport in ON_FOOT else cycling_power(speed, grade)
    both = ~np.isnan(power + common) & (power > 0) & (common > 0)
    both[:FIRST_S] = False
    if both.sum() < _LEAST_STEPS:
        return np.nan
    return round(float(power[both].sum() / common[both].sum()), 4)
