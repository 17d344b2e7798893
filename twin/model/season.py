"""A season in figures: load by day and week, fitness, fatigue and form, with the days to come."""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from twin.model.reserve import Capacities, critical_in, with_entered
from twin.physiology.fitness import fitness_fatigue_form
from twin.physiology.load_change import load_change
from twin.physiology.training_load import weekly_load
from twin.records import Athlete, EnteredCapacity, PlannedSession

LOADS = ("banister_trimp", "edwards_trimp", "power_load", "session_rpe")
_DAY_COLUMNS = ("load", "planned", "fitness", "fatigue", "form")
BUILDING_UP_DAYS = 42  # from nothing, fitness needs so long to mean anything


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """What is known of an athlete's training; made by `twin.archive.seasons.season`.

    Parameters
    ----------
    athlete : Athlete
        Whose it is.
    today : date
        The athlete's own day.
    sessions : DataFrame
        Columns of `twin.archive.summaries`, newest first, and ``day``: the athlete's own day of the
        start, as an instant without a zone.
    daily : DataFrame
        Morning values, as `twin.store.diary.Diary.values` gives them.
    planned : tuple of PlannedSession
        Sessions to come, by day.
    stale : int
        Sessions whose figures are missing or old.
    fitted : mapping
        Critical power and speed as sessions tell them today, by `InputKind`.
    entered : tuple of EnteredCapacity
        As tests gave them, newest first.
    """

    athlete: Athlete
    today: date
    sessions: pd.DataFrame
    daily: pd.DataFrame
    planned: tuple[PlannedSession, ...] = ()
    stale: int = 0
    fitted: Capacities = field(default_factory=dict)
    entered: tuple[EnteredCapacity, ...] = ()

    @property
    def sports(self) -> list[str]:
        """The sports of the sessions, most frequent first."""
        return [str(sport) for sport in self.sessions["sport"].value_counts().index]

    @property
    def capacities(self) -> Capacities:
        """Critical power and speed as known today, by `InputKind`."""
        return with_entered(self.fitted, self.entered, self.today)

    @property
    def critical_power(self) -> float:
        """As known today; NaN where it is not. [W]"""
        return critical_in(self.capacities)

    def of_sport(self, sport: str) -> "Season":
        """Return the season of one sport alone; an empty word keeps all."""
        if not sport:
            return self
        return replace(
            self,
            sessions=self.sessions[self.sessions["sport"] == sport],
            planned=tuple(planned for planned in self.planned if planned.sport == sport),
        )


def days_of(season: Season, load: str = LOADS[0]) -> pd.DataFrame:
    """Load of each day, and what the days leave behind.

    Parameters
    ----------
    season : Season
        Of one or all sports.
    load : str
        One of `LOADS`.

    Returns
    -------
    DataFrame
        On every day from the first session to today or the last planned one: ``load`` (0 without
        a session; one without a load by this method adds nothing, see `without_load`), ``planned``
        (of the days to come, and of today while nothing was done), ``fitness``, ``fatigue``,
        ``form``. [au]

    Examples
    --------
    >>> done = {"day": pd.to_datetime(["2026-03-02", "2026-03-04"]), "sport": "running",
    ...         "duration_s": 3600.0, "banister_trimp": [80.0, 60.0]}
    >>> ada = Season(Athlete("Ada"), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame())
    >>> days_of(ada)["load"].tolist()
    [80.0, 0.0, 60.0, 0.0]
    """
    sessions = season.sessions.dropna(subset=["day"])
    today = pd.Timestamp(season.today)
    ahead = [day for p in season.planned if (day := pd.Timestamp(p.day)) >= today]
    if sessions.empty and not ahead:
        nothing = pd.DatetimeIndex([], name="day")
        return pd.DataFrame(columns=list(_DAY_COLUMNS), index=nothing, dtype=float)
    known = [*sessions["day"], today, *ahead]
    index = pd.date_range(min(known), max(known), name="day")
    done = sessions.groupby("day")[load].sum(min_count=0).reindex(index, fill_value=0.0)
    did = index.isin(sessions["day"])
    expected = pd.Series(planned_loads(season, load), [p.day for p in season.planned], dtype=float)
    planned = expected.groupby(pd.to_datetime(expected.index)).sum().reindex(index, fill_value=0.0)
    planned[(index < today) | ((index == today) & did)] = 0.0
    form = fitness_fatigue_form(done + planned)
    columns = (done, planned, *form)
    return pd.DataFrame(dict(zip(_DAY_COLUMNS, columns, strict=True)), index)


def planned_loads(season: Season, load: str = LOADS[0]) -> list[float]:
    """Load of each planned session: as said by this method, else as usual for its sport and duration.

    Nothing is expected of a session of unknown duration, nor in a sport without a history by this
    method. [au]

    >>> done = {"duration_s": [3600.0], "sport": "running", "banister_trimp": 80.0}
    >>> ahead = (PlannedSession(date(2026, 3, 6), "running", duration_s=1800.0),
    ...          PlannedSession(date(2026, 3, 7), "cycling", duration_s=1800.0))
    >>> planned_loads(Season(Athlete("Ada"), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame(), ahead))
    [40.0, 0.0]
    """
    hours = season.sessions["duration_s"] / 3600
    rates = (season.sessions[load] / hours).where(hours > 0)
    usual = rates.groupby(season.sessions["sport"]).median()
    return [
        float(
            p.load
            if p.method == load and not np.isnan(p.load)
            else np.nan_to_num(usual.get(p.sport, np.nan) * p.duration_s / 3600)
        )
        for p in season.planned
    ]


def without_load(season: Season, load: str, since: date) -> tuple[int, int]:
    """Return how many ended sessions from a day on have no load by a method, and of how many.

    >>> done = {"day": pd.to_datetime(["2026-03-02", "2026-03-04"]), "state": "ended",
    ...         "session_rpe": [240.0, np.nan]}
    >>> known = Season(Athlete("Ada"), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame())
    >>> without_load(known, "session_rpe", date(2026, 3, 1))
    (1, 2)
    """
    sessions = season.sessions
    ended = sessions[(sessions["day"] >= pd.Timestamp(since)) & (sessions["state"] != "live")]
    return int(ended[load].isna().sum()), len(ended)


def weeks_of(season: Season, load: str = LOADS[0]) -> pd.DataFrame:
    """Load, time and way of each week and sport.

    Returns
    -------
    DataFrame
        A row for each ``week`` (its Monday) and ``sport`` in which something was done: ``load``
        [au], ``hours`` [h], ``distance_m`` [m], ``sessions``.

    Examples
    --------
    >>> done = {"day": pd.to_datetime(["2026-03-02", "2026-03-04"]), "session": ["a", "b"],
    ...         "sport": "running", "duration_s": 3600.0, "distance": 10_000.0, "banister_trimp": 70.0}
    >>> week = weeks_of(Season(Athlete("Ada"), date(2026, 3, 5), pd.DataFrame(done), pd.DataFrame()))
    >>> week[["load", "hours", "distance_m", "sessions"]].to_numpy().tolist()
    [[140.0, 2.0, 20000.0, 2.0]]
    """
    sessions = season.sessions
    monday = sessions["day"] - pd.to_timedelta(sessions["day"].dt.weekday, unit="D")
    grouped = sessions.assign(week=monday).groupby(["week", "sport"])
    found = grouped.agg(
        load=(load, "sum"), hours=("duration_s", "sum"), distance_m=("distance", "sum"),
        sessions=("session", "count"),
    )  # fmt: skip
    found["hours"] /= 3600
    return found.reset_index()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an athlete stands today; NaN where the history is too short.

    Parameters
    ----------
    fitness, fatigue, form : float
        Of today. [au]
    week, before : float
        Load of the last 7 days, and of an average week of the 3 before. [au]
    change : float
        Their ratio. It describes, and does not predict injuries. [1]
    monotony : float
        Mean over standard deviation of the last 7 days. [1]
    is_building_up : bool
        Whether the history is shorter than 42 days: fitness still counts up from nothing.
    """

    fitness: float
    fatigue: float
    form: float
    week: float
    before: float
    change: float
    monotony: float
    is_building_up: bool


def standing_of(days: pd.DataFrame, today: date) -> Standing:
    """Return where an athlete stands, from `days_of`.

    Examples
    --------
    >>> index = pd.date_range("2026-09-01", periods=42, name="day")
    >>> load = pd.Series([50.0] * 35 + [100.0] * 7, index)
    >>> form = fitness_fatigue_form(load)
    >>> days = pd.DataFrame({"load": load, "planned": 0.0, **form._asdict()}, index)
    >>> stands = standing_of(days, date(2026, 10, 12))
    >>> stands.week, stands.before, stands.change
    (700.0, 350.0, 2.0)
    """
    past = days[: pd.Timestamp(today)]
    load = past["load"].to_numpy(np.float64)
    last = past.iloc[-1] if len(past) else pd.Series(np.nan, ["fitness", "fatigue", "form"])
    known = len(load) >= 28
    return Standing(
        fitness=float(last["fitness"]),
        fatigue=float(last["fatigue"]),
        form=float(last["form"]),
        week=float(load[-7:].sum()),
        before=float(load[-28:-7].sum() / 3) if known else np.nan,
        change=load_change(load),
        monotony=weekly_load(load[-7:]).monotony if len(load) >= 7 else np.nan,
        is_building_up=len(load) < BUILDING_UP_DAYS,
    )
