"""Positions smoothed: a Kalman filter live, and its backward pass for finished sessions.

Smoothing costs distance: with an error of 4 m assumed, 1.5 % are lost. Distances come from the
device, else from unsmoothed positions (`twin.physiology.gps`); this is for drawing, for speed and
for positions a receiver lost for a moment.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.records import Floats

ACCELERATION_SD = 0.7  # m/s2, white
POSITION_SD_M = 3.0  # one metre of error per unit of HDOP is optimistic, five pessimistic
_GATE_SD = 5.0
_LOST_AFTER = 5  # refused positions in a row: the filter begins anew there
_SPEED_SD = 5.0  # m/s, before anything is known


class Track(NamedTuple):
    """Smoothed positions and velocities, shape (n, 2), and the standard error of position. [m]

    All NaN before the first position.
    """

    position: Floats
    velocity: Floats
    position_sd: Floats


def smooth_track(
    east_m: npt.ArrayLike,
    north_m: npt.ArrayLike,
    elapsed_s: npt.ArrayLike,
    *,
    position_sd_m: npt.ArrayLike = POSITION_SD_M,
    acceleration_sd: float = ACCELERATION_SD,
    live: bool = False,
) -> Track:
    """Smooth a track with constant velocity and white acceleration [1]_.

    Parameters
    ----------
    east_m, north_m : array_like, shape (n,)
        Positions, see `twin.physiology.gps.local_metres`; NaN is bridged. [m]
    elapsed_s : array_like, shape (n,)
        Their instants, rising. [s]
    position_sd_m : float or array_like
        Error of each position, for example 2 m times HDOP. [m]
    acceleration_sd : float
        How much the athlete may change velocity in a second. [m/s2]
    live : bool
        Only the forward filter: nothing after an instant is used.

    Returns
    -------
    Track
        A position more than five standard deviations off is not believed, unless five follow.

    References
    ----------
    .. [1] Rauch et al. 1965, doi:10.2514/3.3166.

    Examples
    --------
    >>> seconds = np.arange(60.0)
    >>> track = smooth_track(3 * seconds, np.zeros(60), seconds)
    >>> track.velocity[30].round(2).tolist()
    [3.0, 0.0]
    """
    seen = np.column_stack([np.asarray(east_m, np.float64), np.asarray(north_m, np.float64)])
    times = np.asarray(elapsed_s, np.float64)
    known = ~np.isnan(seen).any(axis=1)
    if not known.any():
        return Track(np.full_like(seen, np.nan), np.full_like(seen, np.nan), times * np.nan)
    first = int(known.argmax())
    noise = np.broadcast_to(np.asarray(position_sd_m, np.float64) ** 2, times.shape)
    forward = _filter(seen[first:], times[first:], noise[first:], acceleration_sd)
    means, covariances = (forward.mean, forward.covariance) if live else _backward(forward)
    lead = np.full((first, 2), np.nan)
    return Track(
        np.concatenate([lead, means[:, 0]]),
        np.concatenate([lead, means[:, 1]]),
        np.concatenate([lead[:, 0], np.sqrt(covariances[:, 0, 0])]),
    )


class _Forward(NamedTuple):
    """Filter output: means (n, 2, axes), covariances (n, 2, 2), and what was foreseen."""

    mean: Floats
    covariance: Floats
    foreseen: Floats
    foreseen_covariance: Floats
    transition: Floats


def _filter(seen: Floats, times: Floats, noise: Floats, acceleration_sd: float) -> _Forward:
    count, refused = len(times), 0
    forward = _Forward(*(np.empty((count, 2, 2)) for _ in _Forward._fields))
    mean, covariance = _at_rest(seen[0], noise[0])
    for row in range(count):
        lasted_s = times[row] - times[row - 1] if row else 0.0
        transition = np.array([[1.0, lasted_s], [0.0, 1.0]])
        push = np.array([lasted_s**2 / 2, lasted_s])
        mean = transition @ mean
        covariance = transition @ covariance @ transition.T
        covariance = covariance + acceleration_sd**2 * np.outer(push, push)
        forward.foreseen[row], forward.foreseen_covariance[row] = mean, covariance
        forward.transition[row] = transition
        if not np.isnan(seen[row]).any():
            off, variance = seen[row] - mean[0], covariance[0, 0] + noise[row]
            believed = np.abs(off).max() <= _GATE_SD * np.sqrt(variance)
            refused = 0 if believed else refused + 1
            if believed:
                mean, covariance = _corrected(mean, covariance, off, variance)
            elif refused > _LOST_AFTER:
                mean, covariance = _at_rest(seen[row], noise[row])
                refused = 0
        forward.mean[row], forward.covariance[row] = mean, covariance
    return forward


def _at_rest(position: Floats, variance: float) -> tuple[Floats, Floats]:
    """Return mean and covariance at a place, nothing known of the velocity."""
    return np.stack([position, np.zeros(2)]), np.diag([variance, _SPEED_SD**2])


def _corrected(
    mean: Floats, covariance: Floats, off: Floats, variance: float
) -> tuple[Floats, Floats]:
    """Return mean and covariance after a position so far off what was foreseen. [m, m^2]"""
    gain = covariance[:, 0] / variance
    return mean + np.outer(gain, off), covariance - np.outer(gain, covariance[0])


def _backward(forward: _Forward) -> tuple[Floats, Floats]:
    means, covariances = forward.mean.copy(), forward.covariance.copy()
    for row in range(len(means) - 2, -1, -1):
        carry = np.linalg.solve(
            forward.foreseen_covariance[row + 1],
            forward.transition[row + 1] @ forward.covariance[row],
        ).T
        means[row] += carry @ (means[row + 1] - forward.foreseen[row + 1])
        change = covariances[row + 1] - forward.foreseen_covariance[row + 1]
        covariances[row] += carry @ change @ carry.T
    return means, covariances
