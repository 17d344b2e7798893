"""The control chart of heart rate at equal work: each session beside the usual, and the CUSUM of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from twin.model.watch import ALARM, Shift


@dataclass(frozen=True, slots=True)
class ControlChart:
    """The sessions of one kind of workload as the watch over their heart rate saw them.

    Parameters
    ----------
    kind : str
        Of the workload, an `InputKind`.
    sessions : tuple of str
        Ids, oldest first.
    offset : tuple of float
        Heart rate at equal work beyond what was usual then; NaN without enough history. [bpm]
    up, down : tuple of float
        Cumulative sums of what is beyond the usual, either way. [robust SD]
    alarm : float
        The sum at which a change is told. [robust SD]
    """

    kind: str
    sessions: tuple[str, ...]
    offset: tuple[float, ...]
    up: tuple[float, ...]
    down: tuple[float, ...]
    alarm: float = ALARM

    def adding_up(self, place: int, *, rises: bool) -> tuple[str, ...]:
        """Return the sessions that made the sum at a place, newest first.

        Examples
        --------
        >>> up, none = (0.0, 2.5, 5.0), (0.0, 0.0, 0.0)
        >>> chart = ControlChart("power", ("a", "b", "c"), (0.0, 9.0, 9.0), up, none)
        >>> chart.adding_up(2, rises=True)
        ('c', 'b')
        """
        sums = self.up if rises else self.down
        first = place
        while first > 0 and sums[first - 1] > 0:
            first -= 1
        return self.sessions[first : place + 1][::-1]


@dataclass(slots=True)
class ControlChartBuilder:
    """Draws up a control chart while sessions are judged.

    Parameters
    ----------
    kind : str
        Of the workload.
    sessions : sequence of str
        Ids, oldest first; those that were not judged stay without an offset.

    Examples
    --------
    >>> builder = ControlChartBuilder("power", ("a", "b"))
    >>> builder.add(1, 6.0, Shift(up=2.0))
    >>> builder.build().offset, builder.build().up
    ((nan, 6.0), (0.0, 2.0))
    """

    kind: str
    sessions: Sequence[str]
    _rows: dict[int, tuple[float, float, float]] = field(default_factory=dict)

    def add(self, place: int, offset: float, sums: Shift) -> None:
        """Add the session at a place: its offset [bpm], and the sums after it."""
        self._rows[place] = (offset, sums.up, sums.down)

    def build(self) -> ControlChart:
        """Return the chart of all sessions."""
        rows = [self._rows.get(place, (np.nan, 0.0, 0.0)) for place in range(len(self.sessions))]
        offset, up, down = (tuple(row[column] for row in rows) for column in range(3))
        return ControlChart(self.kind, tuple(self.sessions), offset, up, down)
