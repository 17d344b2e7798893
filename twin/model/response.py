"""How this athlete's heart answers work: intercept, gain and speed of the answer, from sessions.

The expected heart rate is a weighted sum of first-order responses to the demand, plus a drift and
an offset of the day. The offset is the largest unknown: at equal work heart rate shifts by
10-11 bpm (SD) from day to day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.model.demand import BPM_PER_UNIT, InputKind
from twin.model.features import DEMAND_SCALES_S
from twin.model.regression import Examples
from twin.model.trace import Trace
from twin.records import Floats

OFFSET_SD_BPM = 11.0  # day to day, at equal work
DISTURBANCE_SD_BPM = 5.0
DISTURBANCE_TIME_S = 100.0  # after which a disturbance has faded to a third

DRIFT_LASTS_S = 3600.0  # heart rate at equal work climbs for about an hour: longer misses by more

STRIDE_S = 15
SETTLING_S = 60
WORK_SHARE = 0.4  # below this share of the median demand is rest: the answer is bent there
# One value every 15 s of a disturbance that lasts 100 s is worth 15 / (2 x 100) of a value; half
# of that, as the answer is not quite linear.
SAMPLE_WORTH = STRIDE_S / (4 * DISTURBANCE_TIME_S)
# Population: mean and SD of intercept [bpm], the gains at each scale [1] and the drift [bpm/h].
# Time constants of 34-63 s carry most of the answer, drift was +7 to +38 bpm/h in fitted sessions.
# Heart and strap begin to answer seconds late: the quickest means are taken away from the others,
# and are free to do so more, or a delay would be told as a slower answer.
_PRIOR_MEAN = np.array([90.0, -0.1, 0.05, 0.8, 0.25, 0.0, 10.0])
_PRIOR_SD = np.array([15.0, 0.3, 0.4, 0.4, 0.15, 0.05, 10.0])
# Running: 24 bpm/(m/s) on a treadmill (Hunt et al. 2015, doi:10.1186/s12938-015-0112-7).
_RUNNING_INTERCEPT, _RUNNING_GAIN = 75.0, 1.2
# Rides by speed alone, often hours long and in the wind: half the drift forecast each of seven
# riders left out better than all of it or none.
_RIDING_DRIFT = 5.0  # bpm/h
_NORMAL_90 = 1.645


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with the interval that holds the truth in 90 of 100 cases."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """An athlete's answer to one input.

    Parameters
    ----------
    kind : InputKind
        The input.
    mean : ndarray, shape (7,)
        Intercept [bpm], gain at each of five scales [bpm per bpm of demand], drift [bpm/h].
    covariance : ndarray, shape (7, 7)
        Of `mean`.
    sessions : int
        Learnt from so many; 0 is the population.
    """

    kind: InputKind
    mean: Floats
    covariance: Floats
    sessions: int

    def expected(self, demand_means: Floats) -> Floats:
        """Return heart rate on an average day, rested, from the bank of demand, shape (..., 5). [bpm]

        NaN gives NaN.

        >>> gains = np.array([90.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
        >>> Response(InputKind.POWER, gains, np.eye(7), 1).expected(np.full((1, 5), 50.0))
        array([140.])
        """
        return np.asarray(self.mean[0] + demand_means @ self.mean[1:6])

    @property
    def intercept(self) -> Estimate:
        """Heart rate without work, extrapolated. [bpm]"""
        return self._estimate(np.eye(7)[0])

    @property
    def gain(self) -> Estimate:
        """Heart rate per unit of input in the long run: bpm/W, bpm per m/s. [bpm/unit]"""
        picks = np.zeros(7)
        picks[1:6] = BPM_PER_UNIT[self.kind]
        return self._estimate(picks)

    @property
    def drift(self) -> Estimate:
        """Rise at constant work, in the first hour. [bpm/h]"""
        return self._estimate(np.eye(7)[6])

    @property
    def response_time(self) -> Estimate:
        """Mean delay of the answer, of heart, strap and all; NaN where there is none. [s]"""
        scales, gains = np.array(DEMAND_SCALES_S), self.mean[1:6]
        total = float(gains.sum())
        if total <= 0:
            return Estimate(float("nan"), float("nan"), float("nan"))
        delay = float(gains @ scales) / total
        slope = np.zeros(7)
        slope[1:6] = (scales - delay) / total
        half = _NORMAL_90 * float(np.sqrt(slope @ self.covariance @ slope))
        return Estimate(delay, max(delay - half, 0.0), delay + half)

    @property
    def response_time_s(self) -> float:
        """`response_time` as one number. [s]"""
        return self.response_time.value

    def _estimate(self, picks: Floats) -> Estimate:
        value = float(picks @ self.mean)
        half = _NORMAL_90 * float(np.sqrt(picks @ self.covariance @ picks))
        return Estimate(value, value - half, value + half)


def common_response(kind: InputKind) -> Response:
    """Return the population's answer.

    >>> common_response(InputKind.POWER).gain.value
    0.25
    """
    mean, deviation = _PRIOR_MEAN.copy(), _PRIOR_SD.copy()
    if kind is InputKind.RUNNING:
        mean[0] = _RUNNING_INTERCEPT
        mean[1:6] *= _RUNNING_GAIN
    elif kind is InputKind.CYCLING:
        mean[6] = _RIDING_DRIFT
    elif kind is InputKind.NONE:
        mean[0], deviation[0] = 140.0, 25.0
        mean[1:6] = 0.0
        deviation[1:6] = 1e-6
    return Response(kind, mean, np.diag(deviation**2), 0)


def fit_response(
    traces: Sequence[Trace], kind: InputKind, prior: Response | None = None
) -> Response:
    """Fit an athlete's answer to sessions, with an offset for each day.

    Parameters
    ----------
    traces : sequence of Trace
        Sessions with another input are left out.
    kind : InputKind
        The input.
    prior : Response, optional
        What is known already, such as from earlier sessions; the population's if not given.

    Returns
    -------
    Response
        Posterior of a linear Gaussian model; `prior` without sessions.

    Examples
    --------
    >>> demand = np.repeat([0.0, 50.0, 100.0], 400)
    >>> means, rate = np.repeat(demand[:, None], 5, axis=1), 80 + 0.8 * demand
    >>> ride = Trace(InputKind.POWER, rate, means, np.arange(1200.0), means)
    >>> known = fit_response([ride, ride], InputKind.POWER)
    >>> known.sessions, known.gain.high - known.gain.low < common_response(known.kind).gain.high
    (2, True)
    """
    prior = prior or common_response(kind)
    sessions = [e for t in traces if t.kind is kind and len(e := _answers(t)) > 0]
    if not sessions:
        return prior
    count = len(prior.mean)
    precision = np.diag(np.full(count + len(sessions), OFFSET_SD_BPM**-2))
    precision[:count, :count] = np.linalg.inv(prior.covariance)
    target = precision[:, :count] @ prior.mean
    worth = SAMPLE_WORTH / DISTURBANCE_SD_BPM**2
    for day, session in enumerate(sessions):
        design = np.zeros((len(session), count + len(sessions)))
        design[:, :count] = session.seen
        design[:, count + day] = 1.0
        precision += worth * design.T @ design
        target += worth * design.T @ session.change
    covariance = np.linalg.inv(precision)
    mean = covariance @ target
    return Response(kind, mean[:count], covariance[:count, :count], prior.sessions + len(sessions))


def _answers(trace: Trace) -> Examples:
    """Heart rate at work beside what explains it; the first minute settles the memory."""
    at = np.arange(SETTLING_S, len(trace), STRIDE_S)
    at = at[~np.isnan(trace.heart_rate[at])]
    if len(at):
        demand = trace.demand_means[at, 2]
        at = at[demand >= WORK_SHARE * np.median(demand)]
    hours = np.minimum(at, DRIFT_LASTS_S) / 3600
    seen = np.column_stack([np.ones(len(at)), trace.demand_means[at], hours])
    return Examples(seen, trace.heart_rate[at])
