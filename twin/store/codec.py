"""Rows as Arrow record batches: what one append puts on disk, and back to the last bit.

A blob is the Arrow message of one record batch without its schema; the schema follows from the
names of its channels (the `layout` table). At 30 athletes that is a sixth smaller than a stream
that describes itself, and any number of blobs of one layout read as one Arrow stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twin.records import Floats, Indices, Times

_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"
_KEYS = ("athlete", "time")
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


def encode(rows: Rows) -> bytes:
    """Return the blob of some rows; bits of NaN and the sign of zero stay as they are.

    Examples
    --------
    >>> time = np.array(["2026-10-01T10:00:00"], "datetime64[ns]")
    >>> rows = Rows(np.array([3], np.int32), time, np.array([[141.5]]), ("heart_rate",))
    >>> decode([encode(rows)], rows.names, ("power", "heart_rate")).values
    array([[  nan],
           [141.5]])
    """
    columns = [pa.array(rows.athlete), pa.array(rows.time.view(np.int64))]
    columns += [pa.array(line) for line in np.ascontiguousarray(rows.values)]
    batch = pa.RecordBatch.from_arrays(columns, schema=_schema(rows.names))
    if len(rows) < _COMPRESS_FROM_ROWS:
        return batch.serialize().to_pybytes()
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    head, tail = len(batch.schema.serialize()), len(_END_OF_STREAM)
    return sink.getvalue().to_pybytes()[head:-tail]


def decode(blobs: Sequence[bytes], names: Sequence[str], wanted: Sequence[str]) -> Rows:
    """Return the rows of blobs of one layout, in their order.

    Parameters
    ----------
    blobs : sequence of bytes
        As `encode` made them.
    names : sequence of str
        Channels of the layout.
    wanted : sequence of str
        Channels to return; NaN where the layout does not hold one.
    """
    schema = _schema(tuple(names))
    fields = [*_KEYS, *(name for name in wanted if name in names)]
    options = pa.ipc.IpcReadOptions(included_fields=[schema.get_field_index(f) for f in fields])
    stream = b"".join((schema.serialize().to_pybytes(), *blobs, _END_OF_STREAM))
    table = pa.ipc.open_stream(pa.py_buffer(stream), options=options).read_all()
    values = np.full((len(wanted), table.num_rows), np.nan)
    for line, name in enumerate(wanted):
        if name in names:
            values[line] = table.column(name).to_numpy()
    return Rows(
        table.column("athlete").to_numpy(),
        table.column("time").to_numpy().view("datetime64[ns]"),
        values,
        tuple(wanted),
    )


def _schema(names: tuple[str, ...]) -> pa.Schema:
    fields = [("athlete", pa.int32()), ("time", pa.int64())]
    return pa.schema(fields + [(name, pa.float64()) for name in names])
