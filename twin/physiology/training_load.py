"""Training load: what a session costs, from heart rate, from time in zones, or as it was felt.

Gap rule: a sample stands for the time since the sample before it. Where that is longer than
`GAP_S` the athlete paused or the sensor was silent, and nothing is added.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.physiology.zones import SHARES
from twin.records import Floats

# Smart recording keeps a sample every 2 to 7 s: with 5 s half of the load of such recordings would
# be lost, with 10 s the time counted is within 1 to 6 % of the device's own timer.
GAP_S = 10.0

_WEIGHTING = {"male": (0.64, 1.92), "female": (0.86, 1.67)}  # a, b: Morton et al. 1990


class WeeklyLoad(NamedTuple):
    """How even a week was and what it cost together."""

    monotony: float
    strain: float


def banister_weights(sex: str) -> tuple[float, float]:
    """Return the weights a and b of Banister's formula, men's where the sex is not known. [1]

    >>> banister_weights("female")
    (0.86, 1.67)
    """
    return _WEIGHTING.get(sex, _WEIGHTING["male"])


def held_s(elapsed_s: npt.ArrayLike, heart_rate: npt.ArrayLike, *, gap_s: float = GAP_S) -> Floats:
    """How long each heart rate held: the time since the one before it.

    Parameters
    ----------
    elapsed_s : array_like
        Instants, rising. [s]
    heart_rate : array_like
        NaN marks lost contact. [bpm]
    gap_s : float
        A longer silence is a pause. [s]

    Returns
    -------
    ndarray of float64
        0 for the first heart rate, for NaN and after a pause. [s]

    Examples
    --------
    >>> held_s([0, 1, 2, 3, 60, 61], [140, 141, np.nan, 142, 150, 151]).tolist()
    [0.0, 1.0, 0.0, 2.0, 0.0, 1.0]
    """
    times = np.asarray(elapsed_s, np.float64)
    held = np.zeros(len(times))
    good = np.flatnonzero(~np.isnan(np.asarray(heart_rate, np.float64)))
    held[good[1:]] = np.diff(times[good])
    return np.where(held <= gap_s, held, 0.0)


def banister_trimp(
    heart_rate: npt.ArrayLike,
    seconds: npt.ArrayLike,
    *,
    resting_hr: float,
    max_hr: float,
    sex: str = "",
    weights: tuple[float, float] | None = None,
) -> float:
    """Training impulse, summed sample by sample: minutes times x a exp(b x) [1]_ [2]_.

    x is the share of heart-rate reserve, held between 0 and 1.

    Parameters
    ----------
    heart_rate : array_like
        Heart rate; NaN adds nothing. [bpm]
    seconds : array_like
        How long each held, see `held_s`. [s]
    resting_hr, max_hr : float
        Resting and maximal heart rate. [bpm]
    sex : str
        "female" or "male": the group the weights were found in; "" takes the men's.
    weights : tuple of float, optional
        The athlete's own a and b, from lactate.

    Returns
    -------
    float
        Training impulse; 0 without samples. [au]

    Raises
    ------
    ValueError
        If `max_hr` does not exceed `resting_hr`.

    Notes
    -----
    The sum over samples exceeds the formula applied to the mean heart rate (by a fifth in
    interval sessions), because the weighting is convex.

    References
    ----------
    .. [1] Morton, Fitz-Clarke, Banister 1990, doi:10.1152/jappl.1990.69.3.1171
    .. [2] Banister, "Modeling elite athletic performance", in Physiological Testing of Elite
       Athletes, 1991 (no DOI).

    Examples
    --------
    >>> round(banister_trimp([150], [3600], resting_hr=50, max_hr=190, sex="male"), 4)
    108.0954
    """
    if not max_hr > resting_hr:
        raise ValueError(f"max_hr ({max_hr} bpm) must exceed resting_hr ({resting_hr} bpm)")
    a, b = weights or banister_weights(sex)
    rates = np.asarray(heart_rate, np.float64)
    x = np.clip((rates - resting_hr) / (max_hr - resting_hr), 0.0, 1.0)
    return float(np.nansum(np.asarray(seconds) / 60 * x * a * np.exp(b * x)))


def edwards_trimp(heart_rate: npt.ArrayLike, seconds: npt.ArrayLike, *, max_hr: float) -> float:
    """Minutes in five zones of 50 to 90 % of maximal heart rate, weighted 1 to 5 [1]_.

    Parameters
    ----------
    heart_rate : array_like
        Heart rate; NaN adds nothing. [bpm]
    seconds : array_like
        How long each held, see `held_s`. [s]
    max_hr : float
        Maximal heart rate. [bpm]

    Returns
    -------
    float
        Training impulse; 0 without samples. [au]

    Notes
    -----
    A heart rate on a bound belongs to the zone above it; above maximum it weighs 5.

    References
    ----------
    .. [1] Edwards, "The Heart Rate Monitor Book", Polar Electro, 1993 (no DOI).

    Examples
    --------
    >>> round(edwards_trimp([105, 125, 145, 165, 185], [600, 1200, 900, 600, 300], max_hr=200), 6)
    160.0
    """
    rates = np.asarray(heart_rate, np.float64)
    bounds = np.array(SHARES) * max_hr
    weight = (rates[np.newaxis] >= bounds[:, np.newaxis]).sum(axis=0)
    return float(np.sum(weight * np.asarray(seconds) / 60))


def lucia_trimp(minutes: npt.ArrayLike) -> float:
    """Minutes below the first, between both and above the second threshold times 1, 2, 3 [1]_.

    Parameters
    ----------
    minutes : array_like, shape (3,)
        Time below, between and above the ventilatory thresholds; NaN gives NaN. [min]

    Returns
    -------
    float
        Training impulse. [au]

    References
    ----------
    .. [1] Lucia et al. 2003, doi:10.1249/01.MSS.0000064999.82036.B4

    Examples
    --------
    >>> lucia_trimp([30, 20, 10])
    100.0
    """
    return float(np.dot(np.asarray(minutes, np.float64), [1.0, 2.0, 3.0]))


def session_rpe(rating: float, duration_s: float) -> float:
    """Perceived exertion of a session times its minutes [1]_.

    Parameters
    ----------
    rating : float
        How hard the whole session was, 0 to 10, else ValueError; NaN gives NaN. [CR-10]
    duration_s : float
        Its duration. [s]

    Returns
    -------
    float
        Load. [au]

    References
    ----------
    .. [1] Foster et al. 2001, doi:10.1519/1533-4287(2001)015<0109:ANATME>2.0.CO;2

    Examples
    --------
    >>> session_rpe(6, 3600)
    360.0
    """
    if rating < 0 or rating > 10:
        raise ValueError(f"rating must be 0 to 10 on the CR-10 scale, got {rating}")
    return rating * duration_s / 60


def weekly_load(daily: npt.ArrayLike) -> WeeklyLoad:
    """Monotony and strain of a week: mean over standard deviation of its days, times the sum [1]_.

    Parameters
    ----------
    daily : array_like, shape (7,)
        Load of each day, rest days as 0; NaN gives NaN. [au]

    Returns
    -------
    WeeklyLoad
        Monotony [1] and strain [au]; NaN for fewer than two days, and for seven equal days, where
        monotony has no bound.

    Notes
    -----
    The standard deviation is the sample's (n - 1). Descriptive: neither predicts injuries.

    References
    ----------
    .. [1] Foster 1998, doi:10.1097/00005768-199807000-00023

    Examples
    --------
    >>> monotony, strain = weekly_load([300, 0, 400, 200, 0, 500, 0])
    >>> round(monotony, 4), round(strain, 1)
    (0.9608, 1345.1)
    """
    loads = np.asarray(daily, np.float64)
    spread = float(np.std(loads, ddof=1)) if len(loads) > 1 else np.nan
    if np.isnan(spread) or spread == 0:
        return WeeklyLoad(np.nan, np.nan)
    monotony = float(np.mean(loads)) / spread
    return WeeklyLoad(monotony, monotony * float(np.sum(loads)))
