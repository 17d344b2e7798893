"""Windows: rolling means, bests, session and lap averages.

Each athlete has running integrals (value times the time it held) and the time measured. A ring
keeps them at the end of every second of the clock: the mean over the last 30 s is one difference
of two lines of the ring, whatever the sampling. Sums in float64 lose less than a part in 1e12 in
a day, and nothing is ever subtracted from them, so no error builds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from twin.physiology.training_load import GAP_S
from twin.pipeline.rounds import NEVER, SECOND_NS, Nanoseconds, common
from twin.records import Athlete, Floats

WINDOWS_S = (5, 30, 300)
AVERAGED = ("current_speed", "heart_rate", "power")
FULL = 0.9  # share of a window that must be measured before it can be a best

_SUMS = len(AVERAGED)
_PENDING = 30  # seconds whose bests are looked for at once, at a quarter of the cost


@dataclass(frozen=True, slots=True, eq=False)
class WindowSettings:
    """How long the windows are and what counts as a pause.

    Parameters
    ----------
    windows_s : tuple of int
        Lengths of the rolling windows, whole seconds. [s]
    gap_s : float
        A silence of a channel longer than this is a pause. [s]
    """

    windows_s: tuple[int, ...] = WINDOWS_S
    gap_s: float = GAP_S

    def __post_init__(self) -> None:
        if not self.windows_s or min(self.windows_s) < 1:
            raise ValueError(f"windows must be whole seconds from 1 up, got {self.windows_s} s")


@dataclass(slots=True, eq=False)
class Windows:
    """Running integrals of each athlete (last axis), changed in place.

    Parameters
    ----------
    settings : WindowSettings
        Lengths.
    sums : ndarray of float64, shape (6, n)
        Integrals of `AVERAGED`, then time measured of each. [unit * s, s]
    heard : ndarray of float64, shape (3, n)
        Elapsed time at the last good value of each; -inf before the first. [s]
    ring : ndarray of float64, shape (length, 6, n)
        `sums` at the end of the last seconds.
    second : ndarray of int64, shape (n,), or int
        Second of the clock of the newest row; one number where all athletes are in the same.
    lap : ndarray of float64, shape (6, n)
        `sums` when the lap began.
    highest : ndarray of float64, shape (windows, 3, n)
        Highest rolling mean of the session; 0 before the first full window.
    pending : int
        Seconds up to the newest row that `highest` does not hold yet.
    """

    settings: WindowSettings = field(metadata={"parameters": True})
    sums: Floats
    heard: Floats
    ring: Floats
    second: Nanoseconds | int
    lap: Floats
    highest: Floats
    pending: int = 0


def start(squad: Sequence[Athlete], settings: WindowSettings) -> Windows:
    """Return the state before the first sample."""
    n, lines = len(squad), 2 * _SUMS
    length = max(settings.windows_s) + 1 + _PENDING
    return Windows(
        settings=settings,
        sums=np.zeros((lines, n)),
        heard=np.full((_SUMS, n), -np.inf),
        ring=np.zeros((length, lines, n)),
        second=np.full(n, NEVER // SECOND_NS),
        lap=np.zeros((lines, n)),
        highest=np.zeros((len(settings.windows_s), _SUMS, n)),
    )


def step(state: Windows, averaged: Floats, elapsed_s: Floats, second: Nanoseconds | int) -> Floats:
    """Take in a round.

    Parameters
    ----------
    state : Windows
        Changed in place.
    averaged : ndarray of float64, shape (3, n)
        Values of `AVERAGED`.
    elapsed_s : ndarray of float64, shape (n,)
        Time since the session began. [s]
    second : ndarray of int64, shape (n,), or int
        Second of the clock; one number where all athletes are in the same.

    Returns
    -------
    ndarray of float64, shape (3, n)
        How long each value held: time since the good value before, 0 where that was longer ago
        than the gap or there is no value. [s]
    """
    if not isinstance(second, int):
        shared = common(second)
        second = second if shared is None else shared
    newest = state.second
    follows = isinstance(second, int) and isinstance(newest, int) and second == newest + 1
    if not follows or state.pending == _PENDING:
        _look_for_bests(state)
        _fill_skipped(state, second)
    held_s = _add(state, averaged, elapsed_s)
    state.second = second
    if isinstance(second, int):
        state.ring[second % len(state.ring)] = state.sums
    else:
        state.ring[second % len(state.ring), :, np.arange(len(second))] = state.sums.T
    state.pending += 1
    return held_s


def _fill_skipped(state: Windows, now: Nanoseconds | int) -> None:
    """Write the sums as they are into the seconds after the newest row and before `now`."""
    ring, length = state.ring, len(state.ring)
    if isinstance(now, int) and isinstance(state.second, int):
        for skipped in range(max(state.second + 1, now - length + 1), now):
            ring[skipped % length] = state.sums
        return
    before, now = _of_each(state, state.second), _of_each(state, now)
    for athlete in np.flatnonzero(now - before > 1):
        newest = int(now[athlete])
        slots = np.arange(max(int(before[athlete]) + 1, newest - length + 1), newest) % length
        ring[slots, :, athlete] = state.sums[:, athlete]


def _of_each(state: Windows, second: Nanoseconds | int) -> Nanoseconds:
    """Return a second of the clock as one number for each athlete."""
    if isinstance(second, int):
        return np.full(state.sums.shape[1], second, np.int64)
    return second


def _add(state: Windows, averaged: Floats, elapsed_s: Floats) -> Floats:
    """Add to the integrals and return how long each value held. [s]"""
    good = averaged == averaged
    held_s = elapsed_s - state.heard
    counts = held_s <= state.settings.gap_s
    counts &= good
    if np.count_nonzero(counts) == counts.size:
        state.heard[:] = elapsed_s
    else:
        np.copyto(state.heard, elapsed_s, where=good)
        held_s = np.where(counts, held_s, 0.0)
        averaged = np.where(counts, averaged, 0.0)
    integrals, measured_s = state.sums[:_SUMS], state.sums[_SUMS:]
    integrals += averaged * held_s
    measured_s += held_s
    return held_s


def _growth(state: Windows, span: int, seconds: int = 1) -> Floats:
    """Return how much the sums grew in the windows that end in the newest seconds.

    Shape (seconds, 6, n); more than one only where all athletes are in the same second.
    """
    ring, length = state.ring, len(state.ring)
    if isinstance(state.second, int):
        ends = np.arange(state.second - seconds + 1, state.second + 1)
        return ring[ends % length] - ring[(ends - span) % length]
    before = (state.second - span) % length
    return (state.sums - ring[before, :, np.arange(len(before))].T)[np.newaxis]


def _means(sums: Floats) -> Floats:
    """Return integral over measured time; NaN where nothing was measured."""
    total, seconds = sums[..., :_SUMS, :], sums[..., _SUMS : 2 * _SUMS, :]
    return np.divide(total, seconds, out=np.full_like(total, np.nan), where=seconds > 0)


def _look_for_bests(state: Windows) -> None:
    """Take in the windows that end in the pending seconds."""
    if not state.pending:
        return
    for highest, span in zip(state.highest, state.settings.windows_s, strict=True):
        grown = _growth(state, span, state.pending)
        total, measured_s = grown[:, :_SUMS], grown[:, _SUMS:]
        full = measured_s >= FULL * span
        means = np.divide(total, measured_s, out=np.zeros_like(total), where=full)
        np.maximum(highest, means.max(axis=0), out=highest)
    state.pending = 0


def bests(state: Windows) -> Floats:
    """Highest rolling mean of each of `AVERAGED` in the session, shape (windows, 3, n).

    A window counts when at least 90 % of it was measured; NaN before the first such window, and
    where nothing but zeros was measured.
    """
    _look_for_bests(state)
    return np.where(state.highest > 0, state.highest, np.nan)


def rolling_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` over the last seconds, shape (windows, 3, n).

    Weighted by the time each value held; NaN where nothing was measured in the window. A window
    counts back in whole seconds of the clock from the athlete's newest row.
    """
    return np.stack([_means(_growth(state, span)[0]) for span in state.settings.windows_s])


def session_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` since the session began, pauses left out, shape (3, n)."""
    return _means(state.sums)


def lap_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` since the lap began, pauses left out, shape (3, n)."""
    return _means(state.sums - state.lap)


def mark_lap(state: Windows, athletes: Sequence[int]) -> None:
    """Begin a new lap of these athletes."""
    columns = np.asarray(athletes, np.intp)
    state.lap[:, columns] = state.sums[:, columns]


def each_alone(state: Windows) -> Windows:
    """Return the state without what holds for all athletes together."""
    _look_for_bests(state)
    return replace(state, second=_of_each(state, state.second))
