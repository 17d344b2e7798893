"""Rows in a Parquet file: written once, proven before they count, never changed.

A file is sorted by session, time and append, so a session is one stretch of it. Any tool reads it:
`time` is a UTC instant, a channel a column of the name and unit of `twin.schema`, NaN = not measured.
`session` and `seq` are the store's own numbers of session and append.
"""

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import StoreError
from twin.records import Floats, Times
from twin.store.database import our_words
from twin.store.sorted_rows import KEYS, Sorted

_INSTANT = pa.timestamp("ns", tz="UTC")
_NAN_BITS = np.float64(np.nan).view(np.int64)
_GROUP_ROWS = 65_536  # the least that is read of a file
_THREADS_FROM_ROWS = 20_000


class FileGoneError(StoreError):
    """A file that was listed is not there: superseded and deleted since, or lost."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: size and digest of the file."""

    bytes: int
    digest: str


def write(path: Path, rows: Sorted) -> Written:
    """Write a file that is whole on disk when it appears, and holds every bit of the rows.

    Channels that are missing throughout are left out.

    Raises
    ------
    StoreFullError
        If the disk is full; nothing is left of the file.
    """
    lines = [
        line
        for line, values in enumerate(rows.values)
        if (values.view(np.int64) != _NAN_BITS).any()
    ]
    names = tuple(rows.names[line] for line in lines)
    rows = Sorted(rows.session, rows.seq, rows.time, rows.values[lines], names)
    content = _encoded(rows)
    if not _same(_decoded(io.BytesIO(content)), rows):
        raise StoreError(f"{path}: Parquet does not give back what it was given; nothing is lost")
    part = path.with_name(f"{path.name}.part")
    with our_words(path):
        path.parent.mkdir(exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return Written(len(content), digest(content))


def digest(content: bytes) -> str:
    """Return the fingerprint of a file's content.

    >>> digest(b"")
    'cae66941d9efbd404e4d88758ea67670'
    """
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def settle(folder: Path) -> None:
    """Have the names of new files on disk too."""
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _encoded(rows: Sorted) -> bytes:
    columns = [pa.array(rows.session), pa.array(rows.seq)]
    columns.append(pa.array(rows.time.view(np.int64)).view(_INSTANT))
    columns += [pa.array(np.ascontiguousarray(line)) for line in rows.values]
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns, names=[*KEYS, *rows.names]),
        sink,
        compression="zstd",
        row_group_size=_GROUP_ROWS,
        use_dictionary=list(rows.names),
        column_encoding=dict.fromkeys(KEYS, "DELTA_BINARY_PACKED"),
        write_statistics=["time"],
    )
    return sink.getvalue().to_pybytes()


def _decoded(source: Path | io.BytesIO) -> Sorted:
    with pq.ParquetFile(source) as file:
        table = file.read(use_threads=file.metadata.num_rows > _THREADS_FROM_ROWS)
    return _rows_of(table, tuple(name for name in table.column_names if name not in KEYS))


def _rows_of(table: pa.Table, names: tuple[str, ...]) -> Sorted:
    return Sorted(
        table.column("session").to_numpy(),
        table.column("seq").to_numpy(),
        _instants(table),
        _values(table, names),
        names,
    )


def _same(one: Sorted, other: Sorted) -> bool:
    return one.names == other.names and all(
        np.array_equal(getattr(one, name).view(np.int64), getattr(other, name).view(np.int64))
        for name in (*KEYS, "values")
    )


def read_all(path: Path) -> Sorted:
    """Return all rows of a file.

    Raises
    ------
    FileGoneError
        If it is not there (any more).
    StoreError
        If it is damaged.
    """
    with _told(path):
        return _decoded(path)


def read_part(
    path: Path, place: int, rows: int, wanted: Sequence[str] | None, first: int, last: int
) -> Sorted:
    """Return a session's rows between two instants.

    Parameters
    ----------
    path : Path
        The file.
    place, rows : int
        Where the session stands in it.
    wanted : sequence of str, optional
        Channels to return, NaN where the file has none of that name; None = those it has.
    first, last : int
        Both included. [ns since 1970 UTC]

    Raises
    ------
    FileGoneError
        If it is not there (any more).
    StoreError
        If it is damaged.
    """
    with _told(path), pq.ParquetFile(path) as file:
        return _part(file, place, rows, wanted, first, last)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read whether it is missing or damaged."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileGoneError(f"{path} is missing: see twin store check") from error
    except (OSError, ValueError, KeyError) as error:  # Arrow's errors are among them
        raise StoreError(f"{path} cannot be read: {error}") from error


def _part(
    file: pq.ParquetFile, place: int, rows: int, wanted: Sequence[str] | None, first: int, last: int
) -> Sorted:
    held = [name for name in file.schema_arrow.names if name not in KEYS]
    names = tuple(held if wanted is None else wanted)
    ends = np.cumsum([file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)])
    begin, end = np.searchsorted(ends, (place, place + rows - 1), side="right")
    groups = range(int(begin), int(end) + 1)
    offset = int(ends[groups[0] - 1]) if groups[0] else 0
    table = file.read_row_groups(
        groups,
        columns=[*KEYS, *(name for name in names if name in held)],
        use_threads=rows > _THREADS_FROM_ROWS,
    ).slice(place - offset, rows)
    time_ns = _instants(table).view(np.int64)
    start, stop = np.searchsorted(time_ns, first), np.searchsorted(time_ns, last, side="right")
    return _rows_of(table.slice(int(start), max(0, int(stop - start))), names)


def _instants(table: pa.Table) -> Times:
    time = table.column("time").combine_chunks()
    return np.asarray(time.view(pa.int64())).view("datetime64[ns]")


def _values(table: pa.Table, names: Sequence[str]) -> Floats:
    values = np.empty((len(names), table.num_rows))
    for line, name in zip(values, names, strict=True):
        line[:] = table.column(name).to_numpy() if name in table.column_names else np.nan
    return values
