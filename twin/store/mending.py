"""Edits applied: samples, beats and marks as they are after the repairs of a session."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
import pandas as pd

from twin.records import Edit, Lap

Rows = TypeVar("Rows", pd.DataFrame, pd.Series)


def repaired(samples: pd.DataFrame, edits: Sequence[Edit]) -> pd.DataFrame:
    """Return samples with edits applied; those given stay as they are.

    Parameters
    ----------
    samples : DataFrame
        As stored, on a UTC index.
    edits : sequence of Edit
        Applied in this order; their times are those of the samples as stored.

    Notes
    -----
    A bridge joins the values before and after by a straight line in time; without both it clears.

    Examples
    --------
    >>> index = pd.date_range("2026-10-01", periods=3, freq="s", tz="UTC", name="time")
    >>> ride = pd.DataFrame({"heart_rate": [140.0, 225.0, 142.0]}, index)
    >>> spike = Edit("bridge", "heart_rate", index[1], index[1])
    >>> repaired(ride, [spike])["heart_rate"].tolist()
    [140.0, 141.0, 142.0]
    """
    mended = samples.copy()
    for edit in edits:
        if edit.kind in ("clear", "bridge"):
            first, stop = _rows(samples.index, edit)
            for name in (name for name in edit.channels if name in mended):
                column = mended[name].to_numpy(copy=True)
                column[first:stop] = np.nan
                if edit.kind == "bridge":
                    _bridge(column, samples.index, first, stop)
                mended[name] = column
    mended = on_clock(mended, edits)
    mended.attrs = samples.attrs
    return mended


def on_clock(rows: Rows, edits: Sequence[Edit]) -> Rows:
    """Return rows without those dropped, at the times of the repaired clock and in their order."""
    index = pd.DatetimeIndex(rows.index)
    kept = np.ones(len(rows), np.bool_)
    moved = np.zeros(len(rows), "timedelta64[ns]")
    for edit in edits:
        first, stop = _rows(index, edit)
        if edit.kind == "drop":
            kept[first:stop] = False
        elif edit.kind == "shift":
            moved[first:stop] += np.timedelta64(round(edit.value * 1e9), "ns")
    if moved.any():
        rows = rows.set_axis(index + pd.TimedeltaIndex(moved))
        rows.index.name = index.name
    rows = rows[kept] if not kept.all() else rows
    return rows if rows.index.is_monotonic_increasing else rows.sort_index(kind="stable")


def shift_at(edits: Sequence[Edit], instant: datetime, begin: datetime) -> timedelta:
    """Return by how much edits move the clock at an instant of the stored session.

    What was marked before its first sample, at `begin`, or after its last moves with that.
    """
    shifts = [edit for edit in edits if edit.kind == "shift"]
    last = max((edit.end for edit in shifts), default=begin)
    inside = min(max(instant, begin), last)
    return timedelta(seconds=sum(e.value for e in shifts if e.start <= inside <= e.end))


def moved_laps(
    laps: Sequence[Lap], edits: Sequence[Edit], begin: datetime, *, back: bool = False
) -> tuple[Lap, ...]:
    """Return laps on the repaired clock; or back on the stored one, which begins at `begin`."""

    def moved(instant: datetime) -> datetime:
        shift = shift_at(edits, instant, begin)
        return instant - shift_at(edits, instant - shift, begin) if back else instant + shift

    return tuple(
        replace(lap, start=moved(lap.start), end=moved(lap.end) if lap.end else None)
        for lap in laps
    )


def _rows(index: pd.Index, edit: Edit) -> tuple[int, int]:
    """Return the first row of an edit, and the one after its last."""
    first = index.searchsorted(pd.Timestamp(edit.start), side="left")
    # Instants of edits are cut to the microsecond.
    last = pd.Timestamp(edit.end) + pd.Timedelta(999, "ns")
    return int(first), int(index.searchsorted(last, side="right"))


def _bridge(column: np.ndarray, index: pd.Index, first: int, stop: int) -> None:
    known = np.flatnonzero(~np.isnan(column))
    before, after = known[known < first], known[known >= stop]
    if not len(before) or not len(after):
        return
    ends = [before[-1], after[0]]
    seconds = pd.DatetimeIndex(index).as_unit("ns").asi8 / 1e9
    column[first:stop] = np.interp(seconds[first:stop], seconds[ends], column[ends])
