"""Learning forecast weights, trust and bands from an athlete's earlier sessions."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from twin.model.bands import BandRule
from twin.model.demand import InputKind
from twin.model.knowledge import POPULATION_TRUST, Learnt, stranger
from twin.model.ledger import Expectation
from twin.model.regression import information, shrunk_weights
from twin.model.replaying import replay
from twin.model.trace import Trace, examples_of
from twin.records import Floats

MOST_SESSIONS = 15  # older ones no longer help
SHORTEST_S = 180.0  # of a session that teaches anything
_PRIOR_STRENGTH = 0.1  # sessions the population is worth in the weights
_THIN_STRIDE_S = 10  # neighbouring forecasts teach the same
_FIRM_SESSIONS = 3  # by which weights are held in the next session at most: days differ
_FOLDS = 5
_SESSION_TRUST, _TRUSTED_SESSIONS = 150.0, 4
_FLOOR_BPM = 0.2
_KNOWN_LIMITS, _KNOWN_RATE = (0.5, 1.8), 0.06
_WIDEST_LEVEL = -1  # must hold in the worse of the sessions, too


def learn(
    traces: Sequence[Trace],
    kind: InputKind,
    horizons_s: Sequence[int],
    *,
    plan: bool,
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

    Returns
    -------
    Learnt
        Trust and bands come from sessions that were held out in turn, so they are honest; what
        few sessions cannot tell is the population's.

    Examples
    --------
    >>> still, steady = np.full((1200, 5), 50.0), np.full((1200, 5), 140.0)
    >>> ride = Trace(InputKind.POWER, steady[:, 0], steady, np.arange(1200.0), still)
    >>> kinds = (InputKind.POWER, InputKind.CADENCE)
    >>> [learn([ride], kind, (30,), plan=False).sessions for kind in kinds]
    [1, 0]
    """
    own = [t for t in traces if t.kind is kind and len(t) > 0][-MOST_SESSIONS:]
    if not own:
        return stranger(kind, horizons_s, plan=plan)
    start = stranger(kind, horizons_s, plan=plan)
    expectation, sessions = _held_out(own, start)
    return replace(_fit(own, start), expectation=expectation, sessions=sessions)


def _fit(traces: Sequence[Trace], start: Learnt) -> Learnt:
    weights, precision = [], []
    worth = min(len(traces), _FIRM_SESSIONS)
    for horizon, prior in zip(start.horizons_s, start.weights, strict=True):
        told = [examples_of(t, horizon, plan=start.plan, stride_s=_THIN_STRIDE_S) for t in traces]
        weights.append(shrunk_weights(told, prior, strength=_PRIOR_STRENGTH))
        precision.append(worth * information(told, weights[-1]))
    return replace(start, weights=np.array(weights), precision=np.array(precision))


def _held_out(traces: Sequence[Trace], start: Learnt) -> tuple[Expectation, int]:
    """Forecast each session with the weights of the others: first for trust, then for bands."""
    folds = min(len(traces), _FOLDS)
    fitted = [
        _fit([t for i, t in enumerate(traces) if i % folds != fold], start) for fold in range(folds)
    ]
    others = [fitted[i % folds] for i in range(len(traces))]
    errors = np.array([r.maker_errors() for r in replay(traces, others)])
    heard = ~np.isnan(errors).any((1, 2))
    if not heard.any():
        return start.expectation, 0
    trusted = _with_trust(start.expectation, errors[heard])
    runs = replay(traces, [replace(other, expectation=trusted) for other in others])
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
