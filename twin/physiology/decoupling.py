"""Decoupling: how far heart rate has drifted away from the work, between halves of a session."""

import numpy as np
import numpy.typing as npt

from twin.records import Floats

WARM_UP_S = 600


def efficiency_factor(output: npt.ArrayLike, heart_rate: npt.ArrayLike) -> float:
    """Output per heartbeat rate: mean power or speed over mean heart rate.

    Parameters
    ----------
    output : array_like
        Power, or grade-adjusted speed. [W or m/s]
    heart_rate : array_like
        Of the same seconds; those with NaN in either are left out. [bpm]

    Returns
    -------
    float
        NaN without common seconds. [W/bpm or m/s/bpm]

    Examples
    --------
    >>> round(efficiency_factor([200.0], [140.0]), 4)
    1.4286
    """
    work, rate = _both(output, heart_rate)
    return float(work.mean() / rate.mean()) if len(work) else float("nan")


def decoupling(
    output: npt.ArrayLike, heart_rate: npt.ArrayLike, *, skip_s: int = WARM_UP_S
) -> float:
    """Loss of efficiency from the first to the second half of moving time.

    Parameters
    ----------
    output : array_like
        Power, or grade-adjusted speed, one value a second; 0 is standing and does not count.
    heart_rate : array_like
        NaN seconds do not count. [bpm]
    skip_s : int
        Warm-up, in moving seconds. [s]

    Returns
    -------
    float
        Positive when heart rate drifts up. Less than 5 % is called good by convention (Friel),
        without evidence. NaN with fewer than two seconds after warm-up. It means nothing where the
        work is not steady: see `steadiness.variation`. [%]

    Examples
    --------
    >>> decoupling([200.0] * 4, [140.0, 140.0, 147.0, 147.0], skip_s=0).__round__(3)
    4.762
    """
    work, rate = _both(output, heart_rate)
    moving = work > 0
    work, rate = work[moving][skip_s:], rate[moving][skip_s:]
    half = len(work) // 2
    if not half:
        return float("nan")
    first = efficiency_factor(work[:half], rate[:half])
    second = efficiency_factor(work[-half:], rate[-half:])
    return (first - second) / first * 100


def _both(output: npt.ArrayLike, heart_rate: npt.ArrayLike) -> tuple[Floats, Floats]:
    work, rate = np.asarray(output, np.float64), np.asarray(heart_rate, np.float64)
    known = ~np.isnan(work + rate)
    return work[known], rate[known]
