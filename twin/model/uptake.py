"""Maximal oxygen uptake of an athlete over a season, from what heart rate submaximal work took.

Each session's cells of workload and heart rate (`twin.model.work_profile`) become oxygen cost by the
formulas of steady work; the line of cost on heart rate through the last weeks is carried to the
maximum. One session's line says little: heart rates at equal work differ by several bpm from day to
day.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.model.demand import InputKind
from twin.model.work_profile import WorkProfile
from twin.physiology.max_heart_rate import MaxFrom
from twin.physiology.oxygen import (
    MaxUptake,
    cycling_uptake,
    max_uptake_from_segments,
    running_uptake,
    walking_uptake,
)
from twin.records import Athlete, Floats

WINDOW_DAYS = 42
_SURE_SD, _GUESSED_SD = 5.0, 10.0  # bpm, of a maximal heart rate entered or seen; of one from age
_COST_SD = 0.07  # of one person's cost of work about the formulas, ACSM
_FRESH_MIN = 45.0  # later heart rate drifts up at equal work
_RUNS_FROM, _WALKS_BELOW = 2.2, 1.7  # m/s; between them neither formula holds
_FEWEST_SESSIONS, _FEWEST_CELLS = 3, 12
_LEAST_SHARE = 0.75  # of maximal heart rate that some segment must reach
_MOST_SD = 0.15  # of the estimate: a wider one says nothing


def uptake_weeks(
    days: Sequence[float],
    profiles: Sequence[WorkProfile | None],
    sports: Sequence[str],
    who: Athlete,
) -> pd.DataFrame:
    """Return the estimate at the end of each week with a session, from the 42 days before.

    Parameters
    ----------
    days : sequence of float
        When each session was, rising, such as days since 1970. [d]
    profiles : sequence of WorkProfile or None
        Of each. Runs and walks count by grade-adjusted speed, rides by power where the mass is set.
    sports : sequence of str
        Of each.
    who : Athlete
        Maximal heart rate and mass.

    Returns
    -------
    DataFrame
        ``day`` [d], ``value`` and ``sd`` [ml/kg/min], ``sessions``; weeks that say nothing are absent:
        fewer than 3 sessions or 12 cells, nothing above 75 % of the maximum, an error above 15 %.
        The error holds that of the line, 7 % between people, and `max_hr_sd` of the maximum.

    Examples
    --------
    >>> easy = tuple((2.5 + 0.25 * n, 10.0, 110.0 + 10 * n, 8.0) for n in range(5))  # 3 ml more, 10 bpm
    >>> week = [WorkProfile("running speed", easy)] * 3
    >>> found = uptake_weeks([1.0, 3.0, 5.0], week, ["running"] * 3, Athlete("Ada", max_hr_from="entered"))
    >>> found[["value", "sd", "sessions"]].round(1).to_numpy().tolist()
    [[57.5, 4.3, 3.0]]
    """
    rows = np.concatenate(
        [np.empty((0, 3)), *(_costs(*one, who) for one in zip(days, profiles, sports, strict=True))]
    )
    weeks = np.unique(np.floor(rows[:, 0] / 7))
    found = []
    for end in 7 * (weeks + 1):
        here = rows[(rows[:, 0] >= end - WINDOW_DAYS) & (rows[:, 0] < end)]
        sessions = len(np.unique(here[:, 0]))
        estimate = _estimate(here, who)
        if sessions >= _FEWEST_SESSIONS and 0 < estimate.sd <= _MOST_SD * estimate.value:
            found.append((here[-1, 0], *estimate, sessions))
    return pd.DataFrame(found, columns=["day", "value", "sd", "sessions"])


def max_hr_sd(who: Athlete) -> float:
    """Return how far the maximal heart rate of an athlete may be off, one standard deviation. [bpm]

    >>> max_hr_sd(Athlete("Ada", max_hr=184)), max_hr_sd(Athlete("Bo"))
    (5.0, 10.0)
    """
    return _GUESSED_SD if who.max_hr_from in (MaxFrom.AGE, MaxFrom.ASSUMED) else _SURE_SD


def _costs(day: float, profile: WorkProfile | None, sport: str, who: Athlete) -> Floats:
    """Return day, cost, heart rate of the cells of a session that a formula holds for."""
    if profile is None or not profile.cells:
        return np.empty((0, 3))
    level, minute, rate, _ = np.array(profile.cells, np.float64).T
    cost = np.full(len(level), np.nan)
    if profile.kind == InputKind.RUNNING and sport in ("running", "walking"):
        cost = np.where(level >= _RUNS_FROM, running_uptake(level), cost)
        cost = np.where(level <= _WALKS_BELOW, walking_uptake(level), cost)
    elif profile.kind == InputKind.POWER and sport == "cycling" and who.mass_kg > 0:
        cost = cycling_uptake(level, who.mass_kg)
    good = (minute < _FRESH_MIN) & np.isfinite(cost + rate)
    return np.asarray(np.column_stack([np.full(len(cost), day), cost, rate])[good])


def _estimate(rows: Floats, who: Athlete) -> MaxUptake:
    """Return the estimate from day, cost and heart rate; NaN where too little is known."""
    _, cost, rate = rows.T
    if len(rows) < _FEWEST_CELLS or rate.max() < _LEAST_SHARE * who.max_hr:
        return MaxUptake(np.nan, np.nan)
    line, higher = (
        max_uptake_from_segments(cost, rate, max_hr=rate_max)
        for rate_max in (who.max_hr, who.max_hr + max_hr_sd(who))
    )
    parts = (line.sd, _COST_SD * line.value, higher.value - line.value)
    return MaxUptake(line.value, float(np.sqrt(np.sum(np.square(parts)))))
