"""What the difference between measured and expected heart rate says: sensor, or athlete.

Faults of the sensor are told from physiology by their form, as no heart does them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation, median_filter

from twin.model.demand import Second
from twin.model.response import Response
from twin.model.seconds import HOLD_S
from twin.model.trace import Trace
from twin.records import Floats

Mask = npt.NDArray[np.bool_]

_JUMP, _BACK_WITHIN_S = 8.0, 5  # bpm/s, faster than a heart; a spike is over so soon
_FROZEN_S, _INPUT_MOVES, _FROZEN_ANYHOW_S = 30, 8.0, 90  # s; bpm of demand; s
_LOCK_S, _LOCK_WITHIN, _LOCK_RESIDUAL = 60, 3.0, 10.0  # s; 1/min; bpm
_ABOVE_MAXIMUM, _IMPOSSIBLE_S = 10.0, 4  # bpm; s
_DRY_UNTIL_S, _DRY_DROP, _DRY_WITHIN_S, _DRY_RESIDUAL = 600, 15.0, 10, 20.0
_DRY_ROUGH, _ROUGH_S = 2.0, 20  # bpm/s: how restless a dry strap reads, and over how long
_UNEXPECTED_S, _UNEXPECTED = 120, 15.0  # s; bpm off the day's usual


class Signal(StrEnum):
    """What an episode is taken for; the last is the athlete, all others the sensor."""

    DROPOUT = "drop-out"
    FROZEN = "frozen"
    SPIKE = "spike"
    CADENCE_LOCK = "cadence lock"
    IMPOSSIBLE = "impossible"
    DRY_STRAP = "dry strap"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of a session, seconds from its start, the end not included. [s]"""

    signal: Signal
    start_s: int
    end_s: int


def day_residual(trace: Trace, response: Response) -> Floats:
    """Measured less expected heart rate, without the offset of the day; NaN where unknown. [bpm]"""
    residual = trace.heart_rate - response.expected(trace.demand_means)
    known = ~np.isnan(residual)
    return residual - np.median(residual[known]) if known.any() else residual


def find_episodes(
    trace: Trace, second: Second, response: Response, *, max_hr: float
) -> tuple[Episode, ...]:
    """Find what is wrong with the sensor, or unusual in the athlete, in a session.

    Parameters
    ----------
    trace : Trace
        The session as the twin remembered it.
    second : Second
        The seconds it was made from.
    response : Response
        The athlete's answer to work; with the population's, read "unexpected" with care.
    max_hr : float
        The athlete's maximal heart rate. [bpm]

    Returns
    -------
    tuple of Episode
        In order of time. A physiological episode never overlaps a fault of the sensor.
    """
    if not len(trace):
        return ()
    residual = day_residual(trace, response)
    rate = trace.heart_rate
    masks = {
        Signal.DROPOUT: _dropout(second),
        Signal.IMPOSSIBLE: _lasting(rate > max_hr + _ABOVE_MAXIMUM, _IMPOSSIBLE_S),
        Signal.DRY_STRAP: _dry_strap(rate, residual),
        Signal.FROZEN: _frozen(trace),
        Signal.CADENCE_LOCK: _cadence_lock(trace, second.cadence, residual),
        Signal.SPIKE: _spike(rate),
    }
    fault = np.zeros(len(trace), bool)
    for signal, mask in masks.items():  # the first of two explanations counts
        masks[signal] = mask & ~fault
        fault |= mask
    near = _grown(fault, _BACK_WITHIN_S)
    masks[Signal.SPIKE] &= ~_grown(fault & ~masks[Signal.SPIKE], _BACK_WITHIN_S)
    masks[Signal.UNEXPECTED] = _lasting(_is_unexpected(residual) & ~near, _UNEXPECTED_S)
    found = [Episode(s, a, b) for s, mask in masks.items() for a, b in _runs(mask)]
    return tuple(sorted(found, key=lambda e: e.start_s))


def _is_unexpected(residual: Floats) -> Mask:
    """Mark what stays far off the day's usual; a short way back does not end it."""
    return np.asarray(np.abs(residual) > _UNEXPECTED)


def _dropout(second: Second) -> Mask:
    """Heart rate is gone while something else is still measured.

    Values are held for 10 s, so only longer silences are seen, and they begin so much earlier.
    """
    others = np.stack([second.power, second.speed, second.cadence])
    silent = np.isnan(second.heart_rate)
    mask = silent & ~np.isnan(others).all(0)
    for start, _ in list(_runs(mask)):
        if start >= HOLD_S and not silent[start - HOLD_S : start].any():
            mask[start - HOLD_S : start] = True
    return np.asarray(mask)


def _frozen(trace: Trace) -> Mask:
    """Not a single change for 30 s while the workload moves, or for 90 s: no heart does that."""
    steps = np.diff(trace.heart_rate, prepend=np.nan)
    mask = np.zeros(len(trace), bool)
    for start, end in _runs(_lasting(steps == 0, _FROZEN_S)):
        moves = np.ptp(trace.demand_means[start:end, 0]) > _INPUT_MOVES
        mask[start:end] = moves or end - start >= _FROZEN_ANYHOW_S
    return mask


def _spike(heart_rate: Floats) -> Mask:
    """Mark jumps that are undone within 5 s; a step that stays is something else."""
    steps = np.diff(heart_rate, prepend=np.nan)
    mask = np.zeros(len(heart_rate), bool)
    for start in np.flatnonzero(np.abs(steps) > _JUMP):
        back = steps[start + 1 : start + 1 + _BACK_WITHIN_S] * -np.sign(steps[start])
        returned = np.flatnonzero(back > _JUMP)
        if len(returned):
            mask[start : start + 1 + returned[0]] = True
    return mask


def _cadence_lock(trace: Trace, cadence: Floats, residual: Floats) -> Mask:
    """Mark where the optical sensor counts steps: heart rate sits on cadence, away from what is expected."""
    locked = _lasting(np.abs(trace.heart_rate - cadence) <= _LOCK_WITHIN, _LOCK_S)
    mask = np.zeros(len(trace), bool)
    for start, end in _runs(locked):
        mask[start:end] = np.median(residual[start:end]) > _LOCK_RESIDUAL
    return mask


def _dry_strap(heart_rate: Floats, residual: Floats) -> Mask:
    """Too high from early on: until it falls at once as sweat makes contact, or while it is restless."""
    mask = np.zeros(len(heart_rate), bool)
    early = heart_rate[: _DRY_UNTIL_S + _DRY_WITHIN_S]
    if len(early) <= _DRY_WITHIN_S:
        return mask
    fall = early[:-_DRY_WITHIN_S] - early[_DRY_WITHIN_S:]
    for end in np.flatnonzero((fall > _DRY_DROP) & (residual[: len(fall)] > _DRY_RESIDUAL))[-1:]:
        start = end
        while start > 0 and residual[start - 1] > _DRY_RESIDUAL:
            start -= 1
        mask[start : end + 1] = True
    steps = np.nan_to_num(np.abs(np.diff(early, prepend=np.nan)))
    restless = median_filter(steps, _ROUGH_S) >= _DRY_ROUGH
    mask[: len(early)] |= restless
    return _lasting(mask, _DRY_WITHIN_S)


def _grown(mask: Mask, seconds: int) -> Mask:
    """Widen every run on both sides."""
    return np.asarray(binary_dilation(mask, iterations=seconds))


def _lasting(mask: Mask, seconds: int) -> Mask:
    """Keep the runs that last."""
    kept = np.zeros(len(mask), bool)
    for start, end in _runs(mask):
        kept[start:end] = end - start >= seconds
    return kept


def _runs(mask: Mask) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
