"""What a plan would do: heart rate with bands, balance, load, times; and the inverse questions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import Calibration
from twin.model.demand import InputKind
from twin.model.ledger import LEVELS
from twin.model.planning import Planned
from twin.model.reserve import Capacity, reserve_of
from twin.model.response import DISTURBANCE_TIME_S, OFFSET_SD_BPM
from twin.model.seconds import speed_kind
from twin.model.workload import Workload
from twin.physiology import balance_live
from twin.physiology.training_load import banister_trimp
from twin.physiology.zone_schemes import time_in_zones
from twin.physiology.zones import bounds_of
from twin.records import Athlete, Floats

_QUANTILE = np.array([0.674, 1.282, 1.960])  # of the normal distribution, half of each band
_REST_S = 150
_BALANCE_POINTS = 400
_LATE_S = 30  # what is already on its way cannot be changed


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Balance of W' (or D') under a plan.

    Parameters
    ----------
    ahead_s : ndarray, shape (m,)
        [s]
    left, half_width : ndarray, shape (m,)
        What is left, and the half-width of its 80 % band. [J or m]
    full : float
        [J or m]
    """

    ahead_s: Floats
    left: Floats
    half_width: Floats
    full: float

    @property
    def empty_s(self) -> float:
        """When it is expected to be empty; infinite where it is not. [s]"""
        return _first(self.left <= 0, self.ahead_s)

    @property
    def earliest_empty_s(self) -> float:
        """When it may be empty at the earliest, by the 80 % band. [s]"""
        return _first(self.left - self.half_width <= 0, self.ahead_s)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the twin says of a plan.

    Parameters
    ----------
    planned : Planned
        The plan second by second.
    heart_rate : ndarray, shape (seconds,)
        Expected. [bpm]
    half_width : ndarray, shape (seconds, 3)
        Half-widths of the 50, 80 and 95 % bands. [bpm]
    balance : Balance or None
        None where critical power or speed are not known.
    zone_s : ndarray, shape (5,)
        Expected time in each zone. [s]
    banister_trimp : float
        Load of the plan. [au]
    """

    planned: Planned
    heart_rate: Floats
    half_width: Floats
    balance: Balance | None
    zone_s: Floats
    banister_trimp: float

    def frame(self) -> pd.DataFrame:
        """Return the curves by second: heart rate with its bands, workload, speed, balance."""
        columns = {"heart_rate": self.heart_rate}
        for place, level in enumerate(LEVELS):
            half = self.half_width[:, place]
            columns[f"low{level:.0%}"[:-1]] = self.heart_rate - half
            columns[f"high{level:.0%}"[:-1]] = self.heart_rate + half
        columns |= {"workload": self.planned.workload.level, "speed": self.planned.speed}
        seconds = np.arange(1.0, len(self.heart_rate) + 1)
        if self.balance is not None:
            columns["balance"] = np.interp(seconds, self.balance.ahead_s, self.balance.left)
        return pd.DataFrame(columns, index=pd.Index(seconds, name="ahead_s"))

    def reaches(self, line: float) -> tuple[float, float]:
        """Return when heart rate reaches a line: expected, and by the 80 % band at the earliest.

        Infinite where it does not within the plan. [s]
        """
        seconds = np.arange(1.0, len(self.heart_rate) + 1)
        upper = self.heart_rate + self.half_width[:, LEVELS.index(0.80)]
        return _first(self.heart_rate >= line, seconds), _first(upper >= line, seconds)


def answer(
    twin: AthleteTwin, planned: Planned, *, capacity: Capacity | None = None, day_known: bool = True
) -> Answer:
    """Ask a twin what a plan would do.

    Parameters
    ----------
    twin : AthleteTwin
        As it stands: followed live, or `rested_twin`.
    planned : Planned
        From `Planner.planned`.
    capacity : Capacity, optional
        With it the balance is followed, from full.
    day_known : bool
        Whether the twin has seen the athlete at work today; else bands hold the day's offset too.

    Examples
    --------
    >>> twin = rested_twin(Athlete("Ada", sport="cycling"), Calibration())
    >>> plan = Planned(Workload.hold(200.0, 600), np.full(600, np.nan), np.zeros(600, np.intp))
    >>> said = answer(twin, plan, capacity=Capacity(150.0, 5.0, 20_000.0, 2_000.0, 4))
    >>> said.balance.empty_s  # 20 kJ at 50 W above the critical power of 150 W
    400.0
    """
    athlete = twin.athlete
    curve = twin.project(planned.workload, len(planned))
    half_width = curve.half_width
    if not day_known:
        day = OFFSET_SD_BPM * -np.expm1(-curve.ahead_s / DISTURBANCE_TIME_S)
        half_width = np.hypot(half_width, day[:, None] * _QUANTILE)
    rate = np.maximum(curve.heart_rate, min(athlete.resting_hr, curve.heart_rate[0]))
    zone_s = time_in_zones(rate, 1.0, bounds_of(athlete))[1:]
    load = banister_trimp(
        rate, np.ones(len(rate)), resting_hr=athlete.resting_hr, max_hr=athlete.max_hr,
        sex=athlete.sex,
    )  # fmt: skip
    return Answer(planned, rate, half_width, _balance(planned, capacity), zone_s, float(load))


def rested_twin(athlete: Athlete, calibration: Calibration) -> AthleteTwin:
    """Return a twin that stands rested before a session, on the input it knows best.

    Examples
    --------
    >>> rested_twin(Athlete("Ada", sport="cycling"), Calibration()).state.input
    <InputKind.POWER: 'power'>
    """
    kind = usual_kind(athlete, calibration)
    twin = AthleteTwin(athlete, calibration)
    rest = max(calibration.of(kind).response.intercept.value, athlete.resting_hr)
    name = {InputKind.POWER: "power", InputKind.CADENCE: "cadence"}.get(kind, "speed")
    idle = {} if kind is InputKind.NONE else {name: 0.0}
    for _ in range(_REST_S):
        twin.observe(rest, **idle)
    return twin


def usual_kind(athlete: Athlete, calibration: Calibration) -> InputKind:
    """Return the input most sessions had; by sport where there are none.

    >>> [usual_kind(Athlete("Ada", sport=s), Calibration()).value for s in ("cycling", "running")]
    ['power', 'running speed']
    """
    learnt = {kind: known.response.sessions for kind, known in calibration.inputs.items()}
    if learnt and max(learnt.values()):
        return max(learnt, key=lambda kind: (kind is not InputKind.NONE, learnt[kind]))
    return InputKind.POWER if athlete.sport == "cycling" else speed_kind(athlete.sport)


def largest_scale_below(
    twin: AthleteTwin, planned: Planned, line: float, *, level: float | None, day_sd: float = 0.0
) -> float:
    """How much harder, as a factor, a plan may be so that heart rate stays below a line.

    Parameters
    ----------
    twin : AthleteTwin
        As it stands.
    planned : Planned
        The plan.
    line : float
        [bpm]
    level : float or None
        Keep the upper edge of this band below the line; None the expected curve.
    day_sd : float
        Unknown offset of the day. [bpm]

    Returns
    -------
    float
        0 where even rest would cross it; NaN without a workload; infinite where it is never met.
        The curve is linear in the workload, so no search is needed. [1]

    Examples
    --------
    >>> twin = rested_twin(Athlete("Ada", sport="cycling"), Calibration())
    >>> def factor(power):
    ...     plan = Planned(Workload.hold(power, 600), np.full(600, np.nan), np.zeros(600, np.intp))
    ...     return largest_scale_below(twin, plan, 150.0, level=None)
    >>> round(factor(100.0) / factor(200.0), 6), factor(0.0)
    (2.0, nan)
    """
    seconds = len(planned)
    idle = twin.unlimited(Workload.hold(0.0, seconds))
    slope = twin.unlimited(planned.workload) - idle
    margin = np.zeros(seconds)
    if level is not None:
        place = LEVELS.index(level)
        width = twin.project(planned.workload, seconds).half_width[:, place]
        margin = np.hypot(width, day_sd * _QUANTILE[place])
    counted = (np.arange(seconds) >= min(_LATE_S, seconds - 1)) & (slope > 0.1)
    if not counted.any():
        return float("nan")
    return max(0.0, float(np.min((line - margin - idle)[counted] / slope[counted])))


def _balance(planned: Planned, capacity: Capacity | None) -> Balance | None:
    if capacity is None:
        return None
    bin_s = max(5, len(planned) // _BALANCE_POINTS)
    edges = np.arange(0, len(planned), bin_s)
    level = np.add.reduceat(planned.workload.level, edges)
    length = np.diff(np.append(edges, len(planned)))
    reserve = reserve_of([capacity])
    now = balance_live.full(reserve)
    left, half = [capacity.reserve], [0.0]
    for mean, seconds in zip(level / length, length.tolist(), strict=True):
        now = balance_live.step(now, np.array([mean]), reserve, seconds)
        left.append(float(now.left[0]))
        half.append(float(balance_live.half_width(now, reserve)[0]))
    ahead = np.append(edges, len(planned)).astype(np.float64)
    return Balance(ahead, np.array(left), np.array(half), capacity.reserve)


def _first(reached: npt.NDArray[np.bool_], seconds: Floats) -> float:
    return float(seconds[np.argmax(reached)]) if reached.any() else float("inf")
