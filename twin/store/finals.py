"""What screens showed live at the end of a session, to be compared with what is computed afterwards."""

from collections.abc import Mapping

import numpy as np

from twin.store.book import Book


class Finals(Book):
    """The last live figures of a store's sessions."""

    def keep(self, session: str, figures: Mapping[str, float]) -> None:
        """Keep the live figures of a session by name, NaN left out; of one not stored, nothing."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO final_live SELECT key, ?, ? FROM session WHERE id = ?",
                [(name, value, session) for name, value in figures.items() if np.isfinite(value)],
            )

    def of(self, session: str) -> dict[str, float]:
        """Return the live figures kept of a session; none where it was not recorded live."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT name, value FROM final_live JOIN session ON key = session WHERE id = ?",
                (session,),
            )
            return dict(rows.fetchall())
