"""Maximal heart rate of one athlete: a wide prior by age, lifted by what was really seen."""

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from twin.records import Floats

PRIOR_SD_BPM = 10.0  # standard error of every formula by age: 7 to 11 bpm
_SENSOR_SD_BPM = 2.0
_HELD_S = 10  # a maximum must be held so long to be one
_JUMP_BPM = 8.0  # a heart does not change by more in a second
_QUANTILE = 0.999
_LONGEST_SPIKE_S = 30  # a level that jumped up stays suspect so long, unless it comes down slowly


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


def _without_jumps(rate: Floats) -> Floats:
    """Put NaN where heart rate jumped up and, within 30 s, down again."""
    steps = np.diff(rate, prepend=rate[:1])
    up, down = np.flatnonzero(steps > _JUMP_BPM), np.flatnonzero(steps < -_JUMP_BPM)
    sound = rate.copy()
    for start in up:
        ends = down[(down > start) & (down <= start + _LONGEST_SPIKE_S)]
        if len(ends):
            sound[start : ends[-1]] = np.nan
    return sound
