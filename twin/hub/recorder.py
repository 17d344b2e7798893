"""Which session each athlete's samples go to, and their way into the store.

Everything here runs on the hub's one writer thread, so that a slow disk never holds up a screen and
commands and samples keep their order.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from twin.protocols import Store
from twin.records import Athlete, Batch, Lap, Period, Session, utc

logger = logging.getLogger(__name__)

# Ten minutes at two batches a second: what waits in memory while the store refuses, and what came of
# athletes whose recording was ended, for who takes that back.
_MAX_WAITING = 1200


class Recorder:
    """Keeps samples in sessions, one live session per athlete at most.

    An athlete's session begins with the first sample, unless recording was ended by hand; it then
    waits for `start`. `sessions`, `laps` and `periods` are replaced, never changed, so other
    threads may read them.
    """

    def __init__(self, store: Store) -> None:
        self.sessions: dict[str, Session] = {}
        self.laps: dict[str, tuple[Lap, ...]] = {}
        self.periods: tuple[Period, ...] = ()
        self.waiting_batches = 0
        self.dropped_batches = 0
        self._store = store
        self._ended_by_hand: dict[str, int] = {}  # id -> batches that had been kept by then
        self._kept = 0
        self._since: deque[tuple[int, Batch, tuple[Athlete, ...]]] = deque(maxlen=_MAX_WAITING)
        self._squad_session, self._title, self._sport = "", "", ""
        self._led = False
        self._waiting: deque[tuple[Batch, tuple[Athlete, ...], Callable[[int], str]]] = deque()

    def keep(self, batch: Batch, squad: Sequence[Athlete], source_of: Callable[[int], str]) -> None:
        """Store a batch; on disk when this returns.

        What the store refuses waits in memory and goes first with the next batch, an empty one too.

        Raises
        ------
        StoreError
            If the store refuses; the batch is kept waiting.
        """
        if batch.holds_something:
            self._waiting.append((batch, tuple(squad), source_of))
        self._drain()

    def state(self, refusal: str = "") -> str:
        """Return "recording" or "idle"; of a store that refuses, its words and what waits for it."""
        if not refusal:
            return "recording" if self.sessions else "idle"
        waits = f"; {self.waiting_batches} batches wait in memory" if self.waiting_batches else ""
        lost = f", {self.dropped_batches} are lost" if self.dropped_batches else ""
        return refusal + waits + lost

    def _drain(self) -> None:
        """Store what waits, oldest first; what is stored leaves the queue."""
        if len(self._waiting) > _MAX_WAITING:
            self._waiting.popleft()
            self.dropped_batches += 1
        try:
            while self._waiting:
                self._store_one(*self._waiting[0])
                self._waiting.popleft()
        finally:
            self.waiting_batches = len(self._waiting)

    def _store_one(
        self, batch: Batch, squad: Sequence[Athlete], source_of: Callable[[int], str]
    ) -> None:
        """Store one batch; athletes without a session get one, unless theirs was ended by hand."""
        tables = (batch, batch.beats, batch.waves)
        athletes = np.concatenate([table.athlete for table in tables])
        times = np.concatenate([table.time for table in tables])
        for index in np.unique(athletes):
            athlete = squad[index]
            if athlete.id not in self.sessions and athlete.id not in self._ended_by_hand:
                self._open(athlete, utc(times[athletes == index].min()), source_of(index))
        ids = [s.id if (s := self.sessions.get(a.id)) else "" for a in squad]
        self._store.append(batch, ids)
        self._kept += 1
        if self._ended_by_hand:
            self._since.append((self._kept, batch, tuple(squad)))

    def _open(self, athlete: Athlete, start: datetime, source: str) -> None:
        if not self.sessions and not self._led:
            self._squad_session = f"{start:%Y%m%dT%H%M%S}"
            self.periods = ()
        session = self._store.start_session(
            Session(
                id=f"{start:%Y%m%dT%H%M%S}-{athlete.id}", athlete=athlete.id,
                sport=self._sport or athlete.sport, start=start, source=source,
                title=self._title, squad_session=self._squad_session,
            )
        )  # fmt: skip
        self.sessions = {**self.sessions, athlete.id: session}
        self._set_laps(athlete.id, (Lap(1, start),))

    def start(self, athletes: Sequence[Athlete], title: str = "") -> None:
        """Record these athletes from their next sample on; those being recorded go on."""
        self._title = title or (self._title if self._led else "")
        for athlete in athletes:
            self._ended_by_hand.pop(athlete.id, None)

    def begin(
        self, squad_session: str, title: str, sport: str, off: Iterable[str], *, again: bool = False
    ) -> None:
        """Let all sessions from here on belong to one that is led, without those who are off.

        Parameters
        ----------
        squad_session : str
            Shared by them.
        title, sport : str
            Of each; an empty sport leaves each athlete's own.
        off : iterable of str
            Ids of the athletes who are not recorded.
        again : bool
            Whether it had begun before this process did: its periods stand in the store.
        """
        self._led, self._squad_session = True, squad_session
        self._title, self._sport = title, sport
        self.periods = self._store.periods(squad_session) if again else ()
        self._ended_by_hand = dict.fromkeys(off, self._kept)

    def awaits(self, athlete: str) -> bool:
        """Tell whether an athlete, by id, is recorded from the first sample on, and has sent none."""
        return athlete not in self.sessions and athlete not in self._ended_by_hand

    def leave_off(self) -> None:
        """Let what is recorded from here on belong to no session that is led."""
        self._led, self._title, self._sport = False, "", ""

    def end(
        self,
        athletes: Sequence[Athlete],
        times: Sequence[datetime],
        ways_m: Sequence[float],
        *,
        by_hand: bool,
    ) -> None:
        """End the sessions of these athletes; ended by hand, they wait for `start`.

        Parameters
        ----------
        athletes : sequence of Athlete
            Those without a session are passed over.
        times : sequence of datetime
            Last instant of each, where the running lap ends.
        ways_m : sequence of float
            What each covered; NaN where not known. [m]
        by_hand : bool
            Whether somebody asked for it.

        Raises
        ------
        StoreError
            If the store refuses; the sessions stay open.
        """
        self._drain()
        for athlete, time, way_m in zip(athletes, times, ways_m, strict=True):
            if by_hand:
                self._ended_by_hand.setdefault(athlete.id, self._kept)
            session = self.sessions.get(athlete.id)
            if session is None:
                continue
            *done, last = self.laps[athlete.id]
            self._set_laps(athlete.id, (*done, replace(last, end=max(time, last.start))))
            self._store.end_session(session.id, distance_m=way_m)
            self.sessions = {a: s for a, s in self.sessions.items() if a != athlete.id}
        if not self.sessions and self.periods:
            self._close_period(max(times))

    def reopen(self, sessions: Sequence[str], awaited: Iterable[str] = ()) -> None:
        """Go on with sessions that were ended by hand, with what has come since; their laps too.

        `awaited` are ids of athletes who had sent nothing then: they are awaited again.

        Raises
        ------
        StoreError
            If the store refuses.
        """
        for athlete in awaited:
            self._ended_by_hand.pop(athlete, None)
        for name in sessions:
            session = self._store.reopen_session(name)
            who, self._squad_session = session.athlete, session.squad_session
            since = self._ended_by_hand.pop(who, self._kept)
            self.sessions = {**self.sessions, who: session}
            laps = self._store.laps(name, repaired=False)
            self._set_laps(who, (*laps[:-1], replace(laps[-1], end=None)))
            for number, batch, squad in self._since:
                if number > since:
                    self._store.append(batch, [name if a.id == who else "" for a in squad])

    def mark_lap(self, athlete: Athlete, time: datetime, label: str = "") -> None:
        """End the running lap here and begin the next; nothing happens without a session."""
        if athlete.id not in self.sessions:
            return
        *done, last = self.laps[athlete.id]
        closed = replace(last, end=time, label=label or last.label)
        self._set_laps(athlete.id, (*done, closed, Lap(last.number + 1, time)))

    def unmark_lap(self, athlete: Athlete) -> None:
        """Go on with the lap before the running one, as if that had not been marked."""
        laps = self.laps.get(athlete.id, ())
        if athlete.id in self.sessions and len(laps) > 1:
            self._set_laps(athlete.id, (*laps[:-2], replace(laps[-2], end=None, label="")))

    def mark_period(self, name: str, time: datetime) -> None:
        """End the running period here and begin the next; an empty name only ends it."""
        if not self.sessions:
            return
        self._close_period(time)
        if name:
            self.periods = (*self.periods, Period(name, time))
        self._store.set_periods(self._squad_session, self.periods)

    def unmark_period(self, time: datetime) -> None:
        """Go on as if at this instant the last period had not begun, or not ended."""
        kept = list(self.periods)
        if kept and kept[-1].start == time and kept[-1].end is None:
            kept.pop()
        if kept and kept[-1].end == time:
            kept[-1] = replace(kept[-1], end=None)
        self.periods = tuple(kept)
        self._store.set_periods(self._squad_session, self.periods)

    def _close_period(self, time: datetime) -> None:
        if self.periods and self.periods[-1].end is None:
            self.periods = (*self.periods[:-1], replace(self.periods[-1], end=time))
            self._store.set_periods(self._squad_session, self.periods)

    def _set_laps(self, athlete: str, laps: tuple[Lap, ...]) -> None:
        self.laps = {**self.laps, athlete: laps}
        self._store.set_laps(self.sessions[athlete].id, laps)
