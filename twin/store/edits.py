"""Edits of stored sessions: kept beside the samples, which never change, and taken back at will."""

import time
from collections.abc import Iterable, Sequence

import numpy as np

from twin.records import Edit
from twin.store.book import Book
from twin.store.catalogue import key_of
from twin.store.instants import from_ns, from_ns_or_none, to_ns

_COLUMNS = "kind, channel, start_ns, end_ns, value, reason, author, made_ns, undone_ns, id"


class Edits(Book):
    """The edits of a store's sessions."""

    def add(self, session: str, edits: Iterable[Edit]) -> None:
        """Put more edits on top of those in force."""
        now = time.time_ns()
        with self._database.writing() as connection:
            key = key_of(connection, session)
            connection.executemany(
                "INSERT INTO edit (session, kind, channel, start_ns, end_ns, value, reason, author,"
                " made_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (key, e.kind, e.channel, to_ns(e.start), to_ns(e.end), e.value, e.reason,
                     e.author, now)
                    for e in edits
                ],
            )  # fmt: skip

    def of(self, session: str) -> tuple[Edit, ...]:
        """Return the edits in force, in the order they were made."""
        return tuple(edit for edit in self.history(session) if edit.undone is None)

    def history(self, session: str) -> tuple[Edit, ...]:
        """Return all edits ever made, in their order; those taken back say when."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM edit WHERE session = ? ORDER BY id",
                (key_of(connection, session),),
            ).fetchall()
        return tuple(
            Edit(
                kind, channel, from_ns(start), from_ns(end), value, reason, author,
                from_ns_or_none(made), from_ns_or_none(undone), number,
            )
            for kind, channel, start, end, value, reason, author, made, undone, number in rows
        )  # fmt: skip

    def marks(self) -> dict[str, str]:
        """Return for each session with edits what tells its edits from others."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT s.id, group_concat(e.id) FROM edit e JOIN session s ON s.key = e.session"
                " WHERE undone_ns IS NULL GROUP BY e.session"
            )
            return dict(rows.fetchall())

    def left_out(self) -> frozenset[str]:
        """Return the sessions of which every sample is left out, such as doubles of others."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT s.id FROM edit e JOIN session s ON s.key = e.session"
                " WHERE undone_ns IS NULL AND kind = 'drop'"
                " AND e.start_ns <= s.start_ns AND e.end_ns >= s.end_ns"
            )
            return frozenset(session for (session,) in rows)

    def undo(self, session: str, numbers: Sequence[int] | None = None) -> int:
        """Take back edits of a session, all without numbers; return how many were in force."""
        wanted = [edit.number for edit in self.of(session)]
        if numbers is not None:
            wanted = sorted(np.intersect1d(wanted, numbers).tolist())
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE edit SET undone_ns = ? WHERE id = ? AND undone_ns IS NULL",
                [(time.time_ns(), number) for number in wanted],
            )
        return len(wanted)
