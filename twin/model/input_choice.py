"""Which input the twin of each athlete lives on: the best that is being measured."""

from collections.abc import Sequence

import numpy as np

from twin.model.demand import InputKind, Second
from twin.model.seconds import speed_kind

_NOTHING = 3  # the row after power, speed and cadence
_LOST_AFTER_S = 30  # silence after which an input no longer counts
_SETTLED_AFTER_S = 10  # a better input must have been there so long, but for the first


class InputChoice:
    """Chooses power, else speed, else cadence, else nothing, for each athlete.

    Parameters
    ----------
    sports : sequence of str
        Of each athlete: decides what speed means.

    Examples
    --------
    >>> choice = InputChoice(["cycling"])
    >>> none = np.full(1, np.nan)
    >>> choice.observe(Second(none, none, none, none, cadence=np.array([80.0])))
    [0]
    >>> choice.kinds
    [<InputKind.CADENCE: 'cadence'>]
    """

    def __init__(self, sports: Sequence[str]) -> None:
        self.kinds = [InputKind.NONE] * len(sports)
        self._by_row = [
            (InputKind.POWER, speed_kind(sport), InputKind.CADENCE, InputKind.NONE)
            for sport in sports
        ]
        self._row = np.full(len(sports), _NOTHING)
        self._heard = np.zeros((_NOTHING, len(sports)), np.int64)
        self._silent = np.full((_NOTHING, len(sports)), _LOST_AFTER_S, np.int64)

    def observe(self, second: Second) -> list[int]:
        """Take in one second; return the athletes whose input has changed."""
        there = ~np.isnan(np.stack([second.power, second.speed, second.cadence]))
        self._silent = np.where(there, 0, self._silent + 1)
        here = self._silent < _LOST_AFTER_S
        self._heard = np.where(here, self._heard + there, 0)
        in_use = np.arange(_NOTHING)[:, None] == self._row
        settled = (self._heard >= _SETTLED_AFTER_S) | in_use | (self._row == _NOTHING)
        usable = here & settled
        best = np.where(usable.any(0), usable.argmax(0), _NOTHING)
        changed = [int(i) for i in np.flatnonzero(best != self._row)]
        self._row = best
        for athlete in changed:
            self.kinds[athlete] = self._by_row[athlete][best[athlete]]
        return changed
