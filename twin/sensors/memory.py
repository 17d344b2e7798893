"""What is remembered of heart-rate sensors, and seconds seen beside what was before them."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from twin.records import Floats
from twin.sensors.faults import (
    EDGE_S,
    FLICKER_S,
    FOLLOWS_S,
    RESTLESS_S,
    Flags,
    Readings,
    jumps,
)  # fmt: skip

_HISTORY_S = max(RESTLESS_S, FLICKER_S, 2 * EDGE_S) + 1
_CADENCE = 1  # line of work


@dataclass(frozen=True, slots=True, eq=False)
class SensorState:
    """What is remembered of each athlete, in the last axis.

    Parameters
    ----------
    rate, age_s : ndarray
        Newest heart rate and its age; NaN and infinite before the first. [bpm, s]
    worn_s : ndarray
        Since the first one. [s]
    work, work_then : ndarray, shape (3, athletes)
        Newest work, and what it was when heart rate last changed.
    unchanged_s, above_s : ndarray
        How long heart rate has been the same, and too high. [s]
    off_steps_s, on_steps_s, lock_jump : ndarray
        Since heart rate was last on the cadence, since it came upon it, and how far it moved then. [s, s, bpm]
    away_s, away_from : ndarray
        Since a jump that is not over, infinite = none; and the level before. [s, bpm]
    history : ndarray, shape (seconds, 3, athletes)
        Heart rate, its steps and the lost seconds (1) of the last half minute.
    """

    rate: Floats
    age_s: Floats
    worn_s: Floats
    work: Floats
    work_then: Floats
    unchanged_s: Floats
    above_s: Floats
    off_steps_s: Floats
    on_steps_s: Floats
    lock_jump: Floats
    away_s: Floats
    away_from: Floats
    history: Floats


def start(athletes: int) -> SensorState:
    """Return the state before the first second.

    >>> start(2).rate, start(2).age_s
    (array([nan, nan]), array([inf, inf]))
    """
    unknown, never, nothing = (np.full(athletes, value) for value in (np.nan, np.inf, 0.0))
    table = np.full((3, athletes), np.nan)
    history = np.full((_HISTORY_S, 3, athletes), np.nan)
    history[:, 2] = 0
    return SensorState(
        unknown, never, nothing, table, table, nothing, nothing, never, nothing, nothing, never, unknown,
        history,
    )  # fmt: skip


def put(
    state: SensorState, places: npt.ArrayLike, other: SensorState, of: npt.ArrayLike | None = None
) -> SensorState:
    """Return a state with what another remembers of some athletes (None: of all), at these places.

    >>> from dataclasses import replace
    >>> one = replace(start(1), rate=np.array([140.0]))
    >>> put(start(2), [1], one).rate
    array([ nan, 140.])
    """
    lines = {field.name: getattr(state, field.name).copy() for field in fields(SensorState)}
    for name, line in lines.items():
        news = getattr(other, name)
        line[..., places] = news if of is None else news[..., of]
    return SensorState(**lines)


def taken(state: SensorState, places: npt.ArrayLike) -> SensorState:
    """Return what is remembered of some athletes.

    >>> from dataclasses import replace
    >>> taken(replace(start(2), rate=np.array([140.0, 150.0])), [1]).rate
    array([150.])
    """
    return SensorState(*(getattr(state, field.name)[..., places] for field in fields(SensorState)))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Seconds beside what was before them.

    Parameters
    ----------
    second : ndarray, shape (seconds, 1)
        From 1 on; 0 is the newest one before. [s]
    known, changed, jumped, lost : ndarray of bool, shape (seconds, athletes)
        Whether heart rate was measured, is another one, has jumped, or was lost.
    rate, age_s, still_s, worn_s : ndarray, shape (seconds, athletes)
        Newest heart rate, its age, since when it is the same, and worn. [bpm, s]
    work : ndarray, shape (seconds, 3, athletes)
        Newest work.
    history : ndarray, shape (before and now, 3, athletes)
        As in `SensorState`, with these seconds.
    """

    second: Floats
    known: Flags
    rate: Floats
    age_s: Floats
    changed: Flags
    still_s: Floats
    jumped: Flags
    worn_s: Floats
    work: Floats
    lost: Flags
    history: Floats

    @classmethod
    def of(cls, state: SensorState, readings: Readings) -> "Seen":
        """Return seconds beside the state before them."""
        measured = readings.heart_rate
        second = np.arange(1.0, len(measured) + 1)[:, None]
        known = ~np.isnan(measured)
        rate = filled(state.rate, measured, known)
        when = filled(-state.age_s, np.broadcast_to(second, known.shape), known)
        before, earlier = shifted(state.rate, rate), shifted(-state.age_s, when)
        change, gap_s = measured - before, np.where(known, second - earlier, np.nan)
        changed = known & ((change != 0) | (gap_s > FOLLOWS_S))
        since = filled(-state.unchanged_s, np.broadcast_to(second, known.shape), changed)
        held_s = second - shifted(-state.unchanged_s, since)
        jumped = (gap_s <= FOLLOWS_S) & jumps(change, gap_s, held_s)
        worn_s = state.worn_s + np.cumsum((state.worn_s > 0) | np.isfinite(when), axis=0)
        work = filled(state.work, readings.work, ~np.isnan(readings.work))
        lost = readings.received & ~known & np.isfinite(when)
        step = np.where((gap_s == 1) & ~jumped, change, np.nan)
        now = np.stack([measured, step, lost.astype(np.float64)], axis=1)
        return cls(second, known, rate, second - when, changed, second - since, jumped, worn_s, work, lost,
                   np.concatenate([state.history, now]))  # fmt: skip

    @property
    def cadence(self) -> Floats:
        """Newest steps or turns, NaN before the first, shape (seconds, athletes). [1/min]"""
        return self.work[:, _CADENCE]

    def last(self, seconds: int, line: int) -> Floats:
        """Return the last seconds of a line of the history at each second, in the last axis.

        NaN where nothing was measured; heart rate and its steps are in bpm, lost seconds 1.
        """
        rows = self.history[len(self.history) - len(self.second) - seconds + 1 :, line]
        return np.lib.stride_tricks.sliding_window_view(rows, seconds, axis=0)


def filled(before: Floats, values: Floats, there: Flags) -> Floats:
    """Return the newest value at each second: of where it is there, else of before; shape of `values`.

    >>> values, there = np.array([[np.nan], [142.0], [np.nan]]), np.array([[False], [True], [False]])
    >>> filled(np.array([140.0]), values, there)[:, 0]
    array([140., 142., 142.])
    """
    rows = np.where(there, np.arange(1, len(values) + 1).reshape(-1, *[1] * (values.ndim - 1)), 0)
    newest = np.maximum.accumulate(rows, axis=0)
    return np.take_along_axis(np.concatenate([before[None], values]), newest, axis=0)


def shifted(before: Floats, values: Floats) -> Floats:
    """Return values a second later, what was before in the first; shape of `values`.

    >>> shifted(np.array([140.0]), np.array([[141.0], [142.0]]))[:, 0]
    array([140., 141.])
    """
    return np.concatenate([before[None], values[:-1]])
