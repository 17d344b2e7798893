"""Critical power and speed of athletes as tests gave them, entered by hand."""

import sqlite3
from datetime import date

from twin.records import EnteredCapacity
from twin.store.athletes import find_athlete
from twin.store.book import Book

_COLUMNS = "day, kind, critical, reserve"
_ORDER = "ORDER BY day DESC, kind"


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
            return _of(connection, find_athlete(connection, athlete).id)

    def of_id(self, athlete: str) -> tuple[EnteredCapacity, ...]:
        """Return what was entered of an athlete, by id, newest first; nothing of a stranger."""
        with self._database.reading() as connection:
            return _of(connection, athlete)

    def all(self) -> dict[str, tuple[EnteredCapacity, ...]]:
        """Return what was entered of everybody of whom something was, by id, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT athlete, {_COLUMNS} FROM capacity {_ORDER}"
            ).fetchall()
        found: dict[str, tuple[EnteredCapacity, ...]] = {}
        for athlete, *row in rows:
            found[athlete] = (*found.get(athlete, ()), _entered(*row))
        return found

    def take_back(self, athlete: str, kind: str, day: date) -> None:
        """Forget what was entered of a kind and day; nothing there is no error."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM capacity WHERE athlete = ? AND kind = ? AND day = ?",
                (find_athlete(connection, athlete).id, kind, str(day)),
            )


def _of(connection: sqlite3.Connection, owner: str) -> tuple[EnteredCapacity, ...]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM capacity WHERE athlete = ? {_ORDER}", (owner,)
    )
    return tuple(_entered(*row) for row in rows)


def _entered(day: str, kind: str, critical: float, reserve: float) -> EnteredCapacity:
    return EnteredCapacity(date.fromisoformat(day), kind, critical, reserve)
