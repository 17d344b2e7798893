"""Rows as Arrow record batches: what one append puts on disk, and back to the last bit.

A blob is the Arrow message of one record batch without its schema; the schema follows from the
names of its channels (the `layout` table). At 30 athletes that is a sixth smaller than a stream
that describes itself, and blobs of one layout can be read together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twin.records import Floats, Indices, Times

_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"
_KEYS = ("athlete", "time")
_FLOAT: np.dtype[Any] = np.dtype(np.float64)
_KINDS: dict[str, np.dtype[Any]] = {"athlete": np.dtype(np.int32), "time": np.dtype(np.int64)}
_Column = npt.NDArray[Any]
_COMPRESS_FROM_ROWS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows as they stand in the log.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index in the roster.
    time : ndarray of datetime64[ns], shape (n,)
        Instant, UTC.
    values : ndarray of float64, shape (len(names), n)
        One line per channel.
    names : tuple of str
        The channel of each line.
    """

    athlete: Indices
    time: Times
    values: Floats
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.time)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Rows":
        """Return only these rows."""
        return Rows(self.athlete[rows], self.time[rows], self.values[:, rows], self.names)

    def part(self, rows: slice) -> "Rows":
        """Return a stretch of the rows, as views."""
        return Rows(self.athlete[rows], self.time[rows], self.values[:, rows], self.names)


def encode(rows: Rows, *, small: bool = False) -> bytes:
    """Return the blob of some rows; bits of NaN and the sign of zero stay as they are.

    Many rows are compressed, all of them where it is to be `small`.

    Examples
    --------
    >>> time = np.array(["2026-10-01T10:00:00"], "datetime64[ns]")
    >>> rows = Rows(np.array([3], np.int32), time, np.array([[141.5]]), ("heart_rate",))
    >>> decode([encode(rows)], rows.names, ("power", "heart_rate"))[0].values
    array([[  nan],
           [141.5]])
    """
    columns = [pa.array(rows.athlete), pa.array(rows.time.view(np.int64))]
    columns += [pa.array(line) for line in np.ascontiguousarray(rows.values)]
    batch = pa.RecordBatch.from_arrays(columns, schema=_schema(rows.names))
    if len(rows) < _COMPRESS_FROM_ROWS and not small:
        return batch.serialize().to_pybytes()
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    head, tail = len(batch.schema.serialize()), len(_END_OF_STREAM)
    return sink.getvalue().to_pybytes()[head:-tail]


def decode(
    blobs: Sequence[bytes],
    names: Sequence[str],
    wanted: Sequence[str],
    athletes: Sequence[int] | None = None,
) -> tuple[Rows, npt.NDArray[np.intp]]:
    """Return the rows of blobs of one layout in their order, and the blob each came from.

    Parameters
    ----------
    blobs : sequence of bytes
        As `encode` made them, all of the same number of rows.
    names : sequence of str
        Channels of the layout.
    wanted : sequence of str
        Channels to return; NaN where the layout does not hold one.
    athletes : sequence of int, optional
        Whose rows to return; None = all.
    """
    fields = [*_KEYS, *(name for name in wanted if name in names)]
    columns = _strided(blobs, names, fields) or _streamed(blobs, names, fields)
    athlete, time, *_ = columns
    held = dict(zip(fields, columns, strict=True))
    mine = np.ones(athlete.shape, bool) if athletes is None else np.isin(athlete, athletes)
    values = np.full((len(wanted), np.count_nonzero(mine)), np.nan)
    for line, name in enumerate(wanted):
        if name in held:
            values[line] = held[name][mine]
    rows = Rows(athlete[mine], time[mine].view("datetime64[ns]"), values, tuple(wanted))
    return rows, np.nonzero(mine)[0]


def _strided(blobs: Sequence[bytes], names: Sequence[str], fields: Sequence[str]) -> list[_Column]:
    """Return columns of shape (blobs, rows) as views into the joined blobs.

    Blobs of one layout and number of rows are alike byte for byte but for their values, so Arrow is
    asked once where each column lies; 5,400 seconds of a squad are read ten times as fast. Empty
    where they are not alike, which is so when they are compressed.
    """
    first, size = blobs[0], len(blobs[0])
    buffer = pa.py_buffer(first)
    batch = pa.ipc.read_record_batch(buffer, _schema(tuple(names)))
    if any(len(blob) != size for blob in blobs):
        return []
    offsets = [
        batch.column(name).buffers()[1].address - buffer.address for name in batch.schema.names
    ]
    if not all(0 <= offset < size for offset in offsets) or not batch.num_rows:
        return []
    head = first[: min(offsets)]
    if not all(blob.startswith(head) for blob in blobs):
        return []
    joined, shape = b"".join(blobs), (len(blobs), batch.num_rows)
    return [
        np.ndarray(
            shape, kind, joined, offsets[batch.schema.get_field_index(field)], (size, kind.itemsize)
        )
        for field, kind in ((field, _KINDS.get(field, _FLOAT)) for field in fields)
    ]


def _streamed(blobs: Sequence[bytes], names: Sequence[str], fields: Sequence[str]) -> list[_Column]:
    """Return columns of shape (blobs, rows), read as one Arrow stream."""
    schema = _schema(tuple(names))
    options = pa.ipc.IpcReadOptions(included_fields=[schema.get_field_index(f) for f in fields])
    stream = b"".join((schema.serialize().to_pybytes(), *blobs, _END_OF_STREAM))
    table = pa.ipc.open_stream(pa.py_buffer(stream), options=options).read_all()
    shape = (len(blobs), table.num_rows // len(blobs))
    return [table.column(field).to_numpy().reshape(shape) for field in fields]


def _schema(names: tuple[str, ...]) -> pa.Schema:
    fields = [("athlete", pa.int32()), ("time", pa.int64())]
    return pa.schema(fields + [(name, pa.float64()) for name in names])
