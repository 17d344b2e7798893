"""What was kept: sessions with their marks, recordings, daily values, plans."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import pandas as pd

from twin.records.led import Action


class SessionState(StrEnum):
    """How a session stands: being recorded, closed in order, or cut off by a crash."""

    LIVE = "live"
    ENDED = "ended"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Session:
    """One recorded training or race of one athlete.

    Parameters
    ----------
    id : str
        Unique in the store.
    athlete : str
        Id of the athlete.
    sport : str
        One of `twin.schema.SPORTS`.
    start, end : datetime
        First and last sample, UTC; `end` is None while live.
    state : SessionState
        Live, ended or interrupted.
    source : str
        Where the samples came from, such as ``"simulator"`` or ``"file:ride.fit"``.
    title : str
        The user's own words.
    squad_session : str
        Shared by the sessions of athletes who trained together; empty = alone.
    samples : int
        Rows stored.
    """

    id: str
    athlete: str
    sport: str
    start: datetime
    end: datetime | None = None
    state: SessionState = SessionState.LIVE
    source: str = ""
    title: str = ""
    squad_session: str = ""
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Lap:
    """An athlete's mark: a stretch of a session. `end` is None while it runs."""

    number: int
    start: datetime
    end: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A coach's mark over the squad: a drill or phase. `end` is None while it runs."""

    name: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """Laps, by athlete id, and the squad's periods of the sessions being recorded; who leads how."""

    laps: Mapping[str, tuple[Lap, ...]] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Words about a session, with the instant they belong to."""

    time: datetime
    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a session was for its athlete.

    Parameters
    ----------
    rating : float
        Of the whole session, 0 to 10. [CR-10]
    text : str
        The athlete's or the coach's own words.
    author : str
        Who wrote it down.
    """

    rating: float
    text: str = ""
    author: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.rating <= 10:
            raise ValueError(f"effort is said from 0 to 10, got {self.rating:g}")


@dataclass(frozen=True, slots=True)
class DailyValue:
    """What was measured on a day, mostly in the morning: one value of a name, day and source.

    Parameters
    ----------
    day : date
        The athlete's own day, as the app dated it.
    name : str
        One of `twin.schema.DAILY`.
    value : float
        In the unit of the schema.
    source : str
        App or device it came from.
    """

    day: date
    name: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session to come.

    Parameters
    ----------
    day : date
        The athlete's own day.
    sport : str
        One of `twin.schema.SPORTS`.
    title : str
        The coach's own words.
    duration_s : float
        NaN = not said. [s]
    load : float
        NaN = as usual for this sport and duration. [au]
    id : int
        Its number in the store; 0 before it is kept.
    method : str
        Of the load that was said, one of `twin.model.season.LOADS`.
    """

    day: date
    sport: str
    title: str = ""
    duration_s: float = math.nan
    load: float = math.nan
    id: int = 0
    method: str = "banister_trimp"


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A session as read from a file; `twin.read` returns one.

    Parameters
    ----------
    samples : DataFrame
        Measured channels (`twin.schema.MEASURED`) on a sorted UTC index named ``time``; channels
        the file does not hold are absent. Kept as recorded: pauses are gaps, no sample invented.
    sport : str
        One of `twin.schema.SPORTS`.
    rr : Series
        RR intervals as recorded, on the UTC instants of their beats; empty without them. [ms]
    laps : tuple of Lap
        As marked in the file.
    device : str
        Maker and model, empty where the file does not say.
    devices : tuple of str
        All sensors and devices the file names.
    warnings : tuple of str
        What was mended or left out while reading, in words for the user.
    path : str
        The file.
    """

    samples: pd.DataFrame
    sport: str = "other"
    rr: pd.Series = field(
        default_factory=lambda: pd.Series([], index=pd.DatetimeIndex([], tz="UTC"), dtype=float)
    )
    laps: tuple[Lap, ...] = ()
    device: str = ""
    devices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    path: str = ""

    @property
    def start(self) -> datetime:
        """Instant of the first sample, UTC; of the first beat where there are only beats."""
        return self._times[0].to_pydatetime(warn=False)

    @property
    def end(self) -> datetime:
        """Instant of the last sample, UTC; of the last beat where there are only beats."""
        return self._times[-1].to_pydatetime(warn=False)

    @property
    def duration_s(self) -> float:
        """Time from first to last sample, pauses included. [s]"""
        return (self.end - self.start).total_seconds()

    @property
    def _times(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.samples.index if len(self.samples) else self.rr.index)
