"""What is unusual against one's own history: robust distance, and a slow change that adds up."""

import numpy as np
import numpy.typing as npt

from twin.records import Floats

_CONSISTENCY = 0.6745  # median absolute deviation of a normal distribution, in SD
CUSUM_SLACK, CUSUM_ALARM = 0.5, 5.0  # two-sided: one false alarm in about 465 sessions


def robust_z(value: npt.ArrayLike, history: npt.ArrayLike) -> Floats:
    """Distance of a value from the median of a history, in robust standard deviations [1]_.

    Parameters
    ----------
    value : array_like
        NaN gives NaN.
    history : array_like
        NaN values are left out.

    Returns
    -------
    ndarray
        NaN with fewer than three values of history, or if they are mostly equal. [1]

    References
    ----------
    .. [1] Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, ISBN 978-0873892476.

    Examples
    --------
    >>> robust_z([190.0], [150, 152, 149, 151, 150, 153, 190]).round(2)
    array([26.31])
    """
    known = np.asarray(history, np.float64)
    known = known[~np.isnan(known)]
    middle = np.median(known) if len(known) >= 3 else np.nan
    spread = np.median(np.abs(known - middle)) if len(known) >= 3 else np.nan
    spread = spread if spread > 0 else np.nan
    return np.asarray(_CONSISTENCY * (np.asarray(value, np.float64) - middle) / spread)


def cusum(deviation: npt.ArrayLike, *, slack: float = CUSUM_SLACK) -> Floats:
    """Upward cumulative sum of standardised deviations; give their negative for the other side [1]_.

    Parameters
    ----------
    deviation : array_like
        In standard deviations of the usual; NaN adds nothing. [1]
    slack : float
        What each may deviate without counting. [1]

    Returns
    -------
    ndarray
        An alarm is due above 4 to 5. [1]

    References
    ----------
    .. [1] Page 1954, doi:10.1093/biomet/41.1-2.100.

    Examples
    --------
    >>> cusum([0.2, 1.2, 1.0, 1.4]).round(1)
    array([0. , 0.7, 1.2, 2.1])
    """
    total, line = 0.0, []
    for value in np.asarray(deviation, np.float64):
        total = total if np.isnan(value) else max(0.0, total + float(value) - slack)
        line.append(total)
    return np.array(line, np.float64)
