"""The sockets: what a source, a store, a bus and a follower of the live hub must offer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from twin.records import (
    Athlete,
    Batch,
    Lap,
    Marks,
    News,
    Note,
    Period,
    Recording,
    Session,
    SessionState,
    Tick,
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
    ) -> pd.DataFrame:
        """Return samples on a UTC index named ``time``; all-NaN channels left out unless asked for."""

    def rr(self, session: str) -> pd.Series:
        """Return RR intervals on the UTC instants of their beats. [ms]"""

    def waves(self, session: str, signal: str = "ecg") -> pd.Series:
        """Return a fast signal, one of `twin.schema.SIGNALS`, on UTC instants; empty without one."""

    def laps(self, session: str) -> tuple[Lap, ...]: ...
    def set_laps(self, session: str, laps: Sequence[Lap]) -> None: ...
    def periods(self, squad_session: str) -> tuple[Period, ...]: ...
    def set_periods(self, squad_session: str, periods: Sequence[Period]) -> None: ...
    def notes(self, session: str) -> tuple[Note, ...]: ...
    def add_note(self, session: str, note: Note) -> None: ...

    def delete_session(self, session: str) -> None:
        """Remove a session with all its samples."""

    def close(self) -> None:
        """Close the store; everything appended is kept."""


class Live(Protocol):
    """Follows the hub, from the same process or over a bus. Every method may be called from any thread."""

    @property
    def store(self) -> Store:
        """The store with what was recorded before."""

    def tick(self) -> Tick | None:
        """Return the newest tick; None before the first."""

    def subscribe(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        """Call `callback`, which returns at once, with every tick; what this returns ends that."""

    def frame(self, athlete: str, window: str | float = "10min") -> pd.DataFrame:
        """Return the newest samples of one athlete (measured and derived channels), UTC index."""

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        """Return the laps of the session being recorded."""

    def periods(self) -> tuple[Period, ...]:
        """Return the periods of the squad's session being recorded."""

    def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Begin to record these athletes (none named: all)."""

    def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the recording of these athletes (none named: all)."""

    def mark_lap(self, athlete: str, label: str = "") -> None: ...
    def mark_period(self, name: str) -> None:
        """Begin a period; the one that runs ends. An empty name only ends it."""

    def update_athlete(self, athlete: str, **changes: Any) -> None:
        """Change fields of an `Athlete`, such as ``name="Ada"`` or ``max_hr=188``."""

    def control(self, source: str, **changes: Any) -> None:
        """Lead a `Player`: ``paused=True``, ``speed=20``, ``position=0.5``."""

    def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Tell everybody that `name` has seen an alert of `Tick.alerts`, by its id."""

    def mute(
        self, athlete: str, kind: str = "", *, minutes: float, name: str, note: str = ""
    ) -> None:
        """Raise no alert of an athlete and kind (empty: any) for a while; 0 minutes end it."""

    def change_rule(self, command: str, text: str, *, name: str) -> None:
        """Change the alert rules: "save" one given as JSON, "undo" or "strike" the one of an id."""

    def pair_sensor(self, address: str, athlete: str, **changes: Any) -> None:
        """Give a sensor to an athlete by id or name: ``name="chest"``, ``wants_rr=True``."""

    def forget_sensor(self, address: str) -> None:
        """Let go of a sensor."""


class Listener(Protocol):
    """A follower on a bus; called on the bus's thread, one call at a time."""

    def heard(self, news: News) -> None:
        """Take what the hub sent; what the bus still held of the past comes first."""

    def silent(self, why: str, since_s: float, group: str = "") -> None:
        """Take that the hub of a group or the bus is down, in words for the user; until it is back."""


class Bus(Protocol):
    """Carries ticks from hubs to followers in other processes, and their commands back.

    A hub publishes as one group of athletes; a follower hears all groups.
    """

    def publish(self, tick: Tick, marks: Marks) -> None:
        """Send a tick to all followers; returns at once, whatever state the bus is in."""

    def serve(self, carry_out: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Let followers call `carry_out` with command and arguments, on the bus's thread."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener everything; returns the function that ends it."""

    def ask(self, command: str, arguments: Mapping[str, Any], group: str = "") -> None:
        """Have the hub of a group carry out a command; raises what the hub raised.

        Raises `BusError` when the bus is down, `TimeoutError` when no hub answers.
        """

    def close(self) -> None:
        """End the threads and connections of this end."""
