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
from twin.pipeline.rounds import NEVER, SECOND_NS, Nanoseconds
from twin.records import Athlete, Floats

WINDOWS_S = (5, 30, 300)
AVERAGED = ("current_speed", "heart_rate", "power")
FULL = 0.9  # share of a window that must be measured before it can be a best

_SUMS = len(AVERAGED)


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


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Running integrals of each athlete (last axis).

    Parameters
    ----------
    settings : WindowSettings
        Lengths.
    sums : ndarray of float64, shape (6, n)
        Integrals of `AVERAGED`, then time measured of each. [unit * s, s]
    heard : ndarray of float64, shape (3, n)
        Elapsed time at the last good value of each; -inf before the first. [s]
    ring : ndarray of float64, shape (length, 6, n)
        `sums` at the end of the last seconds, written in place.
    second : ndarray of int64, shape (n,)
        Second of the clock of the newest row.
    lap : ndarray of float64, shape (6, n)
        `sums` when the lap began.
    bests : ndarray of float64, shape (windows, 3, n)
        Highest rolling mean of the session; 0 before the first full window.
    enough : ndarray of float64, shape (windows, 3, n)
        Time that must be measured in a window. [s]
    together : int or None
        The second all athletes are in, if they are.
    """

    settings: WindowSettings = field(metadata={"parameters": True})
    sums: Floats
    heard: Floats
    ring: Floats
    second: Nanoseconds
    lap: Floats
    bests: Floats
    enough: Floats
    together: int | None = None


def start(squad: Sequence[Athlete], settings: WindowSettings) -> Windows:
    """Return the state before the first sample."""
    n, lines = len(squad), 2 * _SUMS
    length = max(settings.windows_s) + 1
    return Windows(
        settings=settings,
        sums=np.zeros((lines, n)),
        heard=np.full((_SUMS, n), -np.inf),
        ring=np.zeros((length, lines, n)),
        second=np.full(n, NEVER // SECOND_NS),
        lap=np.zeros((lines, n)),
        bests=np.zeros((len(settings.windows_s), _SUMS, n)),
        enough=np.zeros((len(settings.windows_s), _SUMS, n))
        + FULL * np.array(settings.windows_s, np.float64)[:, np.newaxis, np.newaxis],
    )


def step(
    state: Windows, averaged: Floats, elapsed_s: Floats, second: Nanoseconds
) -> tuple[Windows, Floats]:
    """Take in a round; `state` is consumed, because its ring is written in place.

    Parameters
    ----------
    state : Windows
        Before the round.
    averaged : ndarray of float64, shape (3, n)
        Values of `AVERAGED`.
    elapsed_s : ndarray of float64, shape (n,)
        Time since the session began. [s]
    second : ndarray of int64, shape (n,)
        Second of the clock.

    Returns
    -------
    Windows
        The state after the round.
    ndarray of float64, shape (3, n)
        How long each value held: time since the good value before, 0 where that was longer ago
        than the gap or there is no value. [s]
    """
    good = averaged == averaged
    held_s = elapsed_s - state.heard
    counts = held_s <= state.settings.gap_s
    counts &= good
    growth = np.zeros_like(state.sums)
    if np.count_nonzero(counts) == counts.size:  # the common case at half the cost
        heard = np.empty_like(state.heard)
        heard[:] = elapsed_s
        np.multiply(averaged, held_s, out=growth[:_SUMS])
    else:
        heard = np.where(good, elapsed_s, state.heard)
        held_s = np.where(counts, held_s, 0.0)
        np.multiply(averaged, held_s, out=growth[:_SUMS], where=counts)
    growth[_SUMS:] = held_s
    growth += state.sums
    together = _remember(state, growth, second)
    bests = _bests(state, growth, second, together)
    state = Windows(
        state.settings, growth, heard, state.ring, second, state.lap, bests, state.enough, together
    )
    return state, held_s


def _remember(state: Windows, sums: Floats, second: Nanoseconds) -> int | None:
    """Write the sums into the ring, and the sums before into the seconds skipped since.

    Returns the second all athletes are in, if they are.
    """
    ring, length = state.ring, len(state.ring)
    newest = int(second[0])
    together = np.count_nonzero(second == newest) == len(second)
    if together and state.together is not None:
        for skipped in range(max(state.together + 1, newest - length + 1), newest):
            ring[skipped % length] = state.sums
        ring[newest % length] = sums
        return newest
    for athlete in np.flatnonzero(second - state.second > 1):
        now = int(second[athlete])
        slots = np.arange(max(int(state.second[athlete]) + 1, now - length + 1), now) % length
        ring[slots, :, athlete] = state.sums[:, athlete]
    ring[second % length, :, np.arange(len(second))] = sums.T
    return newest if together else None


def _growth(state: Windows, sums: Floats, second: Nanoseconds, together: int | None) -> Floats:
    """Return how much the sums grew in each of the windows, shape (windows, 6, n)."""
    ring, length, windows_s = state.ring, len(state.ring), state.settings.windows_s
    grown = np.empty((len(windows_s), *sums.shape))
    for line, span in enumerate(windows_s):
        if together is not None:
            before = ring[(together - span) % length]
        else:
            before = ring[(second - span) % length, :, np.arange(len(second))].T
        np.subtract(sums, before, out=grown[line])
    return grown


def _means(sums: Floats) -> Floats:
    """Return integral over measured time; NaN where nothing was measured."""
    total, seconds = sums[..., :_SUMS, :], sums[..., _SUMS : 2 * _SUMS, :]
    return np.divide(total, seconds, out=np.full_like(total, np.nan), where=seconds > 0)


def _bests(state: Windows, sums: Floats, second: Nanoseconds, together: int | None) -> Floats:
    """Return the bests with the windows that end now."""
    grown = _growth(state, sums, second, together)
    seconds = grown[:, _SUMS:]
    full = seconds >= state.enough
    means = grown[:, :_SUMS] / np.maximum(seconds, state.enough)
    if np.count_nonzero(full) < full.size:
        means = np.where(full, means, 0.0)
    return np.maximum(state.bests, means)


def bests(state: Windows) -> Floats:
    """Highest rolling mean of each of `AVERAGED` in the session, shape (windows, 3, n).

    A window counts when at least 90 % of it was measured; NaN before the first such window, and
    where nothing but zeros was measured.
    """
    return np.where(state.bests > 0, state.bests, np.nan)


def rolling_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` over the last seconds, shape (windows, 3, n).

    Weighted by the time each value held; NaN where nothing was measured in the window. A window
    counts back in whole seconds of the clock from the athlete's newest row.
    """
    return _means(_growth(state, state.sums, state.second, state.together))


def session_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` since the session began, pauses left out, shape (3, n)."""
    return _means(state.sums)


def lap_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` since the lap began, pauses left out, shape (3, n)."""
    return _means(state.sums - state.lap)


def mark_lap(state: Windows, athletes: Sequence[int]) -> Windows:
    """Return the state with a new lap begun by these athletes."""
    lap, columns = state.lap.copy(), np.asarray(athletes, np.intp)
    lap[:, columns] = state.sums[:, columns]
    return replace(state, lap=lap)
