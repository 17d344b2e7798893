"""Rows of any number of sessions, as they stand in a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats, Times
from twin.schema import ALL_NAMES

Keys = npt.NDArray[np.int64]
KEYS = ("session", "seq", "time")
_NONE = {"session": np.empty(0, np.int64), "seq": np.empty(0, np.int64),
         "time": np.empty(0, "datetime64[ns]")}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """Rows of any number of sessions, by session, time and append.

    Parameters
    ----------
    session, seq : ndarray of int64, shape (n,)
        Key of the session and number of the append of each row.
    time : ndarray of datetime64[ns], shape (n,)
        Instant, UTC.
    values : ndarray of float64, shape (len(names), n)
        One line per channel.
    names : tuple of str
        The channel of each line.
    """

    session: Keys
    seq: Keys
    time: Times
    values: Floats
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, pieces: Sequence["Sorted"], names: Sequence[str] | None = None) -> "Sorted":
        """Put pieces together; rows equal in session, time and append stay in their order.

        Channels are those asked for by `names`, else all that a piece holds in the order of
        `twin.schema`.
        """
        held = {name for piece in pieces for name in piece.names}
        names = tuple(sorted(held, key=_place) if names is None else names)
        values = np.full((len(names), sum(map(len, pieces))), np.nan)
        at = 0
        for piece in pieces:
            for name, line in zip(piece.names, piece.values, strict=True):
                values[names.index(name), at : at + len(piece)] = line
            at += len(piece)
        session, seq, time = (
            np.concatenate([_NONE[key], *(getattr(piece, key) for piece in pieces)]) for key in KEYS
        )
        return cls(session, seq, time, values, names).take(np.lexsort((seq, time, session)))

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice) -> "Sorted":
        """Return only these rows."""
        return Sorted(
            self.session[rows], self.seq[rows], self.time[rows], self.values[:, rows], self.names
        )


def _place(name: str) -> tuple[int, str]:
    return (ALL_NAMES.index(name) if name in ALL_NAMES else len(ALL_NAMES)), name
