"""What was known when a forecast was made, kept until its time has come."""

from collections.abc import Sequence

import numpy as np

from twin.model.trace import SKIPPED_S, STRIDE_S
from twin.records import Floats


class Hindsight:
    """Remembers heart rate and what was seen every 5 s, as long as the longest horizon.

    Parameters
    ----------
    horizons_s : sequence of int
        Multiples of 5 s. [s]
    athletes, values : int
        How many athletes, and how many numbers are kept of each.

    Examples
    --------
    >>> past = Hindsight((5,), athletes=1, values=1)
    >>> for second in range(0, 70, 5):
    ...     past.keep(np.array([140.0]), np.array([[float(second)]]))
    >>> past.due(np.array([143.0]))
    (array([[[65.]]]), array([[3.]]))
    >>> past.forget(0)
    >>> past.due(np.array([143.0]))[1]
    array([[nan]])
    """

    def __init__(self, horizons_s: Sequence[int], athletes: int, values: int) -> None:
        self._steps = np.array(horizons_s) // STRIDE_S
        size = int(self._steps.max()) + 1
        self._seen = np.full((size, athletes, values), np.nan)
        self._rate = np.full((size, athletes), np.nan)
        self._heard_s = np.zeros(athletes)
        self._row = 0

    def due(self, heart_rate: Floats) -> tuple[Floats, Floats]:
        """Return what was seen a horizon ago, and how heart rate has changed since.

        Returns
        -------
        seen : ndarray, shape (athletes, horizons, values)
            NaN before there was anything.
        change : ndarray, shape (athletes, horizons)
            NaN where heart rate is not known now, or was not then, or in its first minute. [bpm]
        """
        rows = (self._row - self._steps) % len(self._rate)
        return self._seen[rows].transpose(1, 0, 2), heart_rate[:, None] - self._rate[rows].T

    def keep(self, heart_rate: Floats, seen: Floats) -> None:
        """Keep the values of now, shape (athletes, values)."""
        self._heard_s = self._heard_s + STRIDE_S * ~np.isnan(heart_rate)
        row = self._row % len(self._rate)
        self._seen[row] = seen
        self._rate[row] = np.where(self._heard_s > SKIPPED_S, heart_rate, np.nan)
        self._row += 1

    def forget(self, athlete: int) -> None:
        """Begin one athlete anew."""
        self._seen[:, athlete] = self._rate[:, athlete] = np.nan
        self._heard_s[athlete] = 0.0
