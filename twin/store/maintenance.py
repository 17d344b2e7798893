"""Is a store whole: every row of log and files, and what of it can be mended."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twin.errors import StoreError
from twin.store.backup import damage
from twin.store.codec import decode
from twin.store.compaction import holding_files
from twin.store.database import FILE_NAME, Database
from twin.store.log import SAMPLES, TABLES
from twin.store.outbox import Backlog, Outbox, known_sinks
from twin.store.parquet import digest, read_all
from twin.store.segments import set_aside, unlisted_files

_FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Health:
    """How a store stands.

    Parameters
    ----------
    sessions, appends, files : int
        How many sessions are kept, how many appends are in the log, how many Parquet files are read.
    megabytes : float
        Size of all of it. [MB]
    faults : tuple of str
        What is damaged, in words; empty when all is whole.
    mended : tuple of str
        What was damaged and is put in order.
    backlogs : tuple of Backlog
        How each server stands to it.
    """

    sessions: int
    appends: int
    files: int
    megabytes: float
    faults: tuple[str, ...]
    mended: tuple[str, ...]
    backlogs: tuple[Backlog, ...]


def check(folder: Path, *, mend: bool = False) -> Health:
    """Read everything in a store and tell what is damaged, and what servers have still to take.

    Parameters
    ----------
    folder : Path
        Home of the store.
    mend : bool
        Put in order what can be: files that nobody needs are deleted, damaged ones are put into
        ``damaged/`` so that the rest of their sessions can be read, counts are set right.

    Raises
    ------
    StoreError
        If there is no store, or it cannot be opened at all.
    """
    if not (folder / FILE_NAME).is_file():
        raise StoreError(f"{folder} holds no store")
    with closing(Database(folder)) as database, holding_files(folder):
        with database.reading() as connection:
            faults = [*damage(connection), *_unreadable(connection)]
        found, mended = _check_files(database, mend=mend)
        faults += found
        if not faults:
            wrong = _check_counts(database, mend=mend)
            (mended if mend else faults).extend(wrong)
        with database.reading() as connection:
            sessions, appends, files = connection.execute(
                "SELECT (SELECT count(*) FROM session),"
                " (SELECT count(*) FROM log WHERE seq > (SELECT seq FROM sealed)),"
                " (SELECT count(*) FROM segment)"
            ).fetchone()
        backlogs = tuple(Outbox(database, sink).backlog() for sink in known_sinks(database))
    return Health(
        sessions, appends, files, megabytes(folder),
        tuple(faults[:_FAULTS_SHOWN]), tuple(mended), backlogs,
    )  # fmt: skip


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


def _check_files(database: Database, *, mend: bool) -> tuple[list[str], list[str]]:
    """Return what is wrong with the files, and what of it was mended."""
    with database.reading() as connection:
        listed = connection.execute("SELECT file, digest, rows FROM segment ORDER BY id").fetchall()
        stray = unlisted_files(connection, database.folder)
    faults, mended = [], []
    for file, wanted, rows in listed:
        fault = _fault_of(database.folder, file, wanted, rows)
        if fault and mend:
            with database.writing() as connection:
                lost = set_aside(connection, database.folder, file)
            mended.append(f"{fault}; {lost} rows are lost, the rest of the sessions can be read")
        elif fault:
            faults.append(fault)
    for path in stray:
        words = f"{path.relative_to(database.folder)} is needed by nobody"
        if mend:
            path.unlink()
            mended.append(f"{words}: deleted")
        else:
            faults.append(words)
    return faults, mended


def _fault_of(folder: Path, file: str, wanted: str, rows: int) -> str:
    try:
        if digest((folder / file).read_bytes()) != wanted:
            return f"{file} is not what was written"
        held = len(read_all(folder / file))
    except FileNotFoundError:
        return f"{file} is missing"
    except StoreError as error:
        return str(error)
    return "" if held == rows else f"{file} holds {held} rows, {rows} were kept"


def _check_counts(database: Database, *, mend: bool) -> list[str]:
    """Return the ended sessions whose number of samples is not what log and files hold."""
    with database.reading() as connection:
        held = Counter(_in_log(connection))
        for session, rows in connection.execute(
            "SELECT session, p.rows FROM segment_part p JOIN segment g ON g.id = p.segment"
            " WHERE NOT moved AND stream = ?",
            (SAMPLES,),
        ):
            held[session] += rows
        wrong = [
            (key, session, samples)
            for key, session, samples in connection.execute(
                "SELECT key, id, samples FROM session WHERE state <> 'live'"
            )
            if held[key] != samples
        ]
    if mend and wrong:
        with database.writing() as connection:
            connection.executemany(
                "UPDATE session SET samples = ? WHERE key = ?",
                [(held[key], key) for key, _, _ in wrong],
            )
    return [f"{session} holds {held[key]} samples, {samples} were counted"
            for key, session, samples in wrong]  # fmt: skip


def _in_log(connection: sqlite3.Connection) -> Iterator[int]:
    """Yield the key of the session of every sample in the log."""
    for keys, names_text, blob in connection.execute(
        "SELECT keys, names, batch FROM log JOIN layout ON layout.id = layout"
        " JOIN roster ON roster.id = roster WHERE rows > 0 AND seq > (SELECT seq FROM sealed)"
    ):
        rows, _ = decode([blob], tuple(json.loads(names_text)), ())
        yield from np.frombuffer(keys, np.int64)[rows.athlete].tolist()


def megabytes(folder: Path) -> float:
    """Return the size of a store on disk. [MB]"""
    files = [*folder.glob(f"{FILE_NAME}*"), *folder.glob("*/*.parquet")]
    return sum(file.stat().st_size for file in files) / 1e6
