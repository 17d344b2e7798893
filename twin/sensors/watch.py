"""Watches heart-rate sensors: live second by second, or a whole session at once, by the same code."""

from dataclasses import dataclass

import numpy as np

from twin.records import Codes, Floats
from twin.sensors.faults import (
    ABOVE_MAXIMUM,
    AWAY_S,
    DRY_UNTIL_S,
    EDGE_S,
    FAULTS,
    FLICKER_S,
    FLICKER_SHARE,
    FLICKERS,
    FOLLOWS_S,
    FROZEN_ANYHOW_S,
    FROZEN_S,
    IMPOSSIBLE_S,
    LOCK_JUMP,
    LOCKED_S,
    LOCKED_WITHIN,
    LOST_S,
    RESTLESS,
    RESTLESS_S,
    SLIPS_S,
    STEPS_FROM,
    WORK_MOVES,
    Fault,
    Flags,
    Readings,
)
from twin.sensors.memory import Seen, SensorState, filled, shifted

_BACK = 8.0  # bpm from where it jumped


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What is wrong in each second, shape (seconds, athletes).

    Parameters
    ----------
    codes : ndarray of uint8
        0 = nothing, else one more than the place in `FAULTS`.
    since_s : ndarray
        How long before it began what is wrong now; NaN where nothing is. [s]
    on_steps_s : ndarray
        How long heart rate has been on the cadence of a run, wrong or not. [s]
    """

    codes: Codes
    since_s: Floats
    on_steps_s: Floats


def advance(state: SensorState, readings: Readings) -> tuple[SensorState, Verdicts]:
    """Take in seconds that follow on those before; in one call or in many makes no difference.

    Parameters
    ----------
    state : SensorState
        From `start` or the call before; it is not changed.
    readings : Readings
        Any number of seconds.

    Returns
    -------
    SensorState
        For the next call.
    Verdicts
        What could be told in each second, with nothing from the future.

    Examples
    --------
    >>> rate = np.array([[140.0], [141.0], [190.0], [141.0]])
    >>> work, here = np.full((4, 3, 1), np.nan), np.ones((4, 1), bool)
    >>> from twin.sensors.memory import start
    >>> _, told = advance(start(1), Readings(rate, work, here, np.array([200.0])))
    >>> [FAULTS[code - 1].value if code else "" for code in told.codes[:, 0]]
    ['', '', 'spike', '']
    """
    if not len(readings.heart_rate):
        shape = readings.heart_rate.shape
        return state, Verdicts(np.zeros(shape, np.uint8), np.full(shape, np.nan), np.zeros(shape))
    seen = Seen.of(state, readings)
    work_then, still = _stands_still(state, seen)
    above, above_s = _above(state, seen, readings.max_hr)
    lock = _on_cadence(state, seen)
    away, away_s, away_from = _away(state, seen, lock.on | above)
    restless, flickers = _restless(seen), _flickers(seen)
    lost = seen.lost & (seen.age_s > LOST_S) & np.isfinite(seen.age_s)
    tells: dict[Fault, tuple[Flags, Floats | float]] = {
        Fault.DROPOUT: (lost, seen.age_s - 1),
        Fault.IMPOSSIBLE: (above & away & (above_s >= IMPOSSIBLE_S), above_s - 1),
        Fault.DRY_STRAP: (restless & (seen.worn_s <= DRY_UNTIL_S), RESTLESS_S),
        Fault.FROZEN: (still, seen.still_s - 1),
        Fault.CADENCE_LOCK: (
            lock.on & (lock.lasts_s >= LOCKED_S) & (lock.jump >= LOCK_JUMP), lock.lasts_s - 1
        ),
        Fault.SPIKE: (away, away_s),
        Fault.FLICKER: (flickers | restless & (seen.worn_s > DRY_UNTIL_S), FLICKER_S - 1),
    }  # fmt: skip
    holds = [tells[fault][0] for fault in FAULTS]
    since = [np.broadcast_to(tells[fault][1], away.shape) for fault in FAULTS]
    codes = np.select(holds, range(1, len(FAULTS) + 1), 0).astype(np.uint8)
    state = SensorState(
        seen.rate[-1], seen.age_s[-1], seen.worn_s[-1], seen.work[-1], work_then[-1], seen.still_s[-1],
        above_s[-1], lock.off_s[-1], lock.lasts_s[-1], lock.jump[-1], away_s[-1], away_from,
        seen.history[len(seen.second) :],
    )  # fmt: skip
    return state, Verdicts(codes, np.select(holds, since, np.nan), lock.lasts_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Lock:
    """Whether heart rate is on the cadence, since when it is not and is, and the jump there."""

    on: Flags
    off_s: Floats
    lasts_s: Floats
    jump: Floats


def _stands_still(state: SensorState, seen: Seen) -> tuple[Floats, Flags]:
    """Return work when heart rate last changed, and whether it has stood still for too long since."""
    there = np.broadcast_to(seen.changed[:, None], seen.work.shape)
    work_then = filled(state.work_then, seen.work, there)
    moved = (np.abs(seen.work - work_then) > WORK_MOVES).any(axis=1)
    still = (seen.still_s > FROZEN_ANYHOW_S) | (seen.still_s > FROZEN_S) & moved
    return work_then, still & (seen.age_s <= FOLLOWS_S)


def _above(state: SensorState, seen: Seen, max_hr: Floats) -> tuple[Flags, Floats]:
    """Return where heart rate is above what it can be, and for how long it has been."""
    above = seen.rate > max_hr + ABOVE_MAXIMUM
    below = filled(-state.above_s, np.broadcast_to(seen.second, above.shape), ~above)
    return above & seen.known, seen.second - below


def _on_cadence(state: SensorState, seen: Seen) -> _Lock:
    near = seen.known & (np.abs(seen.rate - seen.cadence) <= LOCKED_WITHIN)
    near &= seen.cadence >= STEPS_FROM
    second = np.broadcast_to(seen.second, near.shape)
    last = filled(-state.off_steps_s, second, near)
    begins = near & (second - shifted(-state.off_steps_s, last) > SLIPS_S + 1)
    began = filled(1 - state.on_steps_s, second, begins)
    moved = moved_within(seen.last(2 * EDGE_S + 1, 0))
    jump = filled(state.lock_jump, moved, second - began == EDGE_S)
    on = second - last <= SLIPS_S
    return _Lock(on, second - last, np.where(on, second - began + 1, 0.0), jump)


def moved_within(rates: Floats) -> Floats:
    """Return how far heart rate moved, whatever one reading says; NaN with fewer than four. [bpm]

    >>> float(moved_within(np.array([140.0, 141.0, 225.0, np.nan, 160.0, 161.0])))
    20.0
    """
    ordered = np.sort(rates, axis=-1)
    known = (~np.isnan(rates)).sum(axis=-1, keepdims=True)
    high = np.take_along_axis(ordered, np.maximum(known - 2, 0), axis=-1)
    return np.where(known >= 4, high - ordered[..., 1:2], np.nan)[..., 0]


def _away(state: SensorState, seen: Seen, stays: Flags) -> tuple[Flags, Floats, Floats]:
    """Return where heart rate is away after a jump, since when, and the level before.

    It is over when heart rate is back or jumps back, or after a while unless it stays: where it is
    on the cadence, or impossible.
    """
    away_s = np.full(seen.rate.shape, np.inf)
    level = state.away_from.copy()
    for who in np.flatnonzero(seen.jumped.any(axis=0) | np.isfinite(state.away_s)).tolist():
        rate, jumped, known = (line[:, who] for line in (seen.rate, seen.jumped, seen.known))
        before = np.concatenate([[state.rate[who]], rate[:-1]])
        since_s, at = float(state.away_s[who]), 0
        while at < len(rate):
            if np.isinf(since_s):
                at += int(np.argmax(jumped[at:]))
                if not jumped[at]:
                    break
                level[who], since_s = before[at], -1.0
            gone_s = since_s + np.arange(1, len(rate) - at + 1)
            off, off_before = np.abs(rate[at:] - level[who]), np.abs(before[at:] - level[who])
            over = known[at:] & (off < _BACK) | jumped[at:] & (off < off_before)
            over |= (gone_s >= AWAY_S) & ~stays[at:, who]
            ends = int(np.argmax(over)) if over.any() else len(over)
            away_s[at : at + ends, who] = gone_s[:ends]
            since_s, at = np.inf, at + ends + 1
    return np.isfinite(away_s) & seen.known, away_s, level


def _restless(seen: Seen) -> Flags:
    """Tell where most steps from second to second are wide beyond the trend, as of a dry strap."""
    steps = seen.last(RESTLESS_S, 1)
    count = (~np.isnan(steps)).sum(axis=-1)
    trend = np.abs(np.nansum(steps, axis=-1)) / np.maximum(count, 1)
    wide = (np.abs(steps) >= RESTLESS + trend[..., None]).sum(axis=-1)
    return np.asarray((count >= RESTLESS_S // 2) & (2 * wide >= count))


def _flickers(seen: Seen) -> Flags:
    """Tell where contact is lost again and again, for a moment each."""
    lost = seen.last(FLICKER_S + 1, 2)
    places = ((lost[..., 1:] == 1) & (lost[..., :-1] == 0)).sum(axis=-1)
    share = lost[..., 1:].sum(axis=-1)
    return np.asarray((share > FLICKER_SHARE * FLICKER_S) & (places >= FLICKERS))
