"""Frozen values that cross rooms: what flows, who it is about, what was kept.

Time is UTC everywhere: ``datetime64[ns]`` in arrays, timezone-aware in `datetime` and DataFrames.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from twin.schema import ALL_NAMES, MEASURED_NAMES

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Times = npt.NDArray[np.datetime64]
Codes = npt.NDArray[np.uint8]


class Reason(IntEnum):
    """Why a value is as good as it is; the worst reason is kept."""

    GOOD = 0
    NOT_MEASURED = 1
    STALE = 2
    OUT_OF_RANGE = 3
    SPIKE = 4
    FROZEN = 5
    POOR_POSITION = 6
    DUPLICATE = 7
    OUT_OF_ORDER = 8


class SessionState(StrEnum):
    """How a session stands: being recorded, closed in order, or cut off by a crash."""

    LIVE = "live"
    ENDED = "ended"
    INTERRUPTED = "interrupted"


@lru_cache(maxsize=32)
def _rows_of(names: tuple[str, ...]) -> dict[str, int]:
    return {name: row for row, name in enumerate(names)}


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """RR intervals, 0 to n in a second, so they travel beside the samples.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index of the athlete in the squad.
    time : ndarray of datetime64[ns], shape (n,)
        Instant of the beat that ends the interval, UTC; no two of one athlete are equal.
    rr_ms : ndarray of float64, shape (n,)
        RR interval as received, unrounded. [ms]
    """

    athlete: Indices
    time: Times
    rr_ms: Floats

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """Values of fast signals, such as an ECG; a second has hundreds, so they travel beside the samples.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index of the athlete in the squad.
    time : ndarray of datetime64[ns], shape (n,)
        Instant of the value, UTC, growing within an athlete and signal.
    signal : ndarray of uint8, shape (n,)
        Which signal: index into `twin.schema.SIGNALS`.
    value : ndarray of float64, shape (n,)
        As received, in the unit of the signal.
    """

    athlete: Indices
    time: Times
    signal: Codes
    value: Floats

    def __len__(self) -> int:
        return len(self.time)


NO_BEATS = Beats(np.empty(0, np.int32), np.empty(0, "datetime64[ns]"), np.empty(0))
NO_WAVES = Waves(NO_BEATS.athlete, NO_BEATS.time, np.empty(0, np.uint8), np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What flows: readings of any number of athletes, as NumPy columns.

    One row per athlete and instant, in time order within an athlete; NaN = not measured.

    Parameters
    ----------
    athlete : ndarray of int32, shape (n,)
        Index of the athlete in the squad.
    time : ndarray of datetime64[ns], shape (n,)
        Instant of the reading, UTC.
    values : ndarray of float64, shape (len(names), n)
        One line per channel, in the units of `twin.schema`.
    names : tuple of str
        The channel of each line of `values`.
    beats : Beats
        RR intervals received with these readings.
    now : datetime64[ns] or None
        Clock of the source when it sent the batch; None stands for the newest time in it.
    waves : Waves
        Fast signals received with these readings.

    Examples
    --------
    >>> batch = Batch.of(athlete=[0, 1], time=["2026-10-01T10:00:00"] * 2, heart_rate=[141, 150])
    >>> batch["heart_rate"]
    array([141., 150.])
    >>> bool(np.isnan(batch["power"]).all())
    True
    """

    athlete: Indices
    time: Times
    values: Floats
    names: tuple[str, ...] = MEASURED_NAMES
    beats: Beats = NO_BEATS
    now: np.datetime64 | None = None
    waves: Waves = NO_WAVES

    @classmethod
    def of(
        cls,
        athlete: npt.ArrayLike,
        time: npt.ArrayLike,
        *,
        beats: Beats = NO_BEATS,
        now: np.datetime64 | None = None,
        **channels: npt.ArrayLike,
    ) -> "Batch":
        """Build a batch of measured channels from columns; those not named are NaN.

        Raises
        ------
        ValueError
            If a channel is not measured (see `twin.schema`) or has another length than `time`.
        """
        times = np.asarray(time, "datetime64[ns]")
        values = np.full((len(MEASURED_NAMES), len(times)), np.nan)
        rows = _rows_of(MEASURED_NAMES)
        for name, column in channels.items():
            if name not in rows:
                raise ValueError(f"{name!r} is not a measured channel; known: {', '.join(rows)}")
            values[rows[name]] = column
        return cls(np.asarray(athlete, np.int32), times, values, beats=beats, now=now)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def holds_something(self) -> bool:
        """Whether there are readings, beats or waves in it."""
        return bool(len(self.time) or len(self.beats) or len(self.waves))

    def __getitem__(self, name: str) -> Floats:
        """Return the column of one channel, a view into `values`, shape (n,)."""
        column: Floats = self.values[_rows_of(self.names)[name]]
        return column

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Batch":
        """Return the batch with only these rows; beats and waves stay whole."""
        return Batch(
            self.athlete[rows], self.time[rows], self.values[:, rows],
            self.names, self.beats, self.now, self.waves,
        )  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """Return the readings as a DataFrame on a UTC index, all-NaN channels left out."""
        index = pd.DatetimeIndex(self.time, name="time").tz_localize("UTC")
        columns = {
            n: c for n, c in zip(self.names, self.values, strict=True) if not np.isnan(c).all()
        }
        return pd.DataFrame({"athlete": self.athlete, **columns}, index=index)


@dataclass(frozen=True, slots=True)
class Athlete:
    """One person, with the parameters that zones, loads and limits need.

    Parameters
    ----------
    name : str
        As shown on the screens; may change.
    id : str
        Never changes; made from the name when the athlete is first known.
    sport : str
        Usual sport, one of `twin.schema.SPORTS`.
    sex : str
        "female", "male" or "" where not known; chooses the weights of Banister's formula.
    max_hr, resting_hr, threshold_hr : float
        Maximal, resting and threshold heart rate; NaN = not known. [bpm]
    zone_method : str
        How the five zones are cut: "max", "reserve" or "threshold".
    heart_rate_limit : float
        The line not to cross; NaN = none set. [bpm]
    mass_kg : float
        Body mass; NaN = not known. [kg]
    birth_year : int or None
        Used for a prior of the maximal heart rate.
    group : str
        Which hub has the athlete where several share a club; empty = any.
    """

    name: str
    id: str = ""
    sport: str = "running"
    sex: str = ""
    max_hr: float = 190.0
    resting_hr: float = 60.0
    threshold_hr: float = np.nan
    zone_method: str = "max"
    heart_rate_limit: float = np.nan
    mass_kg: float = np.nan
    birth_year: int | None = None
    group: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("an athlete needs a name, got an empty one")
        if self.max_hr <= self.resting_hr:
            raise ValueError(
                f"max_hr ({self.max_hr} bpm) of {self.name} must exceed "
                f"resting_hr ({self.resting_hr} bpm)"
            )
        if not self.id:
            object.__setattr__(self, "id", slug(self.name))


@dataclass(frozen=True, slots=True)
class Pairing:
    """A sensor and whose it is.

    Parameters
    ----------
    address : str
        Bluetooth address of the sensor; on macOS a number that the system gives.
    athlete : str
        Id of the athlete.
    name : str
        What it is called: as the user wants it, else as it calls itself.
    wants_rr : bool
        Connect for its RR intervals even where the squad is followed without connections.
    streams : tuple of str
        The fast signals it is asked for: "ecg", "acceleration".
    """

    address: str
    athlete: str
    name: str = ""
    wants_rr: bool = False
    streams: tuple[str, ...] = ()


class SensorState(StrEnum):
    """Where the link to a sensor is on its way."""

    SEARCH = "search"  # not heard yet
    CONNECT = "connect"
    STREAM = "stream"
    LOST = "lost"  # was there, is looked for again
    FULL = "adapter full"  # heard, but no adapter has a link left
    LISTEN = "listen"  # followed without a connection
    NO_ADAPTER = "no adapter"


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """One sensor as it stands.

    Parameters
    ----------
    address : str
        Its Bluetooth address; on macOS a number that the system gives.
    name : str
        What it is called.
    kind : str
        What it is, such as "heart rate"; several joined with a comma.
    athlete : str
        Id of whom it belongs to; empty = nobody yet.
    state : SensorState
        Where its link is.
    detail : str
        Why, in words.
    rssi : float
        How strong it was last heard; NaN = not heard. [dBm]
    battery : float
        Charge; NaN where it does not say. [%]
    epoch : int
        Links so far.
    packets, malformed : int
        Packets received, and how many of them were not as their format wants it.
    loss : float
        Share of frames lost, where they are numbered; else NaN.
    contact : bool or None
        Skin contact, where the sensor can tell.
    age_s : float
        Since the last packet; NaN before the first. [s]
    values : mapping of str to float
        The last value of every channel it measures, in the units of `twin.schema`.
    wants_rr : bool
        Whether it is connected to even where the squad is followed without connections.
    streams : tuple of str
        The fast signals it is asked for.
    rates : mapping of str to float
        How fast each of them comes. [Hz]
    can_stream : bool
        Whether it offers any; known once it is connected.
    adapter : str
        Over which it is or was linked; empty before the first link.
    """

    address: str
    name: str = ""
    kind: str = ""
    athlete: str = ""
    state: SensorState = SensorState.SEARCH
    detail: str = ""
    rssi: float = np.nan
    battery: float = np.nan
    epoch: int = 0
    packets: int = 0
    malformed: int = 0
    loss: float = np.nan
    contact: bool | None = None
    age_s: float = np.nan
    values: Mapping[str, float] = field(default_factory=dict)
    wants_rr: bool = False
    streams: tuple[str, ...] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    can_stream: bool = False
    adapter: str = ""


def utc(time: np.datetime64) -> datetime:
    """Return an instant as timezone-aware datetime; what is below a microsecond is cut.

    >>> utc(np.datetime64("2026-10-01T10:00:00.5", "ns")).isoformat()
    '2026-10-01T10:00:00.500000+00:00'
    """
    microseconds = int(time.astype("datetime64[us]").astype(np.int64))
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def slug(name: str) -> str:
    """Return a name as lower-case letters, digits and hyphens.

    >>> slug("Ada O'Neil")
    'ada-o-neil'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "athlete"


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
class Note:
    """Words about a session, with the instant they belong to."""

    time: datetime
    text: str
    author: str = ""


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
class Edit:
    """A repair of a stored session, put on top of its samples; they never change.

    Parameters
    ----------
    kind : str
        "clear" (values become missing), "bridge" (a straight line across), "drop" (samples left
        out) or "shift" (the clock of the whole session moved by `value`).
    channel : str
        Of `twin.schema.MEASURED`, or "position" for latitude and longitude; empty for whole samples.
    start, end : datetime
        First and last sample concerned, as stored.
    value : float
        What a shift adds to the clock. [s]
    reason : str
        Why, in words for the user.
    """

    kind: str
    channel: str
    start: datetime
    end: datetime
    value: float = 0.0
    reason: str = ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels concerned."""
        return ("latitude", "longitude") if self.channel == "position" else (self.channel,)


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


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands: `state` is "starting", "live", "paused", "silent", "ended", "failed"."""

    name: str
    state: str
    detail: str = ""
    position: float = float("nan")  # share played, 0..1, of a source that has an end
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A step of the pipeline that failed: counted, shown, and no other step starved."""

    step: str
    count: int
    last_error: str


class AlertState(StrEnum):
    """How an alert stands; a suppressed one would have fired on data that nobody should trust."""

    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    ENDED = "ended"


class Priority(IntEnum):
    """How loud an alert is."""

    INFORMATION = 1
    WARNING = 2
    ALARM = 3


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing a coach should look at, as every screen shows it.

    Parameters
    ----------
    id : str
        Unique among all hubs; stays while the alert changes its state.
    athlete : str
        Id of the athlete; empty = about the squad.
    kind : str
        The rule that raised it, such as ``"threshold"`` or ``"sensor_lost"``.
    channel : str
        Of `twin.schema`; empty where it is about none.
    value, line : float
        What was met and the line it crossed, in the unit of the channel; NaN = none.
    time : datetime
        When it was raised, UTC, on the clock of the athlete's source.
    priority : Priority
        How loud it is.
    text : str
        In words, with the unit.
    state : AlertState
        Active, acknowledged, suppressed or ended.
    acknowledged_by, note : str
        Who has seen it, and what they said.
    spoken : bool
        Whether screens may say it aloud.
    ended : datetime or None
        When it was over, on the same clock; None while it lasts.
    """

    id: str
    athlete: str
    kind: str
    channel: str
    value: float
    line: float
    time: datetime
    priority: Priority
    text: str
    state: AlertState = AlertState.ACTIVE
    acknowledged_by: str = ""
    note: str = ""
    spoken: bool = True
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """No alert of this athlete and kind (empty = all) until an instant of the hub's clock, UTC."""

    athlete: str
    kind: str
    until: datetime
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """What every screen gets at once: the squad now, and the rows that came since the last tick.

    The matrices have one line per channel of `twin.schema.ALL_NAMES` and one column per athlete.

    Parameters
    ----------
    number : int
        Counts up by one.
    time : datetime64[ns]
        Clock of the newest source, UTC: wall time when live, the recording's time in a replay.
    squad : tuple of Athlete
        In the order of the columns.
    values : ndarray of float64
        The last good value of every channel, NaN where there was none yet.
    age_s : ndarray of float64
        Age of that value; NaN where there was none. [s]
    quality : ndarray of float64
        0 (do not trust) to 1 (good), of every value.
    reason : ndarray of uint8
        The `Reason` behind the quality.
    rows : Batch
        Readings since the last tick, measured and derived channels (`ALL_NAMES`).
    sessions : mapping of str to Session
        The session being recorded, by athlete id; athletes without one are absent.
    sources : tuple of SourceStatus
        State of each source.
    sensors : tuple of SensorStatus
        Every sensor in the air, as it stood a second ago at most; those of nobody last.
    faults : tuple of Fault
        Steps that failed so far.
    store_state : str
        "recording", "idle", or words on why nothing is stored.
    horizons_s : tuple of int
        How far ahead the lines of the forecast look; empty where no twin runs. [s]
    forecast, half_width : ndarray of float64, shape (horizons, athletes)
        Heart rate expected by the twin, and the half-width of its 80 % band; NaN where it cannot
        know. [bpm]
    time_to_limit_s : ndarray of float64, shape (athletes,)
        Until expected heart rate reaches the athlete's limit: 0 above it, infinite not within the
        last horizon, NaN without a limit or a forecast. [s]
    insights : ndarray of float64, shape (insights, athletes)
        What the twin tells beside, one line per channel of `twin.schema.INSIGHTS`; NaN = not known.
    calibrated : ndarray of int32, shape (athletes,)
        Sessions that the twin has learnt from; 0 works from what is common to people.
    alerts : tuple of Alert
        Those that stand, each in its present state, the oldest first.
    mutes : tuple of Mute
        Those that hold.
    """

    number: int
    time: np.datetime64
    squad: tuple[Athlete, ...]
    values: Floats
    age_s: Floats
    quality: Floats
    reason: Codes
    rows: Batch
    sessions: Mapping[str, Session] = field(default_factory=dict)
    sources: tuple[SourceStatus, ...] = ()
    sensors: tuple[SensorStatus, ...] = ()
    faults: tuple[Fault, ...] = ()
    store_state: str = "idle"
    horizons_s: tuple[int, ...] = ()
    forecast: Floats = field(default_factory=lambda: np.empty((0, 0)))
    half_width: Floats = field(default_factory=lambda: np.empty((0, 0)))
    time_to_limit_s: Floats = field(default_factory=lambda: np.empty(0))
    insights: Floats = field(default_factory=lambda: np.empty((0, 0)))
    calibrated: Indices = field(default_factory=lambda: np.empty(0, np.int32))
    alerts: tuple[Alert, ...] = ()
    mutes: tuple[Mute, ...] = ()

    def value(self, athlete: int, name: str) -> float:
        """Return the last good value of one channel of one athlete, NaN where there is none."""
        return float(self.values[_rows_of(ALL_NAMES)[name], athlete])


@dataclass(frozen=True, slots=True)
class Marks:
    """Laps, by athlete id, and the squad's periods of the sessions being recorded."""

    laps: Mapping[str, tuple[Lap, ...]] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What a bus brings to a follower.

    Parameters
    ----------
    tick : Tick
        As the hub sent it.
    marks : Marks
        As they stood then.
    hub : str
        Which run of which hub sent it; the ticks of one run are numbered without a gap.
    past : bool
        Whether newer ones are known to wait, so that it need not be shown.
    group : str
        The group of athletes that the hub publishes; empty where one hub has all.
    """

    tick: Tick
    marks: Marks
    hub: str
    past: bool = False
    group: str = ""
