"""Critical power as it was known when each session of a history was done."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.model.learning import MOST_SESSIONS, SHORTEST_S
from twin.physiology.envelope_curve import critical_levels
from twin.physiology.power_envelope import ALL_OUT_HEART_RATE, DURATIONS_S
from twin.records import EnteredCapacity, Floats

_EFFORTS = [f"best_power_{duration_s}" for duration_s in DURATIONS_S]
_HEART_RATE = "best_heart_rate_15"  # held so long it was no spike
TOLD_BY = (*_EFFORTS, _HEART_RATE, "mean_heart_rate")


def critical_power_then(
    sessions: pd.DataFrame,
    entered: Sequence[EnteredCapacity] = (),
    *,
    max_hr: float,
    fitted: float = np.nan,
) -> Floats:
    """Return the critical power known when each session had been done.

    That of the last test until its day. Without, the fit to the best efforts of the session and
    those before it, `MOST_SESSIONS` in all, as the twin would have been calibrated then; where none of
    them was all-out, the last one fitted; before the first fit, the first. Where sessions tell
    nothing at all, the first test counts for those before it, too.

    Parameters
    ----------
    sessions : DataFrame
        Of one athlete, as `twin.archive.summaries` gives them, in any order, with ``day``. The columns
        of `TOLD_BY` may be absent, others are not read.
    entered : sequence of EnteredCapacity
        From tests; only those of power count.
    max_hr : float
        Sessions whose heart rate stayed below 90 % of it hold no all-out effort. [bpm]
    fitted : float
        What a calibration holds, for a history whose bests tell nothing. [W]

    Returns
    -------
    ndarray, shape (sessions,)
        NaN where nothing is known at all. [W]

    Examples
    --------
    >>> days = pd.date_range("2026-03-01", periods=3)
    >>> done = pd.DataFrame({"start": days, "day": days, "duration_s": 3600.0, "state": "ended"})
    >>> test = EnteredCapacity(days[1].date(), "power", 262.0, 18_400.0)
    >>> critical_power_then(done, [test], max_hr=190.0, fitted=250.0)
    array([250., 262., 262.])
    """
    order = np.argsort(sessions["start"].to_numpy(), kind="stable")
    oldest_first = sessions.iloc[order]
    fits = pd.Series(_fitted_then(oldest_first, max_hr))
    known = fits.ffill().bfill().fillna(fitted).to_numpy(copy=True)
    days = oldest_first["day"].to_numpy()
    for test in sorted(entered, key=lambda test: test.day):
        if test.kind == "power":
            known[(days >= np.datetime64(test.day)) | np.isnan(known)] = test.critical
    then = np.full(len(sessions), np.nan)
    then[order] = known
    return then


def _fitted_then(sessions: pd.DataFrame, max_hr: float) -> Floats:
    """Return the fit to each session and those before it; NaN where it holds none. [W]"""
    columns = sessions.reindex(columns=list(TOLD_BY))
    teaches = (columns["mean_heart_rate"].notna() & (sessions["duration_s"] >= SHORTEST_S)
               & (sessions["state"] != "live")).to_numpy()  # fmt: skip
    easy = (columns[_HEART_RATE] < ALL_OUT_HEART_RATE * max_hr).to_numpy()
    efforts = columns[_EFFORTS].to_numpy(np.float64)
    efforts[easy | ~(efforts > 0).any(axis=1)] = np.nan
    fitted = np.full(len(sessions), np.nan)
    fitted[teaches] = critical_levels(_highest_of_last(efforts[teaches]), DURATIONS_S)
    return fitted


def _highest_of_last(efforts: Floats) -> Floats:
    """Return the highest over each row and those before it, `MOST_SESSIONS` rows in all."""
    before = np.full((MOST_SESSIONS - 1, efforts.shape[1]), np.nan)
    padded = np.vstack([before, efforts])
    rows = [padded[late : late + len(efforts)] for late in range(MOST_SESSIONS)]
    highest: Floats = np.fmax.reduce(rows)
    return highest
