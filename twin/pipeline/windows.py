"""Windows: rolling means, bests, session and lap averages, and how much was measured.

Each athlete has running integrals (value times the time it held) and the time measured. A ring
keeps them at the end of every second of the clock: the mean over the last 30 s is one difference
of two lines of the ring, whatever the sampling. Sums in float64 lose less than a part in 1e12 in
a day, and nothing is ever subtracted from them, so no error builds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from twin.pipeline.rounds import NEVER, Nanoseconds
from twin.records import Athlete, Floats
from twin.schema import MEASURED_NAMES

GAP_S = 5.0  # a longer silence is a pause: nothing held across it
WINDOWS_S = (5, 30, 300)
AVERAGED = ("current_speed", "heart_rate", "power")
HELD = ("current_speed", *MEASURED_NAMES)  # channels whose measured time is kept
QUALITY_WINDOW_S = 30
FULL = 0.9  # share of a window that must be measured before it can be a best

_SUMS = len(AVERAGED)
SECOND_NS = 1_000_000_000


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
    sums : ndarray of float64, shape (20, n)
        Integrals of `AVERAGED`, then time measured of `HELD`. [unit * s, s]
    heard : ndarray of float64, shape (17, n)
        Elapsed time at the last good value of `HELD`; -inf before the first. [s]
    ring : ndarray of float64, shape (length, 20, n)
        `sums` at the end of the last seconds, written in place.
    second : ndarray of int64, shape (n,)
        Second of the clock of the newest row.
    lap : ndarray of float64, shape (20, n)
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
    n, lines = len(squad), _SUMS + len(HELD)
    length = max(*settings.windows_s, QUALITY_WINDOW_S) + 1
    return Windows(
        settings=settings,
        sums=np.zeros((lines, n)),
        heard=np.full((len(HELD), n), -np.inf),
        ring=np.zeros((length, lines, n)),
        second=np.full(n, NEVER // SECOND_NS),
        lap=np.zeros((lines, n)),
        bests=np.zeros((len(settings.windows_s), _SUMS, n)),
        enough=np.zeros((len(settings.windows_s), _SUMS, n))
        + FULL * np.array(settings.windows_s, np.float64)[:, np.newaxis, np.newaxis],
    )


def step(
    state: Windows, speed: Floats, values: Floats, elapsed_s: Floats, second: Nanoseconds
) -> tuple[Windows, Floats]:
    """Take in a round; `state` is consumed, because its ring is written in place.

    Parameters
    ----------
    state : Windows
        Before the round.
    speed : ndarray of float64, shape (n,)
        `current_speed`. [m/s]
    values : ndarray of float64, shape (16, n)
        Measured channels, cleaned.
    elapsed_s : ndarray of float64, shape (n,)
        Time since the session began. [s]
    second : ndarray of int64, shape (n,)
        Second of the clock.

    Returns
    -------
    Windows
        The state after the round.
    ndarray of float64, shape (17, n)
        How long each value of `HELD` held: time since the good value before, 0 where that was
        longer ago than the gap or there is no value. [s]
    """
    current = np.concatenate((speed[np.newaxis], values))
    good = current == current
    held_s = elapsed_s - state.heard
    counts = held_s <= state.settings.gap_s
    counts &= good
    held_s = np.where(counts, held_s, 0.0)
    sums = np.empty_like(state.sums)
    np.add(state.sums[_SUMS:], held_s, out=sums[_SUMS:])
    integrals = np.where(counts[:_SUMS], current[:_SUMS], 0.0)
    integrals *= held_s[:_SUMS]
    np.add(state.sums[:_SUMS], integrals, out=sums[:_SUMS])
    heard = np.where(good, elapsed_s, state.heard)
    together = _remember(state, sums, second)
    bests = _bests(state, sums, second, together)
    state = Windows(
        state.settings, sums, heard, state.ring, second, state.lap, bests, state.enough, together
    )
    return state, held_s


def _remember(state: Windows, sums: Floats, second: Nanoseconds) -> int | None:
    """Write the sums into the ring, and the sums before into the seconds skipped since.

    Returns the second all athletes are in, if they are.
    """
    ring, length = state.ring, len(state.ring)
    newest = int(second[0])
    together = bool((second == newest).all())
    if together and state.together is not None:
        for skipped in range(max(state.together + 1, newest - length + 1), newest):
            ring[skipped % length] = state.sums
        ring[newest % length] = sums
        return newest
    for athlete in np.flatnonzero(second - state.second > 1):
        now = int(second[athlete])
        skipped = np.arange(max(int(state.second[athlete]) + 1, now - length + 1), now) % length
        ring[skipped, :, athlete] = state.sums[:, athlete]
    ring[second % length, :, np.arange(len(second))] = sums.T
    return newest if together else None


def _growth(
    ring: Floats, sums: Floats, second: Nanoseconds, together: int | None, seconds: Sequence[int]
) -> Floats:
    """Return how much the first lines of the ring grew in the last seconds, (seconds, lines, n)."""
    length, lines = len(ring), len(sums)
    grown = np.empty((len(seconds), *sums.shape))
    for line, span in enumerate(seconds):
        if together is not None:
            before = ring[(together - span) % length, :lines]
        else:
            slots = (second - span) % length
            before = ring[slots, :lines, np.arange(len(second))].T
        np.subtract(sums, before, out=grown[line])
    return grown


def _means(sums: Floats) -> Floats:
    """Return integral over measured time; NaN where nothing was measured."""
    total, seconds = sums[..., :_SUMS, :], sums[..., _SUMS : 2 * _SUMS, :]
    return np.divide(total, seconds, out=np.full_like(total, np.nan), where=seconds > 0)


def _bests(state: Windows, sums: Floats, second: Nanoseconds, together: int | None) -> Floats:
    """Return the bests with the windows that end now."""
    lines = slice(0, 2 * _SUMS)
    grown = _growth(state.ring, sums[lines], second, together, state.settings.windows_s)
    seconds = grown[:, _SUMS:]
    means = grown[:, :_SUMS] / np.maximum(seconds, state.enough)
    full = seconds >= state.enough
    if not full.all():
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
    lines, spans = slice(0, 2 * _SUMS), state.settings.windows_s
    return _means(_growth(state.ring, state.sums[lines], state.second, state.together, spans))


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


def measured_share(state: Windows, elapsed_s: Floats) -> Floats:
    """Share of the last 30 s in which each of `HELD` was measured, 0 to 1, shape (17, n).

    Early in a session, the share of the time elapsed; 1 at its first instant.
    """
    spans = (QUALITY_WINDOW_S,)
    grown = _growth(state.ring, state.sums, state.second, state.together, spans)[0, _SUMS:]
    seconds = np.minimum(elapsed_s, QUALITY_WINDOW_S)
    share = np.divide(grown, seconds, out=np.ones_like(grown), where=seconds > 0)
    return np.minimum(share, 1.0)
