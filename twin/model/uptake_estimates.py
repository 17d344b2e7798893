"""Other roads to maximal oxygen uptake, beside the one from heart rate at work: each with its error."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.model.season import Season
from twin.physiology.oxygen import (
    MaxUptake,
    cycling_uptake,
    max_uptake_from_heart_rate,
    max_uptake_from_race,
)

DAYS = 90
# Of the estimate: 7 % between people, and five minutes are not quite the test.
_FIVE_MINUTES_SD = 0.10
_RACE_M, _RACE_S = (1500.0, 42_300.0), (210.0, 14_400.0)  # where the formula was made
_WITHOUT_REST = 0.95  # share of the time moving: else it was an interval session, not a race
_REST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate, and what it rests on.

    Parameters
    ----------
    of : str
        "power", "race" or "ratio".
    uptake : MaxUptake
        [ml/kg/min]
    rests_on : float
        Best 5 min [W], speed of the run [m/s], resting heart rate [bpm].
    session : str
        Id; empty where it is not of one session.
    """

    of: str
    uptake: MaxUptake
    rests_on: float
    session: str = ""


def other_estimates(season: Season) -> list[Estimate]:
    """Return what the best efforts of the last 90 days and the resting heart rate point to.

    Parameters
    ----------
    season : Season
        Of all sports. The days count back from the last session.

    Returns
    -------
    list of Estimate
        The best 5 min of power on the bike, where the mass is set; the best run taken as a race;
        maximal over resting heart rate. Those that nothing is known for are absent. The first two
        are too low as far as nothing was all-out.

    Examples
    --------
    >>> from datetime import date
    >>> from twin.records import Athlete
    >>> done = {"day": pd.to_datetime(["2026-03-02"]), "sport": ["running"], "session": ["r1"],
    ...         "distance_m": [5000.0], "moving_time_s": [1200.0], "duration_s": [1200.0]}
    >>> mornings = pd.DataFrame(columns=["name", "day", "value"])
    >>> who = Athlete("Ada", max_hr=190, resting_hr=50)
    >>> for found in other_estimates(Season(who, date(2026, 3, 5), pd.DataFrame(done), mornings)):
    ...     print(found.of, round(found.uptake.value, 1))
    race 49.8
    ratio 58.1
    """
    sessions = season.sessions.dropna(subset=["day"])
    recent = sessions[sessions["day"] > sessions["day"].max() - pd.Timedelta(days=DAYS)]
    found = (_by_power(recent, season.athlete.mass_kg), _by_race(recent), _by_ratio(season))
    return [estimate for estimate in found if estimate is not None]


def _by_power(recent: pd.DataFrame, mass_kg: float) -> Estimate | None:
    rides = recent[recent["sport"] == "cycling"].reindex(columns=["session", "best_power_300"])
    rides = rides.dropna()
    if rides.empty or not mass_kg > 0:
        return None
    best = rides.iloc[int(rides["best_power_300"].to_numpy(np.float64).argmax())]
    watts = float(best["best_power_300"])
    value = float(cycling_uptake([watts], mass_kg)[0])
    return Estimate("power", MaxUptake(value, _FIVE_MINUTES_SD * value), watts, best["session"])


def _by_race(recent: pd.DataFrame) -> Estimate | None:
    runs = recent[recent["sport"] == "running"]
    runs = runs.reindex(columns=["session", "distance_m", "moving_time_s", "duration_s"]).dropna()
    runs = runs[runs["moving_time_s"] >= _WITHOUT_REST * runs["duration_s"]]
    runs = runs[runs["distance_m"].between(*_RACE_M) & runs["moving_time_s"].between(*_RACE_S)]
    estimates = [
        (max_uptake_from_race(metres, seconds), metres / seconds, session)
        for session, metres, _, seconds in runs.itertuples(index=False)
    ]
    if not estimates:
        return None
    uptake, speed, session = max(estimates, key=lambda one: one[0].value)
    return Estimate("race", uptake, speed, session)


def _by_ratio(season: Season) -> Estimate | None:
    mornings = season.daily[season.daily["name"] == "resting_heart_rate"]
    rest = (
        mornings.sort_values("day")["value"].tail(_REST_DAYS).median() if len(mornings) else np.nan
    )
    resting = float(rest) if np.isfinite(rest) else season.athlete.resting_hr
    if not season.athlete.max_hr > resting > 0:
        return None
    return Estimate("ratio", max_uptake_from_heart_rate(season.athlete.max_hr, resting), resting)
