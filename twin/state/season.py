"""What the page of a season needs now: whose, which sport and span, and the figures of it."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import param

from twin.archive import catching_up, recall
from twin.archive import season as read_season
from twin.errors import StoreError
from twin.model.alike import Alike
from twin.model.control_chart import ControlChart
from twin.model.history import Anomaly
from twin.model.season import LOADS, Season
from twin.model.season_trends import Recalled
from twin.protocols import Store
from twin.records import Athlete, who_is_called, why_nobody
from twin.state.answer import Answer, answered
from twin.state.maximum import Tell
from twin.state.season_deeds import carry_out
from twin.state.weeks import today_here
from twin.store import EmbeddedStore

SPANS = {"quarter": 91, "year": 365, "all": 0}  # days shown; 0 = from the first session on
_LONG_AGO_DAYS = 60  # without a session: then the page shows the time of the last one
BESTS = tuple(
    f"best_{channel}_{window_s}"
    for channel in ("current_speed", "power", "heart_rate")
    for window_s in (300, 1200, 3600, 60, 30, 5)
)
KEPT_IN_ADDRESS = ("athlete", "best", "group", "load", "month", "relation", "span", "sport")


class SeasonState(param.Parameterized):
    """Whose season is looked at, and how.

    Parameters
    ----------
    store : Store
        Where sessions, figures, daily values and plans are kept.
    tell : callable, optional
        Gets an athlete's id and what was changed, for who records now.
    """

    athlete = param.String(doc="Id, or a name until it is read; empty = who trained last.")

    best = param.Selector(default=BESTS[0], objects=list(BESTS), doc="Which bests are drawn.")

    group = param.String(doc="Key of the way or workout compared; empty = the most frequent.")

    load = param.Selector(default=LOADS[0], objects=list(LOADS), doc="By which method. [au]")

    missing = param.String(doc="Why who was asked for is not shown; empty = shown.")

    month = param.String(doc="Month of the calendar, such as 2026-10; empty = of today.")

    progress = param.String(
        doc="How far missing figures are computed, in words; empty = all there."
    )

    recalled = param.Parameter(constant=True, doc="A `Recalled`; None until it is looked for.")

    relation = param.String(
        doc="Session whose heart rate by work is drawn; empty = the newest unusual."
    )

    season = param.Parameter(constant=True, doc="A `Season`, or None where nobody is known.")

    span = param.Selector(default="year", objects=list(SPANS), doc="How far back charts reach.")

    sport = param.String(doc="Only this sport; empty = all.")

    def __init__(self, store: Store, tell: Tell = lambda *_, **__: None, **params: Any) -> None:
        super().__init__(**params)
        self.store = store
        self._tell = tell
        self._all: Season | None = None

    @classmethod
    def from_address(
        cls, store: Store, query: Mapping[str, Any], *, tell: Tell = lambda *_, **__: None
    ) -> "SeasonState":
        """Return the state that an address names; what is not understood there is left out."""
        state = cls(store, tell)
        for name in KEPT_IN_ADDRESS:
            with contextlib.suppress(ValueError):
                state.param.update(**{name: str(query.get(name, getattr(state, name)))})
        return state

    def athletes(self) -> tuple[Athlete, ...]:
        """Return whose season can be looked at."""
        return self.store.athletes()

    def read(self) -> None:
        """Read the season of the athlete anew.

        Raises
        ------
        StoreError
            If this store keeps no figures.
        """
        known = {person.id: person for person in self.athletes()}
        called = who_is_called(known.values(), self.athlete)
        if called is not None:
            self.athlete = called.id
        else:
            self.missing = why_nobody(known.values(), self.athlete) if self.athlete else ""
            self.athlete = _newest(self.store, known)
        before = self._all.athlete.id if self._all is not None else ""
        self._all = read_season(self.store, self.athlete) if self.athlete else None
        if before != self.athlete:
            self.take(None)
        self.narrow()

    def recall(self) -> Recalled | None:
        """Look for what is unusual and what can be compared; takes a second for thousands."""
        return recall(self.store, self.athlete) if isinstance(self.store, EmbeddedStore) else None

    def catch_up(self, told: Callable[[int, int], None]) -> Callable[[], None]:
        """Have missing figures computed beside, and return what ends the telling.

        Parameters
        ----------
        told : callable
            Gets how many sessions are done, and of how many, on a thread; both are equal at the end.
        """
        self.progress = ""  # that of another athlete
        if not isinstance(self.store, EmbeddedStore) or not (self._all and self._all.stale):
            return lambda: None
        count = int((self._all.sessions["state"] != "live").sum())
        self.progress = progress_words(count - self._all.stale, count)
        beside, athlete = catching_up(self.store.folder), self.athlete
        beside.start(athlete, told)
        return lambda: beside.leave(athlete, told)

    def take(self, recalled: Recalled | None) -> None:
        """Show what was found."""
        with param.edit_constant(self):
            self.recalled = recalled

    def compared(self) -> Alike | None:
        """Return the way or workout that is compared; None where nothing was done twice."""
        groups = [] if self.recalled is None else self.recalled.alike
        chosen = [group for group in groups if group.key == self.group]
        return next(iter((*chosen, *groups)), None)

    def related(self) -> Anomaly | None:
        """Return what is unusual in the session whose heart rate by work is drawn, else the newest."""
        shown = set() if self.season is None else set(self.season.sessions["session"])
        found = [] if self.recalled is None else self.recalled.unusual
        own = [one for one in found if one.session in shown]
        chosen = [one for one in own if one.session == self.relation]
        return next(iter((*chosen, *own)), None)

    def control_chart(self) -> ControlChart | None:
        """Return the control chart that most of the sessions shown belong to; None without any."""
        shown = set() if self.season is None else set(self.season.sessions["session"])
        charts = [] if self.recalled is None else self.recalled.control_charts
        return next((chart for chart in charts if shown & set(chart.sessions)), None)

    def narrow(self) -> None:
        """Take over the sport chosen; one that was never done shows all."""
        whole = self._all
        if whole is not None and self.sport and self.sport not in self.sports():
            self.sport = ""
        with param.edit_constant(self):
            self.season = None if whole is None else whole.of_sport(self.sport)

    @property
    def whole(self) -> Season:
        """The season in all sports; only where there is one."""
        return self._all or self.season

    def sports(self) -> list[str]:
        """Return the sports that can be chosen."""
        return [] if self._all is None else self._all.sports

    def best_season(self) -> Season:
        """Return the season of the sport chosen, else of the most frequent: bests do not mix."""
        return self.season.of_sport(self.sport or next(iter(self.season.sports), ""))

    def shown_day(self) -> date | None:
        """Return the day at which charts and calendar end: today, or the last session if long ago."""
        if self.season is None or self.season.sessions.empty:
            return None
        newest, today = self.season.sessions["day"].max().date(), self.season.today
        rests = not self.season.planned and (today - newest).days > _LONG_AGO_DAYS
        return newest if rests else today

    def first_day(self) -> date | None:
        """Return the first day that charts show; None without sessions."""
        last = self.shown_day()
        if last is None:
            return None
        first, days = self.season.sessions["day"].min().date(), SPANS[self.span]
        return max(first, date.fromordinal(last.toordinal() - days)) if days else first

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command of the page.

        Parameters
        ----------
        command : str
            "choose" changes what is looked at, any of `KEPT_IN_ADDRESS`; others as `carry_out`.
        arguments : mapping
            As named.
        """
        return answered(self._do, command, arguments)

    def _do(self, command: str, arguments: Mapping[str, Any]) -> None:
        self.missing = ""
        if command == "choose":
            chosen = {n: str(v) for n, v in arguments.items() if n in KEPT_IN_ADDRESS}
            self.param.update(**chosen)
        else:
            carry_out(
                command, arguments, self._books(), self.athlete, method=self.load,
                today=today_here(), tell=self._tell,
            )  # fmt: skip
        if command == "maximum":
            self.take(None)  # so that figures are looked for anew
        if command != "choose" or "athlete" in arguments:
            self.read()
        elif "sport" in arguments:
            self.narrow()

    def _books(self) -> EmbeddedStore:
        if not isinstance(self.store, EmbeddedStore):
            raise StoreError("plans are kept in a store on a disk, not on a server")
        return self.store


def progress_words(done: int, total: int) -> str:
    """Return how far missing figures are.

    >>> progress_words(1_200, 3_000)
    'Figures of 1,200 of 3,000 sessions are there …'
    """
    return f"Figures of {done:,} of {total:,} sessions are there …"


def _newest(store: Store, known: Mapping[str, Athlete]) -> str:
    """Return who trained last, else the first of all; empty without anybody."""
    listed = store.sessions()
    return (
        store.session(listed["session"].iloc[0]).athlete if len(listed) else next(iter(known), "")
    )
