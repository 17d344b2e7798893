"""Rolling frames of a follower in another process: from ticks, and from the store where they lack."""

import logging
import threading
from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.errors import StoreError
from twin.hub.refill import merged, stored_rows
from twin.protocols import Store
from twin.records import Athlete, Batch
from twin.store.rolling import Rolling

logger = logging.getLogger(__name__)

_EVER = np.datetime64(0, "ns")
_UNKNOWN = np.datetime64("NaT", "ns")


class RemoteFrames:
    """The newest rows of each athlete, as far as heard; the rest is read from the store when asked.

    Of each athlete it is known since when no tick was missed: reading a window that reaches further
    back reads the store first, once.

    Parameters
    ----------
    store : Store
        That the hub records into.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._rolling = Rolling()
        self._squad: tuple[Athlete, ...] = ()
        self._whole_since = np.empty(0, "datetime64[ns]")
        self._gaps = 0

    def take(self, squad: tuple[Athlete, ...], rows: Batch, *, missed: bool) -> None:
        """Take in the rows of a tick; `missed` tells that there were others before."""
        with self._lock:
            if squad is not self._squad:
                self._seat(squad, whole=not missed)
            if missed:
                self._whole_since[:] = _UNKNOWN
                self._gaps += 1
            if len(rows):
                index, first = np.unique(rows.athlete, return_index=True)
                fresh = np.isnat(self._whole_since[index])
                self._whole_since[index[fresh]] = rows.time[first[fresh]]
                self._rolling.append(rows)

    def _seat(self, squad: tuple[Athlete, ...], *, whole: bool) -> None:
        """Make room for the squad; one of other athletes than before begins with nothing."""
        if _ids(squad[: len(self._squad)]) != _ids(self._squad):
            self._rolling = Rolling()
            self._whole_since = self._whole_since[:0]
            self._gaps += 1
            whole = False
        since = np.full(len(squad) - len(self._whole_since), _EVER if whole else _UNKNOWN)
        self._whole_since = np.concatenate([self._whole_since, since])
        self._rolling.resize(len(squad))
        self._squad = squad

    def frame(self, index: int, window: str | float) -> pd.DataFrame:
        """Return the newest samples of one athlete of the squad, as `Rolling.frame` does."""
        with self._lock:
            frame = self._rolling.frame(index, window)
            if self._is_whole(index, frame, window):
                return frame
        self._refill(index)
        with self._lock:
            return self._rolling.frame(index, window)

    def _is_whole(self, index: int, frame: pd.DataFrame, window: str | float) -> bool:
        since = self._whole_since[index]
        if np.isnat(since) or since == _EVER or frame.empty:
            return bool(since == _EVER)
        length = pd.Timedelta(window) if isinstance(window, str) else pd.Timedelta(window, "s")
        return bool(frame.index[-1] - length >= pd.Timestamp(since, tz="UTC"))

    def _refill(self, index: int) -> None:
        """Read an athlete's rows from the store; ticks that come meanwhile are kept."""
        with self._lock:
            gaps, rolling, athlete = self._gaps, self._rolling, self._squad[index]
        held = rolling.tail(index, _EVER)
        newest = held.time[-1] if len(held) else np.datetime64("now", "ns")
        try:
            stored = stored_rows(self._store, athlete, index, newest)
        except StoreError as error:
            logger.warning("what was missed cannot be read from the store: %s", error)
            return
        with self._lock:
            if gaps != self._gaps:
                return  # one more gap: whoever asks next reads again
            whole = merged(rolling.tail(index, _EVER), stored)
            rolling.clear(index)
            rolling.append(whole)
            self._whole_since[index] = _EVER


def _ids(squad: Sequence[Athlete]) -> list[str]:
    return [athlete.id for athlete in squad]
