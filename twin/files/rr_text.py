"""RR intervals as text: one beat per line, as the apps of heart straps export them.

A line is the interval alone, or the time of the beat from the start [s] and the interval. The
interval is in seconds or milliseconds: a median above 10 can only be milliseconds.
"""

import numpy as np
import pandas as pd

from twin.errors import UnreadableFileError
from twin.files.beats import beat_series
from twin.files.clock import elapsed_start
from twin.files.content import Content
from twin.files.timeline import timeline, utc_times
from twin.records import Floats, Recording

_MILLISECONDS_FROM = 10.0
_UNREADABLE_SHARE = 0.05


def read_rr_text(content: Content) -> Recording:
    r"""Return the RR intervals of a text file; the recording has no samples beside them.

    Raises
    ------
    UnreadableFileError
        If more than 5 % of the lines are not one or two numbers.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> read_rr_text(Content("rr.txt", b"0.8\n0.81\n", datetime.now(UTC))).rr.tolist()
    [800.0, 810.0]
    """
    lines = content.data.decode("latin-1").replace("\ufeff", "").splitlines()
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    width = len(_words(lines[0])) if lines else 0
    rows = [row for row in (_row(line, width) for line in lines) if row is not None]
    lost = len(lines) - len(rows)
    if not rows or lost > max(1.0, _UNREADABLE_SHARE * len(lines)):
        start = lines[0][:40] if lines else ""
        raise UnreadableFileError(
            f"{content.name}: {lost} of {len(lines)} lines are not RR intervals (begins "
            f"{start!r}), expected one or two numbers in each"
        )
    start_time, told = elapsed_start(content)
    elapsed, rr_ms = _columns(np.array(rows))
    empty = timeline(np.empty(0, "datetime64[ns]"), {}).samples
    rr: pd.Series = beat_series(utc_times(elapsed + start_time.timestamp()), rr_ms)
    left = (f"{lost} lines that are no numbers left out",) if lost else ()
    return Recording(empty, rr=rr, warnings=(told, *left))


def _row(line: str, width: int) -> tuple[float, ...] | None:
    try:
        numbers = tuple(float(word) for word in _words(line))
    except ValueError:
        return None
    good = len(numbers) == width in (1, 2) and np.isfinite(numbers).all() and numbers[-1] > 0
    return numbers if good else None


def _words(line: str) -> list[str]:
    return line.replace(",", " ").replace(";", " ").split()


def _columns(rows: Floats) -> tuple[Floats, Floats]:
    """Return elapsed time of each beat [s] and its interval [ms]."""
    intervals = rows[:, -1]
    rr_s = intervals / 1000.0 if np.median(intervals) > _MILLISECONDS_FROM else intervals
    elapsed = rows[:, 0] if rows.shape[1] == 2 else np.cumsum(rr_s)
    return elapsed, intervals if rr_s is not intervals else intervals * 1000.0
