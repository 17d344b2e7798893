"""Rounds: a batch taken apart so that each athlete has one row at most.

Steps work on a round as a dense matrix with one column per athlete: no indexing where everybody
sent one row, and results that do not depend on how the rows were cut into batches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from twin.records import Batch, Floats, Indices
from twin.schema import MEASURED_NAMES

Nanoseconds = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rows = slice | npt.NDArray[np.intp]
State = TypeVar("State")

NEVER = np.int64(-(2**62))  # an instant before all others, about 146 years before the epoch
SECOND_NS = 1_000_000_000


class Round(NamedTuple):
    """One row at most of each athlete, as a dense matrix.

    Parameters
    ----------
    rows : slice or ndarray of int
        Rows of the batch that make up the round.
    athletes : slice or ndarray of int32
        The column of each of these rows.
    time : ndarray of int64, shape (athletes,)
        Instant; `NEVER` for an absent athlete. [ns]
    values : ndarray of float64, shape (channels, athletes)
        Readings; NaN for an absent athlete.
    instant : int or None
        The instant of all athletes, if nobody is absent and they share one: the usual case, in
        which one number does the work of `time`. [ns]
    """

    rows: Rows
    athletes: slice | Indices
    time: Nanoseconds
    values: Floats
    instant: int | None = None

    @property
    def everyone(self) -> bool:
        """Whether no athlete is absent."""
        return isinstance(self.athletes, slice)


_ALL = slice(None)


def rounds(batch: Batch, everyone: Indices) -> Iterator[Round]:
    """Yield the rounds of a batch: the first row of each athlete, then the second, ...

    Parameters
    ----------
    batch : Batch
        Measured channels.
    everyone : ndarray of int32
        0, 1, ... up to the number of athletes.

    Raises
    ------
    ValueError
        If a row names an athlete outside the squad.
    """
    time = batch.time.view(np.int64)
    values = measured(batch)
    count, n = len(everyone), len(time)
    if n == count and not np.count_nonzero(batch.athlete != everyone):
        yield Round(_ALL, _ALL, time, values, common(time))
        return
    if n and not 0 <= batch.athlete.min() <= batch.athlete.max() < count:
        raise ValueError(f"athlete index must be 0 to {count - 1}, got {batch.athlete.max()}")
    if count == 1:
        for row, instant in enumerate(time.tolist()):
            one = slice(row, row + 1)
            yield Round(one, _ALL, time[one], values[:, one], instant)
        return
    for rows in _ranked(batch.athlete):
        athletes = batch.athlete[rows]
        dense, instants = np.full((len(values), count), np.nan), np.full(count, NEVER)
        dense[:, athletes] = values[:, rows]
        instants[athletes] = time[rows]
        yield Round(rows, athletes, instants, dense)


def common(numbers: Nanoseconds) -> int | None:
    """Return the number all of them are, None where they differ or there is none.

    >>> common(np.array([7, 7])), common(np.array([7, 8]))
    (7, None)
    """
    if not len(numbers):
        return None
    first = numbers[0]
    return int(first) if np.count_nonzero(numbers == first) == len(numbers) else None


def not_newer(part: Round, time: Nanoseconds, instant: int | None) -> Flags | None:
    """Return who is absent or sent a row not newer than before; None where there is nobody.

    Parameters
    ----------
    part : Round
        The rows now.
    time, instant : ndarray of int64, int or None
        The newest instant of each athlete before, and of all if they share it. [ns]
    """
    if instant is not None and part.instant is not None and part.instant > instant:
        return None
    late = part.time <= time  # absent athletes too: their instant is NEVER
    return late if np.count_nonzero(late) else None


def _ranked(athlete: Indices) -> list[npt.NDArray[np.intp]]:
    """Return the rows that are the first of their athlete, the second, ..."""
    order = np.argsort(athlete, kind="stable")
    ordered = athlete[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(order) else order
    lengths = np.diff(np.r_[starts, len(order)])
    rank = np.arange(len(order)) - np.repeat(starts, lengths)
    by_rank = order[np.argsort(rank, kind="stable")]
    return np.split(by_rank, np.cumsum(np.bincount(rank))[:-1]) if len(order) else []


def measured(batch: Batch) -> Floats:
    """Return the values with one line per channel of `MEASURED_NAMES`."""
    if batch.names == MEASURED_NAMES:
        return batch.values
    values = np.full((len(MEASURED_NAMES), len(batch)), np.nan)
    for name, column in zip(batch.names, batch.values, strict=True):
        if name in MEASURED_NAMES:
            values[MEASURED_NAMES.index(name)] = column
    return values


def with_columns(base: State, other: State, columns: slice | Sequence[int]) -> State:
    """Return `base` with these athletes' columns of every array taken from `other`.

    Parameters
    ----------
    base, other : dataclass
        States whose arrays have athletes on their last axis; other fields, and what is marked as
        parameters, are those of `base`.
    columns : slice or sequence of int
        Athletes.
    """
    changed: dict[str, Any] = {}
    for entry in fields(cast(Any, base)):
        ours, theirs = getattr(base, entry.name), getattr(other, entry.name)
        if isinstance(ours, np.ndarray):
            changed[entry.name] = ours.copy()
            changed[entry.name][..., columns] = theirs[..., columns]
        elif is_dataclass(ours) and not entry.metadata.get("parameters"):
            changed[entry.name] = with_columns(cast(Any, ours), cast(Any, theirs), columns)
    return cast(State, replace(cast(Any, base), **changed))
