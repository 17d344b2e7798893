"""Whether work is steady: only then does a drift of heart rate at it mean anything."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats

SMOOTH_S = 30
STEADY = 0.15  # SD of the half-minute means over their mean; hills, intervals and stops are above
_KEPT, _LONG_KEPT = float(np.exp(-1 / SMOOTH_S)), float(np.exp(-1 / 300))
_SEEN_S = 120.0  # s of work before anything is told


def variation(output: npt.ArrayLike) -> float:
    """Spread of the half-minute means of work over their mean, while moving.

    Parameters
    ----------
    output : array_like
        Power or speed, one value a second; 0 and NaN are no movement and do not count.

    Returns
    -------
    float
        0 for even work; up to `STEADY` it is steady. NaN with less than a minute of movement. [1]

    Examples
    --------
    >>> round(variation([200.0] * 1200), 2), round(variation(([300.0] * 60 + [100.0] * 60) * 10), 2)
    (0.0, 0.41)
    """
    moving = np.asarray(output, np.float64)
    moving = moving[moving > 0]
    if len(moving) < 2 * SMOOTH_S:
        return float("nan")
    total = np.concatenate([[0.0], np.cumsum(moving)])
    means = (total[SMOOTH_S:] - total[:-SMOOTH_S]) / SMOOTH_S
    return float(means.std() / means.mean())


@dataclass(frozen=True, slots=True, eq=False)
class Steadiness:
    """How even work has been of late, live; one value for each athlete.

    Parameters
    ----------
    smooth : ndarray
        Work of the last half minute.
    mean, square : ndarray
        Of that and of its square, over the last minutes.
    seen_s : ndarray
        Seconds of movement so far. [s]
    """

    smooth: Floats
    mean: Floats
    square: Floats
    seen_s: Floats


def unknown(athletes: int) -> Steadiness:
    """Return what is known before the first second: no work [W or m/s].

    >>> unknown(2).seen_s
    array([0., 0.])
    """
    return Steadiness(*(np.zeros(athletes) for _ in range(4)))


def step(state: Steadiness, output: Floats) -> Steadiness:
    """Take in a second of work [W or m/s]; without movement (0, NaN) nothing changes.

    >>> step(unknown(3), np.array([200.0, 0.0, np.nan])).mean
    array([200.,   0.,   0.])
    """
    moves = output > 0
    work = np.where(moves, output, 0.0)
    first = moves & (state.seen_s == 0)
    smooth = np.where(first, work, _KEPT * state.smooth + (1 - _KEPT) * work)
    mean = np.where(first, smooth, _LONG_KEPT * state.mean + (1 - _LONG_KEPT) * smooth)
    square = np.where(first, smooth**2, _LONG_KEPT * state.square + (1 - _LONG_KEPT) * smooth**2)
    return Steadiness(
        np.where(moves, smooth, state.smooth),
        np.where(moves, mean, state.mean),
        np.where(moves, square, state.square),
        state.seen_s + moves,
    )


def is_steady(state: Steadiness) -> npt.NDArray[np.bool_]:
    """Tell whose work of the last minutes is steady; nobody's before two minutes of it.

    >>> state = unknown(2)
    >>> for second in range(600):
    ...     state = step(state, np.array([200.0, 300.0 if second % 120 < 60 else 100.0]))
    >>> is_steady(state)
    array([ True, False])
    """
    variance = np.maximum(state.square - state.mean**2, 0.0)
    known = state.seen_s >= _SEEN_S
    near = np.abs(state.smooth - state.mean) <= STEADY * state.mean
    return np.asarray(known & near & (np.sqrt(variance) <= STEADY * state.mean))
