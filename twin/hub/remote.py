"""`twin.live()` where the hub runs in another process: follow it over the bus."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import numpy as np
import pandas as pd

from twin.errors import BusError
from twin.hub.followers import Followers
from twin.hub.merging import Merger, Part
from twin.hub.remote_commands import RemoteCommands, find
from twin.hub.remote_frames import RemoteFrames
from twin.hub.showing import Shown
from twin.hub.ticker import joined
from twin.protocols import Bus, Store
from twin.records import (
    Athlete,
    Lap,
    Led,
    News,
    Period,
    SourceStatus,
    Tick,
    led_together,
)  # fmt: skip
from twin.schema import ALL_NAMES

_ROOM_S = 1.0  # between two ticks of our own while the hub is silent


class RemoteLive(RemoteCommands, Shown):
    """Follows hubs of other processes; implements `twin.protocols.Live`.

    It keeps rolling frames of its own from the ticks. Where ticks were missed, because this process
    or the bus was away, the rows are read back from the store when somebody asks for them. Several
    hubs, each with groups of athletes of its own, show as one squad.

    Parameters
    ----------
    bus : Bus
        That the hubs publish on; closed by `stop`.
    store : Store
        That they record into; only read here.
    patience_s : float
        How long to wait for the first word of the bus. [s]
    """

    def __init__(self, bus: Bus, store: Store, *, patience_s: float = 2.0) -> None:
        super().__init__(bus, lambda: self._parts)
        self._store = store
        self._lock = threading.Lock()
        self._parts: dict[str, Part] = {}  # by group; replaced, never changed
        self._homes: dict[str, str] = {}  # the group that each athlete was heard in last, by id
        self._merger = Merger()
        self._tick: Tick | None = None
        self._number = -1
        self._said_at_s: dict[str, float] = {}
        self._followers = Followers()
        self._ready = threading.Event()
        self._end = bus.subscribe(self)
        self._ready.wait(patience_s)

    @property
    def store(self) -> Store:
        """The store that the hubs record into."""
        return self._store

    def stop(self) -> None:
        """Let go of the bus; the hubs go on."""
        self._end()
        self._bus.close()

    # --- what the bus tells, on its thread -----------------------------------------------------------

    def heard(self, news: News) -> None:
        """Take in what a hub sent."""
        with self._lock:
            known, first = self._parts.get(news.group), not self._parts
            kept = {
                group: other for group, other in self._parts.items()
                if group != news.group and not (other.silence and _shares(other, news))
            }  # fmt: skip
            before = known.news if known else None
            missed = self._move_in(news, before) or _missed(news, before)
            part = Part(news, known.frames if known else RemoteFrames(self._store))
            part.frames.take(news.tick, missed=missed)
            self._parts = dict(sorted({**kept, news.group: part}.items()))
            self._number = max(self._number + 1 + missed, news.tick.number if first else 0)
            self._said_at_s.pop(news.group, None)
        if not news.past:
            self._show(self._merger.merged(self._parts, self._number, news.group))

    def _move_in(self, news: News, before: News | None) -> bool:
        """Tell whether newcomers of a hub were another one's, whose rows it does not send."""
        ids = {athlete.id for athlete in news.tick.squad}
        if before is not None:
            ids -= {athlete.id for athlete in before.tick.squad}
        moved = any(self._homes.get(one, news.group) != news.group for one in ids)
        self._homes |= dict.fromkeys(ids, news.group)
        return moved

    def silent(self, why: str, since_s: float, group: str = "") -> None:
        """Let the values of a hub grow old on the screens, and say why, once a second."""
        part = self._parts.get(group)
        if (part is None and self._parts) or (
            group in self._said_at_s and since_s - self._said_at_s[group] < _ROOM_S
        ):
            return
        with self._lock:
            self._said_at_s[group] = since_s
            self._number += 1
            if part is not None:
                part.silence, part.silent_s = why, since_s
        if part is None:
            sources = (SourceStatus("hub", "silent", why),)
            self._show(replace(_nothing(), number=self._number, sources=sources))
        else:
            self._show(self._merger.merged(self._parts, self._number))

    def _show(self, tick: Tick) -> None:
        self._tick = tick
        self._ready.set()
        self._followers.tell(tick)

    # --- what screens and notebooks ask -------------------------------------------------------------

    def tick(self) -> Tick | None:
        """Return the newest tick; None before the first word of the bus."""
        return self._tick

    def subscribe(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        """Call `callback` with every tick, on the bus's thread; returns the function that ends it."""
        return self._followers.add(callback)

    def frame(self, athlete: str, window: str | float = "10min") -> pd.DataFrame:
        """Return the newest samples of one athlete, measured and derived channels.

        What this process did not hear is read from the store, once.

        Parameters
        ----------
        athlete : str
            Id or name.
        window : str or float
            As pandas writes it, such as ``"10min"``, or seconds.

        Raises
        ------
        UnknownAthleteError
            If nobody in the squad is called that.
        """
        parts = self._parts  # replaced on the bus's thread
        group, index, _ = find(parts, athlete)
        return parts[group].frames.frame(index, window)

    def athlete(self, athlete: str) -> Athlete:
        """Return an athlete of the squad by id or name."""
        return find(self._parts, athlete)[2]

    def twin(self, athlete: str) -> NoReturn:
        """Refuse with words: the twins live in the hub's process and do not travel.

        Raises
        ------
        BusError
            Always, for an athlete of the squad.
        """
        name = self.athlete(athlete).name
        raise BusError(
            f"the twin of {name} lives in the process of the hub; ask live.twin() there, "
            "or calibrate one from the stored sessions"
        )

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        """Return the laps of the session being recorded."""
        parts = self._parts
        group, _, member = find(parts, athlete)
        return parts[group].news.marks.laps.get(member.id, ())

    def periods(self) -> tuple[Period, ...]:
        """Return the periods of the squad's session being recorded; hubs that are heard mark them."""
        parts = self._parts.values()
        heard = [part for part in parts if not part.silence] or parts
        return max((part.news.marks.periods for part in heard), key=len, default=())

    def led(self) -> Led:
        """Return the session that is led, or was last, over all hubs."""
        return led_together(part.news.marks.actions for part in self._parts.values())


def _missed(news: News, before: News | None) -> bool:
    """Tell whether ticks of the hub were missed before this one."""
    if before is None or news.hub != before.hub:
        return before is not None or news.tick.number > 0
    return news.tick.number != before.tick.number + 1


def _shares(other: Part, news: News) -> bool:
    """Tell whether a hub has athletes of another one, whose place it has taken."""
    ids = {athlete.id for athlete in news.tick.squad}
    return any(athlete.id in ids for athlete in other.tick.squad)


def _nothing() -> Tick:
    """Return a tick of nobody, for a page that opens before the hub has spoken."""
    blank = np.empty((len(ALL_NAMES), 0))
    now = np.datetime64("now", "ns")
    return Tick(0, now, (), blank, blank, blank, blank.astype(np.uint8), joined([]))
