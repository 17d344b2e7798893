"""A copy of a store in one file, and a store back from a copy."""

import shutil
import sqlite3
import tarfile
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from twin.errors import StoreError
from twin.store.claims import nobody_records
from twin.store.compaction import holding_files
from twin.store.database import FILE_NAME, Database
from twin.store.migrations import file_version
from twin.store.parquet import digest
from twin.store.segments import listed_files, unlisted_files


def backup(folder: Path, target: Path) -> None:
    """Copy a store into one file, a tar of its database and Parquet files, as it is at one instant.

    Recording may go on meanwhile.

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
    try:
        with holding_files(folder):  # nothing is superseded meanwhile
            _pack(folder, part)
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target} cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _pack(folder: Path, part: Path) -> None:
    with tempfile.TemporaryDirectory(dir=part.parent) as beside:
        copy = Path(beside) / FILE_NAME
        with closing(Database(folder)) as database, closing(sqlite3.connect(copy)) as connection:
            with database.reading() as source:
                source.backup(connection)
            connection.execute("PRAGMA journal_mode = DELETE")  # one file, no companions
            if faults := damage(connection):
                raise StoreError(f"the copy is damaged: {faults[0]}")
            files = listed_files(connection)
        with tarfile.open(part, "w") as tar:
            tar.add(copy, FILE_NAME)
            for file in files:
                tar.add(folder / file, file)


def damage(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with a file."""
    found = [str(said) for (said,) in connection.execute("PRAGMA integrity_check")]
    strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    stray = [f"{table} row {row} refers to a missing {parent}" for table, row, parent, _ in strays]
    return [said for said in found if said != "ok"] + stray


def restore(folder: Path, source: Path) -> Path | None:
    """Put a backup in the place of a store; return where what was there before is kept.

    Every session is announced to servers again, so that they show what is here now.

    Raises
    ------
    StoreError
        If `source` is no whole backup, or somebody is recording into the store.
    """
    if not source.is_file():
        raise StoreError(f"there is no file {source}")
    folder.mkdir(parents=True, exist_ok=True)
    with nobody_records(folder), tempfile.TemporaryDirectory(dir=folder) as beside:
        try:
            _unpack(source, Path(beside))
            return _replace(folder, Path(beside))
        except (sqlite3.Error, OSError, tarfile.TarError) as error:
            raise StoreError(f"{source} cannot be restored: {error}") from error


def _unpack(source: Path, beside: Path) -> None:
    """Lay out a backup, and refuse one that is not whole; a bare database is one from before files."""
    copy = beside / FILE_NAME
    if tarfile.is_tarfile(source):
        with tarfile.open(source) as tar:
            tar.extractall(beside, filter="data")
    else:
        shutil.copyfile(source, copy)
    if not copy.is_file():
        raise StoreError(f"{source} is no backup of a store: it holds no {FILE_NAME}")
    try:
        with closing(sqlite3.connect(copy)) as connection:
            faults = damage(connection) or ([] if file_version(connection) else ["it is empty"])
            faults += _wrong_files(connection, beside) if not faults else []
    except sqlite3.Error as error:
        raise StoreError(f"{source} is no backup of a store: {error}") from error
    if faults:
        raise StoreError(f"{source} is no whole backup: {faults[0]}")


def _wrong_files(connection: sqlite3.Connection, beside: Path) -> list[str]:
    return [
        f"{file} is missing or damaged"
        for file, wanted in listed_files(connection).items()
        if not (beside / file).is_file() or digest((beside / file).read_bytes()) != wanted
    ]


def _replace(folder: Path, beside: Path) -> Path | None:
    """Put what is laid out in place: files first, then the list of them, then the old ones go."""
    before = None
    if (folder / FILE_NAME).exists():
        before = folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.tar"
        backup(folder, before)
    with holding_files(folder):
        for file in sorted(beside.rglob("*.parquet")):
            home = folder / file.relative_to(beside)
            home.parent.mkdir(exist_ok=True)
            file.replace(home)
        with (
            closing(sqlite3.connect(beside / FILE_NAME)) as copy,
            closing(sqlite3.connect(folder / FILE_NAME, timeout=10)) as target,
        ):
            copy.backup(target)
        with closing(Database(folder)) as database, database.writing() as connection:
            _announce(connection)
            for file in unlisted_files(connection, folder):
                file.unlink(missing_ok=True)
    return before


def _announce(connection: sqlite3.Connection) -> None:
    """Announce every session anew, with numbers above all that servers heard before."""
    connection.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'catalogue_change'",
        (int(time.time()),),
    )
    connection.execute("UPDATE session SET athlete = athlete")
