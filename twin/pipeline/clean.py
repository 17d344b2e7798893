"""Clean: readings that cannot be true become NaN, with the reason; nothing is invented."""

from dataclasses import replace

import numpy as np

from twin.physiology.gps import distance_m
from twin.pipeline import last_good
from twin.pipeline.clean_state import (
    ALTITUDE,
    ALTITUDE_JUMP,
    HEART_RATE,
    LATITUDE,
    POSITION,
    CleanState,
    reset,
    resized,
    start,
)
from twin.pipeline.rounds import (
    NEVER,
    SECOND_NS,
    Flags,
    Nanoseconds,
    Round,
    measured,
    not_newer,
    rounds,
)
from twin.records import Batch, Codes, Floats, Reason
from twin.schema import MEASURED, MEASURED_NAMES
from twin.sensors.faults import FROZEN_ANYHOW_S, FROZEN_S, WORK_MOVES, jumps

__all__ = ["HEART_RATE", "CleanState", "clean", "reset", "resized", "start"]

INPUT = slice(1, 4)  # power, cadence, speed
PERSISTS_S = 5.0  # a jump that lasts this long is believed

_FROZEN_NS, _FROZEN_ANYHOW_NS = int(FROZEN_S * SECOND_NS), int(FROZEN_ANYHOW_S * SECOND_NS)


def clean(state: CleanState, batch: Batch) -> tuple[CleanState, Batch, Codes]:
    """Turn readings that cannot be true into NaN, and drop rows out of order.

    Parameters
    ----------
    state : CleanState
        From `start` or the call before; it is not changed.
    batch : Batch
        As received.

    Returns
    -------
    CleanState
        For the next call.
    Batch
        The rows in order of time, measured channels; beats as received.
    ndarray of uint8, shape (16, len(batch))
        The `Reason` of every value received, `Reason.GOOD` where it was kept or not there.

    Notes
    -----
    Out of the valid range of `twin.schema`: NaN, `OUT_OF_RANGE`. Heart rate that jumps
    (`twin.sensors.faults.jumps`), altitude that moves faster than 10 m/s from the last good value, and
    positions farther from the last good one than the sport allows: NaN, `SPIKE`, until five seconds
    have passed since the last good value; then the new level is believed. A second row of the same instant is dropped, `DUPLICATE`; an older
    one too, `OUT_OF_ORDER`. Heart rate that stays the same for 45 s while power, cadence or speed
    move, or for 60 s anyhow, is kept and marked `FROZEN`.

    Examples
    --------
    >>> times = ["2026-10-01T10:00:00", "2026-10-01T10:00:01"]
    >>> batch = Batch.of([0, 0], times, heart_rate=[141, 225])
    >>> from twin.records import Athlete
    >>> state, cleaned, reasons = clean(start([Athlete("Ada")]), batch)
    >>> cleaned["heart_rate"], Reason(reasons[0, 1]).name
    (array([141.,  nan]), 'SPIKE')
    """
    reasons = np.zeros((len(MEASURED), len(batch)), np.uint8)
    corrected: list[tuple[Round, Floats]] = []
    stays = np.ones(len(batch), np.bool_)
    for received in rounds(batch, state.limits.everyone):
        part, kept = _in_order(state, received, reasons)
        state, values = _believable(state, part, reasons)
        if values is not part.values:
            corrected.append((part, values))
        if kept is not None:
            stays[part.rows] = kept
    return state, _corrected(batch, corrected, stays), reasons


def _in_order(state: CleanState, part: Round, reasons: Codes) -> tuple[Round, Flags | None]:
    """Return the round without rows that are not newer, and which rows stay (None: all)."""
    late = not_newer(part, state.time, state.instant)
    if late is None:
        return part, None
    dropped = late[part.athletes]
    if dropped.any():
        same = part.time == state.time
        code = np.where(same, Reason.DUPLICATE, Reason.OUT_OF_ORDER)
        codes = np.where(late & ~np.isnan(part.values), code, 0).astype(np.uint8)
        reasons[:, part.rows] = codes[:, part.athletes]
    values, time = np.where(late, np.nan, part.values), np.maximum(part.time, state.time)
    return Round(part.rows, part.athletes, time, values), ~dropped


def _believable(state: CleanState, part: Round, reasons: Codes) -> tuple[CleanState, Floats]:
    """Return the state after a round, and its values with those that cannot be true as NaN."""
    values, time, limits = part.values, part.time, state.limits
    change = values - state.last
    np.abs(change, out=change)
    closer_look = change > limits.step
    closer_look |= values < limits.low
    closer_look |= values > limits.high
    if np.count_nonzero(closer_look):
        state, values = _rejected(state, part, reasons)
    known = last_good.after(state.known, part, values, state.time, state.instant)
    standing = _standing(state, part, values, change[HEART_RATE] > 0)
    state = CleanState(limits, time, part.instant, known, *standing, state.reason, state.rejected)
    return state, values


def _standing(
    state: CleanState, part: Round, values: Floats, moved: Flags
) -> tuple[Nanoseconds, Floats, Flags, int]:
    """Return since when heart rate stands still, the input then, who is frozen, the earliest."""
    time, earliest = part.time, state.earliest
    changed = np.where(moved, time, state.changed)
    input_then = np.where(moved, values[INPUT], state.input_then)
    frozen = state.limits.nobody
    newest = int(time.max(initial=NEVER)) if part.instant is None else part.instant
    if newest - earliest > _FROZEN_NS:  # else nobody can have stood still for so long
        earliest = int(changed.min(initial=newest))
        if np.count_nonzero(time - changed > _FROZEN_NS):
            changed, input_then, frozen = _standing_still(state, changed, input_then, values, time)
    return changed, input_then, frozen, earliest


def _rejected(state: CleanState, part: Round, reasons: Codes) -> tuple[CleanState, Floats]:
    """Return the values with NaN for those out of range or jumping, and the state that knows it."""
    values, limits = part.values, state.limits
    outside = (values < limits.low) | (values > limits.high)
    values = np.where(outside, np.nan, values)
    since_s = (part.time - state.last_time) / SECOND_NS
    in_doubt = since_s < PERSISTS_S
    allowed_s = np.maximum(since_s, 1.0)
    spike = np.zeros_like(outside)
    change = values - state.last
    held_s = (part.time - state.changed) / SECOND_NS
    spike[HEART_RATE] = jumps(change[HEART_RATE], allowed_s[HEART_RATE], held_s)
    spike[ALTITUDE] = np.abs(change[ALTITUDE]) > ALTITUDE_JUMP * allowed_s[ALTITUDE]
    distance = distance_m(*state.last[POSITION], *values[POSITION])
    spike[POSITION] = distance > limits.top_speed * allowed_s[LATITUDE]
    spike &= in_doubt
    codes = np.where(spike, np.uint8(Reason.SPIKE), np.uint8(0))
    codes[outside] = Reason.OUT_OF_RANGE
    bad = codes > 0
    reasons[:, part.rows] |= codes[:, part.athletes]
    state = replace(
        state,
        reason=np.where(bad, codes, state.reason),
        rejected=np.where(bad, part.time, state.rejected),
    )
    return state, np.where(spike, np.nan, values)


def _standing_still(
    state: CleanState, changed: Nanoseconds, input_then: Floats, values: Floats, time: Nanoseconds
) -> tuple[Nanoseconds, Floats, Flags]:
    """Return since when heart rate stands still, the input then, and who is frozen.

    Heart rate that comes (back) after a gap counts as changed.
    """
    heart_rate = values[HEART_RATE]
    gap = time - state.last_time[HEART_RATE] > PERSISTS_S * SECOND_NS
    comes = ~np.isnan(heart_rate) & gap
    changed = np.where(comes, time, changed)
    input_then = np.where(comes, values[INPUT], input_then)
    still_ns = np.where(changed == NEVER, 0, time - changed)
    input_moves = (np.abs(values[INPUT] - input_then) > WORK_MOVES).any(axis=0)
    frozen = (still_ns > _FROZEN_NS) & (input_moves | state.frozen)
    return changed, input_then, frozen | (still_ns > _FROZEN_ANYHOW_NS)


def _corrected(batch: Batch, corrected: list[tuple[Round, Floats]], stays: Flags) -> Batch:
    """Return the batch, measured channels, with these values, and only the rows that stay."""
    values = measured(batch)
    if corrected and values is batch.values:
        values = values.copy()
    for part, believed in corrected:
        values[:, part.rows] = believed[:, part.athletes]
    if values is not batch.values:
        batch = replace(batch, values=values, names=MEASURED_NAMES)
    return batch if np.count_nonzero(stays) == len(stays) else batch.take(stays)
