"""What one screen needs now: parameters and plain values, no widgets."""

from twin.state.answer import Answer
from twin.state.follower import Follower, Schedule
from twin.state.squad import Seat, SquadState
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
