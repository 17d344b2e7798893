"""What forecasts of one athlete need to know: the athlete's own, or the population's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.model import population
from twin.model.bands import BandRule
from twin.model.demand import InputKind
from twin.model.ledger import Expectation, Maker
from twin.records import Floats

POPULATION_TRUST = 20.0  # forecasts that the population's errors are worth
# Of a band whose width nobody has seen: outcomes that the population's is worth, how far a level is
# stretched at most, and by which share an outcome moves it.
_FEW_PEOPLE = 1.05  # 80 % of a Student distribution over that of a normal: about 15 people an input
_STRANGER_TRUST, _STRANGER_LIMITS, _STRANGER_RATE = 30.0, (0.4, 2.2), 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """What forecasts of one athlete and one input need.

    Parameters
    ----------
    kind : InputKind
        The input.
    plan : bool
        Whether the workload to come is known.
    horizons_s : tuple of int
        Horizons. [s]
    weights : ndarray, shape (horizons, features)
        The athlete's own.
    precision : ndarray, shape (horizons, features)
        How firmly the athlete's sessions hold these weights; 0 without any.
    expectation : Expectation
        Without the athletes' axis.
    sessions : int
        How many sessions it was learnt from; 0 is the population alone.
    """

    kind: InputKind
    plan: bool
    horizons_s: tuple[int, ...]
    weights: Floats
    precision: Floats
    expectation: Expectation
    sessions: int


def stranger(kind: InputKind, horizons_s: Sequence[int], *, plan: bool) -> Learnt:
    """Return what is known of an athlete without sessions: the population, where the day begins.

    >>> known = stranger(InputKind.POWER, (30, 60), plan=False)
    >>> known.sessions, known.weights.shape, known.precision.any()
    (0, (2, 20), np.False_)
    """
    weights = np.array([population.weights(kind, h, plan=plan) for h in horizons_s])
    error = np.array([population.errors(kind, h, plan=plan) for h in horizons_s])
    if kind is InputKind.NONE:
        error[:, Maker.POPULATION] = np.inf  # it would only repeat the heart alone
    expectation = Expectation(
        error=error,
        trust=np.array([POPULATION_TRUST]),
        bands=BandRule(
            half_width=_FEW_PEOPLE
            * np.array([population.half_widths(kind, h, plan=plan) for h in horizons_s]),
            error=error.min(axis=-1),
            scale_trust=np.array(_STRANGER_TRUST),
            narrowest=np.array(_STRANGER_LIMITS[0]),
            widest=np.array(_STRANGER_LIMITS[1]),
            rate=np.array(_STRANGER_RATE),
        ),
    )
    return Learnt(kind, plan, tuple(horizons_s), weights, np.zeros_like(weights), expectation, 0)
