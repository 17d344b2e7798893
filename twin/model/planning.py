"""From a workout on a course to the workload of every second, in what the twin lives on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from twin.model.course import STEP_M, Course
from twin.model.demand import DRAG, ROLLING, WEIGHT_N, InputKind, cycling_power
from twin.model.plan import LONGEST_S, Plan, Step, Target
from twin.model.response import Response
from twin.model.workload import Workload
from twin.physiology.running import grade_adjusted_speed
from twin.records import Floats

_SLOWEST = 0.4  # m/s: slower never ends
_FASTEST_RIDE = 22.0  # m/s: riders brake
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
    """

    response: Response
    offset: float
    max_hr: float
    course: Course | None = None
    scale: float = 1.0

    def planned(self, plan: Plan) -> Planned:
        """Return a plan second by second; cut off after six hours.

        Raises
        ------
        ValueError
            If a target cannot be told in what the twin lives on; says what can.
        """
        parts: list[_Part] = []
        covered_m, seconds = 0.0, 0
        grades = [] if self.course is None else self.course.grades.round(3).tolist()
        for step in plan.steps():
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
        """Return the steady workload at which heart rate settles, 0 at least. [own unit]"""
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
            return _level_at(kind, speed, grade, step), speed
        if step.target is Target.POWER:
            if kind not in (InputKind.POWER, InputKind.CYCLING):
                raise ValueError(
                    f"{step.words!r}: this twin lives on speed: give a pace, km/h or %"
                )
            level = step.value * self.scale
        else:
            share = self.max_hr / 100 if step.target is Target.SHARE else 1.0
            level = self.level_for(step.value * share)
        return level, _speed_at(kind, level, grade)


class _Part(NamedTuple):
    level: Floats
    speed: Floats


def _known(speed: float, step: Step) -> float:
    """Return a speed at which a distance ends."""
    if not speed >= _SLOWEST:
        raise ValueError(f"{step.words!r}: with this target no speed is known: give a time instead")
    return speed


def _level_at(kind: InputKind, speed: float, grade: float, step: Step) -> float:
    if kind is InputKind.RUNNING:
        return speed * _slope_factor(grade)
    if kind is InputKind.SPEED:
        return speed
    return float(cycling_power(np.array([speed]), np.array([grade]))[0])


def _speed_at(kind: InputKind, level: float, grade: float) -> float:
    if kind is InputKind.RUNNING:
        return level / _slope_factor(grade)
    return level if kind is InputKind.SPEED else riding_speed(level, grade)


@lru_cache(maxsize=1024)
def _slope_factor(grade: float) -> float:
    return float(grade_adjusted_speed(np.array([1.0]), np.array([grade]))[0]) if grade else 1.0


def riding_speed(power: float, grade: float) -> float:
    """Speed a road cyclist commonly reaches with a power; riders brake at 22 m/s. [m/s]

    The inverse of `twin.model.demand.cycling_power`.

    >>> round(riding_speed(249.2, 0.0), 1)
    10.0
    """
    slope = WEIGHT_N * (ROLLING + grade)
    speed = _FASTEST_RIDE
    for _ in range(30):  # Newton from above: the function is convex, so it ends at the largest root
        value = DRAG * speed**3 + slope * speed - power
        rise = 3 * DRAG * speed**2 + slope
        if rise <= 0 or abs(value) < 1e-6:
            break
        speed = max(speed - value / rise, 0.0)
    return min(speed, _FASTEST_RIDE)
