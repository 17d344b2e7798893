"""Randomness of the simulated world: one stream per athlete and purpose, drawn second by second.

Every athlete's stream depends on the seed, the purpose and the athlete's place alone, so that
neither a larger squad nor another chunking of time changes anybody's numbers.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from twin.records import Floats

_REFILL = 64  # rows drawn at once: a call to a generator costs more than its numbers


class Noise:
    """Rows of independent random numbers, one column per athlete.

    Parameters
    ----------
    seed : int
        Seed of the world.
    purpose : str
        What the numbers are for; streams of two purposes are independent.
    athletes : int
        Number of columns.
    channels : int
        Numbers per athlete and row.
    uniform : bool
        Uniform on 0..1 in place of standard normal.
    """

    def __init__(
        self, seed: int, purpose: str, athletes: int, channels: int, *, uniform: bool = False
    ) -> None:
        key = zlib.crc32(purpose.encode())
        self._streams = [np.random.default_rng([seed, key, a]) for a in range(athletes)]
        self._uniform = uniform
        self._channels = channels
        self._spare = np.empty((0, channels, athletes))

    def draw(self, rows: int) -> Floats:
        """Return the next rows, shape (rows, channels, athletes).

        Examples
        --------
        >>> whole = Noise(1, "wind", 2, 3).draw(5)
        >>> parts = Noise(1, "wind", 2, 3)
        >>> bool((np.concatenate([parts.draw(2), parts.draw(3)]) == whole).all())
        True
        """
        if len(self._spare) < rows:
            self._refill(rows)
        drawn, self._spare = self._spare[:rows], self._spare[rows:]
        return drawn

    def _refill(self, rows: int) -> None:
        fresh = np.empty((max(rows, _REFILL), *self._spare.shape[1:]))
        for athlete, stream in enumerate(self._streams):
            shape = (len(fresh), self._channels)
            fresh[:, :, athlete] = (
                stream.random(shape) if self._uniform else stream.standard_normal(shape)
            )
        self._spare = np.concatenate([self._spare, fresh])


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return a generator for what is drawn once, such as a route."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def smoothed(values: Floats, share: NDArray[np.float64] | float, state: Floats) -> Floats:
    """Return ``y += share * (value - y)`` along the first axis; `state` is y before and after.

    Examples
    --------
    >>> smoothed(np.array([[1.0], [1.0]]), 0.5, np.zeros(1)).ravel()
    array([0.5 , 0.75])
    """
    result = np.empty_like(values)
    for row, value in enumerate(values):
        state += share * (value - state)
        result[row] = state
    return result
