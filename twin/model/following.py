"""The twins of the live squad, fed by the ticks of the hub: one step per second of its clock."""

from collections.abc import Callable

import numpy as np

from twin.errors import UnknownAthleteError
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import Calibration
from twin.model.demand import Second
from twin.model.squad_twin import SquadTwin
from twin.records import Athlete, Floats, Tick
from twin.schema import ALL_NAMES

_FRESH_S = 3.0  # an older value of the tick is missing
_LONGEST_STEP_S = 90  # a longer silence of the hub: every memory has begun anew anyway
_ROWS = {name: row for row, name in enumerate(ALL_NAMES)}


class SquadFollower:
    """Keeps a twin for every athlete of the ticks it is given.

    Parameters
    ----------
    calibration : callable, optional
        Gives what is known of an athlete; called when the athlete is first seen and when a
        session of the athlete begins. The population if not given.
    """

    def __init__(self, calibration: Callable[[Athlete], Calibration] | None = None) -> None:
        self._calibration = calibration or (lambda athlete: Calibration())
        self._groups: list[SquadTwin] = []  # athletes that came later form a group of their own
        self._places: dict[str, tuple[SquadTwin, int]] = {}
        self._sessions: dict[str, str] = {}
        self._time: np.datetime64 | None = None

    def follow(self, tick: Tick) -> int:
        """Step every twin to the second of the tick; return how many seconds that were.

        Ticks within the same second step nothing; seconds without a tick count as missing.
        """
        self._welcome(tick)
        self._begin_sessions(tick)
        now = tick.time.astype("datetime64[s]")
        steps = 1 if self._time is None else int((now - self._time).astype(np.int64))
        if steps <= 0:
            return 0
        self._time = now
        first = 0
        for group in self._groups:
            some = slice(first, first + len(group.athletes))
            first = some.stop
            missing = Second(*np.full((5, len(group.athletes)), np.nan))
            for _ in range(min(steps - 1, _LONGEST_STEP_S)):
                group.observe(missing)
            group.observe(_second_of(tick, some))
        return steps

    def twin(self, athlete: str) -> AthleteTwin:
        """Return the twin of an athlete, by id or name.

        Raises
        ------
        UnknownAthleteError
            If no tick has held that athlete.
        """
        for key, (group, index) in self._places.items():
            if athlete in (key, group.athletes[index].name):
                return AthleteTwin(group.athletes[index], squad=group, index=index)
        known = ", ".join(self._places) or "none"
        raise UnknownAthleteError(f"no twin of {athlete!r}; known: {known}")

    def _welcome(self, tick: Tick) -> None:
        new = tick.squad[len(self._places) :]
        if new:
            group = SquadTwin(new, [self._calibration(a) for a in new])
            self._groups.append(group)
            self._places |= {a.id: (group, i) for i, a in enumerate(new)}

    def _begin_sessions(self, tick: Tick) -> None:
        for athlete in tick.squad:
            session = tick.sessions[athlete.id].id if athlete.id in tick.sessions else ""
            before = self._sessions.get(athlete.id)
            self._sessions[athlete.id] = session
            if session and before is not None and session != before:
                group, index = self._places[athlete.id]
                group.begin_session(index, self._calibration(athlete))


def _second_of(tick: Tick, some: slice) -> Second:
    def fresh(name: str) -> Floats:
        row = _ROWS[name]
        new = tick.age_s[row, some] <= _FRESH_S
        return np.where(new, tick.values[row, some], np.nan)

    speed = fresh("speed")
    return Second(
        heart_rate=fresh("heart_rate"),
        power=fresh("power"),
        speed=np.where(np.isnan(speed), fresh("current_speed"), speed),
        altitude=fresh("altitude"),
        cadence=fresh("cadence"),
    )
