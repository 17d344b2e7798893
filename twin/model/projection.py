"""The answer of the heart to a plan, as a curve with bands.

The athlete's response gives the shape, the forecast weights correct it at the horizons they were
learnt for. Both are linear in the level of the plan.
"""

from dataclasses import dataclass

import numpy as np

from twin.model.calibration import LIVE_HORIZONS_S, InputCalibration
from twin.model.demand import InputKind
from twin.model.features import demand_features, heart_features, padded, plan_features
from twin.model.ledger import LEVELS, Maker
from twin.model.population import weights as population_weights
from twin.model.response import DISTURBANCE_TIME_S, DRIFT_LASTS_S, Response
from twin.model.workload import planned_means
from twin.records import Floats

_NOW_HALF_WIDTH = np.array([0.7, 1.3, 2.0])  # what a sensor is off by [bpm]
_WIDEST_FACTOR = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """The present of one athlete, from which a projection starts.

    Parameters
    ----------
    known : InputCalibration
        What is known of the athlete.
    heart_rate : float
        Now. [bpm]
    heart_means, demand_means : ndarray, shape (5,)
        The banks. [bpm]
    heard_s, demand_seen : float, int
        Seconds of heart rate [s] and samples of the demand in their banks.
    drift : float
        Of the day's offset. [bpm/s]
    disturbance : float
        That will fade. [bpm]
    ceiling : float
        Heart rate that is not exceeded. [bpm]
    response : Response
        The athlete's answer, with what today has taught of it.
    share : ndarray, shape (horizons, makers)
        Trust in the makers of forecasts with a plan. [1]
    half_width : ndarray, shape (horizons, levels)
        Of their bands. [bpm]
    own : ndarray, shape (horizons, 25)
        The athlete's own weights for them.
    """

    known: InputCalibration
    heart_rate: float
    heart_means: Floats
    demand_means: Floats
    heard_s: float
    demand_seen: int
    drift: float
    disturbance: float
    ceiling: float
    response: Response
    share: Floats
    half_width: Floats
    own: Floats

    @property
    def kind(self) -> InputKind:
        """The input the athlete lives on."""
        return self.known.held.kind


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Heart rate to come.

    Parameters
    ----------
    ahead_s : ndarray, shape (n,)
        From 1 s on. [s]
    heart_rate : ndarray, shape (n,)
        Expected. [bpm]
    half_width : ndarray, shape (n, 3)
        Half-width of the 50, 80 and 95 % bands. [bpm]
    """

    ahead_s: Floats
    heart_rate: Floats
    half_width: Floats

    def band(self, level: float = 0.80) -> tuple[Floats, Floats]:
        """Return the lower and upper edge of one band. [bpm]

        >>> curve = Projection(np.ones(1), np.array([140.0]), np.array([[2.0, 4.0, 6.0]]))
        >>> curve.band(0.80)
        (array([136.]), array([144.]))
        """
        half = self.half_width[:, LEVELS.index(level)]
        return self.heart_rate - half, self.heart_rate + half


def project(present: Present, level: Floats) -> Projection:
    """Project heart rate under a plan.

    Parameters
    ----------
    present : Present
        Where the athlete stands.
    level : ndarray, shape (seconds,)
        Workload of each second to come. [own unit]

    Examples
    --------
    >>> from twin.model.whatif import rested_twin
    >>> from twin.model.calibration import Calibration
    >>> from twin.records import Athlete
    >>> twin = rested_twin(Athlete("Ada", sport="cycling"), Calibration())
    >>> curve = project(twin.present, np.full(600, 200.0))
    >>> curve.heart_rate.shape, curve.half_width.shape, curve.heart_rate[-1] > curve.heart_rate[0]
    ((600,), (600, 3), np.True_)
    """
    curve = unlimited_curve(present, level)
    ahead = np.arange(1.0, len(level) + 1)
    marks = np.concatenate([[0.0], np.array(LIVE_HORIZONS_S, np.float64)])
    widths = np.vstack([_NOW_HALF_WIDTH, present.half_width])
    half_width = np.column_stack([np.interp(ahead, marks, w) for w in widths.T])
    beyond = np.clip(np.sqrt(ahead / LIVE_HORIZONS_S[-1]), 1.0, _WIDEST_FACTOR)
    return Projection(
        ahead,
        np.minimum(curve, max(present.ceiling, present.heart_rate)),
        half_width * beyond[:, None],
    )


def unlimited_curve(present: Present, level: Floats) -> Floats:
    """Return the expected heart rate under a plan, without a ceiling, linear in the level. [bpm]

    >>> from twin.model.whatif import rested_twin
    >>> from twin.model.calibration import Calibration
    >>> from twin.records import Athlete
    >>> present = rested_twin(Athlete("Ada", sport="cycling"), Calibration()).present
    >>> rest, half, whole = (unlimited_curve(present, np.full(60, w)) for w in (0.0, 100.0, 200.0))
    >>> np.allclose(whole - rest, 2 * (half - rest))
    True
    """
    ahead = np.arange(1.0, len(level) + 1)
    means = planned_means(present.kind, present.demand_means, level)
    response = present.response
    answered = response.expected(means) - response.expected(present.demand_means)
    faded = present.disturbance * np.expm1(-ahead / DISTURBANCE_TIME_S)
    shape = answered + present.drift * np.minimum(ahead, DRIFT_LASTS_S) + faded
    marks = [h for h in LIVE_HORIZONS_S if h <= len(level)]
    remembered = planned_means(present.kind, present.demand_means, level, present.demand_seen)
    corrections = [_change_at(present, remembered[h - 1], h) - shape[h - 1] for h in marks]
    correction = np.interp(ahead, [0.0, *marks], [0.0, *corrections])
    return np.asarray(present.heart_rate + shape + correction)


def _change_at(present: Present, means: Floats, horizon_s: int) -> float:
    """Mix the makers at one horizon, by the trust they have now."""
    row = LIVE_HORIZONS_S.index(horizon_s)
    heart = heart_features(
        np.array(present.heart_rate), present.heart_means, np.array(present.heard_s)
    )
    parts = [heart]
    if present.kind is not InputKind.NONE:
        parts += [demand_features(present.demand_means), plan_features(present.demand_means, means)]
    seen = np.concatenate(parts)
    changes = np.zeros(len(Maker))
    alone = population_weights(InputKind.NONE, horizon_s, plan=False)
    changes[Maker.HEART_ALONE] = heart @ alone
    changes[Maker.POPULATION] = seen @ population_weights(present.kind, horizon_s, plan=True)
    changes[Maker.OWN] = padded(seen) @ present.own[row]
    return float(present.share[row] @ changes)
