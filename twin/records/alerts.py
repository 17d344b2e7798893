"""What a coach should look at, and what is muted."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class AlertState(StrEnum):
    """How an alert stands; a suppressed one would have fired on data that nobody should trust."""

    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    ENDED = "ended"


class Priority(IntEnum):
    """How loud an alert is."""

    INFORMATION = 1
    WARNING = 2
    ALARM = 3


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing a coach should look at, as every screen shows it.

    Parameters
    ----------
    id : str
        Unique among all hubs; stays while the alert changes its state.
    athlete : str
        Id of the athlete; empty = about the squad.
    kind : str
        The rule that raised it, such as ``"threshold"`` or ``"sensor_lost"``.
    channel : str
        Of `twin.schema`; empty where it is about none.
    value, line : float
        What was met and the line it crossed, in the unit of the channel; NaN = none.
    time : datetime
        When it was raised, UTC, on the clock of the athlete's source.
    priority : Priority
        How loud it is.
    text : str
        In words, with the unit.
    state : AlertState
        Active, acknowledged, suppressed or ended.
    acknowledged_by, note : str
        Who has seen it, and what they said.
    spoken : bool
        Whether screens may say it aloud.
    ended : datetime or None
        When it was over, on the same clock; None while it lasts.
    """

    id: str
    athlete: str
    kind: str
    channel: str
    value: float
    line: float
    time: datetime
    priority: Priority
    text: str
    state: AlertState = AlertState.ACTIVE
    acknowledged_by: str = ""
    note: str = ""
    spoken: bool = True
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """No alert of this athlete and kind (empty = all) until an instant of the hub's clock, UTC."""

    athlete: str
    kind: str
    until: datetime
    name: str
    note: str = ""
