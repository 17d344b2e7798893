"""From a workout on a course to the workload of every second, in what the twin lives on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.model.course import STEP_M, Course
from twin.model.demand import InputKind, cycling_power
from twin.model.pace import riding_speed
from twin.model.plan import LONGEST_S, Plan, Step, Target
from twin.model.response import Response
from twin.model.workload import Workload
from twin.physiology.running import grade_adjusted_speed
from twin.records import Floats

_SLOWEST = 0.4  # m/s: slower never ends
_SPORT_WORDS = {
    InputKind.CADENCE: "cadence", InputKind.NONE: "heart rate alone",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan second by second.

    Parameters
    ----------
    workload : Workload
        In the twin's own kind of input.
    speed : ndarray, shape (seconds,)
        Over ground; NaN where it does not follow from the plan. [m/s]
    step : ndarray of int, shape (seconds,)
        Number of the step, from 0.
    """

    workload: Workload
    speed: Floats
    step: npt.NDArray[np.intp]

    @property
    def distance_m(self) -> float:
        """Distance covered; NaN where a speed is not known. [m]"""
        return float(self.speed.sum())

    def __len__(self) -> int:
        return len(self.speed)


@dataclass(frozen=True, slots=True)
class Planner:
    """Turns targets into what one twin lives on.

    Parameters
    ----------
    response : Response
        The athlete's answer to work; its kind is what the twin lives on.
    offset : float
        Of the day, as far as it is known. [bpm]
    max_hr : float
        Maximal heart rate. [bpm]
    course : Course, optional
        Ground to go over; flat without.
    scale : float
        Factor on powers and speeds. [1]
    threshold_hr : float
        Threshold heart rate; NaN = not known. [bpm]
    critical : float
        Critical power or speed, as the twin lives on one of them; NaN = not known. [W or m/s]
    pace_power : float
        Power per flat speed of somebody on foot, as `pace_power`; NaN = rides. [W/(m/s)]
    paced : bool
        Whether power and speed follow from each other, see `is_paced`.
    """

    response: Response
    offset: float
    max_hr: float
    course: Course | None = None
    scale: float = 1.0
    threshold_hr: float = math.nan
    critical: float = math.nan
    pace_power: float = math.nan
    paced: bool = True

    def planned(self, plan: Plan) -> Planned:
        """Return a plan second by second; cut off after six hours.

        Raises
        ------
        ValueError
            If a target cannot be told in what the twin lives on; says what can.

        Examples
        --------
        >>> from twin.model.plan import parse_plan
        >>> from twin.model.response import common_response
        >>> planner = Planner(common_response(InputKind.POWER), 0.0, 190.0)
        >>> planner.planned(parse_plan("0:02 200 W, 0:01 250 W")).workload.level
        array([200., 200., 250.])
        """
        parts: list[_Part] = []
        covered_m, seconds = 0.0, 0
        grades = [] if self.course is None else self.course.grades.round(3).tolist()
        for step in map(self._absolute, plan.steps()):
            ground = self.course is not None
            part = self._over_ground(step, grades, covered_m) if ground else self._flat(step)
            parts.append(part)
            covered_m += float(np.nansum(part.speed))
            seconds += len(part.speed)
            if seconds >= LONGEST_S:
                break
        number = np.repeat(np.arange(len(parts)), [len(p.speed) for p in parts])
        level, speed = (np.concatenate(c)[:LONGEST_S] for c in zip(*parts, strict=True))
        return Planned(Workload(level), speed, number[:LONGEST_S])

    def _absolute(self, step: Step) -> Step:
        """Return a step with its share of something of the athlete's told in bpm, W or m/s."""
        kind, nothing = self.response.kind, math.nan
        own = {
            Target.SHARE: (Target.HEART_RATE, self.max_hr),
            Target.THRESHOLD: (Target.HEART_RATE, self.threshold_hr),
            Target.CRITICAL_POWER: (
                Target.POWER, self.critical if kind is InputKind.POWER else nothing
            ),
            Target.CRITICAL_SPEED: (
                Target.SPEED, self.critical if kind is InputKind.RUNNING else nothing
            ),
        }.get(step.target)  # fmt: skip
        if own is None:
            return step
        target, whole = own
        if math.isnan(whole):
            name = step.target.value.removeprefix("% of ")
            raise ValueError(f"{step.words!r}: the {name} of this athlete is not known")
        return replace(step, target=target, value=step.value / 100 * whole)

    def _flat(self, step: Step) -> "_Part":
        level, speed = self._at(step, 0.0)
        seconds = math.ceil(
            step.duration_s if step.timed else step.distance_m / _known(speed, step)
        )
        count = min(max(seconds, 1), LONGEST_S)
        return _Part(np.full(count, level), np.full(count, speed))

    def _over_ground(self, step: Step, grades: Sequence[float], covered_m: float) -> "_Part":
        pairs: list[tuple[float, float]] = []
        at = cache(partial(self._at, step))
        left_s, left_m = step.duration_s, step.distance_m
        while not (left_s <= 0 or left_m <= 0) and len(pairs) < LONGEST_S:
            place = int(covered_m / STEP_M)
            pairs.append(at(grades[place] if place < len(grades) else 0.0))
            speed = pairs[-1][1]
            if not step.timed:
                left_m -= _known(speed, step)
            left_s -= 1
            covered_m += 0.0 if math.isnan(speed) else speed
        level, speeds = np.array(pairs).T
        return _Part(level, speeds)

    def level_for(self, heart_rate: float) -> float:
        """Return the steady workload at which heart rate settles, 0 at least, NaN without a gain. [own unit]

        >>> from twin.model.response import common_response
        >>> Planner(common_response(InputKind.POWER), 0.0, 190.0).level_for(140.0)  # 90 bpm + 0.25 bpm/W
        200.0
        """
        intercept, gain = self.response.intercept.value, self.response.gain.value
        return max(0.0, (heart_rate - intercept - self.offset) / gain) if gain > 0 else math.nan

    def _at(self, step: Step, grade: float) -> tuple[float, float]:
        """Return level and speed of one second."""
        kind = self.response.kind
        if step.target is Target.REST:
            return 0.0, 0.0
        if kind in _SPORT_WORDS:
            raise ValueError(
                f"this twin lives on {_SPORT_WORDS[kind]}: plans need sessions with power or speed"
            )
        if step.target is Target.SPEED:
            speed = step.value * self.scale
            if kind is InputKind.POWER and not self.paced:
                raise ValueError(f"{step.words!r}: this twin lives on power: give W, bpm or %")
            return self._level_at(speed, grade), speed
        if step.target is Target.POWER:
            if kind not in (InputKind.POWER, InputKind.CYCLING):
                raise ValueError(
                    f"{step.words!r}: this twin lives on speed: give a pace, km/h or %"
                )
            level = step.value * self.scale
        else:
            level = self.level_for(step.value)
        return level, self._speed_at(level, grade)

    def _level_at(self, speed: float, grade: float) -> float:
        kind = self.response.kind
        if kind is InputKind.SPEED:
            return speed
        if kind is InputKind.RUNNING or not math.isnan(self.pace_power):
            flat = speed * _slope_factor(grade)
            return flat if kind is InputKind.RUNNING else flat * self.pace_power
        return float(cycling_power(np.array([speed]), np.array([grade]))[0])

    def _speed_at(self, level: float, grade: float) -> float:
        kind = self.response.kind
        if kind is InputKind.SPEED:
            return level
        if kind is InputKind.RUNNING or not math.isnan(self.pace_power):
            flat = level if kind is InputKind.RUNNING else level / self.pace_power
            return flat / _slope_factor(grade)
        return riding_speed(level, grade) if self.paced else math.nan


class _Part(NamedTuple):
    level: Floats
    speed: Floats


def _known(speed: float, step: Step) -> float:
    """Return a speed at which a distance ends."""
    if not speed >= _SLOWEST:
        raise ValueError(f"{step.words!r}: with this target no speed is known: give a time instead")
    return speed


@lru_cache(maxsize=1024)
def _slope_factor(grade: float) -> float:
    return float(grade_adjusted_speed(np.array([1.0]), np.array([grade]))[0]) if grade else 1.0
