"""The part of the embedded store that keeps what people marked."""

from collections.abc import Sequence

from twin.records import Lap, Note, Period
from twin.store import marks
from twin.store.catalogue import key_of
from twin.store.closing import Closing
from twin.store.database import Database


class MarkedStore(Closing):
    """Laps, periods and notes of the sessions in a database."""

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
