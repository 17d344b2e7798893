"""What twins learn from stored sessions, and what the catalogue knows of it."""

import logging
from collections.abc import Sequence
from datetime import datetime

from twin.model.calibration import Calibration, calibrate
from twin.model.learning import MOST_SESSIONS
from twin.model.reserve import Known, capacities_of, known_in, with_capacities
from twin.model.stored import is_current, to_text
from twin.protocols import Store
from twin.records import Recording
from twin.store.calibrations import Calibrations, StoredCalibration

logger = logging.getLogger(__name__)

SHORTEST_S = 180.0  # of a session that teaches anything
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
    text = with_capacities(to_text(learnt), capacities_of(sessions))
    shelf.add(StoredCalibration(athlete, now, learnt.sessions, last_session, text))
    return learnt


def known_twins(shelf: Calibrations) -> dict[str, Known]:
    """Return what is known of every athlete, by id; what is of an older format is left out."""
    known = {}
    for athlete, kept in shelf.newest().items():
        try:
            known[athlete] = known_in(kept.content)
        except ValueError as error:
            logger.info("%s: %s", athlete, error)
    return known


def outdated(shelf: Calibrations, athletes: Sequence[str]) -> list[str]:
    """Return those of these athletes who have ended a session since they were calibrated."""
    newest, last = shelf.newest(), shelf.last_sessions()

    def due(athlete: str) -> bool:
        kept = newest.get(athlete)
        return kept is None or kept.last_session < last[athlete] or not is_current(kept.content)

    return [athlete for athlete in athletes if athlete in last and due(athlete)]
