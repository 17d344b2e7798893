"""What a session comes to in figures: computed once, kept until code, athlete or edits change."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from twin.store.athletes import find_athlete
from twin.store.book import Book
from twin.store.catalogue import key_of


@dataclass(frozen=True, slots=True)
class Figure:
    """The figures of one session.

    Parameters
    ----------
    version : str
        Of what they were made from; another one makes them stale. Empty: distance only.
    body : str
        The figures as JSON.
    distance_m : float
        Way covered, for lists of sessions; NaN where not known. [m]
    fingerprint : str
        What the session is known again by, as JSON; read on its own.
    """

    version: str
    body: str
    distance_m: float
    fingerprint: str = ""


# Without a version it is the session itself that is new or repaired: its highest heart rate too.
_KEEP = (
    "INSERT INTO figure (session, version, body, distance, fingerprint) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (session) DO UPDATE SET version = excluded.version, body = excluded.body,"
    " distance = excluded.distance, fingerprint = excluded.fingerprint,"
    " highest_hr = CASE excluded.version WHEN '' THEN NULL ELSE highest_hr END"
)


def keep_figure(connection: sqlite3.Connection, key: int, figure: Figure) -> None:
    """Keep the figures of a session, by its key, in the place of those before."""
    distance = None if np.isnan(figure.distance_m) else figure.distance_m
    connection.execute(_KEEP, (key, figure.version, figure.body, distance, figure.fingerprint))


class Figures(Book):
    """The figures of a store's sessions."""

    def keep(self, session: str, figure: Figure) -> None:
        """Keep the figures of a session in the place of those before."""
        with self._database.writing() as connection:
            keep_figure(connection, key_of(connection, session), figure)

    def of(self, session: str) -> Figure | None:
        """Return the figures of one session, without the fingerprint; None where none are kept."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT version, body, distance FROM figure JOIN session ON key = session WHERE id = ?",
                (session,),
            ).fetchone()
        return None if row is None else Figure(row[0], row[1], np.nan if row[2] is None else row[2])

    def all(self, athlete: str | None = None) -> Mapping[str, Figure]:
        """Return the figures of all sessions that have some, or of an athlete's, without fingerprints."""
        return {
            session: Figure(version, body, np.nan if distance is None else distance)
            for session, version, body, distance in self._rows("version, body, distance", athlete)
        }

    def versions(self, athlete: str | None = None) -> Mapping[str, str]:
        """Return what the figures of all sessions were made from, or of an athlete's; no figure is read."""
        return dict(self._rows("version", athlete))

    def _rows(self, columns: str, athlete: str | None) -> Sequence[tuple[Any, ...]]:
        with self._database.reading() as connection:
            owner = None if athlete is None else find_athlete(connection, athlete).id
            return connection.execute(
                f"SELECT id, {columns} FROM figure JOIN session ON key = session"
                " WHERE ? IS NULL OR athlete = ?",
                (owner, owner),
            ).fetchall()

    def keep_highest(self, session: str, heart_rate: float) -> None:
        """Keep the highest heart rate of a session; NaN = none was measured. [bpm]"""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO figure (session, version, body, highest_hr) VALUES (?, '', '', ?)"
                " ON CONFLICT (session) DO UPDATE SET highest_hr = excluded.highest_hr",
                (key_of(connection, session), float(np.nan_to_num(heart_rate))),
            )

    def highest(self, athlete: str) -> Mapping[str, float | None]:
        """Return the highest heart rates of an athlete's ended sessions, oldest first. [bpm]

        0 where none was measured, None where nobody looked yet.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, highest_hr FROM session s LEFT JOIN figure f ON s.key = f.session"
                " WHERE athlete = ? AND state <> 'live' ORDER BY start_ns",
                (find_athlete(connection, athlete).id,),
            )
            return dict(rows.fetchall())

    def fingerprints(self, athlete: str | None = None) -> Mapping[str, str]:
        """Return the fingerprints of an athlete's sessions, or of all, oldest first."""
        with self._database.reading() as connection:
            owner = None if athlete is None else find_athlete(connection, athlete).id
            rows = connection.execute(
                "SELECT id, fingerprint FROM figure f JOIN session s ON s.key = f.session"
                " WHERE fingerprint <> '' AND (? IS NULL OR athlete = ?) ORDER BY start_ns",
                (owner, owner),
            )
            return dict(rows.fetchall())
