"""What twins learn from stored sessions, and what the catalogue knows of it."""

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from twin.model.calibration import Calibration, calibrate
from twin.model.learning import MOST_SESSIONS, SHORTEST_S
from twin.model.reserve import (
    Known,
    capacities_of,
    known_in,
    max_hr_in,
    with_capacities,
    with_entered,
)
from twin.model.stored import is_current, to_text
from twin.protocols import Store
from twin.records import EnteredCapacity, Recording
from twin.store.calibrations import Calibrations, StoredCalibration

logger = logging.getLogger(__name__)

_CHANNELS = ("heart_rate", "power", "cadence", "speed", "distance", "altitude", "latitude",
             "longitude")  # fmt: skip


def history(store: Store, athlete: str, sessions: int = MOST_SESSIONS) -> list[Recording]:
    """Return the newest ended sessions of an athlete that are long enough to learn from."""
    listed = store.sessions(athlete=athlete)
    listed = listed[(listed["state"] != "live") & (listed["duration_s"] >= SHORTEST_S)]
    found = []
    for session, sport in listed[["session", "sport"]].itertuples(index=False):
        samples = store.samples(session, columns=_CHANNELS).dropna(axis="columns", how="all")
        if "heart_rate" in samples:
            found.append(Recording(samples, sport=sport, path=f"session:{session}"))
        if len(found) == sessions:
            break
    return found


def calibrate_stored(
    store: Store, shelf: Calibrations, athlete: str, *, now: datetime
) -> Calibration:
    """Calibrate an athlete's twin from the stored sessions and keep it as a new version.

    Parameters
    ----------
    store : Store
        That holds the sessions.
    shelf : Calibrations
        Where the version is kept.
    athlete : str
        Id.
    now : datetime
        The present instant, UTC.
    """
    last_session = shelf.last_sessions().get(athlete, 0)
    sessions = history(store, athlete)
    learnt = calibrate(sessions)
    max_hr = shelf.max_hr().get(athlete, math.nan)
    found = capacities_of(sessions, max_hr=max_hr)
    text = with_capacities(to_text(learnt), found, max_hr=max_hr)
    shelf.add(StoredCalibration(athlete, now, learnt.sessions, last_session, text))
    return learnt


def known_twins(shelf: Calibrations) -> dict[str, Known]:
    """Return what is known of every athlete, by id; what is of an older format counts as nothing."""
    newest, entered = shelf.newest(), shelf.entered.all()
    return {
        athlete: _known(newest.get(athlete), entered.get(athlete, ()))
        for athlete in {**newest, **entered}
    }


def known_of(shelf: Calibrations, athlete: str, day: date | None = None) -> Known:
    """Return what is known of an athlete, by id; nothing of a stranger, of tests what was known on a day."""
    return _known(shelf.newest_of(athlete), shelf.entered.of_id(athlete), day)


def _known(
    kept: StoredCalibration | None, entered: Sequence[EnteredCapacity], day: date | None = None
) -> Known:
    known = Known()
    if kept is not None:
        try:
            known = known_in(kept.content)
        except ValueError as error:
            logger.info("%s: %s", kept.athlete, error)
    return replace(known, capacities=with_entered(known.capacities, entered, day))


def outdated(shelf: Calibrations, athletes: Sequence[str]) -> list[str]:
    """Return those who ended a session, or got another maximal heart rate, since they were calibrated."""
    newest, last, max_hr = shelf.newest(), shelf.last_sessions(), shelf.max_hr()

    def due(athlete: str) -> bool:
        kept = newest.get(athlete)
        if kept is None or kept.last_session < last[athlete] or not is_current(kept.content):
            return True
        return max_hr_in(kept.content) != max_hr[athlete]

    return [athlete for athlete in athletes if athlete in last and due(athlete)]
