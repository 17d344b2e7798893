"""What load did for performance: Banister's impulse response, fitted to an athlete's own tests."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.model.season import Season
from twin.physiology.fitness import (
    LEAST_TESTS,
    ImpulseResponse,
    fit_impulse_response,
    impulse_response,
)
from twin.physiology.power_envelope import ALL_OUT_HEART_RATE

_EXPLAINS = 0.9  # of the scatter of the tests: a fit that leaves more of it explains nothing
_EMPTY = pd.DataFrame(columns=["value", "low", "high"], index=pd.DatetimeIndex([]), dtype=float)


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """The performance that load would give on each day, or why it is not told.

    Parameters
    ----------
    line : DataFrame
        By day: ``value``, and ``low`` and ``high`` one standard error of the tests to each side, in
        the unit of the best; empty where it is not told.
    fitted : ImpulseResponse or None
        Its parameters.
    why_not : str
        In words; empty where it is told.
    """

    line: pd.DataFrame
    fitted: ImpulseResponse | None = None
    why_not: str = ""


def trials_of(season: Season, best: str) -> pd.DataFrame:
    """Return the bests that may have been all-out, the highest of each week.

    Parameters
    ----------
    season : Season
        Of one sport.
    best : str
        A column of bests such as ``"best_power_300"``.

    Returns
    -------
    DataFrame
        ``day`` and ``value``, oldest first, of sessions whose heart rate reached 90 % of the maximum.

    Examples
    --------
    >>> from datetime import date
    >>> from twin.records import Athlete
    >>> done = {"day": pd.to_datetime(["2026-03-04", "2026-03-02", "2026-03-01"]),
    ...         "best_power_300": [330.0, 310.0, 350.0], "max_heart_rate": [180.0, 185.0, 140.0]}
    >>> season = Season(Athlete("Ada", max_hr=190), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame())
    >>> trials_of(season, "best_power_300")["value"].tolist()  # one a week; the easy one is none
    [330.0]
    """
    columns = season.sessions.reindex(columns=["day", best, "max_heart_rate"]).dropna()
    hard = columns["max_heart_rate"] >= ALL_OUT_HEART_RATE * season.athlete.max_hr
    found = columns[hard].rename(columns={best: "value"}).astype({"value": float})
    week = found["day"].dt.to_period("W")
    highest = found.sort_values("value").groupby(week.reindex(found.index)).tail(1)
    return highest.sort_values("day")[["day", "value"]].reset_index(drop=True)


def performance_of(tests: pd.DataFrame, days: pd.DataFrame) -> Performance:
    """Fit the impulse response to tests, and follow it through the days.

    Parameters
    ----------
    tests : DataFrame
        From `trials_of`.
    days : DataFrame
        From `twin.model.season.days_of`; planned days count as done.

    Returns
    -------
    Performance
        Without a line below 8 tests, or where load leaves 90 % of their scatter or more unexplained.

    Notes
    -----
    Model and paper: `twin.physiology.fitness.fit_impulse_response`.

    Examples
    --------
    >>> index = pd.date_range("2026-01-01", periods=120)
    >>> days = pd.DataFrame({"load": 50 + 40 * np.sin(np.arange(120) / 12), "planned": 0.0}, index)
    >>> truth = impulse_response(days["load"], baseline=250, gain=0.1, loss=0.12,
    ...                          fitness_days=42, fatigue_days=7)
    >>> tests = pd.DataFrame({"day": index[7::7], "value": truth[7::7]})
    >>> fitted = performance_of(tests, days).fitted
    >>> round(fitted.fitness_days), round(fitted.fatigue_days)
    (42, 7)
    >>> performance_of(tests[:3], days).why_not
    '3 weeks with an all-out effort, it needs 8'
    """
    if len(tests) < LEAST_TESTS:
        return Performance(
            _EMPTY, why_not=f"{len(tests)} weeks with an all-out effort, it needs {LEAST_TESTS}"
        )
    load = (days["load"] + days["planned"]).to_numpy(np.float64)
    value = tests["value"].to_numpy(np.float64)
    fitted = fit_impulse_response(
        load, days.index.get_indexer(pd.DatetimeIndex(tests["day"])), value
    )
    if fitted.gain <= 0 or not fitted.error_sd < _EXPLAINS * np.std(value, ddof=1):
        return Performance(_EMPTY, why_not=f"load does not explain the {len(tests)} efforts")
    line = impulse_response(
        load, baseline=fitted.baseline, gain=fitted.gain, loss=fitted.loss,
        fitness_days=fitted.fitness_days, fatigue_days=fitted.fatigue_days,
    )  # fmt: skip
    table = {"value": line, "low": line - fitted.error_sd, "high": line + fitted.error_sd}
    return Performance(pd.DataFrame(table, index=days.index), fitted)
