"""How well heart rate follows from the workload alone, once the day is known."""

import numpy as np

from twin.model.response import Response
from twin.model.trace import Trace

_DAY_FROM_S, _DAY_UNTIL_S = 300, 600  # the offset of the day is taken here


def open_loop_error(trace: Trace, response: Response) -> float | None:
    """Mean absolute error of a session simulated from its workload, after 10 min.

    Parameters
    ----------
    trace : Trace
        The session.
    response : Response
        The athlete's answer, from earlier sessions.

    Returns
    -------
    float or None
        No heart rate after the tenth minute is used. None without heart rate before or after it.
        [bpm]
    """
    hours = np.arange(len(trace)) / 3600
    expected = response.expected(trace.demand_means) + response.drift.value * hours
    residual = trace.heart_rate - expected
    before, after = residual[_DAY_FROM_S:_DAY_UNTIL_S], residual[_DAY_UNTIL_S:]
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    if not len(before) or not len(after):
        return None
    return float(np.mean(np.abs(after - np.median(before))))
