"""What the difference between measured and expected heart rate says: sensor, or athlete.

Faults of the sensor are told from physiology by their form, as no heart does them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from twin.model.demand import Second
from twin.model.response import Response
from twin.model.trace import Trace
from twin.records import Floats

Mask = npt.NDArray[np.bool_]

_JUMP = 8.0  # bpm/s, faster than a heart
_FROZEN_S, _INPUT_MOVES = 30, 15.0  # s; bpm of demand
_LOCK_S, _LOCK_WITHIN, _LOCK_RESIDUAL = 60, 3.0, 10.0  # s; 1/min; bpm
_ABOVE_MAXIMUM = 10.0  # bpm
_DRY_UNTIL_S, _DRY_DROP, _DRY_WITHIN_S, _DRY_RESIDUAL = 600, 15.0, 10, 20.0
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
    masks = {
        Signal.DROPOUT: _dropout(second),
        Signal.FROZEN: _frozen(trace),
        Signal.SPIKE: _spike(trace.heart_rate),
        Signal.CADENCE_LOCK: _cadence_lock(trace, second.cadence, residual),
        Signal.IMPOSSIBLE: trace.heart_rate > max_hr + _ABOVE_MAXIMUM,
        Signal.DRY_STRAP: _dry_strap(trace.heart_rate, residual),
    }
    fault = np.any(list(masks.values()), axis=0)
    unexpected = _lasting(np.abs(residual) > _UNEXPECTED, _UNEXPECTED_S)
    masks[Signal.UNEXPECTED] = unexpected & ~fault
    found = [Episode(s, a, b) for s, mask in masks.items() for a, b in _runs(mask)]
    return tuple(sorted(found, key=lambda e: e.start_s))


def _dropout(second: Second) -> Mask:
    """Heart rate is gone while something else is still measured."""
    others = np.stack([second.power, second.speed, second.cadence])
    return np.asarray(np.isnan(second.heart_rate) & ~np.isnan(others).all(0))


def _frozen(trace: Trace) -> Mask:
    """Not a single change for 30 s, while the workload moves."""
    still = _lasting(np.diff(trace.heart_rate, prepend=np.nan) == 0, _FROZEN_S)
    mask = np.zeros(len(trace), bool)
    for start, end in _runs(still):
        mask[start:end] = np.ptp(trace.demand_means[start:end, 0]) > _INPUT_MOVES
    return mask


def _spike(heart_rate: Floats) -> Mask:
    return np.asarray(np.abs(np.diff(heart_rate, prepend=np.nan)) > _JUMP)


def _cadence_lock(trace: Trace, cadence: Floats, residual: Floats) -> Mask:
    """Mark where the optical sensor counts steps: heart rate sits on cadence, away from what is expected."""
    locked = _lasting(np.abs(trace.heart_rate - cadence) <= _LOCK_WITHIN, _LOCK_S)
    mask = np.zeros(len(trace), bool)
    for start, end in _runs(locked):
        mask[start:end] = np.median(residual[start:end]) > _LOCK_RESIDUAL
    return mask


def _dry_strap(heart_rate: Floats, residual: Floats) -> Mask:
    """Far too high from early on, and then down at once when sweat makes contact."""
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
    return mask


def _lasting(mask: Mask, seconds: int) -> Mask:
    """Keep the runs that last."""
    kept = np.zeros(len(mask), bool)
    for start, end in _runs(mask):
        kept[start:end] = end - start >= seconds
    return kept


def _runs(mask: Mask) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
