"""What a clock, a source and a store must offer."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd

from twin.records import (
    Athlete,
    Batch,
    Effort,
    Lap,
    Note,
    Period,
    Recording,
    Session,
    SessionState,
)  # fmt: skip


class Clock(Protocol):
    """Time as an argument, so that tests wait 0 s."""

    def now(self) -> np.datetime64:
        """Return the present instant, UTC, as datetime64[ns]."""

    async def sleep(self, seconds: float) -> None:
        """Let this much time pass. [s]"""


class WallClock:
    """The clock on the wall: monotonic between two readings, UTC at its start."""

    def __init__(self) -> None:
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def now(self) -> np.datetime64:
        """Return the present instant, UTC."""
        return np.datetime64(time.monotonic_ns() + self._offset_ns, "ns")

    async def sleep(self, seconds: float) -> None:
        """Let this much time pass. [s]"""
        await asyncio.sleep(max(0.0, seconds))


@runtime_checkable
class Source(Protocol):
    """Where samples come from: a strap, a file played as live, the simulator, HTTP."""

    name: str
    athletes: Sequence[Athlete]  # may grow at its end while live; a batch's index points into it

    def batches(self, clock: Clock) -> AsyncIterator[Batch]:
        """Yield batches as their time comes; ends when the source has no more."""


@runtime_checkable
class Player(Source, Protocol):
    """A source that can be led: a replay."""

    paused: bool
    speed: float  # seconds of recording per second of clock, 1..60

    @property
    def position(self) -> float:
        """Share played, 0..1."""

    def seek(self, position: float) -> None:
        """Go on from this share of the recording, 0..1."""


class Store(Protocol):
    """Where samples are kept: durable when `append` returns.

    Reads may come from another process while one writes. `session` arguments are session ids;
    `athlete` arguments take an id or a name. Unknown ones raise `UnknownSessionError` and
    `UnknownAthleteError`.
    """

    def add_athlete(self, athlete: Athlete) -> Athlete:
        """Keep an athlete (insert or update by id) and return it as kept."""

    def athletes(self) -> tuple[Athlete, ...]:
        """Return every known athlete, by name."""

    def claim(self, athletes: Sequence[str]) -> Mapping[str, str]:
        """Keep other hubs from recording these, by id; return who has those that are taken."""

    def give_back(self, athletes: Sequence[str]) -> None:
        """Let other hubs record these athletes again."""

    def start_session(self, session: Session) -> Session:
        """Open a session; its id is made unique where it is taken already."""

    def end_session(
        self, session: str, *, state: SessionState = SessionState.ENDED, distance_m: float = np.nan
    ) -> Session:
        """Close a session at its last sample; `sessions` lists the way covered where it is known."""

    def reopen_session(self, session: str) -> Session:
        """Go on recording a session that was ended."""

    def append(self, batch: Batch, sessions: Sequence[str]) -> int:
        """Keep a batch and return its number; on disk when this returns.

        `sessions` gives the session id of each athlete index of the batch; rows of an athlete
        whose entry is empty are not kept. Raises `StoreFullError` when the disk is full.
        """

    def add_recording(self, recording: Recording, athlete: Athlete, *, content: str) -> Session:
        """Keep a recording as an ended session in one transaction.

        `content` is the hash of the file: a second time, the session already kept is returned.
        """

    def sessions(
        self,
        *,
        athlete: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> pd.DataFrame:
        """Return sessions, newest first: the fields of `Session`, `athlete` as name, `duration_s`."""

    def session(self, session: str) -> Session:
        """Return one session."""

    def samples(
        self,
        session: str,
        *,
        columns: Sequence[str] | None = None,
        start: datetime | str | None = None,
        end: datetime | str | None = None,
        repaired: bool = True,
    ) -> pd.DataFrame:
        """Return samples on a UTC index named ``time``, repaired or as recorded; no all-NaN channels."""

    def rr(self, session: str, *, repaired: bool = True) -> pd.Series:
        """Return RR intervals on the UTC instants of their beats. [ms]"""

    def waves(self, session: str, signal: str = "ecg") -> pd.Series:
        """Return a fast signal, one of `twin.schema.SIGNALS`, on UTC instants; empty without one."""

    def laps(self, session: str, *, repaired: bool = True) -> tuple[Lap, ...]:
        """Return the laps of a session, on the clock of its repairs unless asked otherwise."""

    def set_laps(self, session: str, laps: Sequence[Lap]) -> None:
        """Put these laps in the place of those kept."""

    def periods(self, squad_session: str) -> tuple[Period, ...]:
        """Return the periods of a squad's session; none where nothing was marked."""

    def set_periods(self, squad_session: str, periods: Sequence[Period]) -> None:
        """Put these periods in the place of those kept."""

    def notes(self, session: str) -> tuple[Note, ...]:
        """Return the notes of a session, by time."""

    def add_note(self, session: str, note: Note) -> None:
        """Keep one more note."""

    def remove_note(self, session: str, note: Note) -> None:
        """Let go of a note; nothing happens where it is not kept."""

    def effort(self, session: str) -> Effort | None:
        """Return how hard a session was, as last said; None where nothing was."""

    def say_effort(self, session: str, effort: Effort) -> None:
        """Keep how hard a session was; what was said before is kept under it."""

    def take_back_effort(self, session: str) -> None:
        """Let what was said of a session's effort before count again."""

    def delete_session(self, session: str) -> None:
        """Remove a session with all its samples."""

    def close(self) -> None:
        """Close the store; everything appended is kept."""
