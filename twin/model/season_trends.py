"""How a season goes: intensity by week, bests, mornings, and what all sessions tell together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.model.alike import Alike
from twin.model.control_chart import ControlChart
from twin.model.fingerprint import Fingerprint
from twin.model.history import Anomaly
from twin.model.season import Season
from twin.schema import ZONE_COUNT

ZONE_COLUMNS = tuple(f"zone_{zone}_s" for zone in range(1, ZONE_COUNT + 1))
_WEEK_DAYS, _NORMAL_DAYS, _FEWEST = 7, 60, 14
_HALF_SD = 0.5  # of the usual mornings: within it a day is as usual


def zone_weeks(season: Season) -> pd.DataFrame:
    """Return the share of time in each zone by week, of the time with heart rate.

    Returns
    -------
    DataFrame
        On the Mondays of weeks with heart rate: ``zone_1_s`` to ``zone_5_s`` as shares;
        what they lack of 1 was below zone 1. [1]

    Examples
    --------
    >>> from datetime import date
    >>> from twin.records import Athlete
    >>> done = pd.DataFrame({"day": pd.to_datetime(["2026-03-02", "2026-03-04"]), "zone_1_s": 900.0,
    ...                      "zone_2_s": [300.0, 900.0], "heart_rate_s": [1800.0, 1800.0]})
    >>> zone_weeks(Season(Athlete("Ada"), date(2026, 3, 5), done, pd.DataFrame())).iloc[0].tolist()
    [0.5, 0.3333333333333333, 0.0, 0.0, 0.0]
    """
    columns = [*ZONE_COLUMNS, "heart_rate_s"]
    sessions = season.sessions.reindex(columns=["day", *columns])
    monday = sessions["day"] - pd.to_timedelta(sessions["day"].dt.weekday, unit="D")
    seconds = sessions[columns].astype(float).groupby(monday.rename("week")).sum()
    zones = seconds[list(ZONE_COLUMNS)]
    total = seconds["heart_rate_s"].clip(lower=zones.sum(axis=1))
    return zones[total > 0].div(total[total > 0], axis=0)


def bests_of(season: Season, best: str) -> pd.DataFrame:
    """Return the best of each session over a window, oldest first, and which were new bests.

    Parameters
    ----------
    season : Season
        Of one sport, if bests of several are not to be mixed.
    best : str
        A column of bests such as ``"best_power_300"``.

    Returns
    -------
    DataFrame
        ``day``, ``session``, ``value`` [W, m/s or bpm] and ``so_far``: the best until then.

    Examples
    --------
    >>> from datetime import date
    >>> from twin.records import Athlete
    >>> done = {"day": pd.to_datetime(["2026-03-04", "2026-03-02"]), "session": ["b", "a"],
    ...         "best_power_300": [290.0, 310.0]}
    >>> ada = Season(Athlete("Ada"), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame())
    >>> bests_of(ada, "best_power_300")[["value", "so_far"]].to_numpy().tolist()
    [[310.0, 310.0], [290.0, 310.0]]
    """
    columns = season.sessions.reindex(columns=["day", "session", best]).dropna()
    found = columns.rename(columns={best: "value"}).sort_values("day", kind="stable")
    return found.assign(so_far=found["value"].astype(float).cummax()).reset_index(drop=True)


def baseline(daily: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a morning value beside what is usual for the athlete.

    Parameters
    ----------
    daily : DataFrame
        Of `Season.daily`; several sources of a day are averaged.
    name : str
        One of `twin.schema.DAILY`; RMSSD is averaged by its logarithm.

    Returns
    -------
    DataFrame
        By day: ``value``, ``week`` (mean of the last 7 days), ``low`` and ``high``: the mean of the
        60 days before, and half a standard deviation around it [1]_. NaN with fewer than 14 values.

    References
    ----------
    .. [1] Plews et al. 2013, doi:10.1007/s40279-013-0071-8.

    Examples
    --------
    >>> days = pd.date_range("2026-03-01", periods=15, name="day")
    >>> rates = pd.DataFrame({"day": days, "name": "resting_hr", "value": [50.0, 52.0] * 7 + [56.0]})
    >>> baseline(rates, "resting_hr").iloc[-1].round(2).tolist()  # 51 +- half of 1.04
    [56.0, 51.71, 50.48, 51.52]
    """
    chosen = daily[daily["name"] == name]
    days = chosen.groupby("day")["value"].mean()
    if days.empty:
        return pd.DataFrame(columns=["value", "week", "low", "high"], dtype=float)
    days = days.asfreq("D").astype(float)
    values = pd.Series(np.log(days), days.index) if name == "rmssd" else days
    week = values.rolling(_WEEK_DAYS, min_periods=3).mean()
    before = values.shift(1).rolling(_NORMAL_DAYS, min_periods=_FEWEST)
    middle, spread = before.mean(), before.std() * _HALF_SD
    lines = pd.DataFrame({"week": week, "low": middle - spread, "high": middle + spread})
    if name == "rmssd":
        lines = pd.DataFrame(np.exp(lines), lines.index)
    return lines.assign(value=days)[["value", "week", "low", "high"]]


@dataclass(frozen=True, slots=True, eq=False)
class Recalled:
    """What comes of looking at all sessions of an athlete together.

    Parameters
    ----------
    prints : mapping of str to Fingerprint
        By session, oldest first.
    unusual : list of Anomaly
        Newest first.
    alike : list of Alike
        What was done at least twice, most frequent first.
    uptake : DataFrame
        Maximal oxygen uptake by week, as `twin.model.uptake.uptake_weeks` gives it.
    control_charts : list of ControlChart
        Of heart rate at equal work, by kind of workload, longest first.
    """

    prints: Mapping[str, Fingerprint]
    unusual: list[Anomaly]
    alike: list[Alike]
    uptake: pd.DataFrame
    control_charts: list[ControlChart]
