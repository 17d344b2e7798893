"""Windows: rolling means, bests, session and lap averages, and how much was measured.

Each athlete has running integrals (value times the time it held) and the time measured. A ring
keeps them at the end of every second of the clock: the mean over the last 30 s is one difference
of two lines of the ring, whatever the sampling. Sums in float64 lose less than a part in 1e12 in
a day, and nothing is ever subtracted from them, so no error builds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from twin.pipeline.rounds import NEVER, NS, Nanoseconds
from twin.records import Athlete, Floats
from twin.schema import MEASURED_NAMES

GAP_S = 5.0  # a longer silence is a pause: nothing held across it
WINDOWS_S = (5, 30, 300)
AVERAGED = ("current_speed", "heart_rate", "power")
HELD = ("current_speed", *MEASURED_NAMES)  # channels whose measured time is kept
QUALITY_WINDOW_S = 30
FULL = 0.9  # share of a window that must be measured before it can be a best

_SUMS = len(AVERAGED)
_SECOND_NS = 1_000_000_000


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
    heard : ndarray of int64, shape (17, n)
        Instant of the last good value of `HELD`. [ns]
    ring : ndarray of float64, shape (length, 20, n)
        `sums` at the end of the last seconds, written in place.
    second : ndarray of int64, shape (n,)
        Second of the clock of the newest row.
    lap : ndarray of float64, shape (20, n)
        `sums` when the lap began.
    bests : ndarray of float64, shape (windows, 3, n)
        Highest rolling mean of the session; NaN before the first full window.
    together : int or None
        The second all athletes are in, if they are.
    """

    settings: WindowSettings = field(metadata={"parameters": True})
    sums: Floats
    heard: Nanoseconds
    ring: Floats
    second: Nanoseconds
    lap: Floats
    bests: Floats
    together: int | None = None


def start(squad: Sequence[Athlete], settings: WindowSettings) -> Windows:
    """Return the state before the first sample."""
    n, lines = len(squad), _SUMS + len(HELD)
    length = max(*settings.windows_s, QUALITY_WINDOW_S) + 1
    return Windows(
        settings=settings,
        sums=np.zeros((lines, n)),
        heard=np.full((len(HELD), n), NEVER),
        ring=np.zeros((length, lines, n)),
        second=np.full(n, NEVER // _SECOND_NS),
        lap=np.zeros((lines, n)),
        bests=np.full((len(settings.windows_s), _SUMS, n), np.nan),
    )


def step(
    state: Windows, speed: Floats, values: Floats, time: Nanoseconds
) -> tuple[Windows, Floats]:
    """Take in a round; `state` is consumed, because its ring is written in place.

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
    held_s = (time - state.heard) * NS
    held_s *= good & (held_s <= state.settings.gap_s)
    sums = state.sums.copy()
    sums[_SUMS:] += held_s
    sums[:_SUMS] += np.where(good[:_SUMS], current[:_SUMS], 0.0) * held_s[:_SUMS]
    heard = np.where(good, time, state.heard)
    second = time // _SECOND_NS
    together = _remember(state, sums, second)
    state = Windows(
        state.settings, sums, heard, state.ring, second, state.lap, state.bests, together
    )
    return replace(state, bests=_bests(state)), held_s


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


def _since(state: Windows, seconds: Sequence[int], lines: slice) -> Floats:
    """Return how much the sums grew in the last seconds, shape (len(seconds), lines, n)."""
    length = len(state.ring)
    ring = state.ring[:, lines]
    if state.together is not None:
        before = ring[[(state.together - s) % length for s in seconds]]
    else:
        athletes = np.arange(len(state.second))
        before = np.stack([ring[(state.second - s) % length, :, athletes].T for s in seconds])
    return np.asarray(state.sums[lines] - before)


def _means(sums: Floats, *, at_least_s: Floats | float = 0.0) -> Floats:
    """Return integral over measured time; NaN where too little time was measured."""
    total, seconds = sums[..., :_SUMS, :], sums[..., _SUMS : 2 * _SUMS, :]
    enough = (seconds > 0) & (seconds >= at_least_s)
    return np.divide(total, seconds, out=np.full_like(total, np.nan), where=enough)


def _bests(state: Windows) -> Floats:
    windows_s = state.settings.windows_s
    enough = FULL * np.array(windows_s, np.float64)[:, np.newaxis, np.newaxis]
    means = _means(_since(state, windows_s, slice(0, 2 * _SUMS)), at_least_s=enough)
    return np.fmax(state.bests, means)


def rolling_means(state: Windows) -> Floats:
    """Mean of each of `AVERAGED` over the last seconds, shape (windows, 3, n).

    Weighted by the time each value held; NaN where nothing was measured in the window. A window
    counts back in whole seconds of the clock from the athlete's newest row.
    """
    return _means(_since(state, state.settings.windows_s, slice(0, 2 * _SUMS)))


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
    grown = _since(state, [QUALITY_WINDOW_S], slice(_SUMS, None))[0]
    seconds = np.minimum(elapsed_s, QUALITY_WINDOW_S)
    share = np.divide(grown, seconds, out=np.ones_like(grown), where=seconds > 0)
    return np.minimum(share, 1.0)
