"""What one screen needs now: parameters and plain values, no widgets."""

from twin.state.follower import Follower, Schedule
from twin.state.squad import Answer, Seat, SquadState
from twin.state.status import Notice, SourceNow, Status, status_of

__all__ = [
    "Answer",
    "Follower",
    "Notice",
    "Schedule",
    "Seat",
    "SourceNow",
    "SquadState",
    "Status",
    "status_of",
]
