"""The part of the embedded store that keeps what people marked."""

from collections.abc import Sequence

from twin.records import Effort, Lap, Note, Period
from twin.store import marks
from twin.store.athletes import find_athlete
from twin.store.catalogue import key_of
from twin.store.closing import Closing
from twin.store.database import Database


class MarkedStore(Closing):
    """Laps, periods, notes and efforts of the sessions in a database."""

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

    def remove_note(self, session: str, note: Note) -> None:
        """Let go of a note; nothing happens where it is not kept."""
        with self._database.writing() as connection:
            marks.remove_note(connection, key_of(connection, session), note)

    def effort(self, session: str) -> Effort | None:
        """Return how hard a session was, as last said; None where nothing was."""
        with self._database.reading() as connection:
            return marks.effort(connection, key_of(connection, session))

    def efforts(self, athlete: str) -> dict[str, Effort]:
        """Return how hard the sessions of an athlete were, by session; those without are absent."""
        with self._database.reading() as connection:
            return marks.efforts(connection, find_athlete(connection, athlete).id)

    def say_effort(self, session: str, effort: Effort) -> None:
        """Keep how hard a session was; what was said before is kept under it."""
        with self._database.writing() as connection:
            marks.say_effort(connection, key_of(connection, session), effort)

    def take_back_effort(self, session: str) -> None:
        """Let what was said of a session before count again."""
        with self._database.writing() as connection:
            marks.take_back_effort(connection, key_of(connection, session))
