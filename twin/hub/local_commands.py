"""What screens and notebooks ask of a hub in the same process."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from twin.hub.hub import Hub
from twin.records import Athlete

_COMMAND_TIMEOUT_S = 10.0


class LocalCommands:
    """Carries out commands on the loop of a hub; may be called from any thread."""

    _loop: asyncio.AbstractEventLoop

    @property
    def hub(self) -> Hub:
        """The hub; for the process that owns it."""
        raise NotImplementedError

    def athlete(self, athlete: str) -> Athlete:
        """Return an athlete of the squad by id or name."""
        return self.hub.roster.squad[self.hub.roster.index(athlete)]

    def lead(self, kind: str, **words: Any) -> None:
        """Lead the squad's session: an `ActionKind` with fields of an `Action`; "undo" of an ``id``."""
        self._do(self.hub.leader.lead(kind, **words))

    def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Begin to record these athletes (none named: all)."""
        self._do(self.hub.leader.start_session(athletes, title=title))

    def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the recording of these athletes (none named: all)."""
        self._do(self.hub.leader.end_session(athletes))

    def mark_lap(self, athlete: str, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""
        self._do(self.hub.leader.mark_lap(athlete, label))

    def mark_period(self, name: str) -> None:
        """Begin a period; the one that runs ends. An empty name only ends it."""
        self._do(self.hub.leader.mark_period(name))

    def update_athlete(self, athlete: str, **changes: Any) -> None:
        """Change fields of an `Athlete`, such as ``name="Ada"`` or ``max_hr=188``."""
        self._do(self.hub.update_athlete(athlete, **changes))

    def control(self, source: str, **changes: Any) -> None:
        """Lead a replay: ``paused=True``, ``speed=20``, ``position=0.5``."""
        self._do(self.hub.control(source, **changes))

    def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Tell everybody that `name` has seen an alert."""
        self._do(self.hub.desk.acknowledge(alert, name=name, note=note))

    def mute(
        self, athlete: str, kind: str = "", *, minutes: float, name: str, note: str = ""
    ) -> None:
        """Raise no alert of an athlete and kind (empty: any) for a while; 0 minutes end it."""
        athlete = athlete and self.athlete(athlete).id
        self._do(self.hub.desk.mute(athlete, kind, minutes=minutes, name=name, note=note))

    def change_rule(self, command: str, text: str, *, name: str) -> None:
        """Change the alert rules: "save" one given as JSON, "undo" or "strike" the one of an id."""
        self._do(self.hub.desk.rule(command, text, name=name))

    def pair_sensor(self, address: str, athlete: str, **changes: Any) -> None:
        """Give a sensor to an athlete: ``name="chest"``, ``wants_rr=True``."""
        self._do(self.hub.sensors.pair(address, athlete, **changes))

    def forget_sensor(self, address: str) -> None:
        """Let go of a sensor; what it measured stays."""
        self._do(self.hub.sensors.forget(address))

    def _do(self, command: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(command, self._loop).result(_COMMAND_TIMEOUT_S)
