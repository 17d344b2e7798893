"""The part of the embedded store that gives rows and laps as they are after the repairs."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from twin.records import Edit, Lap
from twin.store import mending
from twin.store.books import Books
from twin.store.catalogue import find_session
from twin.store.frames import rr_series, samples_frame, wave_series
from twin.store.instants import to_ns_or_none
from twin.store.marked import MarkedStore
from twin.store.mending import moved_laps, on_clock


class RepairedStore(Books, MarkedStore):
    """Rows of sessions with their edits on top, which `edits` keeps beside them."""

    def samples(
        self,
        session: str,
        *,
        columns: Sequence[str] | None = None,
        start: datetime | str | None = None,
        end: datetime | str | None = None,
        repaired: bool = True,
    ) -> pd.DataFrame:
        """Return samples by time, from `start` to `end` (both included), units in ``attrs``.

        Equal instants stay in the order they came. All-NaN channels are left out unless asked for.
        Repairs of the session stand on top, unless not `repaired`.
        """
        span = to_ns_or_none(start), to_ns_or_none(end)
        edits = self._edits(session, wanted=repaired)
        if not edits:
            return samples_frame(self._database, session, columns, *span)
        # A bridge needs the values beyond the span, and a shift moves what is in it.
        whole = samples_frame(self._database, session, columns, None, None)
        return _within(mending.repaired(whole, edits), span)

    def rr(self, session: str, *, repaired: bool = True) -> pd.Series:
        """Return RR intervals on the UTC instants of their beats. [ms]"""
        found = rr_series(self._database, session)
        return on_clock(found, self._edits(session, wanted=repaired))

    def waves(self, session: str, signal: str = "ecg") -> pd.Series:
        """Return a fast signal, one of `twin.schema.SIGNALS`, on UTC instants; empty without one."""
        found = wave_series(self._database, session, signal)
        return on_clock(found, self._edits(session))

    def laps(self, session: str, *, repaired: bool = True) -> tuple[Lap, ...]:
        """Return the laps of a session."""
        laps = super().laps(session)
        edits = self._edits(session, wanted=repaired)
        return moved_laps(laps, edits, self._begin(session)) if edits else laps

    def set_laps(self, session: str, laps: Sequence[Lap]) -> None:
        """Put these laps in the place of those kept."""
        edits = self._edits(session)
        if edits:
            laps = moved_laps(laps, edits, self._begin(session), back=True)
        super().set_laps(session, laps)

    def _edits(self, session: str, *, wanted: bool = True) -> tuple[Edit, ...]:
        return self.edits().of(session) if wanted else ()

    def _begin(self, session: str) -> datetime:
        """Return the instant of the first sample as stored."""
        with self._database.reading() as connection:
            return find_session(connection, session).start


def _within(samples: pd.DataFrame, span: tuple[int | None, int | None]) -> pd.DataFrame:
    first, last = (None if edge is None else pd.Timestamp(edge, tz="UTC") for edge in span)
    return samples.loc[first:last]
