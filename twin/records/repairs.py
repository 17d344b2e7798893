"""Repairs of stored sessions: what the finder proposes, and what was applied."""

from dataclasses import dataclass
from datetime import datetime

from twin.schema import CHANNELS


@dataclass(frozen=True, slots=True)
class Edit:
    """A repair of a stored session, put on top of its samples; they never change.

    Parameters
    ----------
    kind : str
        "clear" (values become missing), "bridge" (a straight line across), "drop" (samples left
        out) or "shift" (the clock moved by `value`).
    channel : str
        Of `twin.schema.MEASURED`, or "position" for latitude and longitude; empty for whole samples.
    start, end : datetime
        First and last sample concerned, as stored.
    value : float
        What a shift adds to the clock. [s]
    reason : str
        Why, in words for the user.
    author : str
        Who applied it.
    made, undone : datetime or None
        When it was applied, and taken back; set by the store.
    number : int
        By which the store knows it; 0 = not kept yet.
    """

    kind: str
    channel: str
    start: datetime
    end: datetime
    value: float = 0.0
    reason: str = ""
    author: str = ""
    made: datetime | None = None
    undone: datetime | None = None
    number: int = 0

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels concerned."""
        return ("latitude", "longitude") if self.channel == "position" else (self.channel,)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fault found in a stored session, and the edit that would mend it.

    Parameters
    ----------
    fault : str
        "spike", "drop-out", "short gap", "frozen", "cadence lock", "impossible", "dry strap", "GPS jump",
        "clock" or "double".
    edit : Edit
        What, where and why.
    samples : int
        How many samples it would change.
    before, after : float
        The worst value as stored, and what it would become, in the unit of the channel; of a GPS
        jump the way across [m], of a clock its offset [s]. NaN = missing.
    confidence : float
        How sure the finder is, 0 to 1. [1]
    """

    fault: str
    edit: Edit
    samples: int
    before: float
    after: float
    confidence: float

    @property
    def unit(self) -> str:
        """Unit of `before` and `after`; empty where samples are counted."""
        if self.edit.channel in CHANNELS:
            return CHANNELS[self.edit.channel].unit
        return {"position": "m"}.get(self.edit.channel, "s" if self.edit.kind == "shift" else "")


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Faults of one kind in a session, told in one line.

    Parameters
    ----------
    proposals : tuple of Proposal
        One or more, by time.
    numbers : tuple of int
        Their places in the list of all, from 1.
    matters : bool
        Whether mending them changes a figure of the session.
    words : str
        What is wrong, for the user.
    """

    proposals: tuple[Proposal, ...]
    numbers: tuple[int, ...]
    matters: bool
    words: str

    @property
    def samples(self) -> int:
        """How many samples they would change together."""
        return sum(proposal.samples for proposal in self.proposals)

    @property
    def confidence(self) -> float:
        """How sure the least sure of them is. [1]"""
        return min(proposal.confidence for proposal in self.proposals)
