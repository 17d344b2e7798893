"""What a forecast looks at: the paths of heart rate and workload, all in bpm.

Every entry is zero when heart rate and workload have long been steady, so a weighted sum of them
falls back to "stays as it is" by itself.
"""

import numpy as np

from twin.model.bank import gains_of
from twin.records import Floats

HEART_SCALES_S = (5.0, 15.0, 40.0, 120.0, 400.0)
DEMAND_SCALES_S = (5.0, 15.0, 40.0, 120.0, 400.0)
HEART_GAINS = gains_of(HEART_SCALES_S)
DEMAND_GAINS = gains_of(DEMAND_SCALES_S)

HEART_COUNT, DEMAND_COUNT, PLAN_COUNT = 11, 9, 5
_TYPICAL_HEART_RATE = 140.0
_TYPICAL_DEMAND = 50.0
_CONSTANT = 10.0
_WARMING_S = (300.0, 1200.0)  # heart rate climbs early in a session


def heart_features(heart_rate: Floats, heart_means: Floats, heard_s: Floats) -> Floats:
    """Describe the path of heart rate so far.

    Parameters
    ----------
    heart_rate : ndarray, shape (...)
        Now; NaN gives NaN. [bpm]
    heart_means : ndarray, shape (..., 5)
        Its bank, scales `HEART_SCALES_S`. [bpm]
    heard_s : ndarray, shape (...)
        Seconds of heart rate since the session, or a long silence in it, began. [s]

    Returns
    -------
    ndarray, shape (..., 11)
        Distance from each mean, the rising part of two of them (a heart rises faster than it
        falls), a constant, the level, and two that fade as the athlete gets warm. [bpm]

    Examples
    --------
    >>> heart_features(np.array(150.0), np.full(5, 140.0), np.array(1e6)).tolist()
    [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0]
    """
    ahead = heart_rate[..., None] - heart_means
    level = np.stack([np.full_like(heart_rate, _CONSTANT), heart_rate - _TYPICAL_HEART_RATE], -1)
    early = _CONSTANT * np.exp(-heard_s[..., None] / np.array(_WARMING_S))
    return np.concatenate([ahead, np.maximum(ahead[..., (1, 3)], 0), level, early], -1)


def demand_features(demand_means: Floats) -> Floats:
    """Describe the path of the workload so far.

    Parameters
    ----------
    demand_means : ndarray, shape (..., 5)
        Bank of the demand, scales `DEMAND_SCALES_S`; NaN gives NaN. [bpm]

    Returns
    -------
    ndarray, shape (..., 9)
        How far the newest workload is above what the heart has answered on each scale, the
        positive part of three of them, and two levels. [bpm]

    Examples
    --------
    >>> demand_features(np.array([60.0, 50.0, 50.0, 50.0, 50.0])).tolist()
    [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0]
    """
    ahead = demand_means[..., :1] - demand_means[..., 1:]
    level = demand_means[..., (0, 2)] - _TYPICAL_DEMAND
    return np.concatenate([ahead, np.maximum(ahead[..., :3], 0), level], -1)


def plan_features(demand_means: Floats, planned_means: Floats) -> Floats:
    """Describe what a known workload will do: the change of each mean, shape (..., 5). [bpm]

    NaN gives NaN.

    >>> plan_features(np.array([50.0, 50.0]), np.array([60.0, 55.0]))
    array([10.,  5.])
    """
    return planned_means - demand_means


def padded(values: Floats) -> Floats:
    """Give features, or weights of them, all 25 places: what an input does not tell is zero.

    >>> padded(np.ones(11)).sum(), padded(np.ones((2, 11))).shape
    (np.float64(11.0), (2, 25))
    """
    missing = HEART_COUNT + DEMAND_COUNT + PLAN_COUNT - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)])
