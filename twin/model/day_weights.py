"""Forecast weights that go on learning as a session goes.

They begin with the athlete's own of earlier sessions, or with the population's, and are held to
each of those as firmly as earlier sessions told of it. Each forecast is made before it
teaches, so what it tells of the trust in them is honest.
"""

import numpy as np

from twin.model.bands import Mask
from twin.records import Floats

_SESSION = 400.0  # outcomes that weigh as one session
_SMALL_ERROR_BPM = 2.0  # below it squares count, above it absolute values
_TYPICAL_ERROR_BPM = 3.0  # by which a row of a session weighs less than a square
_EVERY = 12  # outcomes between two fits: a minute
_PULL = 0.35  # to where they began, in sessions like this one, beside what earlier ones told


class DayWeights:
    """The weights of all athletes, as far as the day has taught.

    Parameters
    ----------
    begin : ndarray, shape (athletes, horizons, features)
        Weights to begin with.
    precision : ndarray, shape (athletes, horizons, features)
        How firmly earlier sessions hold them, see `twin.model.regression.information`; 0 without any.

    Attributes
    ----------
    weights : ndarray, shape (athletes, horizons, features)
        Now.

    Examples
    --------
    >>> day = DayWeights(np.zeros((1, 1, 1)), np.zeros((1, 1, 1)))
    >>> for _ in range(12):  # a minute in which heart rate came to twice of what was seen
    ...     day.learn(np.array([[[10.0]]]), np.array([[20.0]]))
    >>> bool(0 < day.weights[0, 0, 0] < 2)
    True
    >>> day.begin_again(0, np.ones((1, 1)), np.zeros((1, 1)))
    >>> day.weights[0, 0, 0]
    np.float64(1.0)
    """

    def __init__(self, begin: Floats, precision: Floats) -> None:
        self._begin, self._precision = begin.copy(), precision.copy()
        self.weights = begin.copy()
        self._normal = np.zeros((*begin.shape, begin.shape[-1]))
        self._target, self._squares = np.zeros(begin.shape), np.zeros(begin.shape)
        self._count = np.zeros(begin.shape[:2], np.int64)

    def begin_again(self, athlete: int, begin: Floats, precision: Floats) -> None:
        """Begin one athlete's day; all without the athletes' axis."""
        self._begin[athlete], self._precision[athlete] = begin, precision
        self.weights[athlete] = begin
        for memory in (self._normal, self._target, self._squares, self._count):
            memory[athlete] = 0

    def learn(self, seen: Floats, change: Floats) -> None:
        """Take in what has come due.

        Parameters
        ----------
        seen : ndarray, shape (athletes, horizons, features)
            What a forecast looked at; NaN teaches nothing. [bpm]
        change : ndarray, shape (athletes, horizons)
            What came; NaN teaches nothing. [bpm]
        """
        due = ~np.isnan(change) & ~np.isnan(seen).any(-1)
        if not due.any():
            return
        seen, change = np.where(due[..., None], seen, 0.0), np.where(due, change, 0.0)
        error = np.abs(change - np.sum(seen * self.weights, -1))
        worth = due / np.maximum(error, _SMALL_ERROR_BPM) / _SESSION
        weighted = seen * worth[..., None]
        self._normal += weighted[..., None] * seen[..., None, :]
        self._target += weighted * change[..., None]
        self._squares += seen**2
        self._count += due
        anew = due & (self._count % _EVERY == 0)
        if anew.any():
            self._fit(anew)

    def _fit(self, anew: Mask) -> None:
        at = np.nonzero(anew)
        spread = self._squares[at] / self._count[at][:, None] + 1e-6
        pull = self._precision[at] + _PULL * spread / _TYPICAL_ERROR_BPM
        normal = self._normal[at]
        places = np.arange(normal.shape[-1])
        normal[:, places, places] += pull
        target = self._target[at] + pull * self._begin[at]
        self.weights[at] = np.linalg.solve(normal, target[..., None])[..., 0]
