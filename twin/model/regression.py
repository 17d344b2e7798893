"""Robust regression towards a prior: what is learnt from few sessions stays near the population."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.records import Floats

_ROUNDS = 5
_SMALL_ERROR_BPM = 2.0  # below it squares count, above it absolute values: artefacts weigh little


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What was seen and what came of it, of one session.

    Parameters
    ----------
    seen : ndarray, shape (n, features)
        Features without NaN.
    change : ndarray, shape (n,)
        The change of heart rate that followed. [bpm]
    """

    seen: Floats
    change: Floats

    def __len__(self) -> int:
        return len(self.change)


def information(sessions: Sequence[Examples], weights: Floats) -> Floats:
    """Return how much an average session tells of each weight; 0 without sessions, shape (features,).

    The diagonal of the normal matrix that `shrunk_weights` ends with, without its pull.

    >>> information([Examples(np.array([[1.0], [3.0]]), np.zeros(2))], np.zeros(1))
    array([2.5])
    """
    told = [
        np.mean(
            s.seen**2 / np.maximum(np.abs(s.change - s.seen @ weights), _SMALL_ERROR_BPM)[:, None],
            0,
        )
        for s in sessions
        if len(s)
    ]
    return np.mean(told, axis=0) if told else np.zeros_like(weights)


def shrunk_weights(
    sessions: Sequence[Examples],
    prior: Floats,
    *,
    strength: float,
    shares: Sequence[float] | None = None,
) -> Floats:
    """Weights of a linear forecast with small absolute error, pulled towards a prior.

    Parameters
    ----------
    sessions : sequence of Examples
        Each counts the same, however long; empty ones do not count.
    prior : ndarray, shape (features,)
        Returned where there are no sessions.
    strength : float
        Weight of the prior, in sessions: 1 pulls about as hard as one session of typical
        features with an error of 1 bpm.
    shares : sequence of float, optional
        Weight of each session; 1 if not given.

    Returns
    -------
    ndarray, shape (features,)
        Minimum of a Huber loss by iteratively reweighted least squares.

    Examples
    --------
    >>> rising = Examples(np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0]))
    >>> shrunk_weights([rising], np.zeros(1), strength=1e-9).round(3)
    array([2.])
    """
    weighted = [
        (s, share / len(s))
        for s, share in zip(sessions, shares or [1.0] * len(sessions), strict=True)
        if len(s)
    ]
    if not weighted:
        return prior
    spread = np.mean([np.mean(s.seen**2, axis=0) for s, _ in weighted], axis=0)
    pull = np.diag(strength * (spread + 1e-6))
    weights: Floats = prior
    for _ in range(_ROUNDS):
        normal, target = pull.copy(), pull @ prior
        for session, share in weighted:
            error = np.abs(session.change - session.seen @ weights)
            trust = (share / np.maximum(error, _SMALL_ERROR_BPM))[:, None]
            normal += session.seen.T @ (session.seen * trust)
            target += session.seen.T @ (session.change * trust[:, 0])
        weights = np.asarray(np.linalg.solve(normal, target), np.float64)
    return weights
