"""The twins of a whole squad, one second at a time."""

from collections.abc import Sequence

import numpy as np

from twin.model import bank, state_estimation
from twin.model.calibration import LIVE_HORIZONS_S, Calibration, InputCalibration
from twin.model.day_response import DayResponses
from twin.model.day_weights import DayWeights
from twin.model.demand import (
    BPM_PER_UNIT,
    InputKind,
    Second,
    demand_of,
    flat_terrain,
    natural_input,
    terrain_step,
)
from twin.model.features import (
    DEMAND_COUNT,
    DEMAND_GAINS,
    HEART_COUNT,
    HEART_GAINS,
    PLAN_COUNT,
    demand_features,
    heart_features,
    padded,
    plan_features,
)
from twin.model.hindsight import Hindsight
from twin.model.input_choice import InputChoice
from twin.model.ledger import Ledger, Maker
from twin.model.outlook import nothing_said
from twin.model.plan_ledger import PlanLedger
from twin.model.population import weights as population_weights
from twin.model.replaying import together
from twin.model.seconds import HOLD_S
from twin.model.trace import STRIDE_S
from twin.records import Athlete, Floats

_FEATURES = HEART_COUNT + DEMAND_COUNT


class SquadTwin:
    """Follows every athlete of a squad: memory, state, forecasts and their trust.

    Parameters
    ----------
    athletes : sequence of Athlete
        In the order of all arrays.
    calibrations : sequence of Calibration, optional
        What is known of each; the population if not given.

    Examples
    --------
    >>> squad = SquadTwin([Athlete("Ada"), Athlete("Bo")])
    >>> nan = np.full(2, np.nan)
    >>> for _ in range(61):
    ...     squad.observe(Second(np.array([120.0, nan[0]]), nan, nan, nan, nan))
    >>> squad.outlook.change.shape, bool(np.isnan(squad.outlook.change[1, 0]))
    ((2, 5), True)
    """

    def __init__(
        self, athletes: Sequence[Athlete], calibrations: Sequence[Calibration] | None = None
    ) -> None:
        count = len(athletes)
        self.athletes = tuple(athletes)
        self.calibrations = list(calibrations or [Calibration()] * count)
        self.kinds = [InputKind.NONE] * count
        self.inputs: list[InputCalibration] = [c.of(InputKind.NONE) for c in self.calibrations]
        self.heart = bank.empty_bank(count, len(HEART_GAINS))
        self.demand = bank.empty_bank(count, len(DEMAND_GAINS))
        self.state = state_estimation.start(count)
        self.heart_rate = np.full(count, np.nan)
        self.natural_input = np.full(count, np.nan)
        self.expected = np.full(count, np.nan)
        self.second = 0
        self._age = np.zeros(count, np.int64)
        self._terrain = flat_terrain(count)
        self._choice = InputChoice([a.sport for a in athletes])
        shape = (count, len(LIVE_HORIZONS_S), len(Maker))
        self._weights = np.zeros((*shape, _FEATURES))
        self._plan_weights = np.zeros((*shape, _FEATURES + PLAN_COUNT))
        self._response = np.zeros((count, 1 + len(DEMAND_GAINS)))
        self._told = np.zeros((count, _FEATURES), np.bool_)  # by the input of each
        self._day = DayWeights(*np.zeros((2, *shape[:2], _FEATURES)))
        self.plan_day = DayWeights(*np.zeros((2, *shape[:2], _FEATURES + PLAN_COUNT)))
        for athlete in range(count):
            self._learn_by_heart(athlete)
        self.ledger = Ledger(LIVE_HORIZONS_S, together([i.held.expectation for i in self.inputs]))
        planned = together([i.planned.expectation for i in self.inputs])
        self.plans = PlanLedger(LIVE_HORIZONS_S, planned, _FEATURES + PLAN_COUNT)
        self._past = Hindsight(LIVE_HORIZONS_S, count, _FEATURES + PLAN_COUNT)
        self.answers = DayResponses([i.response for i in self.inputs])
        self.outlook = nothing_said(count, len(LIVE_HORIZONS_S))

    def observe(self, second: Second) -> None:
        """Take in one second of every athlete; NaN is what was not measured."""
        self._age = np.where(np.isnan(second.heart_rate), self._age + 1, 0)
        held = np.where(self._age <= HOLD_S, self.heart_rate, np.nan)
        self.heart_rate = np.where(self._age == 0, second.heart_rate, held)
        self._terrain, grade = terrain_step(self._terrain, second)
        for athlete in self._choice.observe(second):
            self._adopt(athlete, self._choice.kinds[athlete])
        demand = self._demand(second, grade)
        self.heart = bank.step(self.heart, self.heart_rate, HEART_GAINS)
        self.demand = bank.step(self.demand, demand, DEMAND_GAINS)
        self.expected = self._response[:, 0] + np.sum(self._response[:, 1:] * self.demand.mean, -1)
        self.state = state_estimation.step(self.state, second.heart_rate - self.expected)
        self.answers.observe(self.heart_rate, self.demand.mean)
        if self.second % STRIDE_S == 0:
            self._forecast()
        self.second += 1

    def steady_input(self, athlete: int) -> float:
        """Return the workload of the last 40 s or so in its own unit; 0 where none is known.

        >>> squad = SquadTwin([Athlete("Ada", sport="cycling"), Athlete("Bo")])
        >>> nan = np.full(2, np.nan)
        >>> for _ in range(300):
        ...     squad.observe(Second(np.full(2, 120.0), np.array([200.0, np.nan]), nan, nan, nan))
        >>> round(squad.steady_input(0)), squad.steady_input(1)
        (200, 0.0)
        """
        unit = BPM_PER_UNIT[self.kinds[athlete]]
        return float(self.demand.mean[athlete, 2] / unit) if unit else 0.0

    def steady_demand(self, athlete: int) -> tuple[float, float]:
        """Return the workload of the last 40 s or so, and how far its means lie apart; NaN unknown."""
        unit = BPM_PER_UNIT[self.kinds[athlete]]
        if not unit or not self.demand.seen[athlete]:
            return float("nan"), float("nan")
        means = self.demand.mean[athlete] / unit
        return float(means[2]), float(np.std(means[:4]))

    def _demand(self, second: Second, grade: Floats) -> Floats:
        demand = np.full(len(self.athletes), np.nan)
        kinds = np.array(self.kinds)
        for kind in set(self.kinds):
            mine = kinds == kind
            natural = natural_input(kind, second, grade)
            self.natural_input[mine] = natural[mine]
            demand[mine] = demand_of(kind, natural)[mine]
        return demand

    def _forecast(self) -> None:
        seen = self._features()
        past, change = self._past.due(self.heart_rate)
        then, demand_then = np.split(past, [_FEATURES], -1)
        done = plan_features(demand_then, self.demand.mean[:, None])
        then_and_done = np.concatenate([then, done], -1)
        self._day.learn(then, change)
        self.plan_day.learn(then_and_done, change)
        self._weights[:, :, Maker.OWN] = self._day.weights
        self._plan_weights[:, :, Maker.OWN] = self.plan_day.weights
        changes = np.asarray(np.einsum("ahmf,af->ahm", self._weights, seen))
        self.outlook = self.ledger.advance(self.heart_rate, changes)
        self.plans.advance(self.heart_rate, then_and_done, self._plan_weights)
        self._past.keep(self.heart_rate, np.concatenate([seen, self.demand.mean], -1))

    def _features(self) -> Floats:
        ready = (self.heart.seen > 0) & ~np.isnan(self.heart_rate)
        heard_s = self.heart.seen.astype(np.float64)
        heart = heart_features(self.heart_rate, self.heart.mean, heard_s)
        seen = np.concatenate([heart, demand_features(self.demand.mean)], -1)
        return np.where(ready[:, None], seen * self._told, np.nan)

    def begin_session(self, athlete: int, calibration: Calibration | None = None) -> None:
        """Start an athlete's day anew, with a newer calibration if there is one."""
        if calibration is not None:
            self.calibrations[athlete] = calibration
        _forget(self.heart, athlete)
        fresh = state_estimation.start(1)
        self.state.mean[athlete] = fresh.mean[0]
        self.state.covariance[athlete] = fresh.covariance[0]
        self.state.doubted[athlete] = 0
        self._adopt(athlete, self.kinds[athlete])

    def _adopt(self, athlete: int, kind: InputKind) -> None:
        """Go on with another input: what was remembered of the old one is forgotten."""
        self.kinds[athlete] = kind
        self.inputs[athlete] = self.calibrations[athlete].of(kind)
        self._learn_by_heart(athlete)
        _forget(self.demand, athlete)
        known = self.inputs[athlete]
        self.ledger.begin_again(athlete, known.held.expectation)
        self.plans.begin_again(athlete, known.planned.expectation)
        self.answers.begin(athlete, known.response)
        self._past.forget(athlete)

    def _learn_by_heart(self, athlete: int) -> None:
        kind, known = self.kinds[athlete], self.inputs[athlete]
        for plan, learnt in ((False, known.held), (True, known.planned)):
            table = self._plan_weights if plan else self._weights
            day = self.plan_day if plan else self._day
            width = table.shape[-1]
            for j, horizon in enumerate(LIVE_HORIZONS_S):
                alone = population_weights(InputKind.NONE, horizon, plan=False)
                common = population_weights(kind, horizon, plan=plan)
                table[athlete, j, Maker.HEART_ALONE] = padded(alone)[:width]
                table[athlete, j, Maker.POPULATION] = padded(common)[:width]
            own, precision = (padded(x)[:, :width] for x in (learnt.weights, learnt.precision))
            day.begin_again(athlete, own, precision)
            table[athlete, :, Maker.OWN] = own
        self._told[athlete] = np.arange(_FEATURES) < known.held.weights.shape[-1]
        self._response[athlete] = known.response.mean[:6]


def _forget(memory: bank.Bank, athlete: int) -> None:
    memory.mean[athlete] = 0.0
    memory.seen[athlete] = 0
    memory.silent[athlete] = 0
