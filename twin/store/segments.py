"""The list of Parquet files of a store: which are read, and where each session stands in them.

A reader takes this list and the log in one transaction, so it sees every row once. A file is on disk
before it is listed, and goes only after it is off the list: what is found beside the list is nobody's.
"""

import contextlib
import sqlite3
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twin.store.parquet import Written, read_all, settle, write
from twin.store.sorted_rows import Sorted

SEGMENTS, SESSIONS = "segments", "sessions"
_SUFFIX = {"log": "samples", "beat_log": "rr", "wave_log": "waves"}


@dataclass(frozen=True, slots=True)
class Part:
    """A session's rows in a file: so many from a place on; instants in ns since 1970 UTC."""

    session: int
    place: int
    rows: int
    start_ns: int
    end_ns: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A file to be listed.

    Parameters
    ----------
    file : str
        Path within the folder of the store.
    stream : str
        One of `log.TABLES`.
    final : bool
        Whether it holds one session, whole.
    written : Written
        Size and digest.
    first_seq, last_seq : int
        Lowest and highest number of an append in it.
    parts : tuple of Part
        The sessions in it, in their order.
    """

    file: str
    stream: str
    final: bool
    written: Written
    first_seq: int
    last_seq: int
    parts: tuple[Part, ...]


def file_segment(folder: Path, stream: str, rows: Sorted, *, final: str = "") -> Segment:
    """Write rows to a new file and return it, to be listed once its folder is settled.

    Parameters
    ----------
    folder : Path
        Home of the store.
    stream : str
        One of `log.TABLES`.
    rows : Sorted
        What it is to hold; not empty.
    final : str
        Id of the session if it holds one session, whole; empty for a stretch of the log.
    """
    home = SESSIONS if final else SEGMENTS
    first, last = int(rows.seq.min()), int(rows.seq.max())
    name = "".join(c if c.isalnum() or c in "-_." else "_" for c in final) or f"{first}-{last}"
    token = uuid.uuid4().hex[:8]  # a name is never used twice, whatever a crash left behind
    file = f"{home}/{name[:120]}.{token}.{_SUFFIX[stream]}.parquet"
    written = write(folder / file, rows)
    return Segment(file, stream, bool(final), written, first, last, _parts(rows))


def _parts(rows: Sorted) -> tuple[Part, ...]:
    sessions, places, counts = np.unique(rows.session, return_index=True, return_counts=True)
    time_ns = rows.time.view(np.int64)
    return tuple(
        Part(session, place, count, int(time_ns[place]), int(time_ns[place + count - 1]))
        for session, place, count in zip(
            sessions.tolist(), places.tolist(), counts.tolist(), strict=True
        )
    )


def settle_homes(folder: Path) -> None:
    """Have the names of new files on disk too, before they are listed."""
    for home in (SEGMENTS, SESSIONS):
        if (folder / home).is_dir():
            settle(folder / home)


def list_segment(connection: sqlite3.Connection, segment: Segment) -> None:
    """Put a file on the list."""
    number = connection.execute(
        "INSERT INTO segment (file, stream, final, rows, bytes, digest, first_seq, last_seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            segment.file, segment.stream, segment.final, sum(part.rows for part in segment.parts),
            segment.written.bytes, segment.written.digest, segment.first_seq, segment.last_seq,
        ),
    ).lastrowid  # fmt: skip
    connection.executemany(
        "INSERT INTO segment_part (session, segment, place, rows, start_ns, end_ns)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(p.session, number, p.place, p.rows, p.start_ns, p.end_ns) for p in segment.parts],
    )


def listed_files(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the digest of each file on the list; none in a store from before there were files."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'segment'").fetchone()
    return dict(connection.execute("SELECT file, digest FROM segment ORDER BY id")) if known else {}


def unlisted_files(connection: sqlite3.Connection, folder: Path) -> list[Path]:
    """Return the files in the store's folders that nobody needs: a crash left them, or a restore.

    Only who holds the lease of the files may ask.
    """
    needed = {folder / file for file in listed_files(connection)}
    needed |= {folder / file for (file,) in connection.execute("SELECT file FROM superseded")}
    homes = (folder / SEGMENTS, folder / SESSIONS)
    return sorted(file for home in homes for file in home.glob("*") if file not in needed)


def by_file(found: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Return the sessions to be read from each file, out of pairs of file and session."""
    files: dict[str, list[int]] = {}
    for file, session in found:
        files.setdefault(file, []).append(session)
    return files


def read_sessions(folder: Path, file: str, sessions: Iterable[int]) -> Sorted:
    """Return the rows of these sessions; what else stands in a file may be read elsewhere by now."""
    rows = read_all(folder / file)
    return rows.take(np.isin(rows.session, np.fromiter(sessions, np.int64)))


def strike_unread(connection: sqlite3.Connection) -> None:
    """Take files of which no part is read any more off the list; `sweep` deletes them later."""
    _strike(connection, "id NOT IN (SELECT segment FROM segment_part WHERE NOT moved)", ())


def strike(connection: sqlite3.Connection, files: Iterable[str]) -> None:
    """Take these files off the list; `sweep` deletes them later."""
    for file in files:
        _strike(connection, "file = ?", (file,))


def _strike(connection: sqlite3.Connection, which: str, values: tuple[str, ...]) -> None:
    connection.execute(
        f"INSERT OR IGNORE INTO superseded SELECT file, {time.time_ns()} FROM segment WHERE {which}",
        values,
    )
    connection.execute(f"DELETE FROM segment WHERE {which}", values)


def superseded(connection: sqlite3.Connection, before_ns: int) -> list[str]:
    """Return the files that left the list before an instant."""
    found = connection.execute("SELECT file FROM superseded WHERE since_ns <= ?", (before_ns,))
    return [str(file) for (file,) in found]


def sweep(connection: sqlite3.Connection, folder: Path, files: Iterable[str]) -> None:
    """Delete files that left the list; one that cannot be deleted now, goes another time."""
    for file in files:
        with contextlib.suppress(PermissionError):  # open in a reader, where that forbids it
            (folder / file).unlink(missing_ok=True)
            connection.execute("DELETE FROM superseded WHERE file = ?", (file,))


def set_aside(connection: sqlite3.Connection, folder: Path, file: str) -> int:
    """Take a damaged or missing file off the list and put it into ``damaged/``; return its rows."""
    (lost,) = connection.execute(
        "SELECT coalesce(sum(p.rows), 0) FROM segment_part p JOIN segment g ON g.id = p.segment"
        " WHERE file = ? AND NOT moved",
        (file,),
    ).fetchone()
    connection.execute("DELETE FROM segment WHERE file = ?", (file,))
    (folder / "damaged").mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        (folder / file).replace(folder / "damaged" / Path(file).name)
    return int(lost)
