"""What a follower of the live hub and a bus must offer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from twin.protocols.recording import Store
from twin.records import Lap, Led, Marks, News, Period, Tick


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

    def led(self) -> Led:
        """Return the session that is led, or was last."""

    def lead(self, kind: str, **words: Any) -> None:
        """Lead the squad's session: an `ActionKind` with fields of an `Action`; "undo" of an ``id``."""

    def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Begin to record these athletes (none named: all)."""

    def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the recording of these athletes (none named: all)."""

    def mark_lap(self, athlete: str, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""

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
