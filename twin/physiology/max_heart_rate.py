"""Maximal heart rate of one athlete: a wide prior by age, lifted by what was really seen."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from twin.physiology.zones import max_hr_prior
from twin.records import Floats, people
from twin.sensors.faults import JUMP

PRIOR_SD_BPM = 10.0  # standard error of every formula by age: 7 to 11 bpm
_SENSOR_SD_BPM = 2.0
_HELD_S = 10  # a maximum must be held so long to be one
_QUANTILE = 0.999
_LONGEST_SPIKE_S = 30  # a level that jumped up stays suspect so long, unless it comes down slowly
_SUPPORT_BPM = 10.0  # two all-out efforts of a person differ by so much at most
ENOUGH_SESSIONS = 20  # of unknown age: the highest of so many counts, be it low


class MaxFrom(StrEnum):
    """Where a maximal heart rate comes from."""

    ASSUMED = people.ASSUMED
    AGE = "age"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class MaxHeartRate:
    """A maximal heart rate, and where it comes from.

    Parameters
    ----------
    rate : float
        Whole number. [bpm]
    source : MaxFrom
        What it rests on.
    session : int
        Place of the session in which it was seen; -1 else.
    """

    rate: float
    source: MaxFrom
    session: int = -1


def highest_held(heart_rate: npt.ArrayLike, *, held_s: int = _HELD_S) -> float:
    """Highest heart rate of a session that was held, without spikes of the strap.

    Parameters
    ----------
    heart_rate : array_like
        One value a second; NaN breaks a stretch. [bpm]
    held_s : int
        How long a level must be held. [s]

    Returns
    -------
    float
        The 99.9 % quantile of levels held for `held_s`; stretches between two jumps of more than
        8 bpm in a second are left out where they last under 30 s. NaN for shorter sessions. [bpm]

    Examples
    --------
    >>> rate = np.full(600, 150.0)
    >>> rate[300:320] = 225  # a spike of the strap, even held for 20 s
    >>> highest_held(rate)
    150.0
    """
    rate = _without_jumps(np.asarray(heart_rate, np.float64))
    if len(rate) < held_s:
        return float("nan")
    held = np.lib.stride_tricks.sliding_window_view(rate, held_s).min(axis=1)
    known = held[~np.isnan(held)]
    return float(np.quantile(known, _QUANTILE)) if len(known) else float("nan")


def max_hr_estimate(
    prior: float, observed: npt.ArrayLike, *, prior_sd: float = PRIOR_SD_BPM
) -> tuple[float, float]:
    """Maximal heart rate to expect, given the highest rates of sessions.

    The maximum is normal about the prior, but not below what was seen: a truncated normal. It
    only ever goes up from sessions that were not all-out.

    Parameters
    ----------
    prior : float
        From age, see `twin.physiology.zones.max_hr_prior`; or an earlier estimate. [bpm]
    observed : array_like
        Highest held heart rate of each session in the same sport (cycling gives 5 to 10 bpm less
        than running); NaN is left out. [bpm]
    prior_sd : float
        Standard deviation of the prior. [bpm]

    Returns
    -------
    mean, sd : float
        Of the maximal heart rate. [bpm]

    Examples
    --------
    >>> [round(x, 1) for x in max_hr_estimate(180.0, [])]
    [180.0, 10.0]
    >>> [round(x, 1) for x in max_hr_estimate(180, [171, 192])]
    [197.0, 4.3]
    """
    seen = np.asarray(observed, np.float64)
    seen = seen[~np.isnan(seen)]
    if not len(seen):
        return prior, prior_sd
    spread = float(np.hypot(prior_sd, _SENSOR_SD_BPM))
    bound = (float(seen.max()) - prior) / spread
    hazard = float(np.exp(norm.logpdf(bound) - norm.logsf(bound)))
    share = 1 + bound * hazard - hazard**2
    return prior + spread * hazard, spread * float(np.sqrt(max(share, 0.0)))


def known_max_hr(highest: npt.ArrayLike, *, age_years: float = np.nan) -> MaxHeartRate:
    """Maximal heart rate as far as age and sessions tell it.

    Parameters
    ----------
    highest : array_like
        `highest_held` of each session, oldest first; NaN and 0 are left out. [bpm]
    age_years : float
        NaN = not known. [years]

    Returns
    -------
    MaxHeartRate
        What was seen, where it is above the prior of the age [1]_, whose standard error is 10 bpm; of
        unknown age also where it is below the common 190 bpm, once there are 20 sessions.

    Notes
    -----
    What was seen in one session alone may be a fault of the sensor: it counts where another session
    came within 10 bpm.

    References
    ----------
    .. [1] Tanaka, Monahan, Seals 2001, doi:10.1016/S0735-1097(00)01054-8

    Examples
    --------
    >>> known_max_hr([171, 168, 229], age_years=60)  # 208 - 0.7 x 60 = 166
    MaxHeartRate(rate=171.0, source=<MaxFrom.SEEN: 'seen'>, session=0)
    >>> known_max_hr([150], age_years=60).rate, known_max_hr([150]).rate
    (166.0, 190.0)
    """
    rates = np.asarray(highest, np.float64)
    place = _supported(rates)
    seen = float(np.round(rates[place])) if place >= 0 else np.nan
    of_age = np.isfinite(age_years)
    prior = float(np.round(max_hr_prior(age_years))) if of_age else people.ASSUMED_MAX_HR
    if seen > prior or (seen > 0 and not of_age and (rates > 0).sum() >= ENOUGH_SESSIONS):
        return MaxHeartRate(seen, MaxFrom.SEEN, place)
    return MaxHeartRate(prior, MaxFrom.AGE if of_age else MaxFrom.ASSUMED)


def _supported(rates: Floats) -> int:
    """Return the place of the highest rate to which another one comes near; -1 without."""
    order = np.argsort(np.where(rates > 0, -rates, np.inf), kind="stable")
    for place, following in pairwise(order):
        if rates[place] > 0 and rates[following] >= rates[place] - _SUPPORT_BPM:
            return int(place)
    return -1


def _without_jumps(rate: Floats) -> Floats:
    """Put NaN where heart rate jumped up and, within 30 s, down again."""
    steps = np.diff(rate, prepend=rate[:1])
    up, down = np.flatnonzero(steps > JUMP), np.flatnonzero(steps < -JUMP)
    sound = rate.copy()
    for start in up:
        ends = down[(down > start) & (down <= start + _LONGEST_SPIKE_S)]
        if len(ends):
            sound[start : ends[-1]] = np.nan
    return sound
