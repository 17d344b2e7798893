"""The memory of the twin second by second: what the live state went through in a session."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from twin.model import bank
from twin.model.demand import (
    InputKind,
    Second,
    demand_of,
    flat_terrain,
    natural_input,
    terrain_step,
)
from twin.model.features import (
    DEMAND_GAINS,
    HEART_GAINS,
    demand_features,
    heart_features,
    plan_features,
)
from twin.model.regression import Examples
from twin.model.seconds import Seconds, side_by_side
from twin.records import Floats

Indices = npt.NDArray[np.int64]

SKIPPED_S = 60  # no forecast is scored before this, nor after a gap in the last minute
STRIDE_S = 5  # one forecast every 5 s
_AT_ONCE = 16  # sessions traced together: quick, and memory stays bounded


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One session as the twin remembered it, one row a second.

    Parameters
    ----------
    kind : InputKind
        The workload used.
    heart_rate : ndarray, shape (n,)
        NaN where unknown for more than 10 s. [bpm]
    heart_means : ndarray, shape (n, 5)
        Bank of heart rate. [bpm]
    heard_s : ndarray, shape (n,)
        Seconds of heart rate since its memory began. [s]
    demand_means : ndarray, shape (n, 5)
        Bank of the demand. [bpm]
    """

    kind: InputKind
    heart_rate: Floats
    heart_means: Floats
    heard_s: Floats
    demand_means: Floats

    def __len__(self) -> int:
        return len(self.heart_rate)

    def first(self, seconds: int) -> "Trace":
        """Return the session up to a second, that not included. [s]

        >>> rate, means = np.full(9, 140.0), np.zeros((9, 5))
        >>> len(Trace(InputKind.NONE, rate, means, rate, means).first(4))
        4
        """
        return replace(
            self,
            heart_rate=self.heart_rate[:seconds],
            heart_means=self.heart_means[:seconds],
            heard_s=self.heard_s[:seconds],
            demand_means=self.demand_means[:seconds],
        )


def trace_sessions(
    sessions: Sequence[Seconds], kinds: Sequence[InputKind] | None = None
) -> list[Trace]:
    """Run the memory of the twin over sessions, several at once.

    Parameters
    ----------
    sessions : sequence of Seconds
        Of any length.
    kinds : sequence of InputKind, optional
        Workload to use for each; its best if not given.

    Returns
    -------
    list of Trace
        One for each session.

    Examples
    --------
    >>> rate, power, unknown = np.full(90, 140.0), np.full(90, 200.0), np.full(90, np.nan)
    >>> ride = Seconds(Second(rate, power, unknown, unknown, unknown), InputKind.POWER)
    >>> (trace,) = trace_sessions([ride])
    >>> trace.heart_means[-1, 0].round(6), trace.demand_means[-1, 0].round(6)  # 200 W cost 50 bpm
    (np.float64(140.0), np.float64(50.0))
    """
    kinds = [s.kind for s in sessions] if kinds is None else list(kinds)
    traces: list[Trace] = []
    for first in range(0, len(sessions), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        traces += _trace_some(sessions[some], kinds[some])
    return traces


def _trace_some(sessions: Sequence[Seconds], kinds: Sequence[InputKind]) -> list[Trace]:
    heart, demand = demand_table(sessions, kinds)
    heart_means, heard = _remember(heart, HEART_GAINS)
    demand_means, _ = _remember(demand, DEMAND_GAINS)
    return [
        Trace(
            kind,
            s.input.heart_rate,
            heart_means[: len(s), i],
            heard[: len(s), i],
            demand_means[: len(s), i],
        )
        for i, (s, kind) in enumerate(zip(sessions, kinds, strict=True))
    ]


def demand_table(sessions: Sequence[Seconds], kinds: Sequence[InputKind]) -> tuple[Floats, Floats]:
    """Return heart rate and demand of sessions side by side, NaN where unknown, shape (time, sessions). [bpm]

    >>> rate, power, unknown = np.full(2, 140.0), np.array([200.0, np.nan]), np.full(2, np.nan)
    >>> ride = Seconds(Second(rate, power, unknown, unknown, unknown), InputKind.POWER)
    >>> demand_table([ride], [InputKind.POWER])[1].tolist()
    [[50.0], [nan]]
    """
    names = ("heart_rate", "power", "speed", "altitude", "cadence")
    tables = {n: side_by_side([getattr(s.input, n) for s in sessions]) for n in names}
    grade = np.zeros_like(tables["speed"])
    terrain = flat_terrain(len(sessions))
    for row in range(len(grade)):
        terrain, grade[row] = terrain_step(
            terrain, Second(**{name: table[row] for name, table in tables.items()})
        )
    demand = np.zeros_like(grade)
    for i, kind in enumerate(kinds):
        column = Second(**{name: table[:, i] for name, table in tables.items()})
        demand[:, i] = demand_of(kind, natural_input(kind, column, grade[:, i]))
    return tables["heart_rate"], demand


def _remember(signal: Floats, gains: Floats) -> tuple[Floats, Floats]:
    means, seen = np.empty((*signal.shape, len(gains))), np.empty(signal.shape)
    memory = bank.empty_bank(signal.shape[1], len(gains))
    for row, values in enumerate(signal):
        memory = bank.step(memory, values, gains)
        means[row], seen[row] = memory.mean, memory.seen
    return means, seen


def scored_seconds(trace: Trace, horizon_s: int, *, stride_s: int = STRIDE_S) -> Indices:
    """Return the seconds from which a forecast is scored.

    The first minute is skipped, and windows from a minute before to the horizon with a gap.

    >>> rate, means = np.full(200, 140.0), np.zeros((200, 5))
    >>> scored_seconds(Trace(InputKind.NONE, rate, means, np.arange(200.0), means), 60)[[0, -1]]
    array([ 60, 135])
    """
    gaps = np.concatenate([[0], np.cumsum(np.isnan(trace.heart_rate))])
    at = np.arange(SKIPPED_S, len(trace) - horizon_s, stride_s)
    return np.asarray(at[gaps[at + horizon_s + 1] == gaps[at - SKIPPED_S]])


def features_at(trace: Trace, at: Indices, horizon_s: int, *, plan: bool) -> Floats:
    """Return the features of these seconds, shape (n, features); with a plan, the workload that came is known.

    >>> rate, means = np.full(200, 140.0), np.zeros((200, 5))
    >>> ride = Trace(InputKind.POWER, rate, means, np.arange(200.0), means)
    >>> [features_at(ride, np.array([60, 65]), 60, plan=plan).shape for plan in (False, True)]
    [(2, 20), (2, 25)]
    """
    parts = [heart_features(trace.heart_rate[at], trace.heart_means[at], trace.heard_s[at])]
    if trace.kind is not InputKind.NONE:
        parts.append(demand_features(trace.demand_means[at]))
        if plan:
            ahead = trace.demand_means[np.minimum(at + horizon_s, len(trace) - 1)]
            parts.append(plan_features(trace.demand_means[at], ahead))
    return np.concatenate(parts, -1)


def examples_of(trace: Trace, horizon_s: int, *, plan: bool, stride_s: int = STRIDE_S) -> Examples:
    """Return what can be learnt from a session at one horizon.

    Parameters
    ----------
    trace : Trace
        The session.
    horizon_s : int
        From a moment to the heart rate that came. [s]
    plan : bool
        Whether the workload to come is known.
    stride_s : int
        Between two moments. [s]

    Examples
    --------
    >>> rate, means = 100 + 0.1 * np.arange(200.0), np.zeros((200, 5))
    >>> ride = Trace(InputKind.NONE, rate, means, np.arange(200.0), means)
    >>> examples_of(ride, 60, plan=False, stride_s=50).change.round(6)
    array([6., 6.])
    """
    at = scored_seconds(trace, horizon_s, stride_s=stride_s)
    change = trace.heart_rate[at + horizon_s] - trace.heart_rate[at]
    return Examples(features_at(trace, at, horizon_s, plan=plan), change)
