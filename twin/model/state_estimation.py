"""The state of the day: how far this athlete is off the expected heart rate, and why.

A Kalman filter of three states per athlete, all athletes at once: the offset of the day, its
drift, and a disturbance that fades in about 100 s (a talk, a gust, a fright).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.model.response import DISTURBANCE_SD_BPM, DISTURBANCE_TIME_S, OFFSET_SD_BPM
from twin.records import Floats

_DRIFT_SD = 10 / 3600  # bpm/s
_OFFSET_WALK = 0.03  # bpm per square root of a second
_DRIFT_WALK = 2e-6  # bpm/s per square root of a second
_SENSOR_SD_BPM = 2.0
_QUANTILE_80 = 1.282
_GATE_SD = 5.0  # an innovation beyond it is not believed ...
_PATIENCE_S = 30  # ... unless it stays
_FADE = float(np.exp(-1 / DISTURBANCE_TIME_S))
_TRANSITION = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, _FADE]])
_PROCESS = np.diag([_OFFSET_WALK**2, _DRIFT_WALK**2, DISTURBANCE_SD_BPM**2 * (1 - _FADE**2)])
_SEEN = np.array([1.0, 0.0, 1.0])
_START = np.diag([OFFSET_SD_BPM**2, _DRIFT_SD**2, DISTURBANCE_SD_BPM**2])


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """State of every athlete with its uncertainty.

    Parameters
    ----------
    mean : ndarray, shape (athletes, 3)
        Offset [bpm], drift [bpm/s], disturbance [bpm].
    covariance : ndarray, shape (athletes, 3, 3)
        Of `mean`.
    surprise : ndarray, shape (athletes,)
        Last innovation in standard deviations; NaN without a measurement. [1]
    doubted : ndarray of int, shape (athletes,)
        Seconds for which measurements were not believed. [s]
    """

    mean: Floats
    covariance: Floats
    surprise: Floats
    doubted: npt.NDArray[np.int64]


def start(athletes: int) -> Estimates:
    """Return what is known before the first heartbeat.

    >>> start(2).mean.shape, start(2).surprise
    ((2, 3), array([nan, nan]))
    """
    return Estimates(
        np.zeros((athletes, 3)),
        np.tile(_START, (athletes, 1, 1)),
        np.full(athletes, np.nan),
        np.zeros(athletes, np.int64),
    )


def step(state: Estimates, residual: Floats) -> Estimates:
    """Take in one second.

    Parameters
    ----------
    state : Estimates
        So far.
    residual : ndarray, shape (athletes,)
        Measured minus expected heart rate. NaN: nothing measured, the uncertainty grows. A
        residual beyond five standard deviations is not believed until it has stayed 30 s. [bpm]

    Examples
    --------
    >>> first = step(start(1), np.array([10.0]))  # (11^2 + 5^2) / (11^2 + 5^2 + 2^2) of 10 bpm
    >>> (first.mean[:, 0] + first.mean[:, 2]).round(2), step(first, np.array([np.nan])).surprise
    (array([9.73]), array([nan]))
    """
    mean = state.mean @ _TRANSITION.T
    covariance = _TRANSITION @ state.covariance @ _TRANSITION.T + _PROCESS
    across = covariance @ _SEEN
    variance = across @ _SEEN + _SENSOR_SD_BPM**2
    innovation = residual - mean @ _SEEN
    surprise = innovation / np.sqrt(variance)
    far = np.abs(surprise) > _GATE_SD
    doubted = np.where(far, state.doubted + 1, np.where(np.isnan(residual), state.doubted, 0))
    believed = ~np.isnan(residual) & (~far | (doubted > _PATIENCE_S))
    gain = np.where(believed[:, None], across / variance[:, None], 0.0)
    mean = mean + gain * np.where(believed, innovation, 0.0)[:, None]
    covariance = covariance - gain[:, :, None] * across[:, None, :]
    return Estimates(mean, covariance, surprise, doubted)


def half_width_80(state: Estimates) -> Floats:
    """Half-width of the band that holds 80 % of measured heart rates, shape (athletes,). [bpm]

    Around the expected heart rate with the offset of the day; never NaN.

    >>> half_width_80(start(1)).round(2)  # 1.282 times the root of 11^2 + 5^2 + 2^2
    array([15.7])
    """
    variance = state.covariance[:, 0, 0] + DISTURBANCE_SD_BPM**2 + _SENSOR_SD_BPM**2
    return np.asarray(_QUANTILE_80 * np.sqrt(variance))
