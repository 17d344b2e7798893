"""Critical power and speed of athletes as tests gave them, entered by hand."""

from datetime import date

from twin.records import EnteredCapacity
from twin.store.athletes import find_athlete
from twin.store.book import Book

_COLUMNS = "day, kind, critical, reserve"


class EnteredCapacities(Book):
    """What was entered of the capacities of athletes, one of each athlete, kind and day."""

    def keep(self, athlete: str, entered: EnteredCapacity) -> None:
        """Keep what a test gave, in the place of one of the same kind and day.

        Raises
        ------
        UnknownAthleteError
            If nobody is called that.
        """
        with self._database.writing() as connection:
            owner = find_athlete(connection, athlete).id
            connection.execute(
                f"INSERT OR REPLACE INTO capacity (athlete, {_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
                (owner, str(entered.day), entered.kind, entered.critical, entered.reserve),
            )

    def of(self, athlete: str) -> tuple[EnteredCapacity, ...]:
        """Return what was entered of an athlete, by id or name, newest first."""
        with self._database.reading() as connection:
            owner = find_athlete(connection, athlete).id
        return self.all().get(owner, ())

    def all(self) -> dict[str, tuple[EnteredCapacity, ...]]:
        """Return what was entered of everybody of whom something was, by id, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT athlete, {_COLUMNS} FROM capacity ORDER BY day DESC, kind"
            ).fetchall()
        found: dict[str, tuple[EnteredCapacity, ...]] = {}
        for athlete, day, *values in rows:
            one = EnteredCapacity(date.fromisoformat(day), *values)
            found[athlete] = (*found.get(athlete, ()), one)
        return found

    def take_back(self, athlete: str, kind: str, day: date) -> None:
        """Forget what was entered of a kind and day; nothing there is no error."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM capacity WHERE athlete = ? AND kind = ? AND day = ?",
                (find_athlete(connection, athlete).id, kind, str(day)),
            )
