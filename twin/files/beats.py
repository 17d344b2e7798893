"""RR intervals as a series on the clock."""

import numpy as np
import pandas as pd

from twin.records import Floats, Times

_APART = np.timedelta64(1, "ms")


def beat_series(times: Times, rr_ms: Floats) -> pd.Series:
    """Return RR intervals on the instants of their beats, in order, no two at one instant.

    Parameters
    ----------
    times : ndarray of datetime64[ns]
        Instant of the beat that ends each interval, UTC; NaT ones are left out.
    rr_ms : ndarray of float64
        Intervals as recorded. [ms]

    Examples
    --------
    >>> times = np.array(["2026-10-01T10:00:01"] * 2, "datetime64[ns]")
    >>> list(beat_series(times, np.array([800.0, 810.0])).index.microsecond)
    [0, 1000]
    """
    known = ~np.isnat(times)
    times, rr_ms = times[known].astype("datetime64[ns]"), rr_ms[known]
    order = np.argsort(times, kind="stable")
    times, rr_ms = times[order].copy(), rr_ms[order]
    if (np.diff(times) <= np.timedelta64(0)).any():
        for row in range(1, len(times)):  # one beat pushed on may meet the next
            if times[row] <= times[row - 1]:
                times[row] = times[row - 1] + _APART
    index = pd.DatetimeIndex(times, name="time").tz_localize("UTC")
    return pd.Series(rr_ms, index=index, name="rr_ms", dtype="float64")
