"""What is on its way to a webhook, in the file of the store: kept until it has been taken."""

import time

from twin.store.book import Book


class Letters(Book):
    """The outbox of a webhook, oldest first.

    Examples
    --------
    >>> import tempfile
    >>> from twin.store import EmbeddedStore
    >>> with tempfile.TemporaryDirectory() as folder, EmbeddedStore(folder) as store:
    ...     letters = store.coaching().letters
    ...     letters.put("one")
    ...     letters.put("two")
    ...     number, body = letters.next()
    ...     letters.taken(number)
    ...     body, letters.next()[1], letters.waiting()
    ('one', 'two', 1)
    """

    def put(self, body: str) -> None:
        """Keep a body to be sent."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO letter (body, made_ns) VALUES (?, ?)", (body, time.time_ns())
            )

    def next(self) -> tuple[int, str] | None:
        """Return number and body of the oldest that is to be sent; None where there is none."""
        with self._database.reading() as connection:
            found: tuple[int, str] | None = connection.execute(
                "SELECT id, body FROM letter WHERE refused = '' ORDER BY id LIMIT 1"
            ).fetchone()
        return found

    def taken(self, number: int) -> None:
        """Let go of what has been taken."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM letter WHERE id = ?", (number,))

    def refuse(self, number: int, why: str) -> None:
        """Keep aside what will never be taken, with the reason."""
        with self._database.writing() as connection:
            connection.execute("UPDATE letter SET refused = ? WHERE id = ?", (why, number))

    def waiting(self) -> int:
        """Return how many are still to be sent."""
        with self._database.reading() as connection:
            return int(
                connection.execute("SELECT count(*) FROM letter WHERE refused = ''").fetchone()[0]
            )
