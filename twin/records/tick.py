"""What every screen gets at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from twin.records.alerts import Alert, Mute
from twin.records.batch import Batch
from twin.records.people import Athlete, SensorStatus
from twin.records.plain import Codes, Floats, Indices, rows_of
from twin.records.sessions import Marks, Session
from twin.schema import ALL_NAMES


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
        """Return the last good value of a channel of an athlete, NaN without. [unit of the channel]"""
        return float(self.values[rows_of(ALL_NAMES)[name], athlete])


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
