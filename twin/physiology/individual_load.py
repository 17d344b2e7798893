"""Load in an athlete's own measure: against threshold heart rate, or weighted by own lactate."""

import numpy as np
import numpy.typing as npt

from twin.physiology.training_load import banister_trimp

_LOAD_OF_AN_HOUR = 100.0  # at threshold
_LEAST_STEPS = 4


def individual_weights(
    heart_rate: npt.ArrayLike, lactate: npt.ArrayLike, *, resting_hr: float, max_hr: float
) -> tuple[float, float]:
    """Weights a and b of the training impulse from a graded test with lactate [1]_.

    Lactate is fitted as ``a exp(b x)`` over the share x of heart-rate reserve, by least squares
    of lactate itself; give the result to `banister_trimp` as `weights`.

    Parameters
    ----------
    heart_rate : array_like
        At the end of each step. [bpm]
    lactate : array_like
        Of the same steps; pairs with NaN are left out. [mmol/l]
    resting_hr, max_hr : float
        The athlete's own. [bpm]

    Returns
    -------
    a, b : float
        [mmol/l], [1]

    Raises
    ------
    ValueError
        With fewer than four steps, or if `max_hr` does not exceed `resting_hr`.

    References
    ----------
    .. [1] Manzi et al. 2009, doi:10.1152/ajpheart.00054.2009.

    Examples
    --------
    >>> shares = np.array([0.5, 0.7, 0.8, 0.9, 1.0])
    >>> measured = 0.2 * np.exp(3.5 * shares)
    >>> a, b = individual_weights(50 + 140 * shares, measured, resting_hr=50, max_hr=190)
    >>> round(a, 3), round(b, 3)
    (0.2, 3.5)
    """
    if not max_hr > resting_hr:
        raise ValueError(f"max_hr ({max_hr} bpm) must exceed resting_hr ({resting_hr} bpm)")
    rate, measured = np.asarray(heart_rate, np.float64), np.asarray(lactate, np.float64)
    known = ~np.isnan(rate + measured) & (measured > 0)
    if known.sum() < _LEAST_STEPS:
        raise ValueError(f"{known.sum()} steps with lactate: expected at least {_LEAST_STEPS}")
    share = np.clip((rate[known] - resting_hr) / (max_hr - resting_hr), 0, 1)
    measured = measured[known]
    # errors of lactate itself: errors of its logarithm, weighted by lactate
    b, log_a = np.polyfit(share, np.log(measured), 1, w=measured)
    return float(np.exp(log_a)), float(b)


def threshold_load(
    heart_rate: npt.ArrayLike,
    seconds: npt.ArrayLike,
    *,
    resting_hr: float,
    max_hr: float,
    threshold_hr: float,
    sex: str = "",
) -> float:
    """Load of a session from heart rate: 100 is one hour at threshold heart rate [1]_.

    Parameters
    ----------
    heart_rate : array_like
        NaN adds nothing. [bpm]
    seconds : array_like
        How long each held, see `twin.physiology.training_load.held_s`. [s]
    resting_hr, max_hr, threshold_hr : float
        The athlete's own. [bpm]
    sex : str
        As for `banister_trimp`.

    Returns
    -------
    float
        0 without samples. [au]

    Raises
    ------
    ValueError
        If the heart rates are not in the order resting, threshold, maximal.

    References
    ----------
    .. [1] Training impulse (Morton et al. 1990, doi:10.1152/jappl.1990.69.3.1171) over that of an
       hour at threshold; made common by training software, without a paper of its own.

    Examples
    --------
    >>> load = threshold_load([150], [3600], resting_hr=50, max_hr=190, threshold_hr=170, sex="male")
    >>> round(load, 4)
    63.3429
    """
    if not resting_hr < threshold_hr <= max_hr:
        raise ValueError(
            f"expected resting_hr < threshold_hr <= max_hr, got {resting_hr}, {threshold_hr}, "
            f"{max_hr} bpm"
        )
    done, hour = (
        banister_trimp(rates, held, resting_hr=resting_hr, max_hr=max_hr, sex=sex)
        for rates, held in ((heart_rate, seconds), ([threshold_hr], [3600]))
    )
    return _LOAD_OF_AN_HOUR * done / hour
