"""Sessions to come: what an athlete is to do on which day."""

import math
from dataclasses import replace
from datetime import date

from twin.records import PlannedSession
from twin.store.athletes import find_athlete
from twin.store.book import Book

_COLUMNS = "day, sport, title, duration_s, load, method"


class Planned(Book):
    """The planned sessions of a store."""

    def add(self, athlete: str, planned: PlannedSession) -> PlannedSession:
        """Keep a session to come of an athlete, and return it with its number."""
        with self._database.writing() as connection:
            owner = find_athlete(connection, athlete).id
            numbers = (
                None if math.isnan(value) else value for value in (planned.duration_s, planned.load)
            )
            row = (owner, str(planned.day), planned.sport, planned.title, *numbers, planned.method)
            number = connection.execute(
                f"INSERT INTO planned_session (athlete, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
        return replace(planned, id=number or 0)

    def of(
        self, athlete: str, *, since: date | str | None = None, until: date | str | None = None
    ) -> tuple[PlannedSession, ...]:
        """Return the planned sessions of an athlete by day, from `since` until before `until`."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, {_COLUMNS} FROM planned_session WHERE athlete = ?"
                " AND day >= ? AND day < ? ORDER BY day, id",
                (find_athlete(connection, athlete).id, str(since or ""), str(until or "9999")),
            ).fetchall()
        return tuple(
            PlannedSession(
                date.fromisoformat(day),
                sport,
                title,
                math.nan if duration_s is None else duration_s,
                math.nan if load is None else load,
                number,
                method,
            )
            for number, day, sport, title, duration_s, load, method in rows
        )

    def remove(self, number: int) -> None:
        """Strike a session out; one that is not there is no error."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM planned_session WHERE id = ?", (number,))
