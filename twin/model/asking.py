"""One question to a twin that is made from recordings, for notebooks and scripts."""

import math
from collections.abc import Sequence

from twin.model.calibration import calibrate
from twin.model.course import Course, course_of
from twin.model.pace import is_paced, pace_power
from twin.model.plan import parse_plan
from twin.model.planning import Planner
from twin.model.reserve import capacities_of
from twin.model.whatif import Answer, answer, rested_twin
from twin.records import Athlete, Recording


def what_if(
    athlete: Athlete,
    plan: str,
    recordings: Sequence[Recording] = (),
    *,
    course: Course | Recording | None = None,
    scale: float = 1.0,
) -> Answer:
    """Ask what a plan would do to a rested athlete.

    Parameters
    ----------
    athlete : Athlete
        With maximal and resting heart rate and sport.
    plan : str
        Such as ``"10:00 150 W, 4x(3:00 280 W, 2:00 120 W)"``, see `twin.model.plan`.
    recordings : sequence of Recording
        Sessions the twin learns from; without any it answers for people in general.
    course : Course or Recording, optional
        Ground to go over.
    scale : float
        Factor on the powers and speeds of the plan. [1]

    Raises
    ------
    ValueError
        If the plan is not understood; says which part and what is expected.

    Examples
    --------
    >>> ada = Athlete("Ada", sport="running", max_hr=190)
    >>> told = what_if(ada, "20:00 5:00/km")
    >>> 135 < told.heart_rate[-1] < 175, told.balance is None
    (np.True_, True)
    """
    twin = rested_twin(athlete, calibrate(recordings))
    ground = course_of(course) if isinstance(course, Recording) else course
    capacity = capacities_of(recordings, max_hr=athlete.max_hr).get(twin.state.input)
    planner = Planner(
        twin.response, 0.0, athlete.max_hr, ground, scale, threshold_hr=athlete.threshold_hr,
        critical=capacity.critical if capacity else math.nan,
        pace_power=pace_power(athlete, (recording.samples for recording in reversed(recordings))),
        paced=is_paced(athlete.sport),
    )  # fmt: skip
    planned = planner.planned(parse_plan(plan))
    return answer(twin, planned, capacity=capacity, day_known=False)
