"""What a twin expected all through a session: heart rate at the work of each moment, with its band."""

from dataclasses import dataclass

import numpy as np

from twin.model import state_estimation
from twin.model.demand import InputKind
from twin.model.response import Response
from twin.model.trace import Trace
from twin.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedRate:
    """Expectation second by second, as live: nothing that came later is used.

    Parameters
    ----------
    rate : ndarray, shape (n,)
        Expected at the work done so far, with the offset of the day; NaN without a workload. [bpm]
    half_width : ndarray, shape (n,)
        Of the band that holds 80 % of measured values. [bpm]
    residual : ndarray, shape (n,)
        Measured less expected; NaN where either is not known. [bpm]
    offset : ndarray, shape (n,)
        How far the athlete is off an average day, as known by then. [bpm]
    """

    rate: Floats
    half_width: Floats
    residual: Floats
    offset: Floats

    @property
    def coverage(self) -> float:
        """Share of measured seconds within the band; NaN without any. [1]"""
        known = ~np.isnan(self.residual)
        inside = np.abs(self.residual[known]) <= self.half_width[known]
        return float(inside.mean()) if known.any() else float("nan")

    @property
    def mean_error(self) -> float:
        """Mean absolute residual; NaN without any. [bpm]"""
        known = ~np.isnan(self.residual)
        return float(np.abs(self.residual[known]).mean()) if known.any() else float("nan")


def expected_through(trace: Trace, response: Response) -> ExpectedRate:
    """Return what was expected in each second of a session.

    Parameters
    ----------
    trace : Trace
        The session as the twin remembered it.
    response : Response
        The athlete's answer to work, as known before.

    Examples
    --------
    >>> from twin.model.response import common_response
    >>> nothing = np.zeros((0, 5))
    >>> empty = Trace(InputKind.POWER, np.zeros(0), nothing, np.zeros(0), nothing)
    >>> expected_through(empty, common_response(InputKind.POWER)).coverage
    nan
    """
    base = response.expected(trace.demand_means)
    if trace.kind is InputKind.NONE:
        base = np.full(len(trace), np.nan)
    offset, half = np.empty(len(trace)), np.empty(len(trace))
    state = state_estimation.start(1)
    for second, residual in enumerate(trace.heart_rate - base):
        offset[second], half[second] = state.mean[0, 0], state_estimation.half_width_80(state)[0]
        state = state_estimation.step(state, np.array([residual]))
    rate = base + offset
    return ExpectedRate(rate, half, trace.heart_rate - rate, offset)
