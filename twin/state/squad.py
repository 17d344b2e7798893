"""What the squad page needs now: a frame a tick, the roster when it changes, the trend once."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import param

from twin.physiology.zones import bounds_of
from twin.protocols import Live
from twin.records import Alert, Athlete, SensorStatus, Tick
from twin.state.answer import Answer, answered
from twin.state.period import running_period, told_period
from twin.state.squad_frame import squad_frame
from twin.state.worn import worn_in

TREND_S = 300
TREND_STEP_S = 2
_NO_RATE = 255
_EDITABLE = {"name": str, "sport": str, "max_hr": float, "resting_hr": float,
             "heart_rate_limit": float}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seat:
    """One athlete as the squad page knows them; `limit` is None where no line is drawn."""

    id: str
    name: str
    sport: str
    max_hr: float
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

    frame = param.Bytes(b"", doc="The newest tick, as `squad_frame` packs it.")

    period = param.String("{}", doc="The period that runs, as JSON {name, start}; {} without one.")

    roster = param.String("[]", doc="The `Seat` of every athlete as JSON; changes seldom.")

    sensors = param.String("{}", doc="What each athlete wears, as `worn` tells it; changes seldom.")

    tiles = param.String(doc="Address of map tiles with {z}, {x}, {y}; empty: none.")

    trend = param.Bytes(b"", doc="Heart rates of the last five minutes, one line per athlete.")

    def __init__(self, live: Live, **params: Any) -> None:
        super().__init__(**params)
        self._live = live
        self._squad: tuple[Athlete, ...] = ()
        self._rosters = 0
        self._rests = False
        self._alerts: tuple[Alert, ...] = ()
        self._sensors: tuple[SensorStatus, ...] = ()
        tick = live.tick()
        if tick is not None:
            self.trend = trend_of(live, tick)
            self.show(tick)

    def show(self, tick: Tick) -> None:
        """Take a tick over: one change, whatever is in it."""
        changes: dict[str, Any] = {"period": json.dumps(told_period(running_period(self._live)))}
        if tick.squad is not self._squad:
            roster = json.dumps([asdict(seat_of(a)) for a in tick.squad], ensure_ascii=False)
            self._rosters += roster != self.roster
            self._squad = tick.squad
            changes["roster"] = roster
        if tick.sensors is not self._sensors:
            self._sensors = tick.sensors
            changes["sensors"] = worn_in(tick)
        self._alerts = tick.alerts
        if not self._rests:
            changes["frame"] = squad_frame(tick, self._rosters)
        self.param.update(**changes)

    def rest(self, rests: bool) -> None:
        """Send no frames while the page gets them over a socket that all viewers share."""
        self._rests = rests

    def rests(self, tick: Tick) -> bool:
        """Whether the page gets elsewhere all that is new in a tick."""
        return self._rests and tick.alerts == self._alerts

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
    """Return the heart rates before this tick: a byte every two seconds, oldest first.

    Parameters
    ----------
    live : Live
        Holds the newest minutes of every athlete.
    tick : Tick
        Its time is the end of the trend; its squad the order of the lines.

    Returns
    -------
    bytes
        `TREND_S` / `TREND_STEP_S` bytes per athlete; 255 where nothing was measured. [bpm]
    """
    steps = TREND_S // TREND_STEP_S
    trend = np.full((len(tick.squad), steps), _NO_RATE, np.uint8)
    for line, athlete in zip(trend, tick.squad, strict=True):
        frame = live.frame(athlete.id, TREND_S)
        if "heart_rate" not in frame:
            continue
        rates = frame["heart_rate"].to_numpy(np.float64)
        times = frame.index.to_numpy("datetime64[ns]")
        ago_s = (tick.time - times).astype("timedelta64[ns]").astype(np.int64) * 1e-9
        place = steps - 1 - np.floor(ago_s / TREND_STEP_S).astype(np.int64)
        known = ~np.isnan(rates) & (place >= 0) & (place < steps)
        line[place[known]] = np.rint(rates[known]).clip(0, 254)
    return trend.tobytes()
