"""The books of a store: what is kept beside sessions and samples, each under its own name."""

from collections.abc import Iterator
from contextlib import contextmanager

from twin.store.capacities import EnteredCapacities
from twin.store.closing import Closing
from twin.store.coaching import Coaching
from twin.store.database import Database
from twin.store.derived import Derived
from twin.store.diary import Diary
from twin.store.edits import Edits
from twin.store.figures import Figures
from twin.store.filing import Filing, filing
from twin.store.finals import Finals
from twin.store.planned import Planned


class Books(Closing):
    """Gives a store on a database its books; they are closed with the store."""

    _database: Database
    _files: Filing | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have all that is kept within the block on disk at its end, at once; keep it short.

        Nobody else writes meanwhile, and what is read does not show it yet. Recordings go straight
        to files of their own, unless something is being recorded.
        """
        with filing(self._database.folder) as files, self._database.writing() as connection:
            self._files = files
            try:
                yield
                if files is not None:
                    files.settle(connection)
            finally:
                self._files = None

    def contents(self) -> dict[str, str]:
        """Return the session made from each content that was imported, by its hash."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT content, id FROM session WHERE content IS NOT NULL")
            return dict(rows.fetchall())

    def capacities(self) -> EnteredCapacities:
        """Return critical power and speed of athletes as tests gave them."""
        return EnteredCapacities(self._database)

    def coaching(self, *, sends: bool = False) -> Coaching:
        """Return the alert rules of this store and what they told."""
        return Coaching(self._database, sends=sends)

    def derived(self) -> Derived:
        """Return the samples as cleaned and derived, of the sessions looked at last."""
        return Derived(self._database)

    def diary(self) -> Diary:
        """Return the daily values: resting heart rate, heart rate variability, body mass."""
        return Diary(self._database)

    def edits(self) -> Edits:
        """Return the repairs of sessions."""
        return Edits(self._database)

    def figures(self) -> Figures:
        """Return what the sessions come to in figures."""
        return Figures(self._database)

    def planned(self) -> Planned:
        """Return the sessions to come."""
        return Planned(self._database)

    def finals(self) -> Finals:
        """Return what screens showed when sessions ended."""
        return Finals(self._database)
