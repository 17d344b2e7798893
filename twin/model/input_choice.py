"""Which input the twin of each athlete lives on: the best that is being measured."""

from collections.abc import Sequence

import numpy as np

from twin.model.demand import InputKind, Second
from twin.model.seconds import speed_kind

_LOST_AFTER_S = 30  # silence after which an input no longer counts
_SETTLED_AFTER_S = 10  # a better input must have been there so long, but for the first


class InputChoice:
    """Chooses power, else speed, else cadence, else nothing, for each athlete.

    Parameters
    ----------
    sports : sequence of str
        Of each athlete: decides what speed means.
    """

    def __init__(self, sports: Sequence[str]) -> None:
        self.kinds = [InputKind.NONE] * len(sports)
        self._by_row = [
            (InputKind.POWER, speed_kind(sport), InputKind.CADENCE, InputKind.NONE)
            for sport in sports
        ]
        self._heard = np.zeros((3, len(sports)), np.int64)
        self._silent = np.full((3, len(sports)), _LOST_AFTER_S, np.int64)

    def observe(self, second: Second) -> list[int]:
        """Take in one second; return the athletes whose input has changed."""
        there = ~np.isnan(np.stack([second.power, second.speed, second.cadence]))
        self._silent = np.where(there, 0, self._silent + 1)
        here = self._silent < _LOST_AFTER_S
        self._heard = np.where(here, self._heard + there, 0)
        nothing_yet = np.array([k is InputKind.NONE for k in self.kinds])
        usable = here & ((self._heard >= _SETTLED_AFTER_S) | nothing_yet)
        best = np.where(usable.any(0), usable.argmax(0), 3)
        changed = [i for i, row in enumerate(best) if self._by_row[i][row] is not self.kinds[i]]
        for athlete in changed:
            self.kinds[athlete] = self._by_row[athlete][best[athlete]]
        return changed
