"""Frozen values that cross rooms: what flows, who it is about, what was kept.

Time is UTC everywhere: ``datetime64[ns]`` in arrays, timezone-aware in `datetime` and DataFrames.
"""

from twin.records.alerts import Alert, AlertState, Mute, Priority
from twin.records.batch import NO_BEATS, NO_WAVES, Batch, Beats, Waves
from twin.records.capacity import (
    CRITICAL,
    ENTERED_KINDS,
    RESERVE,
    EnteredCapacity,
    Quantity,
    quantities_of,
)
from twin.records.led import Action, ActionKind, Led, led_together
from twin.records.names import athlete_named, told_apart, who_is_called, why_nobody
from twin.records.people import Athlete, Pairing, SensorState, SensorStatus
from twin.records.plain import Codes, Floats, Indices, Reason, Times, slug, utc
from twin.records.repairs import Edit, FaultGroup, Proposal
from twin.records.sessions import (
    DailyValue,
    Effort,
    Lap,
    Marks,
    Note,
    Period,
    PlannedSession,
    Recording,
    Session,
    SessionState,
)
from twin.records.tick import Fault, News, SourceStatus, Tick

__all__ = [
    "CRITICAL",
    "ENTERED_KINDS",
    "NO_BEATS",
    "NO_WAVES",
    "RESERVE",
    "Action",
    "ActionKind",
    "Alert",
    "AlertState",
    "Athlete",
    "Batch",
    "Beats",
    "Codes",
    "DailyValue",
    "Edit",
    "Effort",
    "EnteredCapacity",
    "Fault",
    "FaultGroup",
    "Floats",
    "Indices",
    "Lap",
    "Led",
    "Marks",
    "Mute",
    "News",
    "Note",
    "Pairing",
    "Period",
    "PlannedSession",
    "Priority",
    "Proposal",
    "Quantity",
    "Reason",
    "Recording",
    "SensorState",
    "SensorStatus",
    "Session",
    "SessionState",
    "SourceStatus",
    "Tick",
    "Times",
    "Waves",
    "athlete_named",
    "led_together",
    "quantities_of",
    "slug",
    "told_apart",
    "utc",
    "who_is_called",
    "why_nobody",
]
