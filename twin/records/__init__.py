"""Frozen values that cross rooms: what flows, who it is about, what was kept.

Time is UTC everywhere: ``datetime64[ns]`` in arrays, timezone-aware in `datetime` and DataFrames.
"""

from twin.records.alerts import Alert, AlertState, Mute, Priority
from twin.records.batch import NO_BEATS, NO_WAVES, Batch, Beats, Waves
from twin.records.people import Athlete, Pairing, SensorState, SensorStatus
from twin.records.plain import Codes, Floats, Indices, Reason, Times, slug, utc
from twin.records.sessions import (
    DailyValue,
    Edit,
    Lap,
    Marks,
    Note,
    Period,
    Recording,
    Session,
    SessionState,
)
from twin.records.tick import Fault, News, SourceStatus, Tick

__all__ = [
    "NO_BEATS",
    "NO_WAVES",
    "Alert",
    "AlertState",
    "Athlete",
    "Batch",
    "Beats",
    "Codes",
    "DailyValue",
    "Edit",
    "Fault",
    "Floats",
    "Indices",
    "Lap",
    "Marks",
    "Mute",
    "News",
    "Note",
    "Pairing",
    "Period",
    "Priority",
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
    "slug",
    "utc",
]
