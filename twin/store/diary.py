"""Daily values: what an athlete measures in the morning, beside the sessions."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from twin.records import DailyValue
from twin.store.athletes import find_athlete
from twin.store.book import Book

COLUMNS = ("day", "name", "value", "source")


class Diary(Book):
    """The daily values of a store, one of each athlete, day, name and source."""

    def keep(self, athlete: str, values: Iterable[DailyValue]) -> int:
        """Keep values, in the place of those of the same day, name and source.

        Returns
        -------
        int
            How many are new or changed.
        """
        with self._database.writing() as connection:
            owner = find_athlete(connection, athlete).id
            before = connection.total_changes
            connection.executemany(
                "INSERT INTO daily_value VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (athlete, day, name, source) DO UPDATE SET value = excluded.value"
                " WHERE value <> excluded.value",
                [(owner, str(v.day), v.name, v.source, v.value) for v in values],
            )
            return connection.total_changes - before

    def values(
        self,
        athlete: str,
        *,
        names: Sequence[str] = (),
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> pd.DataFrame:
        """Return the values of an athlete by day, from `since` until before `until`.

        Parameters
        ----------
        athlete : str
            Id or name.
        names : sequence of str
            Of `twin.schema.DAILY`; none named: all.
        since, until : date or str, optional
            Such as ``"2026-10-01"``.

        Returns
        -------
        DataFrame
            Columns `COLUMNS`; ``day`` is a date without a zone.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT day, name, value, source FROM daily_value WHERE athlete = ?"
                " AND day >= ? AND day < ? ORDER BY day, name, source",
                (find_athlete(connection, athlete).id, str(since or ""), str(until or "9999")),
            ).fetchall()
        frame = pd.DataFrame.from_records(rows, columns=list(COLUMNS))
        frame["day"] = pd.to_datetime(frame["day"])
        return frame[frame["name"].isin(names)].reset_index(drop=True) if names else frame
