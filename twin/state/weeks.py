"""A week of one athlete or of the squad, as a report tells it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pandas as pd

from twin.archive import season, settle_max_hr, stale_sessions, summarise
from twin.errors import StoreError
from twin.model.season import Season, Standing, days_of, standing_of
from twin.protocols import Store
from twin.records import Note
from twin.schema import ZONE_COUNT
from twin.store import EmbeddedStore

_WEEK = timedelta(days=7)
_POSITION, _TRACK_POINTS = ("latitude", "longitude"), 250


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """One athlete's week, Monday to Sunday of the athlete's own days.

    Parameters
    ----------
    monday : date
        Its first day.
    season : Season
        Everything up to its end, or up to today while it runs.
    sessions : DataFrame
        The sessions of the week, in their order; columns of the season's.
    days : DataFrame
        Load, fitness, fatigue and form, as `twin.model.season.days_of` gives them. [au]
    standing : Standing
        At the end of the week, or today.
    notes : tuple of Note
        Words about its sessions.
    tracks : mapping of str to DataFrame
        Latitude and longitude of its sessions, by id, in a few hundred points; those without are absent.
    """

    monday: date
    season: Season
    sessions: pd.DataFrame
    days: pd.DataFrame
    standing: Standing
    notes: tuple[Note, ...] = ()
    tracks: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def total(self, column: str) -> float:
        """Return the sum of a column over the week; NaN where no session has a value."""
        return (
            float(self.sessions[column].sum(min_count=1)) if column in self.sessions else math.nan
        )

    @property
    def time_in_zone_s(self) -> tuple[float, ...]:
        """Time in zones 1 to 5; NaN where no session has one. [s]"""
        return tuple(self.total(f"zone_{zone}_s") for zone in range(1, ZONE_COUNT + 1))


def monday_of(words: str, today: date) -> date:
    """Return the first day of a week as calendars write it; of today's for an empty word.

    Raises
    ------
    ValueError
        If it is no week.

    Examples
    --------
    >>> monday_of("2026-W40", date(2026, 11, 26)), monday_of("", date(2026, 11, 26))
    (datetime.date(2026, 9, 28), datetime.date(2026, 11, 23))
    """
    if not words:
        return today - timedelta(days=today.weekday())
    year, mark, number = words.upper().partition("-W")
    if not (mark and year.isdecimal() and number.isdecimal()):
        raise ValueError(f"{words!r} is no week such as 2026-W40")
    try:
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise ValueError(f"{words!r} is no week: {error}") from None


def week_name(monday: date) -> str:
    """Return a week as calendars write it.

    >>> week_name(date(2026, 9, 28))
    '2026-W40'
    """
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02d}"


def athlete_week(store: Store, athlete: str, monday: date, *, today: date | None = None) -> Week:
    """Return a week of an athlete; figures that are missing are computed and kept first.

    Raises
    ------
    UnknownAthleteError
        If nobody has that name.
    StoreError
        If this store keeps no figures.
    """
    if not isinstance(store, EmbeddedStore):
        raise StoreError("a week is told from a store on a disk, not from a server")
    settle_max_hr(store, athlete)
    for _ in summarise(store, stale_sessions(store, athlete=athlete)):
        pass
    sunday = monday + _WEEK - timedelta(days=1)
    known = season(store, athlete, today=min(sunday, today or today_here()))
    day = known.sessions["day"]
    within = (day >= pd.Timestamp(monday)) & (day <= pd.Timestamp(sunday))
    sessions = known.sessions[within].sort_values("start")
    days = days_of(known)[: pd.Timestamp(sunday)]
    notes = [note for session in sessions["session"] for note in store.notes(session)]
    standing = standing_of(days, known.today)
    found = {session: _track(store, session) for session in sessions["session"]}
    tracks = {session: track for session, track in found.items() if len(track) > 1}
    return Week(monday, known, sessions, days, standing, tuple(notes), tracks)


def _track(store: EmbeddedStore, session: str) -> pd.DataFrame:
    track = store.samples(session, columns=_POSITION).dropna()
    return track.iloc[:: max(1, len(track) // _TRACK_POINTS)]


def squad_week(store: Store, monday: date, *, today: date | None = None) -> Sequence[Week]:
    """Return the week of everybody who has a session, by name; those who rested included."""
    until = f"{monday + _WEEK}"
    people = [p for p in store.athletes() if len(store.sessions(athlete=p.id, until=until))]
    return [athlete_week(store, person.id, monday, today=today) for person in people]


def today_here() -> date:
    """Return the day of this machine."""
    return datetime.now().astimezone().date()
