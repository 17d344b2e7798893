"""Heart-rate zones: their bounds by three methods, the zone of a heart rate, priors of HRmax.

A zone holds its lower bound and not the upper one: with bounds at 95, 114, ... bpm a heart rate of
exactly 114 bpm is zone 2. Zone 5 has no upper end. Below the lowest bound there is no zone.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from twin.records import Athlete, Floats
from twin.schema import ZONE_COUNT

# Lower bounds of zones 1 to 5 as shares of HRmax: Edwards 1993; the same shares of the heart-rate
# reserve after Karvonen.
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)

# Friel, The Triathlete's Training Bible: upper ends of zones 1 to 4 in percent of threshold heart
# rate; his zones 5a to 5c are one zone 5 here. He gives zone 1 no lower end: as in the other
# methods it begins where light effort does, taken at 65 %.
THRESHOLD_SHARES = {
    "cycling": (0.65, 0.81, 0.89, 0.93, 0.99),
    "running": (0.65, 0.85, 0.89, 0.94, 0.99),
}

METHODS = ("max", "reserve", "threshold")

# HRmax = a - b * age. The error of every one of them is 7 to 11 bpm (one SD).
_MAX_HR = {
    "tanaka": (208.0, 0.7),
    "gellish": (207.0, 0.7),
    "nes": (211.0, 0.64),
    "gulati": (206.0, 0.88),
}


def bounds_by_max(max_hr: npt.ArrayLike) -> Floats:
    """Lower bounds of zones 1 to 5 at 50, 60, 70, 80, 90 % of maximal heart rate.

    Parameters
    ----------
    max_hr : float or array_like, shape (n,)
        Maximal heart rate; NaN gives NaN bounds. [bpm]

    Returns
    -------
    ndarray of float64, shape (5,) or (5, n)
        Lower bounds, lowest first. [bpm]

    Examples
    --------
    >>> bounds_by_max(190).tolist()
    [95.0, 114.0, 133.0, 152.0, 171.0]
    """
    return np.asarray(np.multiply.outer(np.array(SHARES), np.asarray(max_hr, np.float64)))


def bounds_by_reserve(max_hr: npt.ArrayLike, resting_hr: npt.ArrayLike) -> Floats:
    """Lower bounds of zones 1 to 5 at 50, 60, 70, 80, 90 % of heart-rate reserve [1]_.

    Parameters
    ----------
    max_hr, resting_hr : float or array_like, shape (n,)
        Maximal and resting heart rate; NaN gives NaN bounds. [bpm]

    Returns
    -------
    ndarray of float64, shape (5,) or (5, n)
        Lower bounds, lowest first. [bpm]

    References
    ----------
    .. [1] Karvonen, Kentala, Mustala, "The effects of training on heart rate; a longitudinal
       study", Annales medicinae experimentalis et biologiae Fenniae 35, 1957 (no DOI).

    Examples
    --------
    >>> bounds_by_reserve(190, 50).round(6).tolist()
    [120.0, 134.0, 148.0, 162.0, 176.0]
    """
    resting = np.asarray(resting_hr, np.float64)
    return np.asarray(resting + np.multiply.outer(np.array(SHARES), np.asarray(max_hr) - resting))


def bounds_by_threshold(threshold_hr: npt.ArrayLike, sport: str = "running") -> Floats:
    """Lower bounds of zones 1 to 5 from threshold heart rate, after Friel [1]_.

    His zones 5a, 5b, 5c are zone 5. Sports other than cycling take the running shares.

    Parameters
    ----------
    threshold_hr : float or array_like, shape (n,)
        Heart rate at threshold; NaN gives NaN bounds. [bpm]
    sport : str
        One of `twin.schema.SPORTS`.

    Returns
    -------
    ndarray of float64, shape (5,) or (5, n)
        Lower bounds, lowest first. [bpm]

    References
    ----------
    .. [1] Friel, "The Triathlete's Training Bible", VeloPress (no DOI).

    Examples
    --------
    >>> bounds_by_threshold(170).round(1).tolist()
    [110.5, 144.5, 151.3, 159.8, 168.3]
    """
    shares = THRESHOLD_SHARES.get(sport, THRESHOLD_SHARES["running"])
    return np.asarray(np.multiply.outer(np.array(shares), np.asarray(threshold_hr, np.float64)))


def bounds_of(athlete: Athlete) -> Floats:
    """Lower bounds of the athlete's five zones by the athlete's own method.

    An athlete whose threshold is not known gets the bounds by maximal heart rate.

    Returns
    -------
    ndarray of float64, shape (5,)
        Lower bounds, lowest first. [bpm]

    Raises
    ------
    ValueError
        If the athlete's `zone_method` is not one of `METHODS`.

    Examples
    --------
    >>> bounds_of(Athlete("Ada", max_hr=200)).tolist()
    [100.0, 120.0, 140.0, 160.0, 180.0]
    """
    if athlete.zone_method not in METHODS:
        raise ValueError(
            f"zone_method of {athlete.name} must be one of {', '.join(METHODS)}, "
            f"got {athlete.zone_method!r}"
        )
    if athlete.zone_method == "reserve":
        return bounds_by_reserve(athlete.max_hr, athlete.resting_hr)
    if athlete.zone_method == "threshold" and not np.isnan(athlete.threshold_hr):
        return bounds_by_threshold(athlete.threshold_hr, athlete.sport)
    return bounds_by_max(athlete.max_hr)


def zone_of(heart_rate: npt.ArrayLike, bounds: Sequence[float] | Floats) -> Floats:
    """Zone 1 to 5 of each heart rate.

    Parameters
    ----------
    heart_rate : array_like
        Heart rate. [bpm]
    bounds : sequence of float
        Lower bounds of the zones, lowest first. [bpm]

    Returns
    -------
    ndarray of float64
        Zone. [1]

    Notes
    -----
    A heart rate on a bound belongs to the zone above it. NaN and heart rates below the lowest
    bound give NaN, as do NaN bounds.

    Examples
    --------
    >>> zone_of([90, 95, 113.9, 114, 230, float("nan")], bounds_by_max(190)).tolist()
    [nan, 1.0, 1.0, 2.0, 5.0, nan]
    """
    rates = np.asarray(heart_rate, np.float64)
    zone = np.sum(rates >= np.asarray(bounds).reshape(ZONE_COUNT, *[1] * rates.ndim), axis=0)
    return np.where(zone > 0, zone, np.nan)


def max_hr_prior(age_years: npt.ArrayLike, formula: str = "tanaka") -> Floats:
    """Maximal heart rate to expect at an age: the mean of a wide prior (SD about 10 bpm).

    Parameters
    ----------
    age_years : float or array_like
        Age; NaN gives NaN. [years]
    formula : str
        "tanaka" [1]_, "gellish" [2]_, "nes" [3]_ or, made for women, "gulati" [4]_.

    Returns
    -------
    ndarray of float64
        Expected maximal heart rate. [bpm]

    Raises
    ------
    ValueError
        If the formula is not known.

    References
    ----------
    .. [1] Tanaka, Monahan, Seals 2001, doi:10.1016/S0735-1097(00)01054-8
    .. [2] Gellish et al. 2007, doi:10.1097/mss.0b013e31803349c6
    .. [3] Nes et al. 2013, doi:10.1111/j.1600-0838.2012.01445.x
    .. [4] Gulati et al. 2010, doi:10.1161/CIRCULATIONAHA.110.939249

    Examples
    --------
    >>> float(max_hr_prior(40))
    180.0
    """
    if formula not in _MAX_HR:
        raise ValueError(f"formula must be one of {', '.join(_MAX_HR)}, got {formula!r}")
    intercept, slope = _MAX_HR[formula]
    return intercept - slope * np.asarray(age_years, np.float64)
