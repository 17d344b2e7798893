"""What the squad page needs now: a frame a tick, the roster when it changes, the trend once."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import param

from twin.model.highest import origin_words
from twin.physiology.zones import bounds_of
from twin.protocols import Live
from twin.records import Alert, AlertState, Athlete, Period, SensorStatus, Tick
from twin.state.answer import Answer, answered
from twin.state.period import running_period, told_period
from twin.state.squad_frame import squad_frame
from twin.state.squad_target import SquadTarget
from twin.state.worn import worn_in

TREND_S = 300
TREND_STEP_S = 2
TRENDS = (("heart_rate", 1.0), ("current_speed", 0.1), ("power", 8.0))  # what one step stands for
_NOTHING = 255
_EDITABLE = {"name": str, "sport": str, "max_hr": float, "resting_hr": float,
             "heart_rate_limit": float}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seat:
    """One athlete as the squad page knows them; `limit` is None where no line is drawn."""

    id: str
    name: str
    sport: str
    max_hr: float
    max_hr_origin: str
    resting_hr: float
    limit: float | None
    bounds: tuple[float, ...]


def seat_of(athlete: Athlete) -> Seat:
    """Return what the page needs of an athlete beside the numbers of now."""
    limit = athlete.heart_rate_limit
    return Seat(
        id=athlete.id,
        name=athlete.name,
        sport=athlete.sport,
        max_hr=athlete.max_hr,
        max_hr_origin=origin_words(athlete.max_hr_from),
        resting_hr=athlete.resting_hr,
        limit=None if math.isnan(limit) else limit,
        bounds=tuple(round(float(bound), 1) for bound in bounds_of(athlete)),
    )


class SquadState(param.Parameterized):
    """The squad now, for one page; headless.

    Parameters
    ----------
    live : Live
        Follows the hub, and takes the commands of the page.
    """

    alerts = param.String("{}", doc="The loudest active alert of each athlete, as JSON by id.")

    frame = param.Bytes(b"", doc="The newest tick, as `squad_frame` packs it.")

    period = param.String("{}", doc="The period that runs, as JSON {name, start}; {} without one.")

    roster = param.String("[]", doc="The `Seat` of every athlete as JSON; changes seldom.")

    sensors = param.String("{}", doc="What each athlete wears, as `worn` tells it; changes seldom.")

    target = param.String(
        "{}", doc="The step of a led workout and who is told what, as `SquadTarget` tells it."
    )

    tiles = param.String(doc="Address of map tiles with {z}, {x}, {y}; empty: none.")

    trend = param.Bytes(
        b"", doc="The last five minutes of every athlete, as `trend_of` packs them."
    )

    def __init__(self, live: Live, **params: Any) -> None:
        super().__init__(**params)
        self._live = live
        self._squad: tuple[Athlete, ...] = ()
        self._rosters = 0
        self._rests = False
        self._alerts: tuple[Alert, ...] = ()
        self._sensors: tuple[SensorStatus, ...] = ()
        self._period: Period | None = None
        self._target = SquadTarget(live)
        tick = live.tick()
        if tick is not None:
            self.trend = trend_of(live, tick)
            self.show(tick)

    def show(self, tick: Tick) -> None:
        """Take a tick over: one change, whatever is in it."""
        self._period = running_period(self._live)
        changes: dict[str, Any] = {
            "period": json.dumps(told_period(self._period)),
            "target": self._target.told(tick),
        }
        if tick.squad is not self._squad:
            roster = json.dumps([asdict(seat_of(a)) for a in tick.squad], ensure_ascii=False)
            self._rosters += roster != self.roster
            self._squad = tick.squad
            changes["roster"] = roster
        if tick.sensors is not self._sensors:
            self._sensors = tick.sensors
            changes["sensors"] = worn_in(tick)
        if tick.alerts is not self._alerts:
            self._alerts = tick.alerts
            changes["alerts"] = loudest(tick.alerts)
        if not self._rests:
            changes["frame"] = squad_frame(tick, self._rosters)
        self.param.update(**changes)

    def rest(self, rests: bool) -> None:
        """Send no frames while the page gets them over a socket that all viewers share."""
        self._rests = rests

    def rests(self, tick: Tick) -> bool:
        """Whether the page gets elsewhere all that is new in a tick."""
        same = (tick.squad is self._squad and tick.sensors is self._sensors
                and tick.alerts is self._alerts and running_period(self._live) is self._period)  # fmt: skip
        return self._rests and same and self._target.told(tick) == self.target

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command of the page; what the user can mend comes back as words.

        Parameters
        ----------
        command : str
            "start", "stop", "period" or "update".
        arguments : mapping
            ``athletes`` (ids; none: all), ``name`` of a period, or ``athlete`` and ``changes``.
        """
        return answered(self._do, command, arguments)

    def _do(self, command: str, arguments: Mapping[str, Any]) -> None:
        if command == "start":
            self._live.start_session(tuple(arguments.get("athletes", ())))
        elif command == "stop":
            self._live.end_session(tuple(arguments.get("athletes", ())))
        elif command == "period":
            self._live.mark_period(str(arguments.get("name", "")).strip())
        elif command == "update":
            changes = accepted_changes(arguments["changes"])
            self._live.update_athlete(str(arguments["athlete"]), **changes)
        else:
            raise ValueError(f"{command!r} is not a command of this page")


def loudest(alerts: Sequence[Alert]) -> str:
    """Return priority and words of the loudest active alert of each athlete, the newest of equals.

    Examples
    --------
    >>> loudest(())
    '{}'
    """
    active = [a for a in alerts if a.athlete and a.state is AlertState.ACTIVE]
    active.sort(key=lambda alert: (alert.priority, alert.time))
    told = {a.athlete: {"priority": int(a.priority), "text": a.text.partition(": ")[2] or a.text}
            for a in active}  # fmt: skip
    return json.dumps(dict(sorted(told.items())), ensure_ascii=False)


def accepted_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes of an athlete with their right types, as a form gives them.

    Raises
    ------
    ValueError
        If a field may not be changed, a name is empty or a number is not one.

    Examples
    --------
    >>> accepted_changes({"name": " Ada ", "heart_rate_limit": ""})
    {'name': 'Ada', 'heart_rate_limit': nan}
    """
    accepted: dict[str, Any] = {}
    for field, value in changes.items():
        if field not in _EDITABLE:
            raise ValueError(f"{field!r} cannot be changed here")
        text = str(value).strip()
        if _EDITABLE[field] is str:
            if not text:
                raise ValueError(f"{field} must not be empty")
            accepted[field] = text
        else:
            accepted[field] = _heart_rate(field, text)
    return accepted


def _heart_rate(field: str, text: str) -> float:
    words = field.replace("_", " ").replace("hr", "heart rate")
    if not text and field == "heart_rate_limit":
        return math.nan
    try:
        rate = float(text)
    except ValueError:
        raise ValueError(f"{words} must be a number in bpm, got {text!r}") from None
    if not 25 <= rate <= 245:
        raise ValueError(f"{words} must be within 25 to 245 bpm, got {rate:g}")
    return rate


def trend_of(live: Live, tick: Tick) -> bytes:
    """Return the course of `TRENDS` before this tick: a byte every two seconds, oldest first.

    Parameters
    ----------
    live : Live
        Holds the newest minutes of every athlete.
    tick : Tick
        The trends end at it, each on the clock of its own source; its squad is their order.

    Returns
    -------
    bytes
        For each athlete, for each of `TRENDS`, `TREND_S` / `TREND_STEP_S` bytes; 255 where
        nothing was measured, 253 for all beyond. [bpm, 0.1 m/s, 8 W]
    """
    steps = TREND_S // TREND_STEP_S
    trend = np.full((len(tick.squad), len(TRENDS), steps), _NOTHING, np.uint8)
    for lines, athlete, ages_s in zip(trend, tick.squad, tick.age_s.T, strict=False):
        frame = live.frame(athlete.id, TREND_S)
        times = frame.index.to_numpy("datetime64[ns]")
        # Recordings played together may be years apart: what counts is how old the newest value is.
        before = (times[-1:] - times).astype("timedelta64[ns]").astype(np.int64)
        ago_s = before * 1e-9 + np.fmin.reduce(ages_s, initial=np.inf)
        within = ago_s < TREND_S
        ago_s = np.where(within, ago_s, 0.0)
        place = steps - 1 - np.floor(ago_s / TREND_STEP_S).astype(np.int64)
        within &= place >= 0
        for line, (name, step) in zip(lines, TRENDS, strict=True):
            if name in frame:
                values = frame[name].to_numpy(np.float64)
                known = ~np.isnan(values) & within
                line[place[known]] = np.rint(values[known] / step).clip(0, 253)
    return trend.tobytes()
