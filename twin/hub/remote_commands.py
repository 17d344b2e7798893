"""Commands of a follower: each goes to the hub that has the athlete, or to all; errors come back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twin.errors import TwinError, UnknownAlertError, UnknownAthleteError
from twin.hub.leader import new_id
from twin.hub.merging import Part, prefix
from twin.protocols import Bus
from twin.records import Athlete


class RemoteCommands:
    """What screens and notebooks ask of hubs in other processes.

    Parameters
    ----------
    bus : Bus
        That the hubs listen on.
    parts : callable
        Gives what is known of each hub, by group.
    """

    def __init__(self, bus: Bus, parts: Callable[[], Mapping[str, Part]]) -> None:
        self._bus = bus
        self._parts_now = parts

    def lead(self, kind: str, **words: Any) -> None:
        """Lead the squad's session: an `ActionKind` with fields of an `Action`; "undo" of an ``id``."""
        self._ask_all(
            "lead", {"id": new_id(), "kind": kind, **words}, one_will_do=kind in ("undo", "period")
        )

    def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Begin to record these athletes (none named: all)."""
        self._ask_each("start_session", athletes, title=title)

    def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the recording of these athletes (none named: all)."""
        self._ask_each("end_session", athletes)

    def mark_lap(self, athlete: str, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""
        self._ask_owner("mark_lap", athlete, label=label)

    def mark_period(self, name: str) -> None:
        """Begin a period; the one that runs ends. An empty name only ends it."""
        self._ask_all("mark_period", {"name": name}, one_will_do=True)  # some may record nobody

    def update_athlete(self, athlete: str, **changes: Any) -> None:
        """Change fields of an `Athlete`, such as ``name="Ada"`` or ``max_hr=188``."""
        self._ask_owner("update_athlete", athlete, **changes)

    def control(self, source: str, **changes: Any) -> None:
        """Lead a replay: ``paused=True``, ``speed=20``, ``position=0.5``."""
        parts = self._parts_now()
        for group in parts:
            before = prefix(parts, group)
            if before and source.startswith(before):
                name = source.removeprefix(before)
                return self._bus.ask("control", {"source": name, **changes}, group)
        return self._ask_all("control", {"source": source, **changes})

    def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Tell everybody that `name` has seen an alert."""
        parts = self._parts_now()
        owners = [g for g, p in parts.items() if any(a.id == alert for a in p.tick.alerts)]
        if len(parts) > 1 and not owners:
            raise UnknownAlertError(f"no alert {alert!r} stands; it may have been taken off")
        arguments = {"alert": alert, "name": name, "note": note}
        self._bus.ask("acknowledge", arguments, (owners or [*parts, ""])[0])

    def mute(
        self, athlete: str, kind: str = "", *, minutes: float, name: str, note: str = ""
    ) -> None:
        """Raise no alert of an athlete and kind (empty: any) for a while; 0 minutes end it."""
        arguments = {"kind": kind, "minutes": minutes, "name": name, "note": note}
        if athlete:
            self._ask_owner("mute", athlete, **arguments)
        else:
            self._ask_all("mute", {"athlete": "", **arguments})

    def change_rule(self, command: str, text: str, *, name: str) -> None:
        """Change the alert rules: "save" one given as JSON, "undo" or "strike" the one of an id.

        One hub takes a change back in the store, the others read it there.
        """
        groups = self._asked()
        for place, group in enumerate(groups):
            again = "reload" if command == "undo" and place else command
            arguments = {"command": again, "text": text, "name": name}
            self._bus.ask("change_rule", arguments, group)

    def pair_sensor(self, address: str, athlete: str, **changes: Any) -> None:
        """Give a sensor to an athlete: ``name="chest"``, ``wants_rr=True``."""
        self._ask_owner("pair_sensor", athlete, address=address, **changes)

    def forget_sensor(self, address: str) -> None:
        """Let go of a sensor; what it measured stays."""
        self._ask_all("forget_sensor", {"address": address}, one_will_do=True)

    def _ask_owner(self, command: str, athlete: str, **arguments: Any) -> None:
        """Ask the hub of an athlete; where there is one hub, it knows best who is meant."""
        parts = self._parts_now()
        group = find(parts, athlete)[0] if len(parts) > 1 else next(iter(parts), "")
        self._bus.ask(command, {"athlete": athlete, **arguments}, group)

    def _ask_each(self, command: str, athletes: Sequence[str], **arguments: Any) -> None:
        """Ask every hub for its athletes among these; none named: all hubs for all."""
        parts = self._parts_now()
        if not athletes or len(parts) < 2:
            return self._ask_all(command, {"athletes": list(athletes), **arguments})
        wanted: dict[str, list[str]] = {}
        for athlete in athletes:
            wanted.setdefault(find(parts, athlete)[0], []).append(athlete)
        for group, names in wanted.items():
            self._bus.ask(command, {"athletes": names, **arguments}, group)
        return None

    def _ask_all(
        self, command: str, arguments: Mapping[str, Any], *, one_will_do: bool = False
    ) -> None:
        """Ask every hub that is heard; when all were asked, raise what the first raised."""
        errors: list[Exception] = []
        groups = self._asked()
        for group in groups:
            try:
                self._bus.ask(command, arguments, group)
            except (TwinError, ValueError, TypeError, TimeoutError) as error:
                errors.append(error)
        if errors and not (one_will_do and len(errors) < len(groups)):
            raise errors[0]

    def _asked(self) -> list[str]:
        """Return the groups whose hubs are heard; if none is, all that were."""
        parts = self._parts_now()
        heard = [group for group, part in parts.items() if not part.silence]
        return heard or [*parts] or [""]


def find(parts: Mapping[str, Part], athlete: str) -> tuple[str, int, Athlete]:
    """Return the group of an athlete given by id or name, the index there, and the athlete.

    Raises
    ------
    UnknownAthleteError
        If nobody in any squad is called that.
    """
    squads = [(group, part.tick.squad) for group, part in parts.items()]
    for group, squad in squads:
        for index, member in enumerate(squad):
            if athlete in (member.id, member.name):
                return group, index, member
    names = ", ".join(member.name for _, squad in squads for member in squad) or "nobody"
    raise UnknownAthleteError(f"no athlete {athlete!r} in the squad; there is {names}")
