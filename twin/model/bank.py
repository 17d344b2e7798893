"""Banks of exponential means: what the twin remembers of a signal, on several time scales.

One bank holds the same signal smoothed with several time constants. The difference between a
fast and a slow mean says where the signal is heading; the bank of the workload, each mean a
first-order response, spans the responses a heart can show to it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats

RESTART_AFTER_S = 60  # a longer silence starts the memory anew: the athlete rested meanwhile


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Exponential means of one signal per athlete.

    Parameters
    ----------
    mean : ndarray, shape (athletes, scales)
        The means; zero where nothing has been seen.
    seen : ndarray of int, shape (athletes,)
        Samples since the memory began.
    silent : ndarray of int, shape (athletes,)
        Seconds since the last sample. [s]
    """

    mean: Floats
    seen: npt.NDArray[np.int64]
    silent: npt.NDArray[np.int64]


def empty_bank(athletes: int, scales: int) -> Bank:
    """Return a bank that remembers nothing.

    >>> empty_bank(1, 2).mean, empty_bank(1, 2).seen
    (array([[0., 0.]]), array([0]))
    """
    return Bank(
        np.zeros((athletes, scales)), np.zeros(athletes, np.int64), np.zeros(athletes, np.int64)
    )


def gains_of(time_constants_s: npt.ArrayLike) -> Floats:
    """Return the share of the new value that each mean takes in one second. [1]

    >>> gains_of([40.0]).round(4)
    array([0.0247])
    """
    return np.asarray(-np.expm1(-1 / np.asarray(time_constants_s, np.float64)))


def step(bank: Bank, signal: Floats, gains: Floats) -> Bank:
    """Take in one second of the signal.

    Parameters
    ----------
    bank : Bank
        Memory so far.
    signal : ndarray, shape (athletes,)
        The value of this second; NaN leaves the means as they are, and after 60 s of it the
        memory starts anew.
    gains : ndarray, shape (scales,)
        From `gains_of`.

    Returns
    -------
    Bank
        Early on each mean is the plain mean of what was seen, so a long time constant is not
        tied to the first value.

    Examples
    --------
    >>> bank = step(empty_bank(1, 2), np.array([100.0]), gains_of([5, 40]))
    >>> step(bank, np.array([110.0]), gains_of([5, 40])).mean
    array([[105., 105.]])
    """
    missing = np.isnan(signal)
    silent = np.where(missing, bank.silent + 1, 0)
    seen = np.where(silent > RESTART_AFTER_S, 0, bank.seen) + ~missing
    share = np.maximum(gains, 1 / np.maximum(seen, 1)[:, None])
    change = np.where(missing[:, None], 0.0, signal[:, None] - bank.mean)
    return Bank(bank.mean + share * change, seen, silent)
