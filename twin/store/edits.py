"""Edits of stored sessions: kept beside the samples, which never change, and taken back at will."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from twin.records import Edit, Lap
from twin.store.book import Book
from twin.store.catalogue import key_of
from twin.store.instants import from_ns, to_ns


class Edits(Book):
    """The edits of a store's sessions."""

    def add(self, session: str, edits: Iterable[Edit]) -> None:
        """Put more edits on top of those in force."""
        with self._database.writing() as connection:
            key = key_of(connection, session)
            connection.executemany(
                "INSERT INTO edit (session, kind, channel, start_ns, end_ns, value, reason)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (key, e.kind, e.channel, to_ns(e.start), to_ns(e.end), e.value, e.reason)
                    for e in edits
                ],
            )

    def of(self, session: str) -> tuple[Edit, ...]:
        """Return the edits in force, in the order they were made."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT kind, channel, start_ns, end_ns, value, reason FROM edit"
                " WHERE session = ? ORDER BY id",
                (key_of(connection, session),),
            ).fetchall()
        return tuple(
            Edit(kind, channel, from_ns(start), from_ns(end), value, reason)
            for kind, channel, start, end, value, reason in rows
        )

    def marks(self) -> dict[str, str]:
        """Return for each session with edits what tells its edits from others."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT s.id, count(*) || ':' || max(e.id) FROM edit e"
                " JOIN session s ON s.key = e.session GROUP BY e.session"
            )
            return dict(rows.fetchall())

    def undo(self, session: str) -> int:
        """Take back all edits of a session; return how many there were."""
        with self._database.writing() as connection:
            key = key_of(connection, session)
            return connection.execute("DELETE FROM edit WHERE session = ?", (key,)).rowcount


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
    dropped = np.zeros(len(samples), np.bool_)
    for edit in edits:
        inside = (samples.index >= edit.start) & (samples.index <= edit.end)
        if edit.kind == "drop":
            dropped |= inside
        elif edit.kind in ("clear", "bridge"):
            for name in edit.channels:
                if name in mended:
                    mended.loc[inside, name] = np.nan
                    if edit.kind == "bridge":
                        mended[name] = _bridged(mended[name], inside)
    mended = mended[~dropped]
    mended.index = mended.index + shift_of(edits)
    mended.attrs = samples.attrs
    return mended


def shift_of(edits: Iterable[Edit]) -> timedelta:
    """Return by how much edits move the clock of a session."""
    return timedelta(seconds=sum(edit.value for edit in edits if edit.kind == "shift"))


def moved_laps(laps: Sequence[Lap], by: timedelta) -> tuple[Lap, ...]:
    """Return laps on a clock moved by this much."""
    return tuple(
        Lap(lap.number, lap.start + by, lap.end + by if lap.end else None, lap.label)
        for lap in laps
    )


def _bridged(column: pd.Series, inside: np.ndarray) -> pd.Series:
    known = column.notna().to_numpy()
    rows = np.flatnonzero(inside)
    if not len(rows) or not known[: rows[0]].any() or not known[rows[-1] + 1 :].any():
        return column
    seconds = pd.DatetimeIndex(column.index).as_unit("ns").asi8 / 1e9
    values = column.to_numpy(copy=True)
    values[rows] = np.interp(seconds[rows], seconds[known], values[known])
    return pd.Series(values, column.index, name=column.name)
