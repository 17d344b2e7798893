"""`twin.live()` where the hub runs in another process: follow it over the bus."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from twin.errors import BusError, UnknownAthleteError
from twin.hub.followers import Followers
from twin.hub.remote_frames import RemoteFrames
from twin.hub.snapshot import with_age
from twin.hub.ticker import joined
from twin.protocols import Bus, Store
from twin.records import Athlete, Lap, Marks, News, Period, SourceStatus, Tick
from twin.schema import ALL_NAMES

_ROOM_S = 1.0  # between two ticks of our own while the hub is silent


class RemoteLive:
    """Follows a hub of another process; implements `twin.protocols.Live`.

    It keeps rolling frames of its own from the ticks. Where ticks were missed, because this process
    or the bus was away, the rows are read back from the store when somebody asks for them.

    Parameters
    ----------
    bus : Bus
        That the hub publishes on; closed by `stop`.
    store : Store
        That the hub records into; only read here.
    patience_s : float
        How long to wait for the first word of the bus. [s]
    """

    def __init__(self, bus: Bus, store: Store, *, patience_s: float = 2.0) -> None:
        self._bus = bus
        self._store = store
        self._lock = threading.Lock()
        self._frames = RemoteFrames(store)
        self._heard: News | None = None
        self._tick: Tick | None = None
        self._number = -1
        self._waited_at_s = 0.0
        self._followers = Followers()
        self._ready = threading.Event()
        self._end = bus.subscribe(self)
        self._ready.wait(patience_s)

    @property
    def store(self) -> Store:
        """The store that the hub records into."""
        return self._store

    def stop(self) -> None:
        """Let go of the bus; the hub goes on."""
        self._end()
        self._bus.close()

    # --- what the bus tells, on its thread -----------------------------------------------------------

    def heard(self, news: News) -> None:
        """Take in what the hub sent."""
        with self._lock:
            before = self._heard
            missed = _missed(news, before)
            self._heard = news
            self._frames.take(news.tick, missed=missed)
            self._number = max(self._number + 1 + missed, news.tick.number if not before else 0)
        self._waited_at_s = 0.0
        if not news.past:
            self._show(replace(news.tick, number=self._number))

    def silent(self, why: str, since_s: float) -> None:
        """Let the values grow old on the screens, and say why, once a second."""
        if self._waited_at_s and since_s - self._waited_at_s < _ROOM_S:
            return
        self._waited_at_s = since_s
        with self._lock:
            self._number += 1
            known = self._heard.tick if self._heard is not None else _nothing()
        age_s = known.age_s + since_s
        quality, reason = with_age(known.quality, known.reason, age_s)
        self._show(
            replace(
                known, number=self._number, age_s=age_s, quality=quality, reason=reason,
                rows=joined([]), sources=(SourceStatus("hub", "silent", why),),
            )
        )  # fmt: skip

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
        return self._frames.frame(self._find(athlete)[0], window)

    def athlete(self, athlete: str) -> Athlete:
        """Return an athlete of the squad by id or name."""
        return self._find(athlete)[1]

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

    def _find(self, athlete: str) -> tuple[int, Athlete]:
        squad = self._heard.tick.squad if self._heard is not None else ()
        for index, member in enumerate(squad):
            if athlete in (member.id, member.name):
                return index, member
        names = ", ".join(member.name for member in squad) or "nobody"
        raise UnknownAthleteError(f"no athlete {athlete!r} in the squad; there is {names}")

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        """Return the laps of the session being recorded."""
        return self._marks.laps.get(self.athlete(athlete).id, ())

    def periods(self) -> tuple[Period, ...]:
        """Return the periods of the squad's session being recorded."""
        return self._marks.periods

    @property
    def _marks(self) -> Marks:
        return self._heard.marks if self._heard is not None else Marks()

    # --- commands: carried out by the hub, its errors raised here ------------------------------------

    def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Begin to record these athletes (none named: all)."""
        self._bus.ask("start_session", {"athletes": list(athletes), "title": title})

    def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the recording of these athletes (none named: all)."""
        self._bus.ask("end_session", {"athletes": list(athletes)})

    def mark_lap(self, athlete: str, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""
        self._bus.ask("mark_lap", {"athlete": athlete, "label": label})

    def mark_period(self, name: str) -> None:
        """Begin a period; the one that runs ends. An empty name only ends it."""
        self._bus.ask("mark_period", {"name": name})

    def update_athlete(self, athlete: str, **changes: Any) -> None:
        """Change fields of an `Athlete`, such as ``name="Ada"`` or ``max_hr=188``."""
        self._bus.ask("update_athlete", {"athlete": athlete, **changes})

    def control(self, source: str, **changes: Any) -> None:
        """Lead a replay: ``paused=True``, ``speed=20``, ``position=0.5``."""
        self._bus.ask("control", {"source": source, **changes})

    def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Tell everybody that `name` has seen an alert."""
        self._bus.ask("acknowledge", {"alert": alert, "name": name, "note": note})

    def mute(
        self, athlete: str, kind: str = "", *, minutes: float, name: str, note: str = ""
    ) -> None:
        """Raise no alert of an athlete and kind (empty: any) for a while; 0 minutes end it."""
        arguments = {"athlete": athlete, "kind": kind, "minutes": minutes, "name": name}
        self._bus.ask("mute", {**arguments, "note": note})

    def change_rule(self, command: str, text: str, *, name: str) -> None:
        """Change the alert rules: "save" one given as JSON, "undo" or "strike" the one of an id."""
        self._bus.ask("change_rule", {"command": command, "text": text, "name": name})

    def pair_sensor(self, address: str, athlete: str, **changes: Any) -> None:
        """Give a sensor to an athlete: ``name="chest"``, ``wants_rr=True``."""
        self._bus.ask("pair_sensor", {"address": address, "athlete": athlete, **changes})

    def forget_sensor(self, address: str) -> None:
        """Let go of a sensor; what it measured stays."""
        self._bus.ask("forget_sensor", {"address": address})


def _missed(news: News, before: News | None) -> bool:
    """Tell whether ticks of the hub were missed before this one."""
    if before is None or news.hub != before.hub:
        return before is not None or news.tick.number > 0
    return news.tick.number != before.tick.number + 1


def _nothing() -> Tick:
    """Return a tick of nobody, for a page that opens before the hub has spoken."""
    blank = np.empty((len(ALL_NAMES), 0))
    now = np.datetime64("now", "ns")
    return Tick(0, now, (), blank, blank, blank, blank.astype(np.uint8), joined([]))
