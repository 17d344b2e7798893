"""Forecast skill on recorded sessions, beside persistence in the same rows.

One forecast every 5 s on a causal grid of one second; the first minute is skipped and windows
with gaps are dropped. Protocol X takes parameters from earlier sessions of the same athlete,
protocol W from the first 40 % of the session and scores the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from twin.model.day_response import response_after
from twin.model.knowledge import Learnt, stranger
from twin.model.learning import MOST_SESSIONS, learn
from twin.model.ledger import LEVELS
from twin.model.open_loop import DAY_S, open_loop_error
from twin.model.replaying import Replayed, replay
from twin.model.response import common_response, fit_response
from twin.model.seconds import seconds_of
from twin.model.trace import SKIPPED_S, STRIDE_S, Trace, scored_seconds, trace_sessions
from twin.records import Recording

PROTOCOLS = ("X", "W")
SHORTEST_S = 540  # a shorter session is history, but not scored
_LEARNING_SHARE = 0.4  # of a session, protocol W


@dataclass(frozen=True, slots=True)
class Score:
    """How forecasts at one horizon came true.

    Parameters
    ----------
    n : int
        Forecasts scored.
    mae, persistence_mae : float
        Mean absolute error of the twin, and of "it stays as it is". [bpm]
    coverage, half_width : tuple of float
        Share of outcomes inside the 50, 80 and 95 % bands, and their mean half-width. [1], [bpm]
    """

    n: int
    mae: float
    persistence_mae: float
    coverage: tuple[float, ...]
    half_width: tuple[float, ...]

    def to_dict(self) -> dict[str, float]:
        """Return plain numbers, named as the command prints them."""
        numbers: dict[str, float] = {
            "n": self.n,
            "mae": self.mae,
            "persistence_mae": self.persistence_mae,
        }
        for level, share, width in zip(LEVELS, self.coverage, self.half_width, strict=True):
            numbers[f"coverage{level * 100:.0f}"] = share
            numbers[f"half_width{level * 100:.0f}"] = width
        return numbers


@dataclass(frozen=True, slots=True)
class FileScore:
    """Scores of one recording, by horizon [s].

    `open_loop_mae` is the error of the whole session from its workload alone, once its first 10 min
    (protocol W: the part that was learnt from) have shown the offset of the day and how this athlete
    answers; None for shorter ones. [bpm]
    """

    file: str
    input: str
    earlier_sessions: int
    scores: dict[int, Score]
    open_loop_mae: float | None


@dataclass(frozen=True, slots=True)
class BacktestResult:
    """Scores per recording, and pooled: the mean over recordings, `n` their sum.

    `unscored` says of every other recording why it has no score.
    """

    horizons_s: tuple[int, ...]
    files: tuple[FileScore, ...]
    unscored: tuple[str, ...] = ()

    def without_history(self) -> tuple[str, ...]:
        """Files forecast by what holds for people in general: no earlier session had their input."""
        return tuple(f.file for f in self.files if not f.earlier_sessions)

    def pooled(self) -> dict[int, Score]:
        """Return the mean over recordings for each horizon that was scored anywhere."""
        return {
            h: _mean_score(scores)
            for h in self.horizons_s
            if (scores := [f.scores[h] for f in self.files if h in f.scores])
        }

    def to_dict(self) -> dict[str, Any]:
        """Return what ``twin backtest --json`` prints."""
        return {
            "pooled": {str(h): s.to_dict() for h, s in self.pooled().items()},
            "files": [
                {
                    "file": f.file,
                    "input": f.input,
                    "earlier_sessions": f.earlier_sessions,
                    "open_loop_mae": f.open_loop_mae,
                    **{str(h): s.to_dict() for h, s in f.scores.items()},
                }
                for f in self.files
            ],
            "unscored": list(self.unscored),
        }


def backtest(
    recordings: Sequence[Recording],
    *,
    horizons_s: Sequence[int] = (30, 60),
    protocol: str = "X",
    known_workload: bool = False,
) -> BacktestResult:
    """Score the forecasts of the twin on the recordings of one athlete.

    Parameters
    ----------
    recordings : sequence of Recording
        In any order; they are taken in order of time.
    horizons_s : sequence of int
        Multiples of 5 s, in any order. [s]
    protocol : str
        "X": parameters from up to 15 earlier sessions, the population's for the first; own weights
        go on learning as live. "W": the population's, and what the first 40 % of the session has
        taught; scored on the rest.
    known_workload : bool
        Whether the twin is told the workload to come, as it would be with a planned workout.

    Returns
    -------
    BacktestResult
        Recordings without heart rate or under 9 min have no score.

    Raises
    ------
    ValueError
        If the protocol is not known or a horizon is no multiple of 5 s.
    """
    if protocol not in PROTOCOLS:
        raise ValueError(f"protocol {protocol!r}: expected one of {', '.join(PROTOCOLS)}")
    wrong = [h for h in horizons_s if h <= 0 or h % STRIDE_S]
    if wrong:
        raise ValueError(f"horizons {wrong} s: expected multiples of {STRIDE_S} s")
    horizons = tuple(sorted(set(horizons_s)))
    ordered = sorted((r for r in recordings if len(r.samples)), key=lambda r: r.start)
    traces = trace_sessions([seconds_of(r) for r in ordered])
    reasons = [_no_score(trace, horizons[0]) for trace in traces]
    prepare = _from_earlier if protocol == "X" else _from_nothing
    learnt = [prepare(traces, i, horizons, known_workload) for i in range(len(traces))]
    from_share, until = (0.0, 1.0) if protocol == "X" else (_LEARNING_SHARE, _LEARNING_SHARE)
    files = [
        FileScore(
            file=PurePath(ordered[i].path).name,
            input=str(learnt[i].kind),
            earlier_sessions=learnt[i].sessions if protocol == "X" else 0,
            scores=_scores(run, learnt[i], from_share),
            open_loop_mae=_open_loop(traces, i, protocol),
        )
        for i, run in enumerate(replay(traces, learnt, until=until))
        if not reasons[i]
    ]
    why_not = [(r, "no samples") for r in recordings if not len(r.samples)]
    why_not += [(r, why) for r, why in zip(ordered, reasons, strict=True) if why]
    unscored = tuple(f"{PurePath(r.path).name}: {why}" for r, why in why_not)
    return BacktestResult(horizons, tuple(files), unscored)


def _no_score(trace: Trace, horizon_s: int) -> str:
    """Return why a session is not scored; empty if it is."""
    if np.isnan(trace.heart_rate).all():
        return "no heart rate"
    if len(trace) < SHORTEST_S:
        return f"{len(trace)} s long, scored from {SHORTEST_S} s"
    if not len(scored_seconds(trace, horizon_s)):
        return f"no stretch of {SKIPPED_S + horizon_s} s without a gap in heart rate"
    return ""


def _open_loop(traces: list[Trace], at: int, protocol: str) -> float | None:
    trace = traces[at]
    if protocol == "X":
        known = fit_response(traces[max(0, at - MOST_SESSIONS) : at], trace.kind)
        return open_loop_error(trace, response_after(trace, known, DAY_S[1]))
    known_s = int(_LEARNING_SHARE * len(trace))
    response = response_after(trace, common_response(trace.kind), known_s)
    return open_loop_error(trace, response, (SKIPPED_S, known_s))


def _from_earlier(traces: list[Trace], at: int, horizons_s: tuple[int, ...], plan: bool) -> Learnt:
    return learn(traces[max(0, at - MOST_SESSIONS) : at], traces[at].kind, horizons_s, plan=plan)


def _from_nothing(traces: list[Trace], at: int, horizons_s: tuple[int, ...], plan: bool) -> Learnt:
    return stranger(traces[at].kind, horizons_s, plan=plan)


def _scores(run: Replayed, learnt: Learnt, from_share: float) -> dict[int, Score]:
    first = int(np.ceil(from_share * len(run.now)))
    errors = run.errors()[first:]
    stays = np.abs(run.truth - run.now[:, None])[first:]
    widths = run.outlook.half_width[first:]
    scores = {}
    for j, horizon in enumerate(learnt.horizons_s):
        known = ~np.isnan(errors[:, j])
        if known.any():
            inside = errors[known, j, None] <= widths[known, j]
            scores[horizon] = Score(
                int(known.sum()),
                float(errors[known, j].mean()),
                float(stays[known, j].mean()),
                tuple(inside.mean(0).tolist()),
                tuple(widths[known, j].mean(0).tolist()),
            )
    return scores


def _mean_score(scores: Sequence[Score]) -> Score:
    return Score(
        sum(s.n for s in scores),
        float(np.mean([s.mae for s in scores])),
        float(np.mean([s.persistence_mae for s in scores])),
        tuple(np.mean([s.coverage for s in scores], 0).tolist()),
        tuple(np.mean([s.half_width for s in scores], 0).tolist()),
    )
