"""What cleaning remembers of each athlete, and what readings are held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from twin.physiology.gps import top_speed
from twin.pipeline import last_good
from twin.pipeline.last_good import LastGood
from twin.pipeline.rounds import NEVER, Flags, Nanoseconds, with_columns
from twin.records import Athlete, Codes, Floats, Indices
from twin.schema import MEASURED, MEASURED_NAMES
from twin.sensors.faults import JUMP

ALTITUDE = MEASURED_NAMES.index("altitude")
HEART_RATE = MEASURED_NAMES.index("heart_rate")
LATITUDE = MEASURED_NAMES.index("latitude")
POSITION = slice(LATITUDE, LATITUDE + 2)

ALTITUDE_JUMP = 10.0  # m per second; what climbs faster, a cable car too, is an altimeter set anew
_METRES_PER_DEGREE = 111_195.08  # of a great circle, R = 6371.0088 km


@dataclass(frozen=True, slots=True, eq=False)
class CleanLimits:
    """What a squad's readings are held against; one column per athlete.

    Parameters
    ----------
    everyone : ndarray of int32
        0, 1, ... up to the number of athletes.
    top_speed : ndarray of float64, shape (n,)
        Fastest believable speed in the athlete's sport. [m/s]
    low, high : ndarray of float64, shape (16, n)
        Valid range; the same for all, spread out because that is three times as fast.
    step : ndarray of float64, shape (16, n)
        Change within a second that calls for a closer look; infinite where there is no rule.
    nobody : ndarray of bool, shape (n,)
        All False.
    """

    everyone: Indices
    top_speed: Floats
    low: Floats
    high: Floats
    step: Floats
    nobody: Flags


@dataclass(slots=True, eq=False)  # not changed either, but frozen it costs four times the time
class CleanState:
    """What `clean` remembers of each athlete (last axis).

    Parameters
    ----------
    limits : CleanLimits
        Made from the squad.
    time : ndarray of int64, shape (n,)
        Newest instant, `NEVER` before the first. [ns]
    instant : int or None
        The same of all athletes, where they share it. [ns]
    known : LastGood
        Last good value of each measured channel, its instant, how often it was good of late.
    changed : ndarray of int64, shape (n,)
        When heart rate last changed. [ns]
    input_then : ndarray of float64, shape (3, n)
        Power, cadence, speed at that instant.
    frozen : ndarray of bool, shape (n,)
        Whether heart rate stands still while the input moves.
    earliest : int
        An instant not later than any of `changed`. [ns]
    reason : ndarray of uint8, shape (16, n)
        `Reason` of the newest rejection of each channel.
    rejected : ndarray of int64, shape (16, n)
        Its instant. [ns]
    """

    limits: CleanLimits = field(metadata={"parameters": True})
    time: Nanoseconds
    instant: int | None
    known: LastGood
    changed: Nanoseconds
    input_then: Floats
    frozen: Flags
    earliest: int
    reason: Codes
    rejected: Nanoseconds

    @property
    def last(self) -> Floats:
        """Last good value of each measured channel; NaN before the first."""
        return self.known.values

    @property
    def last_time(self) -> Nanoseconds:
        """Its instant, the gap mark of every channel; `NEVER` before the first. [ns]"""
        return last_good.up_to(self.known, self.time).time

    @property
    def history(self) -> last_good.Bits:
        """Of each channel one bit for each of the last 32 seconds, see `LastGood`."""
        return last_good.up_to(self.known, self.time).bits


def start(squad: Sequence[Athlete]) -> CleanState:
    """Return the state before the first sample of a squad."""
    n, channels = len(squad), len(MEASURED)
    step = np.full((channels, n), np.inf)
    limit = np.array([top_speed(athlete.sport) for athlete in squad] or [], np.float64)
    step[HEART_RATE] = JUMP
    step[ALTITUDE] = ALTITUDE_JUMP
    step[POSITION] = limit / _METRES_PER_DEGREE
    return CleanState(
        limits=CleanLimits(
            everyone=np.arange(n, dtype=np.int32),
            top_speed=limit,
            low=np.repeat([[c.low] for c in MEASURED], n, axis=1).astype(np.float64),
            high=np.repeat([[c.high] for c in MEASURED], n, axis=1).astype(np.float64),
            step=step,
            nobody=np.zeros(n, np.bool_),
        ),
        time=np.full(n, NEVER),
        instant=None,
        known=last_good.start(channels, n),
        changed=np.full(n, NEVER),
        input_then=np.full((3, n), np.nan),
        frozen=np.zeros(n, np.bool_),
        earliest=int(NEVER),
        reason=np.zeros((channels, n), np.uint8),
        rejected=np.full((channels, n), NEVER),
    )


def resized(state: CleanState, squad: Sequence[Athlete]) -> CleanState:
    """Return the state for a squad that grew at its end or whose parameters changed."""
    return with_columns(start(squad), _each_alone(state), slice(0, len(state.time)))


def reset(state: CleanState, squad: Sequence[Athlete], athletes: Sequence[int]) -> CleanState:
    """Return the state with these athletes as before their first sample."""
    return with_columns(_each_alone(state), start(squad), list(athletes))


def _each_alone(state: CleanState) -> CleanState:
    """Return the state without what holds for all athletes together."""
    known = last_good.up_to(state.known, state.time)
    return replace(state, instant=None, known=known, earliest=int(NEVER))
