"""Athletes in the file of the store."""

import math
import sqlite3
from dataclasses import astuple, fields

from twin.records import Athlete, athlete_named

_COLUMNS = tuple(field.name for field in fields(Athlete))
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_SELECT = f"SELECT {_NAMES} FROM athlete"
_NAN_COLUMNS = ("max_hr", "resting_hr", "threshold_hr", "heart_rate_limit", "mass_kg")


def save_athlete(connection: sqlite3.Connection, athlete: Athlete) -> None:
    """Insert an athlete, or update the one of this id: a new name keeps the sessions."""
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in _COLUMNS if name != "id")
    connection.execute(
        f"INSERT INTO athlete ({_NAMES}) VALUES ({', '.join('?' * len(_COLUMNS))})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}",
        astuple(athlete),
    )


def all_athletes(connection: sqlite3.Connection) -> tuple[Athlete, ...]:
    """Return every athlete, by name."""
    return tuple(_athlete(row) for row in connection.execute(f"{_SELECT} ORDER BY name, id"))


def find_athlete(connection: sqlite3.Connection, id_or_name: str) -> Athlete:
    """Return the athlete of an id, else of a name whatever its capitals.

    Raises
    ------
    UnknownAthleteError
        If there is none, or the name belongs to several.
    """
    row = connection.execute(f"{_SELECT} WHERE id = ?", (id_or_name,)).fetchone()
    if row is not None:
        return _athlete(row)
    return athlete_named(all_athletes(connection), id_or_name)


def _athlete(row: tuple[object, ...]) -> Athlete:
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in _NAN_COLUMNS:  # SQLite keeps NaN as NULL
        if values[name] is None:
            values[name] = math.nan
    return Athlete(**values)  # type: ignore[arg-type]
