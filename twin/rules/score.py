"""What a rule would have been worth: how often, how early, how many for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.records import Floats


@dataclass(frozen=True, slots=True)
class Score:
    """A rule over sessions, in figures; NaN where there was nothing to count.

    Parameters
    ----------
    hours : float
        Of sessions with a heart rate, over all athletes. [h]
    alerts, suppressed : int
        Raised, and held back because of bad data.
    per_hour : float
        Alerts per athlete and hour. [1/h]
    duplicates : int
        Alerts raised within a minute of the end of one of the same athlete.
    crossings, foreseen : int
        Of an approach: how often the limit was reached, and how often an alert stood before.
    lead_s : float
        Of an approach: median time from alert to crossing; a crossing without alert counts 0. [s]
    false_per_hour : float
        Of an approach: alerts per athlete and hour that no crossing followed within the time
        promised. [1/h]
    """

    hours: float
    alerts: int
    suppressed: int
    per_hour: float
    duplicates: int
    crossings: int
    foreseen: int
    lead_s: float
    false_per_hour: float


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """Alerts of one athlete in one session: when each began and ended (inf: not yet). [s]"""

    raised_s: Floats
    cleared_s: Floats


def leads(told: Episodes, crossed_s: Floats, promise_s: float) -> Floats:
    """Return how long before each crossing it was told; 0 where it was not. [s]

    An alert stands for a crossing that comes while it lasts, or within the time it promised; of
    several the last counts, and one that told the crossing before counts from that one.

    Examples
    --------
    >>> told = Episodes(np.array([100.0]), np.array([400.0]))
    >>> leads(told, np.array([260.0, 390.0, 2000.0]), 600)
    array([160., 130.,   0.])
    """
    before, found = -np.inf, []
    until = np.maximum(told.cleared_s, told.raised_s + promise_s)
    for crossing in crossed_s:
        standing = told.raised_s[(told.raised_s <= crossing) & (crossing <= until)]
        lead = crossing - max(standing[-1], before) if len(standing) else 0.0
        found.append(min(float(lead), promise_s))
        before = crossing
    return np.array(found, np.float64)


def false_alarms(told: Episodes, crossed_s: Floats, promise_s: float) -> int:
    """Return how many alerts no crossing followed within the time promised.

    >>> false_alarms(Episodes(np.array([0.0, 900.0]), np.array([9.0, 950.0])), np.array([300.0]), 600)
    1
    """
    waited = crossed_s[np.newaxis] - told.raised_s[:, np.newaxis]
    return int((~((waited >= 0) & (waited <= promise_s)).any(axis=1)).sum())


def duplicates(told: Episodes, within_s: float = 60.0) -> int:
    """Return how many alerts came within `within_s` of the end of the one before. [s]

    >>> duplicates(Episodes(np.array([0.0, 130.0, 400.0]), np.array([100.0, 200.0, 500.0])))
    1
    """
    return int((told.raised_s[1:] - told.cleared_s[:-1] < within_s).sum())


def score(
    sessions: Sequence[tuple[float, Episodes, int, Floats | None]], promise_s: float
) -> Score:
    """Return the score over sessions.

    Parameters
    ----------
    sessions : sequence of (hours, episodes, suppressed, crossings)
        Of each athlete and session; crossings are None for a rule that foresees nothing. [s]
    promise_s : float
        How long an alert may wait for its crossing. [s]

    Examples
    --------
    >>> told = Episodes(np.array([100.0, 3000.0]), np.array([400.0, 3100.0]))
    >>> found = score([(2.0, told, 0, np.array([260.0]))], 600)
    >>> found.per_hour, found.lead_s, found.false_per_hour
    (1.0, 160.0, 0.5)
    """
    hours = sum(hours for hours, _, _, _ in sessions)
    alerts = sum(len(told.raised_s) for _, told, _, _ in sessions)
    foresight = [(told, crossed) for _, told, _, crossed in sessions if crossed is not None]
    early = np.concatenate([np.empty(0), *(leads(t, c, promise_s) for t, c in foresight)])
    false = sum(false_alarms(told, crossed, promise_s) for told, crossed in foresight)
    return Score(
        hours=hours,
        alerts=alerts,
        suppressed=sum(count for _, _, count, _ in sessions),
        per_hour=alerts / hours if hours else np.nan,
        duplicates=sum(duplicates(told) for _, told, _, _ in sessions),
        crossings=len(early),
        foreseen=int((early > 0).sum()),
        lead_s=float(np.median(early)) if len(early) else np.nan,
        false_per_hour=false / hours if hours and foresight else np.nan,
    )
