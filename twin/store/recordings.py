"""A recording from a file becomes an ended session."""

import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd

from twin.errors import UnknownAthleteError
from twin.records import Athlete, Floats, Recording, Session, SessionState, Times
from twin.store.athletes import find_athlete, save_athlete
from twin.store.catalogue import find_content, find_session, insert_session, key_of
from twin.store.codec import Rows
from twin.store.filing import Filing
from twin.store.log import BEAT_NAMES, BEATS, SAMPLES, Journal
from twin.store.marks import set_laps
from twin.store.roster import open_roster

_ROWS_PER_BLOB = 10_000


def insert_recording(
    connection: sqlite3.Connection, recording: Recording, athlete: Athlete, content: str,
    files: Filing | None = None,
) -> Session:  # fmt: skip
    """Keep a recording, or return the session already made from this content."""
    known = find_content(connection, content)
    if known is not None:
        return known
    if recording.samples.empty and recording.rr.empty:
        raise ValueError(f"{recording.path or 'the recording'} holds no sample and no RR interval")
    session = insert_session(connection, _session_of(connection, recording, athlete), content)
    insert_rows(connection, recording, session.id, files)
    if recording.laps:
        set_laps(connection, key_of(connection, session.id), recording.laps)
    return find_session(connection, session.id)


def _session_of(connection: sqlite3.Connection, recording: Recording, athlete: Athlete) -> Session:
    try:
        owner = find_athlete(connection, athlete.id)
    except UnknownAthleteError:
        save_athlete(connection, athlete)
        owner = athlete
    return Session(
        id="",
        athlete=owner.id,
        sport=recording.sport,
        start=recording.start,
        end=recording.end,
        state=SessionState.ENDED,
        source=f"file:{Path(recording.path).name}",
    )


def insert_rows(
    connection: sqlite3.Connection, recording: Recording, session: str, files: Filing | None = None
) -> None:
    """Keep samples and RR intervals of a recording as the rows of a session.

    They go to files at once where `files` can, else to the log.
    """
    journal, roster = Journal(), open_roster(connection, [session])
    frame = recording.samples
    values = frame.to_numpy(np.float64).T
    held = ~np.isnan(values).all(axis=1)
    names = tuple(str(name) for name, keep in zip(frame.columns, held, strict=True) if keep)
    samples = _rows(_utc(frame.index), values[held], names)
    beats = _rows(
        _utc(recording.rr.index), recording.rr.to_numpy(np.float64)[np.newaxis], BEAT_NAMES
    )
    if files is not None and files.can(connection):
        streams = {SAMPLES: samples, BEATS: beats}
        files.keep(connection, int(roster.keys[0]), session, streams, _ROWS_PER_BLOB)
    else:
        for first in range(0, max(len(samples), len(beats)), _ROWS_PER_BLOB):
            portion = slice(first, first + _ROWS_PER_BLOB)
            journal.write(connection, roster, samples.part(portion), beats.part(portion))
    roster.counted(samples.athlete, samples.time).save(connection)


def _rows(time: Times, values: Floats, names: tuple[str, ...]) -> Rows:
    return Rows(np.zeros(len(time), np.int32), time, values, names)


def _utc(index: pd.Index) -> Times:
    return pd.DatetimeIndex(index).tz_convert("UTC").tz_localize(None).to_numpy("datetime64[ns]")
