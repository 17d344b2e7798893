"""How well heart rate follows from the workload alone, once the day is known."""

import numpy as np

from twin.model.response import DRIFT_LASTS_S, Response
from twin.model.trace import Trace

DAY_S = (300, 600)  # the offset of the day is taken here


def open_loop_error(
    trace: Trace, response: Response, day_s: tuple[int, int] = DAY_S
) -> float | None:
    """Mean absolute error of a session simulated from its workload, once the day is known.

    Parameters
    ----------
    trace : Trace
        The session.
    response : Response
        The athlete's answer, from earlier sessions and no more than the beginning of this one.
    day_s : tuple of int
        Where the offset of the day is taken; the rest is scored. [s]

    Returns
    -------
    float or None
        No heart rate after the end of `day_s` is used. None without heart rate before or after it.
        [bpm]

    Examples
    --------
    >>> from twin.model.demand import InputKind
    >>> steady = Response(InputKind.POWER, np.array([140.0, 0, 0, 0, 0, 0, 0]), np.eye(7), 1)
    >>> rate, rest = np.repeat([142.0, 147.0], 600), np.zeros((1200, 5))
    >>> open_loop_error(Trace(InputKind.POWER, rate, rest, np.arange(1200.0), rest), steady)
    5.0
    """
    hours = np.minimum(np.arange(len(trace)), DRIFT_LASTS_S) / 3600
    expected = response.expected(trace.demand_means) + response.drift.value * hours
    residual = trace.heart_rate - expected
    before, after = residual[slice(*day_s)], residual[day_s[1] :]
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    if not len(before) or not len(after):
        return None
    return float(np.mean(np.abs(after - np.median(before))))
