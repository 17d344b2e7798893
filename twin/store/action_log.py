"""How sessions were led, as text, in the file of the store."""

import time

from twin.store.book import Book


class ActionLog(Book):
    """Every action of every coach; those taken back stay, and count no longer.

    Examples
    --------
    >>> import tempfile
    >>> from twin.store import EmbeddedStore
    >>> with tempfile.TemporaryDirectory() as folder, EmbeddedStore(folder) as store:
    ...     log = store.coaching().action_log
    ...     for name in ("plan", "start", "lap"):
    ...         log.keep("", "monday", name, body=name)
    ...     log.take_back("", "lap")
    ...     log.newest("")
    ['plan', 'start']
    """

    def keep(self, hub: str, led: str, action: str, *, body: str) -> None:
        """Enter an action of a session that is led."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO action (hub, led, id, body) VALUES (?, ?, ?, ?)",
                (hub, led, action, body),
            )

    def take_back(self, hub: str, action: str) -> None:
        """Let an action count no longer."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE action SET undone_ns = ? WHERE hub = ? AND id = ? AND undone_ns IS NULL",
                (time.time_ns(), hub, action),
            )

    def newest(self, hub: str) -> list[str]:
        """Return the actions that count of the session that a hub led last, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT body FROM action WHERE hub = ? AND undone_ns IS NULL AND led ="
                " (SELECT led FROM action WHERE hub = ? AND undone_ns IS NULL"
                " ORDER BY seq DESC LIMIT 1) ORDER BY seq",
                (hub, hub),
            ).fetchall()
        return [body for (body,) in rows]
