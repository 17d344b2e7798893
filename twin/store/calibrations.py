"""What twins have learnt of their athletes, version by version, in the file of the store."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twin.store.athletes import all_athletes, find_athlete
from twin.store.capacities import EnteredCapacities
from twin.store.closing import Closing
from twin.store.database import Database
from twin.store.instants import from_ns, to_ns

_KEPT = 50  # versions of one athlete
_COLUMNS = "version, athlete, made_ns, sessions, last_session, content"
_LAST_ENDED = "SELECT athlete, MAX(key) AS last FROM session WHERE state <> 'live' GROUP BY athlete"


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """One version of what a twin has learnt.

    Parameters
    ----------
    athlete : str
        Id.
    made : datetime
        When, UTC.
    sessions : int
        Learnt from so many; 0 where none could teach anything.
    last_session : int
        Key of the newest session there was.
    content : str
        The calibration as text, see `twin.model.stored`.
    version : int
        Number in the catalogue; 0 before it is kept.
    """

    athlete: str
    made: datetime
    sessions: int
    last_session: int
    content: str
    version: int = 0


class Calibrations(Closing):
    """The calibrations of a store; any number of processes may read and add.

    `entered` holds the capacities that were entered by hand.

    Parameters
    ----------
    home : path or Database
        Home of the store, made if need be; or its open database.

    Raises
    ------
    StoreError
        If the folder cannot be used, or the file is damaged or of a newer version.
    """

    def __init__(self, home: str | Path | Database) -> None:
        self._database = home if isinstance(home, Database) else Database(Path(home))
        self.entered = EnteredCapacities(self._database)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def versions(self, athlete: str) -> tuple[StoredCalibration, ...]:
        """Return the versions of an athlete, by id or name, newest first.

        Raises
        ------
        UnknownAthleteError
            If nobody is called that.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM calibration WHERE athlete = ? ORDER BY version DESC",
                (find_athlete(connection, athlete).id,),
            ).fetchall()
        return tuple(_calibration(row) for row in rows)

    def of(self, athlete: str) -> StoredCalibration | None:
        """Return the newest version of an athlete, by id or name; None before the first."""
        with self._database.reading() as connection:
            return _newest(connection, find_athlete(connection, athlete).id)

    def newest_of(self, athlete: str) -> StoredCalibration | None:
        """Return the newest version of an athlete, by id; None before the first, and of a stranger."""
        with self._database.reading() as connection:
            return _newest(connection, athlete)

    def newest(self) -> dict[str, StoredCalibration]:
        """Return the newest version of every athlete who has one, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM calibration"
                " WHERE version IN (SELECT MAX(version) FROM calibration GROUP BY athlete)"
            ).fetchall()
        return {row[1]: _calibration(row) for row in rows}

    def last_sessions(self) -> dict[str, int]:
        """Return the key of the newest ended session of every athlete who has one, by id."""
        with self._database.reading() as connection:
            return dict(connection.execute(_LAST_ENDED).fetchall())

    def max_hr(self) -> dict[str, float]:
        """Return the maximal heart rate of every athlete, by id. [bpm]"""
        with self._database.reading() as connection:
            return {athlete.id: athlete.max_hr for athlete in all_athletes(connection)}

    def add(self, calibration: StoredCalibration) -> int:
        """Keep a version and return its number; very old ones are forgotten."""
        with self._database.writing() as connection:
            added = connection.execute(
                "INSERT INTO calibration (athlete, made_ns, sessions, last_session, content)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    calibration.athlete, to_ns(calibration.made), calibration.sessions,
                    calibration.last_session, calibration.content,
                ),
            )  # fmt: skip
            connection.execute(
                "DELETE FROM calibration WHERE athlete = ?1 AND version NOT IN (SELECT version"
                " FROM calibration WHERE athlete = ?1 ORDER BY version DESC LIMIT ?2)",
                (calibration.athlete, _KEPT),
            )
            return int(added.lastrowid or 0)


def _newest(connection: sqlite3.Connection, owner: str) -> StoredCalibration | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM calibration WHERE athlete = ? ORDER BY version DESC LIMIT 1",
        (owner,),
    ).fetchone()
    return None if row is None else _calibration(row)


def _calibration(row: tuple[int, str, int, int, int, str]) -> StoredCalibration:
    version, athlete, made_ns, sessions, last_session, content = row
    return StoredCalibration(athlete, from_ns(made_ns), sessions, last_session, content, version)
