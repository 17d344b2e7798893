"""Alert rules with all their versions, as text, in the file of the store."""

from datetime import UTC, datetime

from twin.errors import StoreError
from twin.store.book import Book
from twin.store.instants import from_ns, to_ns


class Rulebook(Book):
    """The rules of a store; nothing is ever overwritten, so every change can be taken back.

    Examples
    --------
    >>> import tempfile
    >>> from twin.store import EmbeddedStore
    >>> with tempfile.TemporaryDirectory() as folder, EmbeddedStore(folder) as store:
    ...     book = store.coaching().rulebook
    ...     versions = [book.save("line", text, author="Kim") for text in ("one", "two")]
    ...     undone = book.undo("line", author="Kim")
    ...     book.current()
    {'line': (3, 'one')}
    """

    def current(self) -> dict[str, tuple[int, str]]:
        """Return version and text of every rule by id; those struck out are absent."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, max(version), body FROM rule GROUP BY id ORDER BY id"
            ).fetchall()
        return {rule: (version, body) for rule, version, body in rows if body}

    def is_new(self) -> bool:
        """Tell whether no rule was ever saved."""
        with self._database.reading() as connection:
            return connection.execute("SELECT 1 FROM rule LIMIT 1").fetchone() is None

    def versions(self, rule: str) -> list[tuple[int, str, datetime, str]]:
        """Return version, text, time and author of each version, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT version, body, saved_ns, author FROM rule WHERE id = ?"
                " ORDER BY version DESC",
                (rule,),
            ).fetchall()
        return [(version, body, from_ns(saved), author) for version, body, saved, author in rows]

    def save(self, rule: str, body: str, *, author: str, now: datetime | None = None) -> int:
        """Keep a new version of a rule and return its number; an empty text strikes it out."""
        with self._database.writing() as connection:
            before = connection.execute(
                "SELECT max(version) FROM rule WHERE id = ?", (rule,)
            ).fetchone()[0]
            version = (before or 0) + 1
            saved = to_ns(now or datetime.now(UTC))
            connection.execute(
                "INSERT INTO rule VALUES (?, ?, ?, ?, ?)", (rule, version, body, saved, author)
            )
        return version

    def undo(self, rule: str, *, author: str) -> int:
        """Go back by one change, again by the one before; return the number of the new version.

        Raises
        ------
        StoreError
            If there is no version before.
        """
        before = self.before(rule)
        if before is None:
            raise StoreError(f"rule {rule!r} has no version before the present one")
        return self.save(rule, before, author=author)

    def before(self, rule: str) -> str | None:
        """Return the text that `undo` goes back to; None where nothing is left to undo."""
        held: list[str] = []  # changes not undone; what equals the one before the last undid it
        for _, body, _, _ in reversed(self.versions(rule)):
            if len(held) > 1 and held[-2] == body:
                held.pop()
            else:
                held.append(body)
        return held[-2] if len(held) > 1 else None

    def removed(self) -> tuple[str, ...]:
        """Return the ids of rules struck out, which `undo` brings back."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, max(version), body FROM rule GROUP BY id"
            ).fetchall()
        return tuple(rule for rule, _, body in rows if not body)
