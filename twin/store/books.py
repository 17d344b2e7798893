"""The books of a store: what is kept beside sessions and samples, each under its own name."""

from collections.abc import Iterator
from contextlib import contextmanager

from twin.store.closing import Closing
from twin.store.coaching import Coaching
from twin.store.database import Database
from twin.store.diary import Diary
from twin.store.edits import Edits
from twin.store.figures import Figures


class Books(Closing):
    """Gives a store on a database its books; they are closed with the store."""

    _database: Database

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have all that is kept within the block on disk at its end, at once; keep it short.

        Nobody else writes meanwhile, and what is read does not show it yet.
        """
        with self._database.writing():
            yield

    def contents(self) -> dict[str, str]:
        """Return the session made from each content that was imported, by its hash."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT content, id FROM session WHERE content IS NOT NULL")
            return dict(rows.fetchall())

    def coaching(self, *, sends: bool = False) -> Coaching:
        """Return the alert rules of this store and what they told."""
        return Coaching(self._database, sends=sends)

    def diary(self) -> Diary:
        """Return the daily values: resting heart rate, heart rate variability, body mass."""
        return Diary(self._database)

    def edits(self) -> Edits:
        """Return the repairs of sessions."""
        return Edits(self._database)

    def figures(self) -> Figures:
        """Return what the sessions come to in figures."""
        return Figures(self._database)
