"""The bulk of a FIT file, its records and beats, apart from the rest: each is read as columns."""

import struct

import numpy as np

from twin.files.fit_layout import HRV, RECORD, Layout, whole_file
from twin.records import Floats

_COMPRESSED = 0x80
_INTERVALS, _UINT16 = 0, 0x84  # number and type of the only field of a beat message
_PER_SECOND = 1000.0


def is_plain(data: bytes, plan: Layout) -> bool:
    """Whether the rest can be read without the bulk: no message takes its time from one before.

    >>> from twin.files.fit_layout import layout
    >>> is_plain(b"", layout(b""))
    True
    """
    heads = np.frombuffer(data, np.uint8)[np.array(plan.starts, np.int64)]
    return not (heads & _COMPRESSED).any() and (HRV not in plan.forms or _interval_type(plan) != "")


def without_bulk(data: bytes, plan: Layout) -> bytes:
    """Return the file without records and beats.

    >>> from twin.files.fit_layout import layout
    >>> file = whole_file(bytes([0x40, 0, 0, RECORD, 0, 1, 3, 1, 2, 0, 140]))
    >>> len(file), len(without_bulk(file, layout(file)))  # the record, two bytes, is gone
    (25, 23)
    """
    kinds = np.array(plan.kinds)
    is_bulk = (kinds == RECORD) | (kinds == HRV)
    edges = np.zeros(len(data) + 1, np.int8)
    edges[np.array(plan.starts)[is_bulk]] += 1
    edges[np.array(plan.ends)[is_bulk]] -= 1
    kept = np.cumsum(edges[:-1], dtype=np.int8) == 0
    content = np.frombuffer(data, np.uint8)
    pieces = [content[begin:end][kept[begin:end]].tobytes() for begin, end in plan.parts]
    return b"".join(map(whole_file, pieces))


def intervals(data: bytes, plan: Layout) -> Floats:
    """Return the RR intervals of each beat message as a row, 65.535 where there is none. [s]

    Shape (messages, intervals of a message).

    >>> from twin.files.fit_layout import layout
    >>> file = whole_file(bytes([0x40, 0, 0, HRV, 0, 1, 0, 4, 0x84, 0, 0x20, 3, 0xFF, 0xFF]))
    >>> intervals(file, layout(file))
    array([[ 0.8  , 65.535]])
    """
    starts = np.array(plan.starts, np.int64)[np.array(plan.kinds) == HRV]
    if not len(starts):
        return np.empty((0, 0))
    (form,) = plan.forms[HRV]
    places = starts[:, np.newaxis] + 1 + np.arange(form[5])
    values = np.frombuffer(data, np.uint8)[places].view(_interval_type(plan))
    return values / _PER_SECOND


def _interval_type(plan: Layout) -> str:
    """Return the NumPy type of intervals; empty where beat messages have any other form."""
    if len(plan.forms[HRV]) != 1:
        return ""
    (form,) = plan.forms[HRV]
    big = form[0]
    expected = struct.pack(">BHB" if big else "<BHB", big, HRV, 1)
    is_known = (
        len(form) == 7 and form[:4] == expected and form[4::2] == bytes([_INTERVALS, _UINT16])
    )
    return (">u2" if big else "<u2") if is_known and form[5] % 2 == 0 else ""
