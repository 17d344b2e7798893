"""What one screen needs now: parameters and plain values, no widgets."""

from twin.state.follower import Follower, Schedule
from twin.state.status import Notice, SourceNow, Status, status_of

__all__ = ["Follower", "Notice", "Schedule", "SourceNow", "Status", "status_of"]
