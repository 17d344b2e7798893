"""What the repair of one session needs now: what was found, what was mended, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import param

from twin.archive import apply_repairs, find_faults, grouped, undo_repairs
from twin.archive.repairing import SURE
from twin.physiology.gps import local_metres
from twin.protocols import Store
from twin.records import Edit, FaultGroup, Floats, Proposal, Times
from twin.store import EmbeddedStore
from twin.store.mending import repaired

_AROUND = timedelta(seconds=45)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A stretch as it is and as an edit makes it, on the clock of the record.

    Parameters
    ----------
    channel : str
        Of `twin.schema`, or "position".
    x : ndarray of datetime64[ns]
        Instants, UTC.
    before, after : ndarray
        Values in the channel's unit; of a position, shape (2, n): metres east and north.
    """

    channel: str
    x: Times
    before: Floats
    after: Floats


class RepairState(param.Parameterized):
    """Faults and repairs of one stored session.

    Parameters
    ----------
    store : EmbeddedStore
        Where it is kept.
    session : str
        Its id.
    """

    chosen = param.ClassSelector(
        class_=(FaultGroup, Proposal, Edit), default=None,
        doc="What is looked at: faults of one kind, one of them, or a repair.",
    )  # fmt: skip

    edits = param.List([], doc="Repairs in force, in the order they were made.")

    everything = param.Boolean(False, doc="Whether faults are told that change no figure, too.")

    groups = param.List([], doc="Faults found, those of one kind together.")

    opened = param.ClassSelector(
        class_=FaultGroup, default=None, doc="The kind of faults whose every one is told."
    )

    def __init__(self, store: EmbeddedStore, session: str, **params: object) -> None:
        super().__init__(**params)
        self._store, self._session = store, session

    @property
    def sure(self) -> tuple[Proposal, ...]:
        """The faults told that may be mended without a look at each."""
        return tuple(p for group in self.told for p in group.proposals if p.confidence >= SURE)

    @property
    def told(self) -> tuple[FaultGroup, ...]:
        """The faults to be told: those that change a figure, or all."""
        return tuple(group for group in self.groups if group.matters or self.everything)

    @property
    def lines(self) -> tuple[FaultGroup | Proposal, ...]:
        """What stands in the list: a line for each kind, the one that is open with each of its faults."""
        lines: list[FaultGroup | Proposal] = []
        for group in self.told:
            if len(group.proposals) > 1:
                lines.append(group)
            if len(group.proposals) == 1 or group is self.opened:
                lines += group.proposals
        return tuple(lines)

    def look(self) -> None:
        """Find the faults anew: some milliseconds, more beside other sessions of the day."""
        proposals = find_faults(self._store, self._session, now=datetime.now(UTC))
        groups = grouped(proposals, self._store.session(self._session).samples)
        edits = list(self._store.edits().of(self._session))
        with param.parameterized.batch_call_watchers(self):
            self.param.update(groups=groups, edits=edits, chosen=None, opened=None)
            self.chosen = next(iter([*self.lines, *edits[::-1]]), None)

    def choose(self, line: FaultGroup | Proposal) -> None:
        """Look at a line of the list; a kind of several faults opens, or closes again."""
        if isinstance(line, FaultGroup):
            self.opened = None if self.opened is line else line
        self.chosen = line

    def apply(self, proposals: Sequence[Proposal]) -> None:
        """Mend these faults."""
        apply_repairs(self._store, self._session, proposals, author="review page")
        self.look()

    def undo(self, edits: Sequence[Edit]) -> None:
        """Take these repairs back."""
        undo_repairs(self._store, self._session, [edit.number for edit in edits])
        self.look()

    def picture(self) -> Picture | None:
        """Return before and after of what is chosen; None where it moves or drops whole samples."""
        if self.chosen is None:
            return None
        chosen = self.chosen.proposals[0] if isinstance(self.chosen, FaultGroup) else self.chosen
        edit = chosen.edit if isinstance(chosen, Proposal) else chosen
        if edit.kind not in ("clear", "bridge"):
            return None
        standing = [e for e in self.edits if e.kind != "shift" and e.number != edit.number]
        stored = repaired(self._store.samples(self._session, repaired=False), standing)
        mended = repaired(stored, [edit])
        first, last = (pd.Timestamp(t) for t in (edit.start - _AROUND, edit.end + _AROUND))
        parts = stored.loc[first:last], mended.loc[first:last]
        index = pd.DatetimeIndex(parts[0].index).tz_convert(None)
        before, after = (_values(part, edit, parts[1]) for part in parts)
        return Picture(edit.channel, index.to_numpy("datetime64[ns]"), before, after)


def repairs_of(store: Store, session: str) -> RepairState | None:
    """Return the repairs of a session; None where its store keeps none, such as a server."""
    return RepairState(store, session) if isinstance(store, EmbeddedStore) else None


def _values(part: pd.DataFrame, edit: Edit, mended: pd.DataFrame) -> Floats:
    """Return the values of a channel; of a position metres from the first one that stays."""
    if edit.channel != "position":
        return part[edit.channel].to_numpy(np.float64)
    known = mended[["latitude", "longitude"]].dropna()
    if known.empty:
        known = part[["latitude", "longitude"]].dropna()
    origin = float(known["latitude"].iloc[0]), float(known["longitude"].iloc[0])
    return np.array(local_metres(part["latitude"], part["longitude"], origin))
