"""Learning forecast weights, trust and bands from an athlete's earlier sessions."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from twin.model.bands import BandRule
from twin.model.demand import InputKind
from twin.model.knowledge import POPULATION_TRUST, Learnt, beginner, stranger
from twin.model.ledger import Expectation
from twin.model.regression import shrunk_weights
from twin.model.replaying import replay
from twin.model.trace import Trace, examples_of
from twin.records import Floats

MOST_SESSIONS = 15  # older ones no longer help
# Sessions the population is worth in the weights: beside whole sessions, and beside a part of one.
_PRIOR_STRENGTH, _PART_STRENGTH = 0.1, 0.7
_THIN_STRIDE_S = 10  # neighbouring forecasts teach the same
_FOLDS = 5
_SESSION_TRUST, _TRUSTED_SESSIONS = 150.0, 4
_FLOOR_BPM = 0.2
_KNOWN_LIMITS, _KNOWN_RATE = (0.5, 1.8), 0.05
_WIDEST_LEVEL = -1  # must hold in the worse of the sessions, too


def learn(
    traces: Sequence[Trace],
    kind: InputKind,
    horizons_s: Sequence[int],
    *,
    plan: bool,
    until: float = 1.0,
) -> Learnt:
    """Learn from sessions of one athlete, the newest last.

    Parameters
    ----------
    traces : sequence of Trace
        Sessions with another input are left out, as are all but the last 15.
    kind : InputKind
        The input to learn for.
    horizons_s : sequence of int
        Multiples of 5 s. [s]
    plan : bool
        Whether the workload to come will be known.
    until : float
        Learn weights only from this share of each session. [1]

    Returns
    -------
    Learnt
        Trust and bands come from sessions that were held out in turn, so they are honest; what
        few sessions cannot tell is the population's.
    """
    own = [t for t in traces if t.kind is kind and len(t) > 0][-MOST_SESSIONS:]
    if not own:
        return stranger(kind, horizons_s, plan=plan)
    start = beginner(kind, horizons_s, plan=plan)
    weights = _fit(own, start, until)
    if until < 1.0:
        return Learnt(kind, plan, start.horizons_s, weights, start.expectation, len(own))
    expectation, sessions = _held_out(own, start)
    return Learnt(kind, plan, start.horizons_s, weights, expectation, sessions)


def _fit(traces: Sequence[Trace], start: Learnt, until: float) -> Floats:
    return np.array(
        [
            shrunk_weights(
                [
                    examples_of(t, h, plan=start.plan, stride_s=_THIN_STRIDE_S, until=until)
                    for t in traces
                ],
                prior,
                strength=_PRIOR_STRENGTH if until >= 1.0 else _PART_STRENGTH,
            )
            for h, prior in zip(start.horizons_s, start.weights, strict=True)
        ]
    )


def _held_out(traces: Sequence[Trace], start: Learnt) -> tuple[Expectation, int]:
    """Forecast each session with the weights of the others: first for trust, then for bands."""
    folds = min(len(traces), _FOLDS)
    weights = [
        _fit([t for i, t in enumerate(traces) if i % folds != fold], start, 1.0)
        for fold in range(folds)
    ]
    others = [weights[i % folds] for i in range(len(traces))]
    errors = np.array([r.maker_errors() for r in replay(traces, [start] * len(traces), others)])
    heard = ~np.isnan(errors).any((1, 2))
    if not heard.any():
        return start.expectation, 0
    trusted = _with_trust(start.expectation, errors[heard])
    runs = replay(traces, [replace(start, expectation=trusted)] * len(traces), others)
    widths = np.array([r.error_quantiles() for r in runs])[heard]
    error = np.array([r.mean_error() for r in runs])[heard]
    return replace(trusted, bands=_with_widths(start.expectation.bands, widths, error)), len(widths)


def _with_trust(common: Expectation, errors: Floats) -> Expectation:
    """Blend the makers' errors of the sessions with the population's, which count as one more."""
    level = errors[..., :1].mean(0)
    usual = common.error / common.error[..., :1] * level
    sessions = min(len(errors), _TRUSTED_SESSIONS)
    return replace(
        common,
        error=(errors.sum(0) + usual) / (len(errors) + 1),
        trust=np.array([POPULATION_TRUST + _SESSION_TRUST * sessions]),
    )


def _with_widths(common: BandRule, half_widths: Floats, error: Floats) -> BandRule:
    """Blend the widths that held in the sessions with the population's, which count as one more."""
    widths = np.concatenate([half_widths, common.half_width[None]])
    typical = np.exp(np.log(widths + _FLOOR_BPM).mean(0))
    typical[:, _WIDEST_LEVEL] = np.sqrt(np.mean(widths[..., _WIDEST_LEVEL] ** 2, axis=0))
    return BandRule(
        half_width=typical,
        error=np.concatenate([error, common.error[None]]).mean(0),
        scale_trust=np.array(np.inf),
        narrowest=np.array(_KNOWN_LIMITS[0]),
        widest=np.array(_KNOWN_LIMITS[1]),
        rate=np.array(_KNOWN_RATE),
    )
