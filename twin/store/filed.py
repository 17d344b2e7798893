"""Rows in Parquet files in the order of their appends, as a server follows them.

A file is sorted by session, so the next few appends are all over it. A stretch of some hundred
thousand rows is read at once and kept, of which the next bodies are cut.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from twin.store.log import BEATS, SAMPLES
from twin.store.segments import by_file, read_sessions
from twin.store.sorted_rows import Sorted

_ROWS_AT_ONCE = 200_000
_NOTHING = np.empty(0, np.int64)
_OVERLAPPING = (
    "SELECT file, session FROM segment g JOIN segment_part p ON p.segment = g.id"
    " WHERE stream = ? AND first_seq <= ? AND last_seq > ? AND NOT moved ORDER BY g.id"
)
_SPANS = (
    "SELECT first_seq, last_seq, sum(p.rows) FROM segment g JOIN segment_part p ON p.segment = g.id"
    " WHERE NOT moved AND last_seq > ? GROUP BY g.id"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """All rows of the appends after one number up to another, by append."""

    after: int
    until: int
    streams: Mapping[str, Sorted] = field(default_factory=dict)


class Filed:
    """The appends of a store that stand in files.

    Parameters
    ----------
    folder : Path
        Home of the store.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ahead = _Stretch(0, 0)

    def after(
        self, connection: sqlite3.Connection, seq: int, sealed: int, *, appends: int, rows: int
    ) -> tuple[int, dict[str, Sorted]]:
        """Return the rows of the next appends by stream, and the number of the last of them.

        Parameters
        ----------
        connection : sqlite3.Connection
            Sees one state of the store.
        seq : int
            The append before.
        sealed : int
            The last one in files.
        appends, rows : int
            How many at most; one append is never cut.

        Raises
        ------
        FileGoneError
            If a file was superseded and deleted meanwhile: to be asked again.
        """
        if not self._ahead.after <= seq < self._ahead.until:
            self._ahead = self._read(connection, seq, sealed)
        ahead = self._ahead
        seqs = np.concatenate([_NOTHING, *(stream.seq for stream in ahead.streams.values())])
        numbers, counts = np.unique(seqs[seqs > seq], return_counts=True)
        many = max(1, int(np.searchsorted(np.cumsum(counts), rows, side="right")))
        cut = numbers[: min(many, appends)]
        last = int(cut[-1]) if len(cut) < len(numbers) else ahead.until
        return last, {
            table: stream.take(slice(*np.searchsorted(stream.seq, (seq, last), side="right")))
            for table, stream in ahead.streams.items()
        }

    def _read(self, connection: sqlite3.Connection, seq: int, sealed: int) -> _Stretch:
        until = _until(connection, seq, sealed)
        streams = {}
        for stream in (SAMPLES, BEATS):
            pieces = []
            found = by_file(connection.execute(_OVERLAPPING, (stream, until, seq)))
            for file, sessions in found.items():
                rows = read_sessions(self._folder, file, sessions)
                pieces.append(rows.take((rows.seq > seq) & (rows.seq <= until)))
            together = Sorted.of(pieces)
            streams[stream] = together.take(np.argsort(together.seq, kind="stable"))
        return _Stretch(seq, until, streams)


def _spans(connection: sqlite3.Connection, seq: int) -> npt.NDArray[np.int64]:
    """Return first and last append and number of rows of the files that reach past an append."""
    return np.array(connection.execute(_SPANS, (seq,)).fetchall() or [(0, 0, 0)], np.int64).T


def _until(connection: sqlite3.Connection, seq: int, sealed: int) -> int:
    """Return up to which append about as many rows follow as are read at once."""
    first, last, rows = _spans(connection, seq)
    per_append = rows / (last - first + 1)
    until = sealed
    while until > seq + 1:
        shared = np.clip(np.minimum(last, until) - np.maximum(first, seq + 1) + 1, 0, None)
        if (per_append * shared).sum() <= _ROWS_AT_ONCE:
            break
        until = seq + max(1, (until - seq) // 2)
    return until


def waiting_rows(connection: sqlite3.Connection, seq: int) -> int:
    """Return about how many rows in files come after an append."""
    first, last, rows = _spans(connection, seq)
    share = (last - np.maximum(first - 1, seq)) / (last - first + 1)
    return int(np.ceil((rows * share).sum()))
