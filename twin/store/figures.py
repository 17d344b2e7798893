"""What a session comes to in figures: computed once, kept until code, athlete or edits change."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

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
    """

    version: str
    body: str
    distance_m: float


def keep_figure(connection: sqlite3.Connection, key: int, figure: Figure) -> None:
    """Keep the figures of a session, by its key, in the place of those before."""
    distance = None if np.isnan(figure.distance_m) else figure.distance_m
    connection.execute(
        "INSERT OR REPLACE INTO figure VALUES (?, ?, ?, ?)",
        (key, figure.version, figure.body, distance),
    )


class Figures(Book):
    """The figures of a store's sessions."""

    def keep(self, session: str, figure: Figure) -> None:
        """Keep the figures of a session in the place of those before."""
        with self._database.writing() as connection:
            keep_figure(connection, key_of(connection, session), figure)

    def all(self) -> Mapping[str, Figure]:
        """Return the figures of all sessions that have some, by session id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, version, body, distance FROM figure JOIN session ON key = session"
            ).fetchall()
        return {
            session: Figure(version, body, np.nan if distance is None else distance)
            for session, version, body, distance in rows
        }
