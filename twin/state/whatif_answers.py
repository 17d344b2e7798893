"""What the twin says of two plans, as values."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from twin.errors import TwinError
from twin.model.answers import TwinState
from twin.model.athlete_twin import AthleteTwin
from twin.model.course import Course
from twin.model.demand import InputKind
from twin.model.pace import is_paced
from twin.model.plan import parse_plan
from twin.model.planning import Planner
from twin.model.reserve import Capacity
from twin.model.response import OFFSET_SD_BPM
from twin.model.whatif import Answer, answer, largest_scale_below
from twin.records import Athlete


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One plan and what came of it: an answer, or words on what is wrong with it."""

    plan: str
    answer: Answer | None
    error: str = ""
    scale: float = 1.0
    hardest: tuple[float, float, float] = (np.nan, np.nan, np.nan)  # of the plan as written


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the twin says of both plans.

    Parameters
    ----------
    athlete : Athlete
        Whose twin it is.
    twin : TwinState
        Where the plans begin.
    kind : InputKind
        What the twin lives on.
    sessions : int
        Learnt from so many; 0 works from priors.
    capacity : Capacity or None
        Critical power and W', where the history tells them.
    live : bool
        Whether the plans begin now, in the session that runs.
    a, b : Asked
        The plans.
    """

    athlete: Athlete
    twin: TwinState
    kind: InputKind
    sessions: int
    capacity: Capacity | None
    live: bool
    a: Asked
    b: Asked


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What both plans are asked from: the twin, the line, and whether today is known."""

    twin: AthleteTwin
    limit: float
    capacity: Capacity | None
    live: bool
    pace_power: float

    def ask(self, text: str, scale: float, ground: Callable[[], Course | None]) -> Asked:
        """Return what the twin says of a plan; what is wrong with it comes back as words."""
        if not text.strip():
            return Asked(text, None)
        twin = self.twin
        try:
            offset = twin.state.offset if self.live else 0.0
            planner = Planner(
                twin.response, offset, twin.athlete.max_hr, ground(), scale,
                threshold_hr=twin.athlete.threshold_hr,
                critical=self.capacity.critical if self.capacity else math.nan,
                pace_power=self.pace_power, paced=is_paced(twin.athlete.sport),
            )  # fmt: skip
            planned = planner.planned(parse_plan(text))
        except (ValueError, TwinError) as error:
            return Asked(text, None, str(error))
        told = answer(twin, planned, capacity=self.capacity, day_known=self.live)
        day_sd = 0.0 if self.live else OFFSET_SD_BPM
        expected, likely, sure = (
            scale * largest_scale_below(twin, planned, self.limit, level=level, day_sd=day_sd)
            for level in (None, 0.80, 0.95)
        )
        return Asked(text, told, scale=scale, hardest=(expected, likely, sure))
