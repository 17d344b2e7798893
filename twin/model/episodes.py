"""What is unusual in a session: faults of the sensor, and a heart rate the work would not ask for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation

from twin.model.response import Response
from twin.model.trace import Trace
from twin.records import Floats
from twin.sensors.episodes import FaultEpisode, stretches

UNEXPECTED = "unexpected"  # the athlete, not the sensor
_NEAR_FAULT_S = 5
_UNEXPECTED_S, _UNEXPECTED = 120, 15.0  # s; bpm off the day's usual


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of a session that is not as usual.

    Parameters
    ----------
    what : str
        A `twin.sensors.faults.Fault`, or `UNEXPECTED`.
    start_s, end_s : int
        From its first second, the end not included. [s]
    """

    what: str
    start_s: int
    end_s: int


def day_residual(trace: Trace, response: Response) -> Floats:
    """Return measured less expected heart rate, without the offset of the day; NaN where unknown. [bpm]

    >>> from twin.model.demand import InputKind
    >>> from twin.model.response import common_response
    >>> rate, rest = np.array([99.0, 100.0, 130.0, np.nan]), np.zeros((4, 5))
    >>> day_residual(Trace(InputKind.POWER, rate, rest, rate, rest), common_response(InputKind.POWER))
    array([-1.,  0., 30., nan])
    """
    residual = trace.heart_rate - response.expected(trace.demand_means)
    known = ~np.isnan(residual)
    return residual - np.median(residual[known]) if known.any() else residual


def find_episodes(
    trace: Trace, response: Response, faults: Sequence[FaultEpisode]
) -> tuple[Episode, ...]:
    """Return the faults of a session's sensor, and where its athlete was unlike the day's usual.

    Parameters
    ----------
    trace : Trace
        The session as the twin remembered it.
    response : Response
        The athlete's answer to work; with the population's, read "unexpected" with care.
    faults : sequence of FaultEpisode
        Of the same session, by `twin.sensors.episodes.fault_episodes`.

    Returns
    -------
    tuple of Episode
        In order of time. "Unexpected" is 15 bpm off for two minutes, outside of faults.

    Examples
    --------
    >>> from twin.model.demand import InputKind
    >>> from twin.model.response import common_response
    >>> rate, rest = np.repeat([100.0, 130.0, 100.0], 200), np.zeros((600, 5))
    >>> trace = Trace(InputKind.POWER, rate, rest, np.arange(600.0), rest)
    >>> find_episodes(trace, common_response(InputKind.POWER), [])
    (Episode(what='unexpected', start_s=200, end_s=400),)
    """
    faulty = np.zeros(len(trace), bool)
    for fault in faults:
        faulty[fault.start_s : fault.end_s] = True
    near = binary_dilation(faulty, iterations=_NEAR_FAULT_S) if len(trace) else faulty
    off = (np.abs(day_residual(trace, response)) > _UNEXPECTED) & ~near
    athlete = [
        Episode(UNEXPECTED, first, stop)
        for first, stop in stretches(off)
        if stop - first >= _UNEXPECTED_S
    ]
    sensor = [Episode(fault.fault, fault.start_s, fault.end_s) for fault in faults]
    return tuple(sorted([*sensor, *athlete], key=lambda e: e.start_s))
