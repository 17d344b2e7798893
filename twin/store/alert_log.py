"""What was told to whom, and what became of it: the log of alerts, in the file of the store."""

from datetime import datetime

import pandas as pd

from twin.records import Alert
from twin.store.book import Book
from twin.store.instants import to_ns, to_ns_or_none

COLUMNS = (
    "alert", "time", "ended", "athlete", "rule", "version", "channel", "value", "line", "priority",
    "text", "state", "told", "acknowledged_by", "note", "session",
)  # fmt: skip
_FIELDS = (
    "a.id, a.time_ns, a.ended_ns, coalesce(p.name, a.athlete), a.rule, a.version, a.channel,"
    " a.value, a.line, a.priority, a.text, a.state, a.told, a.acknowledged_by, a.note, a.session"
)


class AlertLog(Book):
    """Every alert that was raised or held back, also by rules in shadow mode."""

    def keep(self, alert: Alert, *, told: str, version: int, session: str = "") -> None:
        """Enter an alert, or what became of one.

        Parameters
        ----------
        alert : Alert
            As it stands.
        told : str
            "shown", "shadow" or "muted".
        version : int
            Of the rule.
        session : str
            Being recorded then, for the way to its review.
        """
        values = (
            alert.id, alert.athlete, alert.kind, version, alert.channel, alert.value, alert.line,
            to_ns(alert.time), to_ns_or_none(alert.ended), int(alert.priority), alert.text,
            str(alert.state), told, alert.acknowledged_by, alert.note, session,
        )  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(
                f"INSERT INTO alert VALUES ({', '.join('?' * len(values))})"
                " ON CONFLICT (id) DO UPDATE SET ended_ns = excluded.ended_ns,"
                " priority = excluded.priority, state = excluded.state, text = excluded.text,"
                " acknowledged_by = excluded.acknowledged_by, note = excluded.note",
                values,
            )

    def close_open(self) -> None:
        """Mark as ended what a process that is gone left standing."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE alert SET state = 'ended' WHERE state IN ('active', 'acknowledged')"
                " AND ended_ns IS NULL"
            )

    def search(
        self,
        words: str = "",
        *,
        athlete: str = "",
        since: datetime | None = None,
        most: int = 1000,
    ) -> pd.DataFrame:
        """Return alerts, newest first, with `COLUMNS`; times are UTC.

        Parameters
        ----------
        words : str
            Each of them must stand in the text, the rule, the note or a name, whatever its capitals.
        athlete : str
            Id or name; empty = all.
        since : datetime, optional
            Raised then or later.
        most : int
            At most so many rows.
        """
        clauses: list[str] = ["a.time_ns >= ?"]
        values: list[str | int] = [to_ns_or_none(since) or 0]
        if athlete:
            clauses.append("(a.athlete = ? OR p.name = ?)")
            values += [athlete, athlete]
        for word in words.split():
            clauses.append(
                "(a.text || ' ' || a.rule || ' ' || a.note || ' ' || a.acknowledged_by || ' '"
                " || coalesce(p.name, '') || ' ' || a.state || ' ' || a.told) LIKE ? ESCAPE '~'"
            )
            values.append(f"%{_escaped(word)}%")
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_FIELDS} FROM alert a LEFT JOIN athlete p ON p.id = a.athlete"
                f" WHERE {' AND '.join(clauses)} ORDER BY a.time_ns DESC, a.id LIMIT ?",
                (*values, most),
            ).fetchall()
        frame = pd.DataFrame.from_records(rows, columns=list(COLUMNS))
        for instant in ("time", "ended"):
            frame[instant] = pd.to_datetime(frame[instant], unit="ns", utc=True)
        return frame


def _escaped(word: str) -> str:
    for sign in "~%_":
        word = word.replace(sign, f"~{sign}")
    return word
