"""Zones by threshold as their authors print them, more of them than the five of `zones`."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.records import Floats


class Scheme(NamedTuple):
    """Names of the zones, and the upper ends of all but the last, as shares of threshold. [1]"""

    names: tuple[str, ...]
    upper_ends: tuple[float, ...]


SCHEMES = {
    "friel running": Scheme(
        ("1", "2", "3", "4", "5a", "5b", "5c"), (0.85, 0.89, 0.94, 0.99, 1.02, 1.06)
    ),
    "friel cycling": Scheme(
        ("1", "2", "3", "4", "5a", "5b", "5c"), (0.81, 0.89, 0.93, 0.99, 1.02, 1.06)
    ),
    "coggan": Scheme(("1", "2", "3", "4", "5"), (0.68, 0.83, 0.94, 1.05)),
}


def upper_ends(threshold_hr: float, scheme: str) -> Floats:
    """Upper ends of the zones of an author, but of the last, which has none [1]_ [2]_.

    Parameters
    ----------
    threshold_hr : float
        Heart rate at threshold; NaN gives NaN. [bpm]
    scheme : str
        One of `SCHEMES`.

    Raises
    ------
    ValueError
        If the scheme is not known.

    References
    ----------
    .. [1] Friel, "The Triathlete's Training Bible", VeloPress (no DOI).
    .. [2] Allen and Coggan, Training and Racing with a Power Meter, 2nd ed. 2010, ISBN
       978-1934030554.

    Examples
    --------
    >>> upper_ends(170, "friel running").round(1).tolist()
    [144.5, 151.3, 159.8, 168.3, 173.4, 180.2]
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme must be one of {', '.join(SCHEMES)}, got {scheme!r}")
    return threshold_hr * np.array(SCHEMES[scheme].upper_ends)


def time_in_zones(
    heart_rate: npt.ArrayLike, seconds: npt.ArrayLike, bounds: npt.ArrayLike
) -> Floats:
    """Seconds below the lowest bound, and in each zone above a bound. [s]

    Parameters
    ----------
    heart_rate : array_like
        NaN counts nowhere. [bpm]
    seconds : array_like
        How long each held, see `twin.physiology.training_load.held_s`. [s]
    bounds : array_like, shape (n,)
        Lower bounds, lowest first; a heart rate on a bound is in the zone above it. [bpm]

    Returns
    -------
    ndarray, shape (n + 1,)

    Examples
    --------
    >>> time_in_zones([90, 95, 120, 180], [10, 20, 30, 40], [95, 114, 133, 152, 171]).tolist()
    [10.0, 20.0, 30.0, 0.0, 0.0, 40.0]
    """
    rate, cuts = np.asarray(heart_rate, np.float64), np.asarray(bounds, np.float64)
    known = ~np.isnan(rate)
    zone = np.searchsorted(cuts, rate[known], side="right")
    held = np.broadcast_to(np.asarray(seconds, np.float64), rate.shape)[known]
    return np.bincount(zone, weights=held, minlength=len(cuts) + 1).astype(np.float64)
