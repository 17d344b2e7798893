"""Athletes who share a source, and so its clock: one twin steps them together."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from twin.hub.insights import GroupInsights
from twin.hub.seconds import Flags, Seconds
from twin.model.crossing import RecentHighest
from twin.model.demand import Second
from twin.model.reserve import Known
from twin.model.squad_twin import SquadTwin
from twin.records import Athlete, Floats, Indices
from twin.schema import ALL_NAMES

_CHANNELS = ("heart_rate", "power", "current_speed", "altitude", "cadence")
_LINES = [ALL_NAMES.index(name) for name in _CHANNELS]


class Group:
    """The twins of athletes of one source, second by second.

    Parameters
    ----------
    members : ndarray of int
        Their indices in the squad.
    athletes : sequence of Athlete
        Who they are.
    known : mapping
        What earlier sessions taught, by id of the athlete.
    told : callable
        Gets the group and every second after its twins took it in, as `Seconds` tells it.
    """

    def __init__(
        self,
        members: Indices,
        athletes: Sequence[Athlete],
        known: Mapping[str, Known],
        told: Callable[..., None],
    ) -> None:
        self.members = members
        self.outlook_from = np.full(len(members), np.nan)  # heart rate when it was made
        self.outlook_age_s = 0
        self.recent = RecentHighest(len(members))
        learnt = [known.get(athlete.id, Known()) for athlete in athletes]
        self.twin = SquadTwin(athletes, [one.calibration for one in learnt])
        self.insights = GroupInsights(self.twin, [one.capacities for one in learnt])
        self.seconds = Seconds(len(members), self._observe)
        self._told = told

    def _observe(self, second: int, received: Flags, values: Floats) -> None:
        """Pass on what was measured in the second; nothing in a second of a gap."""
        before = self.twin.outlook
        heart_rate, power, speed, altitude, cadence = values[_LINES]
        self.twin.observe(Second(heart_rate, power, speed, altitude, cadence))
        self.insights.step()
        self.outlook_age_s += 1
        if self.twin.outlook is not before:
            self.outlook_from = self.twin.heart_rate.copy()
            self.outlook_age_s = 0
        self._told(self, second, received, values)
