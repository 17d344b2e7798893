"""The highest heart rate of a session, and what an athlete's maximum is by all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.model.seconds import channels_by_second
from twin.physiology.max_heart_rate import MaxFrom, highest_held, known_max_hr
from twin.records import Athlete
from twin.records.people import ENTERED
from twin.schema import ON_FOOT

CHANNELS = ("heart_rate", "cadence")
_LOCK_WITHIN, _LOCK_S = 3.0, 60  # 1/min; s: an optical sensor that counts steps


def highest_heart_rate(samples: pd.DataFrame, sport: str) -> float:
    """Return the highest heart rate of a session that was held, as `highest_held` defines it. [bpm]

    Parameters
    ----------
    samples : DataFrame
        With ``heart_rate`` and, where known, ``cadence``; on a UTC index.
    sport : str
        On foot, minutes in which heart rate sits on cadence are left out: the sensor counts steps.

    Returns
    -------
    float
        NaN without heart rate. [bpm]

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=300, freq="s", tz="UTC")
    >>> highest_heart_rate(pd.DataFrame({"heart_rate": 150.0}, index), "running")
    150.0
    """
    if "heart_rate" not in samples or samples.empty:
        return float("nan")
    rate, cadence = channels_by_second(samples, CHANNELS)
    if sport in ON_FOOT:
        rate = np.where(_locked(np.abs(rate - cadence) <= _LOCK_WITHIN), np.nan, rate)
    return highest_held(rate)


def _locked(near: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mark the stretches that last a minute."""
    padded = np.concatenate([[0], np.cumsum(near)])
    full = padded[_LOCK_S:] - padded[:-_LOCK_S] == _LOCK_S
    edges = np.zeros(len(near) + 1)
    edges[: len(full)] += full
    edges[_LOCK_S : _LOCK_S + len(full)] -= full
    return np.asarray(np.cumsum(edges)[:-1] > 0)


def with_known_max(athlete: Athlete, seen: Sequence[tuple[date, float]], *, year: int) -> Athlete:
    """Return the athlete with the maximal heart rate that age and sessions tell; one entered stays.

    Parameters
    ----------
    athlete : Athlete
        Whose.
    seen : sequence of (date, float)
        Day and highest heart rate of each session, oldest first. [bpm]
    year : int
        The present one.

    Examples
    --------
    >>> with_known_max(Athlete("Ada", birth_year=1966), [], year=2026).max_hr
    166.0
    """
    if athlete.max_hr_from == ENTERED:
        return athlete
    age = float("nan") if athlete.birth_year is None else float(year - athlete.birth_year)
    found = known_max_hr([rate for _, rate in seen], age_years=age)
    if found.rate <= athlete.resting_hr:
        return athlete
    day = str(seen[found.session][0]) if found.source is MaxFrom.SEEN else str(found.source)
    return replace(athlete, max_hr=found.rate, max_hr_from=day)


def origin_words(max_hr_from: str) -> str:
    """Return where a maximal heart rate comes from, in words.

    >>> origin_words("2026-06-12"), origin_words("age"), origin_words("entered")
    ('seen on 12 June 2026', 'from age', 'entered')
    """
    if max_hr_from in (ENTERED, MaxFrom.ASSUMED):
        return max_hr_from
    if max_hr_from == MaxFrom.AGE:
        return "from age"
    day = date.fromisoformat(max_hr_from)
    return f"seen on {day.day} {day:%B %Y}"
