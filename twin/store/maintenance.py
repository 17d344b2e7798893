"""Looking after the file of a store: is it whole, a copy of it, and back from a copy."""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twin.errors import StoreError
from twin.store.claims import nobody_records
from twin.store.codec import decode
from twin.store.database import FILE_NAME, Database
from twin.store.log import TABLES
from twin.store.migrations import file_version
from twin.store.outbox import Backlog, Outbox, known_sinks

_FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Health:
    """How a store stands.

    Parameters
    ----------
    sessions, appends : int
        How many are kept.
    megabytes : float
        Size of the file. [MB]
    faults : tuple of str
        What is damaged, in words; empty when all is whole.
    backlogs : tuple of Backlog
        How each server stands to it.
    """

    sessions: int
    appends: int
    megabytes: float
    faults: tuple[str, ...]
    backlogs: tuple[Backlog, ...]


def check(folder: Path) -> Health:
    """Read everything in a store and tell what is damaged, and what servers have still to take.

    Raises
    ------
    StoreError
        If there is no store, or it cannot be opened at all.
    """
    if not (folder / FILE_NAME).is_file():
        raise StoreError(f"{folder} holds no store")
    database = Database(folder)
    with closing(database):
        with database.reading() as connection:
            sessions = connection.execute("SELECT count(*) FROM session").fetchone()[0]
            appends = connection.execute("SELECT count(*) FROM log").fetchone()[0]
            faults = (*_damage(connection), *_unreadable(connection))
        backlogs = tuple(Outbox(database, sink).backlog() for sink in known_sinks(database))
    megabytes = sum(file.stat().st_size for file in folder.glob(f"{FILE_NAME}*")) / 1e6
    return Health(sessions, appends, megabytes, faults[:_FAULTS_SHOWN], backlogs)


def _damage(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with the file."""
    found = [str(said) for (said,) in connection.execute("PRAGMA integrity_check")]
    strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    stray = [f"{table} row {row} refers to a missing {parent}" for table, row, parent, _ in strays]
    return [said for said in found if said != "ok"] + stray


def _unreadable(connection: sqlite3.Connection) -> list[str]:
    """Return the appends whose rows do not come out as they went in."""
    found = []
    for table in TABLES:
        for seq, text, rows, blob in connection.execute(
            f"SELECT seq, names, rows, batch FROM {table} LEFT JOIN layout ON layout.id = layout"
            " WHERE rows > 0"
        ):
            try:
                names = tuple(json.loads(text))
                held = len(decode([blob], names, names)[0])
            except (TypeError, ValueError, OSError) as error:  # Arrow's errors are among them
                found.append(f"{table} {seq} cannot be read: {error!r}")
                continue
            if held != rows:
                found.append(f"{table} {seq} holds {held} rows, {rows} were kept")
    return found


def backup(folder: Path, target: Path) -> None:
    """Copy a store into one file, as it is at one instant; recording may go on meanwhile.

    Raises
    ------
    StoreError
        If there is no store, `target` exists, or the copy cannot be written.
    """
    if not (folder / FILE_NAME).is_file():
        raise StoreError(f"{folder} holds no store")
    if target.exists():
        raise StoreError(f"{target} exists already: name a new file")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(Database(folder)) as database, closing(sqlite3.connect(part)) as copy:
            with database.reading() as connection:
                connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, no companions
            if faults := _damage(copy):
                raise StoreError(f"the copy is damaged: {faults[0]}")
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target} cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(folder: Path, source: Path) -> Path | None:
    """Put a backup in the place of a store; return where what was there before is kept.

    Every session is announced to servers again, so that they show what is here now.

    Raises
    ------
    StoreError
        If `source` is no whole backup, or somebody is recording into the store.
    """
    _refuse_bad(source)
    folder.mkdir(parents=True, exist_ok=True)
    with nobody_records(folder):
        return _restored(folder, source)


def _restored(folder: Path, source: Path) -> Path | None:
    before = None
    try:
        if (folder / FILE_NAME).exists():
            before = folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db"
            backup(folder, before)
        with (
            closing(sqlite3.connect(source)) as copy,
            closing(sqlite3.connect(folder / FILE_NAME, timeout=10)) as target,
        ):
            copy.backup(target)
        with closing(Database(folder)) as database, database.writing() as connection:
            _announce(connection)
    except sqlite3.Error as error:
        raise StoreError(f"{folder} cannot be restored: {error}") from error
    return before


def _refuse_bad(source: Path) -> None:
    if not source.is_file():
        raise StoreError(f"there is no file {source}")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            faults = _damage(copy)
            empty = file_version(copy) == 0
    except sqlite3.Error as error:
        raise StoreError(f"{source} is no backup of a store: {error}") from error
    if faults or empty:
        raise StoreError(f"{source} is no whole backup: {faults[0] if faults else 'it is empty'}")


def _announce(connection: sqlite3.Connection) -> None:
    """Announce every session anew, with numbers above all that servers heard before."""
    connection.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'catalogue_change'",
        (int(time.time()),),
    )
    connection.execute("UPDATE session SET athlete = athlete")
