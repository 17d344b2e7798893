"""Which alerts a page shows now, and what can be done with them."""

import json
import math
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from twin.protocols import Live
from twin.records import Alert, AlertState, Tick
from twin.schema import ALL_NAMES
from twin.state.answer import Answer, answered

_FRACTION = ALL_NAMES.index("heart_rate_fraction")


class AlertsNow:
    """The alerts and mutes as one page shows them: a text that changes only when they do."""

    def __init__(self) -> None:
        self._efforts: dict[str, float] = {}
        self._seen: tuple[object, object, object] = (None, None, None)
        self._text = '{"alerts": [], "mutes": []}'

    def of(self, tick: Tick | None) -> str:
        """Return the alerts and mutes of a tick as JSON.

        The loudest come first, of those the newest. Each has the effort of its athlete when it was
        first seen here, a share of the maximum, so that the screen can speak faster to those who
        work hard.
        """
        if tick is None:
            return '{"alerts": [], "mutes": []}'
        if not self.has_seen(tick):
            self._text = self._of(tick)
            self._seen = (tick.alerts, tick.mutes, tick.squad)
        return self._text

    def has_seen(self, tick: Tick) -> bool:
        """Whether a tick brings nothing new; may be asked from any thread.

        What has not changed is the same object from tick to tick: nothing is made of it again.
        """
        alerts, mutes, squad = self._seen
        return tick.alerts is alerts and tick.mutes is mutes and tick.squad is squad

    def _of(self, tick: Tick) -> str:
        squad = {athlete.id: place for place, athlete in enumerate(tick.squad)}
        self._efforts = {
            alert.id: self._efforts[alert.id]
            if alert.id in self._efforts
            else _effort(tick, squad.get(alert.athlete))
            for alert in tick.alerts
        }
        names = tuple((athlete.id, athlete.name) for athlete in tick.squad)
        mutes = tuple((mute.athlete, mute.kind, mute.until, mute.name) for mute in tick.mutes)
        return _as_json(tick.alerts, tuple(self._efforts.values()), mutes, names)


@lru_cache(maxsize=8)
def changes_of(before: str, now: str) -> dict[str, Any]:
    """Return what is other in one text of `AlertsNow` than in the one before.

    Examples
    --------
    >>> changes_of('{"alerts": [{"id": "a"}], "mutes": []}', '{"alerts": [], "mutes": []}')
    {'alerts': [], 'gone': ['a'], 'mutes': []}
    """
    old, new = json.loads(before), json.loads(now)
    known, stand = ({alert["id"]: alert for alert in each["alerts"]} for each in (old, new))
    return {
        "alerts": [alert for name, alert in stand.items() if known.get(name) != alert],
        "gone": [name for name in known if name not in stand],
        "mutes": new["mutes"],
    }


def _effort(tick: Tick, place: int | None) -> float:
    """Return the share of maximum in steps of a tenth: 0.7 where it is not known."""
    if place is None:
        return 0.7
    share = float(tick.values[_FRACTION, place])
    return 0.7 if math.isnan(share) else round(share, 1)


@lru_cache(maxsize=8)
def _as_json(
    alerts: tuple[Alert, ...],
    efforts: tuple[float, ...],
    mutes: tuple[tuple[str, str, Any, str], ...],
    names: tuple[tuple[str, str], ...],
) -> str:
    known = dict(names)
    order = sorted(range(len(alerts)), key=lambda place: _loudness(alerts[place]))
    shown = [_shown(alerts[place], efforts[place]) for place in order]
    muted = [
        {"athlete": known.get(athlete, athlete), "id": athlete, "rule": kind,
         "until": until.isoformat(), "name": name}
        for athlete, kind, until, name in mutes
    ]  # fmt: skip
    return json.dumps({"alerts": shown, "mutes": muted}, ensure_ascii=False)


def _loudness(alert: Alert) -> tuple[bool, int, float]:
    return alert.state is not AlertState.ACTIVE, -alert.priority, -alert.time.timestamp()


def _shown(alert: Alert, effort: float) -> dict[str, Any]:
    return {
        "id": alert.id,
        "athlete": alert.athlete,
        "rule": alert.kind,
        "priority": int(alert.priority),
        "state": alert.state.value,
        "text": alert.text,
        "time": alert.time.isoformat(),
        "by": alert.acknowledged_by,
        "note": alert.note,
        "spoken": alert.spoken,
        "effort": effort,
    }


def act(live: Live, command: str, arguments: Mapping[str, Any]) -> Answer:
    """Carry out a command of a page: "acknowledge" or "mute"; what can be mended comes as words."""
    return answered(partial(_act, live), command, arguments)


def _act(live: Live, command: str, arguments: Mapping[str, Any]) -> None:
    words = {name: str(arguments.get(name, "")) for name in ("name", "note")}
    if command == "acknowledge":
        live.acknowledge(str(arguments["alert"]), **words)
    elif command == "mute":
        minutes = float(arguments["minutes"])
        live.mute(str(arguments.get("athlete", "")), str(arguments.get("rule", "")),
                  minutes=minutes, **words)  # fmt: skip
    else:
        raise ValueError(f"{command!r} is not a command of this page")
