"""Rolling frames of a follower in another process: from ticks, and from the store where they lack."""

import logging
import threading
from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.errors import StoreError
from twin.hub.refill import Wanted, refilled
from twin.protocols import Store
from twin.records import Athlete, Tick
from twin.store.rolling import Rolling

logger = logging.getLogger(__name__)

_EVER = np.datetime64(0, "ns")
_UNKNOWN = np.datetime64("NaT", "ns")
_BRIEF = pd.Timedelta(minutes=10)
_MANY = 100  # athletes; reading five minutes of 30 takes 0.15 s, of 1,000 half a minute


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
        self._newest = np.empty(0, "datetime64[ns]")
        self._gaps = 0
        self._time: np.datetime64 = _EVER

    def take(self, tick: Tick, *, missed: bool) -> None:
        """Take in the rows of a tick; `missed` tells that there were others before."""
        rows = tick.rows
        with self._lock:
            self._time = tick.time
            if tick.squad is not self._squad:
                self._seat(tick.squad, whole=not missed)
            if missed:
                self._whole_since[:] = _UNKNOWN
                self._gaps += 1
            if len(rows):
                index, first = np.unique(rows.athlete, return_index=True)
                fresh = np.isnat(self._whole_since[index])
                self._whole_since[index[fresh]] = rows.time[first[fresh]]
                self._newest[rows.athlete] = rows.time  # by time, so the latest stays
                self._rolling.append(rows)

    def _seat(self, squad: tuple[Athlete, ...], *, whole: bool) -> None:
        """Make room for the squad; one of other athletes than before begins with nothing."""
        if _ids(squad[: len(self._squad)]) != _ids(self._squad):
            self._rolling = Rolling()
            self._whole_since = self._whole_since[:0]
            self._newest = self._newest[:0]
            self._gaps += 1
            whole = False
        since = np.full(len(squad) - len(self._whole_since), _EVER if whole else _UNKNOWN)
        self._whole_since = np.concatenate([self._whole_since, since])
        self._newest = np.concatenate([self._newest, np.full(len(since), _UNKNOWN)])
        self._rolling.resize(len(squad))
        self._squad = squad

    def frame(self, index: int, window: str | float) -> pd.DataFrame:
        """Return the newest samples of one athlete of the squad, as `Rolling.frame` does."""
        length = pd.Timedelta(window) if isinstance(window, str) else pd.Timedelta(window, "s")
        with self._lock:
            many = len(self._squad) > _MANY and length <= _BRIEF
            if many or self._is_whole(index, length):
                return self._rolling.frame(index, window)
        self._refill(index, length)
        with self._lock:
            return self._rolling.frame(index, window)

    def _is_whole(self, index: int, length: pd.Timedelta) -> bool:
        """Tell whether no tick of the athlete's newest stretch was missed."""
        since = self._whole_since[index]
        if np.isnat(since) or since == _EVER:
            return bool(since == _EVER)
        return bool(self._newest[index] - length.to_timedelta64() >= since)

    def _refill(self, index: int, length: pd.Timedelta) -> None:
        """Read the store; ticks that come meanwhile are kept.

        A short stretch is read for the whole squad at once, since the steps work on all at the cost
        of one, and a page of the squad asks for all. A longer one is read from the beginning of the
        session, for the one athlete. In a squad of more than a hundred a short stretch begins where
        the memory of the bus does: a page of the squad must not wait for the store.
        """
        with self._lock:
            gaps, rolling = self._gaps, self._rolling
            brief = length <= _BRIEF
            missing = [i for i in range(len(self._squad)) if not self._is_whole(i, length)]
            wanted = [self._wanted(i, length if brief else None)
                      for i in (missing if brief else [index])]  # fmt: skip
        try:
            found = refilled(self._store, wanted)
        except StoreError as error:
            logger.warning("what was missed cannot be read from the store: %s", error)
            return
        with self._lock:
            if gaps != self._gaps:
                return  # one more gap: whoever asks next reads again
            for one, rows in zip(wanted, found, strict=True):
                later = rolling.tail(one.index, rows.time[-1] if len(rows) else _EVER)
                rolling.clear(one.index)
                rolling.append(rows)
                rolling.append(later)
                self._whole_since[one.index] = _EVER if one.since is None else one.since

    def _wanted(self, index: int, length: pd.Timedelta | None) -> Wanted:
        held = self._rolling.tail(index, _EVER)
        newest = held.time[-1] if len(held) else self._time
        since = None if length is None else newest - length.to_timedelta64()
        return Wanted(index, self._squad[index], held, since, newest)


def _ids(squad: Sequence[Athlete]) -> list[str]:
    return [athlete.id for athlete in squad]
