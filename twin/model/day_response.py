"""The answer of the day: what a session has shown so far of how heart rate follows work.

The athlete's answer from earlier sessions is carried on, one value every 15 s, together with the
offset of the day. It is the posterior of the same linear Gaussian model that
`twin.model.response.fit_response` solves for whole sessions, one row at a time.
"""

import numpy as np

from twin.model.demand import InputKind
from twin.model.response import (
    DISTURBANCE_SD_BPM,
    DRIFT_LASTS_S,
    OFFSET_SD_BPM,
    SAMPLE_WORTH,
    SETTLING_S,
    STRIDE_S,
    WORK_SHARE,
    Response,
)
from twin.model.trace import Trace
from twin.records import Floats

_COUNT = 7  # numbers of a response; the offset of the day is the eighth
_NOISE = DISTURBANCE_SD_BPM**2 / SAMPLE_WORTH  # variance of one value
_TYPICAL_SCALE = 2  # the 40 s mean of the demand tells work from rest


class DayResponses:
    """The answers of all athletes, learnt as their sessions go.

    Parameters
    ----------
    responses : sequence of Response
        What is known of each before the session.

    Examples
    --------
    >>> from twin.model.response import common_response
    >>> day = DayResponses([common_response(InputKind.POWER)])
    >>> day.response(0).gain.value
    0.25
    """

    def __init__(self, responses: list[Response]) -> None:
        athletes = len(responses)
        self._kinds = [InputKind.NONE] * athletes
        self._sessions = [0] * athletes
        self._mean = np.zeros((athletes, _COUNT + 1))
        self._covariance = np.zeros((athletes, _COUNT + 1, _COUNT + 1))
        self._elapsed_s = np.zeros(athletes, np.int64)
        self._typical, self._seen = np.zeros(athletes), np.zeros(athletes, np.int64)
        for athlete, response in enumerate(responses):
            self.begin(athlete, response)

    def begin(self, athlete: int, response: Response) -> None:
        """Begin an athlete's day with what earlier sessions taught; the athlete by its place."""
        self._kinds[athlete], self._sessions[athlete] = response.kind, response.sessions
        self._mean[athlete] = np.append(response.mean, 0.0)
        self._covariance[athlete] = 0.0
        self._covariance[athlete, :_COUNT, :_COUNT] = response.covariance
        self._covariance[athlete, _COUNT, _COUNT] = OFFSET_SD_BPM**2
        self._elapsed_s[athlete] = self._typical[athlete] = self._seen[athlete] = 0

    def observe(self, heart_rate: Floats, demand_means: Floats) -> None:
        """Take in one second of every athlete.

        Parameters
        ----------
        heart_rate : ndarray, shape (athletes,)
            NaN teaches nothing, nor do the first minute and rest. [bpm]
        demand_means : ndarray, shape (athletes, 5)
            Bank of the demand. [bpm]
        """
        now = self._elapsed_s
        self._elapsed_s = now + 1
        at = (now >= SETTLING_S) & (now % STRIDE_S == 0) & ~np.isnan(heart_rate)
        if not at.any():
            return
        demand = demand_means[:, _TYPICAL_SCALE]
        self._seen = self._seen + at
        step = np.where(at, (demand - self._typical) / np.maximum(self._seen, 1), 0.0)
        self._typical = self._typical + step
        at &= demand >= WORK_SHARE * self._typical
        one = np.ones(len(now))
        hours = np.minimum(now, DRIFT_LASTS_S) / 3600
        seen = np.column_stack([one, demand_means, hours, one])
        self._learn(seen, np.where(at, heart_rate, np.nan))

    def response(self, athlete: int) -> Response:
        """Return the answer of one athlete as it is known now."""
        return Response(
            self._kinds[athlete],
            self._mean[athlete, :_COUNT].copy(),
            self._covariance[athlete, :_COUNT, :_COUNT].copy(),
            self._sessions[athlete],
        )

    def _learn(self, seen: Floats, heart_rate: Floats) -> None:
        across = np.einsum("aij,aj->ai", self._covariance, seen)
        variance = np.sum(across * seen, -1) + _NOISE
        known = ~np.isnan(heart_rate)
        gain = np.where(known[:, None], across / variance[:, None], 0.0)
        surprise = np.where(known, heart_rate - np.sum(self._mean * seen, -1), 0.0)
        self._mean = self._mean + gain * surprise[:, None]
        self._covariance = self._covariance - gain[:, :, None] * across[:, None, :]


def response_after(trace: Trace, response: Response, until_s: int) -> Response:
    """Return the answer as it is known after the first seconds of a session; NaN teaches nothing.

    Parameters
    ----------
    trace : Trace
        The session.
    response : Response
        The athlete's answer before it.
    until_s : int
        Seconds that are taken in. [s]

    Examples
    --------
    >>> from twin.model.response import common_response
    >>> rest = np.zeros((600, 5))
    >>> trace = Trace(InputKind.POWER, np.full(600, 120.0), rest, np.arange(600.0), rest)
    >>> common = common_response(InputKind.POWER)
    >>> [response_after(trace, common, s).intercept.value > 90.0 for s in (60, 600)]
    [False, True]
    """
    day = DayResponses([response])
    for rate, means in zip(trace.heart_rate[:until_s], trace.demand_means, strict=False):
        day.observe(np.array([rate]), means[None])
    return day.response(0)
