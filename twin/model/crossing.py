"""When the forecasts of a whole squad reach a line: the vectorised time to a line."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from twin.records import Floats


def time_to_line(
    heart_rate: Floats,
    expected: Floats,
    horizons_s: Sequence[float],
    line: npt.ArrayLike,
    *,
    elapsed_s: float = 0.0,
) -> Floats:
    """Time until expected heart rate reaches a line from below, all athletes at once.

    Parameters
    ----------
    heart_rate : ndarray, shape (athletes,)
        When the forecast was made. [bpm]
    expected : ndarray, shape (horizons, athletes)
        Forecast at each horizon; an edge of its band gives the earliest or latest time. [bpm]
    horizons_s : sequence of float
        How far each line of `expected` looks ahead, rising. [s]
    line : float or ndarray, shape (athletes,)
        The line of each; NaN = none. [bpm]
    elapsed_s : float
        Since the forecast was made. [s]

    Returns
    -------
    ndarray, shape (athletes,)
        0 at or above the line already, infinite where it is not reached within the last horizon,
        NaN where forecast or line are not known. Between two horizons the path is straight. [s]

    Examples
    --------
    >>> now, ahead = np.array([150.0, 150.0]), np.array([[160.0, 152.0], [180.0, 154.0]])
    >>> time_to_line(now, ahead, (30, 60), 170)
    array([45., inf])
    """
    count = len(heart_rate)
    marks = np.concatenate([[0.0], np.asarray(horizons_s, np.float64)])
    path = np.vstack([heart_rate, expected])
    lines = np.broadcast_to(np.asarray(line, np.float64), count)
    above = path >= lines
    reached, first = above.any(0), above.argmax(0)
    column, before = np.arange(count), np.maximum(first - 1, 0)
    step = path[first, column] - path[before, column]
    share = np.where(step > 0, (lines - path[before, column]) / np.where(step > 0, step, 1.0), 0.0)
    time = marks[before] + share * (marks[first] - marks[before])
    time = np.where(reached, np.maximum(time - elapsed_s, 0.0), np.inf)
    return np.where(np.isnan(path).any(0) | np.isnan(lines), np.nan, time)
