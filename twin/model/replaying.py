"""Forecast through recorded sessions as if live."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from twin.model import bands, population
from twin.model.bands import LEVELS
from twin.model.demand import InputKind
from twin.model.knowledge import Learnt
from twin.model.ledger import Expectation, Ledger, Maker, Outlook
from twin.model.trace import STRIDE_S, Indices, Trace, features_at, scored_seconds
from twin.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """All forecasts of one session, one row every 5 s; NaN where there was none.

    Parameters
    ----------
    truth : ndarray, shape (n, horizons)
        Heart rate that came; NaN outside the windows that are scored. [bpm]
    now : ndarray, shape (n,)
        Heart rate when the forecast was made. [bpm]
    makers : ndarray, shape (n, horizons, makers)
        Change as each maker saw it. [bpm]
    outlook : Outlook
        What the twin said, first axis n.
    """

    truth: Floats
    now: Floats
    makers: Floats
    outlook: Outlook

    def errors(self) -> Floats:
        """Absolute errors of the twin, shape (n, horizons). [bpm]"""
        return np.abs(self.truth - self.now[:, None] - self.outlook.change)

    def maker_errors(self) -> Floats:
        """Mean absolute error of each maker, NaN without forecasts, shape (horizons, makers)."""
        return _mean(np.abs(self.truth[..., None] - self.now[:, None, None] - self.makers))

    def mean_error(self) -> Floats:
        """Mean absolute error of the twin, NaN without forecasts, shape (horizons,). [bpm]"""
        return _mean(self.errors())

    def error_quantiles(self) -> Floats:
        """Half-widths that would have held, NaN without forecasts, shape (horizons, levels)."""
        errors = self.errors()
        known = ~np.isnan(errors)
        return np.array(
            [
                np.quantile(e[k], LEVELS) if k.any() else np.full(len(LEVELS), np.nan)
                for e, k in zip(errors.T, known.T, strict=True)
            ]
        )


def _mean(values: Floats) -> Floats:
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(0)
    return np.asarray(np.where(known.any(0), total / np.maximum(known.sum(0), 1), np.nan))


def maker_changes(learnt: Learnt, trace: Trace, at: Indices, weights: Floats) -> Floats:
    """Return the change each maker sees from these seconds, shape (n, horizons, makers). [bpm]"""
    changes = np.zeros((len(at), len(learnt.horizons_s), len(Maker)))
    alone = replace(trace, kind=InputKind.NONE)
    for j, horizon in enumerate(learnt.horizons_s):
        seen = features_at(trace, at, horizon, plan=learnt.plan)
        heart = features_at(alone, at, horizon, plan=False)
        common = population.weights(learnt.kind, horizon, plan=learnt.plan)
        changes[:, j, Maker.HEART_ALONE] = heart @ population.weights(
            InputKind.NONE, horizon, plan=False
        )
        changes[:, j, Maker.POPULATION] = seen @ common
        changes[:, j, Maker.OWN] = seen @ weights[j]
        changes[np.isnan(heart).any(-1), j] = np.nan
    return changes


def replay(
    traces: Sequence[Trace], learnt: Sequence[Learnt], weights: Sequence[Floats] | None = None
) -> list[Replayed]:
    """Forecast through sessions as if live, all at once.

    Parameters
    ----------
    traces : sequence of Trace
        Sessions.
    learnt : sequence of Learnt
        What was known before each of them.
    weights : sequence of ndarray, optional
        Stand for the athlete's own weights in `learnt`.

    Returns
    -------
    list of Replayed
        One for each session; a forecast uses nothing that came after it.
    """
    if not traces:
        return []
    seconds = [np.arange(0, len(t), STRIDE_S) for t in traces]
    own = [k.weights for k in learnt] if weights is None else weights
    makers = [
        maker_changes(k, t, at, w) for k, t, at, w in zip(learnt, traces, seconds, own, strict=True)
    ]
    outlooks = _advance(traces, learnt, makers)
    return [
        Replayed(_truths(t, k.horizons_s, at), t.heart_rate[at], m, o)
        for t, k, at, m, o in zip(traces, learnt, seconds, makers, outlooks, strict=True)
    ]


def _advance(
    traces: Sequence[Trace], learnt: Sequence[Learnt], makers: Sequence[Floats]
) -> list[Outlook]:
    ledger = Ledger(learnt[0].horizons_s, together([k.expectation for k in learnt]))
    longest = max(len(m) for m in makers)
    changes = np.full((longest, len(traces), *makers[0].shape[1:]), np.nan)
    heart_rate = np.full((longest, len(traces)), np.nan)
    for i, (trace, seen) in enumerate(zip(traces, makers, strict=True)):
        changes[: len(seen), i] = seen
        heart_rate[: len(seen), i] = trace.heart_rate[::STRIDE_S]
    said = [ledger.advance(now, seen) for now, seen in zip(heart_rate, changes, strict=True)]
    return [
        Outlook(
            np.array([o.change[i] for o in said[: len(seen)]]),
            np.array([o.half_width[i] for o in said[: len(seen)]]),
            np.array([o.share[i] for o in said[: len(seen)]]),
        )
        for i, seen in enumerate(makers)
    ]


def together(expectations: Sequence[Expectation]) -> Expectation:
    """Put the expectations of several athletes into one, athletes first."""
    return Expectation(
        error=np.array([e.error for e in expectations]),
        trust=np.array([e.trust for e in expectations]),
        bands=bands.together([e.bands for e in expectations]),
    )


def _truths(trace: Trace, horizons_s: Sequence[int], at: Indices) -> Floats:
    truths = np.full((len(at), len(horizons_s)), np.nan)
    for j, horizon in enumerate(horizons_s):
        scored = scored_seconds(trace, horizon)
        truths[scored // STRIDE_S, j] = trace.heart_rate[scored + horizon]
    return truths
