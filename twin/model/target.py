"""Target mode: where a workout stands, what each athlete is asked for, and who is off it.

The squad goes by one clock: all athletes do a step at the same time, and a step by distance lasts
as long as its pace makes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from twin.model.demand import InputKind
from twin.model.plan import Step, Target, parse_plan
from twin.model.reserve import Capacities
from twin.records import Athlete, Floats, Indices

# Heart rate follows work with a time constant near half a minute: before, it says nothing of it.
HEART_RATE_SETTLES_S = 60.0
_SMOOTHED_OVER_S = 5.0  # speed and power, whose single seconds mean little
CHANNELS = {
    Target.POWER: "power", Target.SPEED: "current_speed", Target.HEART_RATE: "heart_rate",
    Target.SHARE: "heart_rate", Target.THRESHOLD: "heart_rate",
    Target.CRITICAL_POWER: "power", Target.CRITICAL_SPEED: "current_speed",
}  # fmt: skip
CRITICAL = {Target.CRITICAL_POWER: InputKind.POWER, Target.CRITICAL_SPEED: InputKind.RUNNING}


@dataclass(frozen=True, slots=True)
class Leg:
    """A step of a workout as it is done: from `start_s` to `end_s` on the clock of the plan. [s]"""

    step: Step
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a workout stands.

    Parameters
    ----------
    number : int
        Of the leg, from 0; the number of legs when all are done.
    leg, following : Leg or None
        What is done now, and next; None after the last.
    left_s : float
        Of the leg. [s]
    share : float
        Of the workout that is done, 0..1.
    """

    number: int
    leg: Leg | None
    following: Leg | None
    left_s: float
    share: float


@lru_cache(maxsize=8)
def legs_of(workout: str) -> tuple[Leg, ...]:
    """Return the steps of a workout in time.

    Raises
    ------
    ValueError
        If it is not understood, or a step by distance has no pace to tell how long it lasts.

    Examples
    --------
    >>> [(round(leg.start_s), round(leg.end_s)) for leg in legs_of("2x(1 km 4:00/km, 60 s rest)")]
    [(0, 240), (240, 300), (300, 540), (540, 600)]
    """
    legs: list[Leg] = []
    for step in parse_plan(workout).steps():
        if not step.timed and step.target is not Target.SPEED:
            raise ValueError(f"{step.words!r}: to lead by it, a distance needs a pace or speed")
        start_s = legs[-1].end_s if legs else 0.0
        lasts_s = step.duration_s if step.timed else step.distance_m / step.value
        legs.append(Leg(step, start_s, start_s + lasts_s))
    return tuple(legs)


def place_at(legs: Sequence[Leg], elapsed_s: float) -> Place:
    """Return where a workout stands after so much time.

    Examples
    --------
    >>> place = place_at(legs_of("2:00 150 W, 1:00 250 W"), 150)
    >>> place.leg.step.value, place.left_s, round(place.share, 3)
    (250.0, 30.0, 0.833)
    """
    number = int(np.searchsorted([leg.end_s for leg in legs], elapsed_s, "right"))
    leg, following = (legs[n] if n < len(legs) else None for n in (number, number + 1))
    left_s = leg.end_s - elapsed_s if leg else 0.0
    return Place(number, leg, following, left_s, min(1.0, elapsed_s / legs[-1].end_s))


def asked_of(
    step: Step, squad: Sequence[Athlete], capacities: Mapping[str, Capacities] | None = None
) -> Floats:
    """Return what a step asks of each athlete; NaN where that is not known. [bpm, m/s or W]

    Parameters
    ----------
    step : Step
        What is done.
    squad : sequence of Athlete
        Who does it.
    capacities : mapping, optional
        Critical power and speed of athletes, by id.

    Examples
    --------
    >>> from twin.model.plan import parse_plan
    >>> (step,) = parse_plan("5:00 80 %").steps()
    >>> asked_of(step, [Athlete("Ada", max_hr=190), Athlete("Bo", max_hr=200)]).tolist()
    [152.0, 160.0]
    """
    if step.target is Target.REST:
        return np.full(len(squad), np.nan)
    whole = {
        Target.SHARE: [athlete.max_hr for athlete in squad],
        Target.THRESHOLD: [athlete.threshold_hr for athlete in squad],
    }.get(step.target)
    if step.target in CRITICAL:
        known = [(capacities or {}).get(athlete.id, {}) for athlete in squad]
        kind = CRITICAL[step.target]
        whole = [own[kind].critical if kind in own else np.nan for own in known]
    if whole is None:
        return np.full(len(squad), step.value)
    return step.value / 100 * np.array(whole, np.float64)


class Cue(StrEnum):
    """What an athlete is told."""

    NOTHING = ""  # nothing is asked, or nothing is known
    ON = "on"
    FASTER = "faster"
    SLOWER = "slower"


_CUES = (Cue.NOTHING, Cue.ON, Cue.FASTER, Cue.SLOWER)
_NOTHING, _ON, _FASTER, _SLOWER = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """What each athlete was told last; the memory of `cued`.

    Parameters
    ----------
    elapsed_s : float
        On the clock of the plan, then. [s]
    number : int
        Of the leg.
    smoothed : ndarray of float64, shape (n,)
        What is compared with the target; NaN = not known.
    code : ndarray of int32, shape (n,)
        Of the cue.
    """

    elapsed_s: float
    number: int
    smoothed: Floats
    code: Indices

    @property
    def told(self) -> tuple[Cue, ...]:
        """The cue of each athlete."""
        return tuple(_CUES[code] for code in self.code)


def first_cues(athletes: int) -> Cues:
    """Return the memory before anybody was told anything.

    >>> [str(cue) for cue in first_cues(2).told]
    ['', '']
    """
    return Cues(0.0, -1, np.full(athletes, np.nan), np.zeros(athletes, np.int32))


def cued(
    before: Cues,
    place: Place,
    elapsed_s: float,
    *,
    values: Floats,
    asked: Floats,
    tolerance: float,
) -> Cues:
    """Return who is on target, and who should go faster or slower.

    A cue begins outside the tolerance and ends within half of it, so that nobody on the edge is
    told one thing and then the other. Heart rate is not judged in the first minute of a step.

    Parameters
    ----------
    before : Cues
        Of the athletes, the last time.
    place : Place
        Where the workout stands.
    elapsed_s : float
        On the clock of the plan. [s]
    values : ndarray of float64, shape (n,)
        What each does now; NaN = not known, which says nothing. [bpm, m/s or W]
    asked : ndarray of float64, shape (n,)
        What is asked; NaN = nothing. [bpm, m/s or W]
    tolerance : float
        How far off is still on target. [%]

    Examples
    --------
    >>> legs = legs_of("5:00 200 W")
    >>> one = cued(first_cues(3), place_at(legs, 9), 9, values=np.array([200.0, 180, 220]),
    ...            asked=np.full(3, 200.0), tolerance=5)
    >>> [str(cue) for cue in one.told]
    ['on', 'faster', 'slower']
    """
    if place.leg is None:
        return first_cues(len(values))
    heart = CHANNELS.get(place.leg.step.target) == "heart_rate"
    smoothed = values if heart else _smoothed(before, place.number, elapsed_s, values)
    if heart and elapsed_s - place.leg.start_s < HEART_RATE_SETTLES_S:
        return Cues(elapsed_s, place.number, smoothed, np.zeros(len(values), np.int32))
    old = before.code if before.number == place.number else np.zeros(len(values), np.int32)
    off = 100 * (smoothed - asked) / asked
    too_slow = (off < -tolerance) | ((old == _FASTER) & (off < -tolerance / 2))
    too_fast = (off > tolerance) | ((old == _SLOWER) & (off > tolerance / 2))
    code = np.select([np.isnan(off), too_slow, too_fast], [_NOTHING, _FASTER, _SLOWER], _ON)
    return Cues(elapsed_s, place.number, smoothed, code.astype(np.int32))


def _smoothed(before: Cues, number: int, elapsed_s: float, values: Floats) -> Floats:
    """Return values smoothed over time; a new leg, or a value after none, begins with itself."""
    share = -np.expm1(-max(0.0, elapsed_s - before.elapsed_s) / _SMOOTHED_OVER_S)
    known = before.smoothed if before.number == number else np.full(len(values), np.nan)
    return np.where(np.isnan(known), values, known + share * (values - known))
