"""The twins of a live process: they follow the cleaned rows second by second and look ahead."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.hub import beat_watch
from twin.hub.beat_watch import BeatWatch
from twin.hub.insights import NAMES
from twin.hub.seconds import Flags
from twin.hub.twin_group import Group
from twin.model.athlete_twin import AthleteTwin
from twin.model.calibration import LIVE_HORIZONS_S
from twin.model.crossing import chance_of_line, time_to_line
from twin.model.ledger import LEVELS
from twin.model.reserve import Known
from twin.records import Athlete, Batch, Floats, Indices

SecondOfSome = Callable[[Indices, int, Flags, Floats], None]

AHEAD_S = 300.0  # how far ahead a line is looked out for
LIKELY = 0.3  # chance from which it is told
EARLY_SHARE = 0.3  # of the 80 % band, added to what is expected where a line is likely reached
_LATE_S = 2  # a reading may come this long after its second
_BAND = LEVELS.index(0.80)
_BEAT_LINES = [NAMES.index(name) for name in beat_watch.NAMES]


class Twins:
    """Keeps one twin for every athlete of the squad, on the clock of the athlete's source.

    `forecast` and `half_width` have one line per horizon of `LIVE_HORIZONS_S` and one column per
    athlete: expected heart rate, not rounded to beats, and the half-width of its 80 % band; NaN = not
    known. [bpm]
    `balance` is what is left of W' or D' of each athlete. [%]

    Parameters
    ----------
    told : callable, optional
        Gets every second after the twins took it in: whose it was, and what `Seconds` tells.
    """

    def __init__(self, told: SecondOfSome | None = None) -> None:
        self._told = told
        self.forecast: Floats = np.empty((len(LIVE_HORIZONS_S), 0))
        self.half_width: Floats = np.empty((len(LIVE_HORIZONS_S), 0))
        self.balance: Floats = np.empty(0)
        self._groups: list[Group] = []
        self._newer: dict[int, Known] = {}
        self._beats = BeatWatch()
        self._group_of = np.empty(0, np.int32)
        self._place = np.empty(0, np.int32)
        # Of a squad, until something changes.
        self._outlook: tuple[Sequence[Athlete], dict[str, Any]] | None = None

    def add(self, athletes: Sequence[Athlete], known: Mapping[str, Known] | None = None) -> None:
        """Follow these athletes too, who come next in the squad and share a source.

        `known` gives what earlier sessions taught, by id; an athlete without one works from the population.
        """
        if not athletes:
            return
        self._outlook = None
        first, count = len(self._place), len(athletes)
        members = np.arange(first, first + count, dtype=np.int32)
        self._group_of = np.append(self._group_of, np.full(count, len(self._groups), np.int32))
        self._place = np.append(self._place, np.arange(count, dtype=np.int32))
        self._groups.append(Group(members, athletes, known or {}, self._observed))
        unknown = np.full((len(LIVE_HORIZONS_S), count), np.nan)
        self.forecast = np.hstack([self.forecast, unknown])
        self.half_width = np.hstack([self.half_width, unknown])
        self.balance = np.append(self.balance, np.full(count, np.nan))
        self._beats.resize(first + count)

    def twin(self, athlete: int) -> AthleteTwin:
        """Return the twin at an index of the squad, for forecasts and what-if."""
        squad, place = self._groups[self._group_of[athlete]].twin, int(self._place[athlete])
        return AthleteTwin(squad.athletes[place], squad=squad, index=place)

    def time_to(self, line: npt.ArrayLike, *, share_of_band: float = 0.0) -> Floats:
        """Return how long until expected heart rate reaches a line, for every athlete at once.

        Parameters
        ----------
        line : float or ndarray, shape (athletes,)
            The line of each; NaN = none. [bpm]
        share_of_band : float
            0 the expected path; 1 the upper edge of the 80 % band, so the earliest time. [1]

        Returns
        -------
        ndarray, shape (athletes,)
            As `twin.model.crossing.time_to_line`: 0 above it, infinite not within 10 min, NaN where
            line or forecast are not known. [s]
        """
        lines = np.broadcast_to(np.asarray(line, np.float64), len(self._place))
        time = np.full(len(lines), np.nan)
        path = self.forecast + share_of_band * self.half_width
        for group in self._groups:
            mine = group.members
            time[mine] = time_to_line(
                group.outlook_from, path[:, mine], LIVE_HORIZONS_S, lines[mine],
                elapsed_s=group.outlook_age_s,
            )  # fmt: skip
            time[mine[group.twin.heart_rate >= lines[mine]]] = 0.0
        return time

    def chance_of(self, line: npt.ArrayLike, *, within_s: float = AHEAD_S) -> Floats:
        """Return how likely heart rate is to reach a line so soon, for every athlete at once.

        As `twin.model.crossing.chance_of_line`: 1 at or above the line, NaN where line or forecast
        are not known. [1]
        """
        lines = np.broadcast_to(np.asarray(line, np.float64), len(self._place))
        chance = np.full(len(lines), np.nan)
        for group in self._groups:
            mine = group.members
            chance[mine] = chance_of_line(
                self.forecast[:, mine], self.half_width[:, mine], LIVE_HORIZONS_S, lines[mine],
                group.recent.value, within_s=within_s,
            )  # fmt: skip
            chance[mine[group.twin.heart_rate >= lines[mine]]] = 1.0
        return chance

    def reached(self, members: Indices, heart_rate: Floats) -> None:
        """Take in what can be believed of a second of athletes who share a source; NaN: nothing. [bpm]"""
        self._outlook = None
        self._groups[self._group_of[members[0]]].recent.observe(heart_rate)

    def soon_at(self, line: npt.ArrayLike) -> Floats:
        """Return the time to a line as the screens tell it, for every athlete at once.

        Where a line is likely to be reached within `AHEAD_S`, by the measure of the rules, that is
        the time told at most; elsewhere the time of the expected path. As `time_to`. [s]
        """
        likely = np.minimum(self.time_to(line, share_of_band=EARLY_SHARE), AHEAD_S)
        return np.where(self.chance_of(line) >= LIKELY, likely, self.time_to(line))

    def outlook(self, squad: Sequence[Athlete]) -> dict[str, Any]:
        """Return what a `Tick` tells of the twins, by field; ticks within a second share it."""
        if self._outlook is None or self._outlook[0] is not squad:
            told = {
                "horizons_s": LIVE_HORIZONS_S,
                "forecast": self.forecast.copy(),
                "half_width": self.half_width.copy(),
                "insights": self._insights(),
                "calibrated": self.sessions,
                "time_to_limit_s": self.soon_at([a.heart_rate_limit for a in squad]),
            }
            self._outlook = squad, told
        return self._outlook[1]

    def _insights(self) -> Floats:
        table = np.full((len(NAMES), len(self._place)), np.nan)
        for group in self._groups:
            table[:, group.members] = group.insights.table()
        table[_BEAT_LINES] = self._beats.values
        return table

    def begin_session(self, athletes: Sequence[int]) -> None:
        """Start the day of these athletes anew: a new session has its own offset."""
        self._outlook = None
        for athlete in athletes:
            group, place = self._groups[self._group_of[athlete]], int(self._place[athlete])
            known = self._newer.pop(athlete, None)
            group.twin.begin_session(place, None if known is None else known.calibration)
            if known is not None:
                group.insights.set_capacities(place, known.capacities)
            group.insights.begin(place)
            group.recent.begin(place)

    def recalibrate(self, athlete: int, known: Known, *, at_once: bool) -> None:
        """Take over what was learnt anew: at once, or when the next session begins."""
        self._newer[athlete] = known
        if at_once:
            self.begin_session([athlete])

    @property
    def sessions(self) -> Indices:
        """Sessions each twin has learnt from, on the input it lives on; 0 works from priors."""
        learnt = [[i.held.sessions for i in g.twin.inputs] for g in self._groups]
        return np.array([s for group in learnt for s in group], np.int32)

    def follow(self, rows: Batch) -> None:
        """Take in cleaned rows with `twin.schema.ALL_NAMES`, and the beats beside them."""
        self._beats.take(rows.beats)
        if not len(rows):
            return
        seconds = rows.time.astype("datetime64[s]").astype(np.int64)
        groups = self._group_of[rows.athlete]
        for number in np.unique(groups):
            mine = groups == number
            place = self._place[rows.athlete[mine]]
            self._groups[number].seconds.follow(place, seconds[mine], rows.values[:, mine])

    def pass_until(self, members: Indices, now: np.datetime64) -> None:
        """Let time pass for the athletes of a source whose clock says `now`, whatever came."""
        second = int(now.astype("datetime64[s]").astype(np.int64)) - _LATE_S
        for number in np.unique(self._group_of[members]):
            self._groups[number].seconds.until(second)

    def _observed(self, group: Group, second: int, received: Flags, values: Floats) -> None:
        self._outlook = None
        self._look_ahead(group)
        self.balance[group.members] = group.insights.balance()
        self._beats.read(group.members, second)
        if self._told is not None:
            self._told(group.members, second, received, values)

    def _look_ahead(self, group: Group) -> None:
        outlook = group.twin.outlook
        known = ~np.isnan(group.twin.heart_rate)
        expected = group.outlook_from[:, np.newaxis] + outlook.change
        self.forecast[:, group.members] = np.where(known, expected.T, np.nan)
        if outlook.half_width.shape[-1] == len(LEVELS):
            self.half_width[:, group.members] = outlook.half_width[..., _BAND].T
