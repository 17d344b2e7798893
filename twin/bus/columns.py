"""Arrays <-> Arrow record batches, to the last bit; pure.

Of a tick's matrices many lines hold one value over and over: a channel nobody measures, the quality
of a good second, the age of values that came together. Such a line is sent as that one value; the
others are columns of a record batch, one batch for all columns of a length, compressed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_Array = npt.NDArray[Any]
_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class Layout:
    """How one array lies in what is sent; `varying` has a bit for each line that is a column."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    varying: str


@dataclass(frozen=True, slots=True)
class Packed:
    """Arrays as they travel: the first value of every line, and a batch for each length."""

    layouts: tuple[Layout, ...]
    firsts: bytes
    batches: tuple[bytes, ...]


def pack(arrays: Mapping[str, _Array]) -> Packed:
    """Return arrays of one or two dimensions as they travel.

    Examples
    --------
    >>> packed = pack({"values": np.array([[1.0, 2.0], [np.nan, np.nan]])})
    >>> packed.layouts[0].varying, len(packed.batches)
    ('1', 1)
    >>> unpack(packed)["values"]
    array([[ 1.,  2.],
           [nan, nan]])
    """
    layouts, firsts = [], []
    columns: dict[int, list[_Array]] = {}
    for name, array in arrays.items():
        bits = _lines(array)
        varies = (bits != bits[:, :1]).any(axis=1)
        mask = "".join("01"[bit] for bit in varies[::-1].astype(int))
        layouts.append(Layout(name, array.dtype.str, array.shape, f"{int(mask or '0', 2):x}"))
        if bits.shape[1]:
            firsts.append(bits[:, 0].tobytes())
            columns.setdefault(bits.shape[1], []).extend(bits[varies])
    batches = tuple(_batch(columns[length]) for length in sorted(columns) if columns[length])
    return Packed(tuple(layouts), b"".join(firsts), batches)


def unpack(packed: Packed) -> dict[str, _Array]:
    """Return the arrays that `pack` was given."""
    lengths: dict[int, list[str]] = {}
    for layout in packed.layouts:
        kinds = [_bits_of(layout.dtype).str] * int(layout.varying, 16).bit_count()
        lengths.setdefault(layout.shape[-1], []).extend(kinds)
    filled = sorted(length for length, kinds in lengths.items() if kinds)
    columns = {
        length: iter(_columns(blob, tuple(lengths[length])))
        for length, blob in zip(filled, packed.batches, strict=True)
    }
    arrays, offset = {}, 0
    for layout in packed.layouts:
        bits = np.empty((*layout.shape[:-1], layout.shape[-1]), _bits_of(layout.dtype))
        lines = _lines(bits)
        if lines.shape[1]:
            lines[:] = np.frombuffer(packed.firsts, lines.dtype, len(lines), offset)[:, np.newaxis]
            offset += lines[:, 0].nbytes
        varying = int(layout.varying, 16)
        for line in range(varying.bit_length()):
            if varying >> line & 1:
                lines[line] = next(columns[layout.shape[-1]])
        arrays[layout.name] = bits.view(layout.dtype)
    return arrays


def _lines(array: _Array) -> _Array:
    """Return an array as lines of bits, a view; NaN are compared by their bits too."""
    bits = np.ascontiguousarray(array).view(_bits_of(array.dtype.str))
    return bits.reshape(-1 if bits.size else int(np.prod(bits.shape[:-1])), bits.shape[-1])


def _bits_of(dtype: str) -> np.dtype[Any]:
    return np.dtype(f"{np.dtype(dtype).byteorder.replace('|', '=')}u{np.dtype(dtype).itemsize}")


def _batch(columns: Sequence[_Array]) -> bytes:
    schema = _schema(tuple(column.dtype.str for column in columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=_OPTIONS) as writer:
        arrays = [pa.array(column) for column in columns]
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    head, tail = schema.serialize().size, len(_END_OF_STREAM)
    body: bytes = sink.getvalue()[head:-tail].to_pybytes()
    return body


def _columns(blob: bytes, dtypes: tuple[str, ...]) -> list[_Array]:
    batch = pa.ipc.read_record_batch(pa.py_buffer(blob), _schema(dtypes))
    return [column.to_numpy() for column in batch.columns]


@lru_cache(maxsize=64)
def _schema(dtypes: tuple[str, ...]) -> pa.Schema:
    kinds = [pa.from_numpy_dtype(np.dtype(dtype)) for dtype in dtypes]
    return pa.schema([(str(number), kind) for number, kind in enumerate(kinds)])
