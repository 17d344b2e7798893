"""When something that lasts is told: once, when it is sure, and again only after it was over."""

from dataclasses import dataclass

import numpy as np

# Half of a change of half a SD, which several sessions are pooled to find: single heart rates at
# equal work scatter by 3 bpm in steady athletes and by 10 in others.
SLACK, ALARM = 0.25, 4.2  # robust SD
_OVER = 2.0  # robust SD; nearer than this it is over
_MOST = 3.0  # what one session may add to a sum: a single one never suffices
ABOVE = 1.5  # over the alarm a sum stays, so that it ends soon after the cause


@dataclass(slots=True)
class Step:
    """Tells a value that is far off, once until it was near again.

    Parameters
    ----------
    far : float
        From here on it is told. [robust SD]

    Examples
    --------
    >>> watch = Step()
    >>> [watch.take(distance) for distance in (1.0, 4.0, 5.0, 0.5, -4.0)]
    [0.0, 4.0, 0.0, 0.0, -4.0]
    """

    far: float = 3.8
    _side: float = 0.0

    @property
    def stands(self) -> bool:
        """Whether what was told is not over yet."""
        return self._side != 0.0

    def take(self, distance: float) -> float:
        """Take the next distance; return it where it is to be told, else 0. [robust SD]

        NaN changes nothing.
        """
        if np.isnan(distance):
            return 0.0
        if abs(distance) < _OVER or np.sign(distance) != self._side:
            self._side = 0.0
        if abs(distance) < self.far or self._side:
            return 0.0
        self._side = float(np.sign(distance))
        return distance


@dataclass(slots=True)
class Shift:
    """Tells that small distances to one side add up: a two-sided CUSUM [1]_ that ends.

    Parameters
    ----------
    slack : float
        What each may be off without counting. [robust SD]
    alarm : float
        The sum at which it is told. [robust SD]

    References
    ----------
    .. [1] Page 1954, doi:10.1093/biomet/41.1-2.100.

    Examples
    --------
    >>> watch = Shift()
    >>> [watch.take(distance) for distance in (2.5, 2.5, 2.5, 2.5)]
    [0.0, 4.5, 0.0, 0.0]
    """

    slack: float = SLACK
    alarm: float = ALARM
    up: float = 0.0
    down: float = 0.0

    def take(self, distance: float) -> float:
        """Take the next distance; return the signed sum where it is to be told, else 0. [robust SD]

        NaN changes nothing.
        """
        if np.isnan(distance):
            return 0.0
        step = max(-_MOST, min(_MOST, float(distance)))
        self.up, above = self._added(self.up, step)
        self.down, below = self._added(self.down, -step)
        return above - below

    def _added(self, total: float, step: float) -> tuple[float, float]:
        """Return the sum after a step, and what is to be told of it."""
        after = min(max(0.0, total + step - self.slack), self.alarm + ABOVE)
        if total >= self.alarm:
            return (after if after >= self.alarm else 0.0), 0.0
        return after, (after if after >= self.alarm else 0.0)
