"""Laps of a recording: those that touch its samples, in order of time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pandas as pd

from twin.records import Lap

_AROUND = timedelta(minutes=1)  # a lap may be marked before the first sample is written

Stretch = tuple[datetime, datetime | None, str]  # start, end, label


def instant(text: str) -> datetime | None:
    """Return an ISO 8601 text as an instant, UTC unless it has a zone; None if it is none.

    >>> instant("2026-10-01T12:00:00+02:00")
    datetime.datetime(2026, 10, 1, 10, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def laps_within(samples: pd.DataFrame, stretches: Iterable[Stretch]) -> tuple[Lap, ...]:
    """Return stretches (start, end, label) as numbered laps.

    Left out are stretches that end before they start, and those more than a minute outside the
    samples (some apps write the laps of a UTC recording in local time).

    >>> index = pd.date_range("2026-10-01 10:00", periods=2, freq="h", tz="UTC")
    >>> samples = pd.DataFrame({"power": 200.0}, index)
    >>> ten, eleven, late = (instant(f"2026-10-01T{hour}:00:00Z") for hour in (10, 11, 20))
    >>> [lap.label for lap in laps_within(samples, [(ten, eleven, "hill"), (late, None, "lost")])]
    ['hill']
    """
    if samples.empty:
        return ()
    first = samples.index[0].to_pydatetime(warn=False) - _AROUND
    last = samples.index[-1].to_pydatetime(warn=False) + _AROUND
    kept = [
        (start, end, label)
        for start, end, label in stretches
        if start <= last and (end is None or (end >= start and end >= first))
    ]
    kept.sort(key=lambda lap: lap[0])
    return tuple(Lap(number, *lap) for number, lap in enumerate(kept, start=1))
