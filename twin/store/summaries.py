"""Summaries of sessions, kept so that a season is listed without opening a session."""

import json
import math
import sqlite3
from collections.abc import Mapping

import pandas as pd


def keep_summary(
    connection: sqlite3.Connection, key: int, figures: Mapping[str, float], version: str
) -> None:
    """Put the figures of a session in the place of those kept; NaN stays NaN."""
    plain = {name: None if math.isnan(value) else float(value) for name, value in figures.items()}
    connection.execute(
        "INSERT INTO summary (session, samples, version, figures)"
        " VALUES (?1, (SELECT samples FROM session WHERE key = ?1), ?2, ?3)"
        " ON CONFLICT (session) DO UPDATE SET samples = excluded.samples,"
        " version = excluded.version, figures = excluded.figures",
        (key, version, json.dumps(plain)),
    )


def list_summaries(connection: sqlite3.Connection, athlete_id: str | None) -> pd.DataFrame:
    """Return the figures of every session that has them and has not grown since, oldest first."""
    rows = connection.execute(
        "SELECT s.id, a.name, s.start_ns, s.samples, m.version, m.figures FROM summary m"
        " JOIN session s ON s.key = m.session JOIN athlete a ON a.id = s.athlete"
        " WHERE s.samples = m.samples AND s.state <> 'live' AND (?1 IS NULL OR a.id = ?1)"
        " ORDER BY s.start_ns, s.key",
        (athlete_id,),
    ).fetchall()
    sessions, athletes, starts, samples, versions, texts = (
        zip(*rows, strict=True) if rows else [()] * 6
    )
    index = pd.Index(sessions, name="session", dtype=object)
    start = pd.to_datetime(pd.Series(starts, index, dtype="int64"), unit="ns", utc=True)
    known = {"athlete": athletes, "start": start, "samples": samples, "version": versions}
    figures = pd.DataFrame.from_records(json.loads(f"[{','.join(texts)}]"))
    return pd.DataFrame(known, index).join(figures.set_axis(index).astype("float64"))
