"""The part of the embedded store that keeps what people marked, and what was summed up."""

from collections.abc import Mapping, Sequence

import pandas as pd

from twin.records import Lap, Note, Period
from twin.store import marks
from twin.store.athletes import find_athlete
from twin.store.catalogue import key_of
from twin.store.closing import Closing
from twin.store.database import Database
from twin.store.summaries import keep_summary, list_summaries


class MarkedStore(Closing):
    """Laps, periods, notes and summaries of the sessions in a database."""

    _database: Database

    def laps(self, session: str) -> tuple[Lap, ...]:
        """Return the laps of a session."""
        with self._database.reading() as connection:
            return marks.laps(connection, key_of(connection, session))

    def set_laps(self, session: str, laps: Sequence[Lap]) -> None:
        """Put these laps in the place of those kept."""
        with self._database.writing() as connection:
            marks.set_laps(connection, key_of(connection, session), laps)

    def periods(self, squad_session: str) -> tuple[Period, ...]:
        """Return the periods of a squad's session; none where nothing was marked."""
        with self._database.reading() as connection:
            return marks.periods(connection, squad_session)

    def set_periods(self, squad_session: str, periods: Sequence[Period]) -> None:
        """Put these periods in the place of those kept."""
        with self._database.writing() as connection:
            marks.set_periods(connection, squad_session, periods)

    def notes(self, session: str) -> tuple[Note, ...]:
        """Return the notes of a session, by time."""
        with self._database.reading() as connection:
            return marks.notes(connection, key_of(connection, session))

    def add_note(self, session: str, note: Note) -> None:
        """Keep one more note."""
        with self._database.writing() as connection:
            marks.add_note(connection, key_of(connection, session), note)

    def keep_summary(self, session: str, figures: Mapping[str, float], *, version: str) -> None:
        """Keep figures of an ended session, so that a season is listed without reading samples.

        Parameters
        ----------
        session : str
            Id of the session.
        figures : mapping of str to float
            Any names; NaN = not known.
        version : str
            What the figures depend on, such as the law's version and the athlete's thresholds.

        Raises
        ------
        UnknownSessionError
            If no session of that id is stored.
        """
        with self._database.writing() as connection:
            keep_summary(connection, key_of(connection, session), figures, version)

    def summaries(self, *, athlete: str | None = None) -> pd.DataFrame:
        """Return the figures kept of ended sessions, oldest first, on an index of session ids.

        Columns are ``athlete`` (name), ``start``, ``samples``, ``version`` and the figures, NaN where
        a session has none of that name. A session that got more samples since is left out.
        """
        with self._database.reading() as connection:
            athlete_id = None if athlete is None else find_athlete(connection, athlete).id
            return list_summaries(connection, athlete_id)
