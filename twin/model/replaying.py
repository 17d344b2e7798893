"""Forecast through recorded sessions as if live."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from twin.model import bands, population
from twin.model.bands import LEVELS
from twin.model.day_weights import DayWeights
from twin.model.demand import InputKind
from twin.model.features import padded
from twin.model.knowledge import Learnt
from twin.model.ledger import Expectation, Ledger, Maker
from twin.model.outlook import Outlook
from twin.model.trace import (
    SKIPPED_S,
    STRIDE_S,
    Indices,
    Trace,
    features_at,
    scored_seconds,
)
from twin.records import Floats

_AT_ONCE = 16  # sessions side by side: quick, and memory stays bounded


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
        """Absolute errors of the twin, NaN without a forecast, shape (n, horizons). [bpm]"""
        return np.abs(self.truth - self.outlook.heart_rate(self.now))

    def maker_errors(self) -> Floats:
        """Mean absolute error of each maker, NaN without forecasts, shape (horizons, makers). [bpm]"""
        return _mean(np.abs(self.truth[..., None] - self.now[:, None, None] - self.makers))

    def mean_error(self) -> Floats:
        """Mean absolute error of the twin, NaN without forecasts, shape (horizons,). [bpm]

        >>> said = Outlook(np.array([[3.0]]), np.ones((1, 1, 3)), np.ones((1, 1, 4)), np.array([True]))
        >>> Replayed(np.array([[145.0]]), np.array([140.0]), np.zeros((1, 1, 4)), said).mean_error()
        array([2.])
        """
        return _mean(self.errors())

    def error_quantiles(self) -> Floats:
        """Half-widths that would have held, NaN without forecasts, shape (horizons, levels). [bpm]"""
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


def replay(
    traces: Sequence[Trace],
    learnt: Sequence[Learnt],
    *,
    until: float = 1.0,
) -> list[Replayed]:
    """Forecast through sessions as if live, several at once.

    Parameters
    ----------
    traces : sequence of Trace
        Sessions.
    learnt : sequence of Learnt
        What was known before each of them.
    until : float
        Share of each session after which own weights learn no more. [1]

    Returns
    -------
    list of Replayed
        One for each session; a forecast uses nothing that came after it.

    Examples
    --------
    >>> from twin.model.knowledge import stranger
    >>> rate, means = np.full(600, 140.0), np.full((600, 5), 140.0)
    >>> trace = Trace(InputKind.POWER, rate, means, np.arange(600.0), np.full((600, 5), 50.0))
    >>> (run,) = replay([trace], [stranger(InputKind.POWER, (30, 60), plan=False)])
    >>> run.truth.shape, run.maker_errors()[:, Maker.NOBODY]  # "it stays" is right: it does
    ((120, 2), array([0., 0.]))
    """
    runs: list[Replayed] = []
    for first in range(0, len(traces), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        runs += _replay_some(traces[some], learnt[some], until)
    return runs


def _replay_some(traces: Sequence[Trace], learnt: Sequence[Learnt], until: float) -> list[Replayed]:
    seconds = [np.arange(0, len(t), STRIDE_S) for t in traces]
    seen = [_features(k, t, at) for k, t, at in zip(learnt, traces, seconds, strict=True)]
    makers = [
        _others(k, t, at, x) for k, t, at, x in zip(learnt, traces, seconds, seen, strict=True)
    ]
    begin = [(k.weights, k.precision) for k in learnt]
    day = DayWeights(*(np.array([padded(x) for x in of]) for of in zip(*begin, strict=True)))
    outlooks = _advance(traces, learnt, day, makers, seen, until)
    return [
        Replayed(_truths(t, k.horizons_s, at), t.heart_rate[at], m, o)
        for t, k, at, m, o in zip(traces, learnt, seconds, makers, outlooks, strict=True)
    ]


def _features(learnt: Learnt, trace: Trace, at: Indices) -> Floats:
    """Return what forecasts look at, zero where the input tells nothing, shape (n, horizons, 25)."""
    plan = learnt.plan
    seen = [features_at(trace, at, horizon, plan=plan) for horizon in learnt.horizons_s]
    return padded(np.stack(seen, 1))


def _others(learnt: Learnt, trace: Trace, at: Indices, seen: Floats) -> Floats:
    """Return the change each maker sees but the own weights: 0, shape (n, horizons, makers). [bpm]"""
    changes = np.zeros((*seen.shape[:2], len(Maker)))
    heart = features_at(replace(trace, kind=InputKind.NONE), at, 0, plan=False)
    for j, horizon in enumerate(learnt.horizons_s):
        alone = population.weights(InputKind.NONE, horizon, plan=False)
        common = padded(population.weights(learnt.kind, horizon, plan=learnt.plan))
        changes[:, j, Maker.HEART_ALONE] = heart @ alone
        changes[:, j, Maker.POPULATION] = seen[:, j] @ common
    changes[np.isnan(heart).any(-1)] = np.nan
    return changes


def _advance(
    traces: Sequence[Trace],
    learnt: Sequence[Learnt],
    day: DayWeights,
    makers: Sequence[Floats],
    seen: Sequence[Floats],
    until: float,
) -> list[Outlook]:
    """Go through the sessions side by side; writes what own weights say into `makers`."""
    ledger = Ledger(learnt[0].horizons_s, together([k.expectation for k in learnt]))
    steps = np.array(learnt[0].horizons_s) // STRIDE_S
    rates = _beside([t.heart_rate[::STRIDE_S] for t in traces])
    warm = np.where(np.cumsum(~np.isnan(rates), 0) * STRIDE_S > SKIPPED_S, rates, np.nan)
    looks, changes = _beside(seen), _beside(makers)
    last = until * np.array([len(m) for m in makers])
    columns = np.arange(len(steps))
    said = []
    for row, now in enumerate(rates):
        then = np.maximum(row - steps, 0)
        change = np.where(row >= steps, now[:, None] - warm[then].T, np.nan)
        change[row > last] = np.nan
        day.learn(looks[then, :, columns].transpose(1, 0, 2), change)
        changes[row, ..., Maker.OWN] += np.sum(day.weights * looks[row], -1)
        said.append(ledger.advance(now, changes[row]))
    for place, made in enumerate(makers):
        made[:] = changes[: len(made), place]
    return [_of_one(said[: len(made)], place) for place, made in enumerate(makers)]


def _of_one(said: Sequence[Outlook], athlete: int) -> Outlook:
    """Put what was said of one athlete one after the other."""
    return Outlook(
        np.array([o.change[athlete] for o in said]),
        np.array([o.half_width[athlete] for o in said]),
        np.array([o.share[athlete] for o in said]),
        np.array([o.whole[athlete] for o in said]),
    )


def _beside(sessions: Sequence[Floats]) -> Floats:
    """Put sessions side by side, NaN below the short ones, shape (time, sessions, ...)."""
    longest = max(len(s) for s in sessions)
    table = np.full((longest, len(sessions), *sessions[0].shape[1:]), np.nan)
    for place, session in enumerate(sessions):
        table[: len(session), place] = session
    return table


def together(expectations: Sequence[Expectation]) -> Expectation:
    """Put the expectations of several athletes into one, athletes first.

    >>> from twin.model.knowledge import stranger
    >>> known = stranger(InputKind.POWER, (30, 60), plan=False).expectation
    >>> together([known, known, known]).error.shape == (3, *known.error.shape)
    True
    """
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
