"""Bands around forecasts: as wide as earlier sessions showed, corrected by what comes true.

Two corrections. Of an athlete whose sessions are not known the scale is a guess: the errors so far
over those of the population set it. Then each level of a band widens a little with every outcome
outside and narrows with every one inside, until it holds its share.

References
----------
Gibbs and Candès 2021, arXiv:2106.00170 (adaptive conformal inference).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats

Mask = npt.NDArray[np.bool_]

LEVELS = (0.50, 0.80, 0.95)  # share of outcomes a band is meant to hold
_MISSES = 1 - np.array(LEVELS)
_MEMORY = float(np.exp(-5 / 1800))  # kept of an outcome after 5 s: half an hour
_SETTLING = 36  # outcomes that teach nothing: the first 4 min of a session are not like the rest
_OUTLIER = 3.0  # times the mean: a larger error counts as so much in the scale


@dataclass(frozen=True, slots=True, eq=False)
class BandRule:
    """What bands begin with and how they learn, athletes first (or without that axis).

    Parameters
    ----------
    half_width : ndarray, shape (..., horizons, levels)
        Half-width that held in earlier sessions. [bpm]
    error : ndarray, shape (..., horizons)
        Mean absolute error that went with it. [bpm]
    scale_trust : ndarray, shape (...)
        Outcomes that this error is worth; infinite where the athlete's own sessions gave it.
    narrowest, widest : ndarray, shape (...)
        How far one level may be stretched by what comes true. [1]
    rate : ndarray, shape (...)
        Share by which one outcome stretches a level. [1]
    """

    half_width: Floats
    error: Floats
    scale_trust: Floats
    narrowest: Floats
    widest: Floats
    rate: Floats


class Bands:
    """Half-widths of all athletes, horizons (the shortest first) and levels.

    Parameters
    ----------
    rule : BandRule
        With one line per athlete.
    """

    def __init__(self, rule: BandRule) -> None:
        self._rule = rule
        self._stretch = np.ones_like(rule.half_width)
        self._seen = np.zeros(rule.error.shape, np.int64)
        trust = np.minimum(rule.scale_trust, 1e12)[:, None]
        self._errors, self._count = rule.error * trust, np.zeros_like(rule.error) + trust

    @property
    def half_width(self) -> Floats:
        """Now, shape (athletes, horizons, levels); never narrower than at a shorter horizon. [bpm]"""
        scale = self._errors / self._count / self._rule.error
        width = self._rule.half_width * scale[..., None] * self._stretch
        return np.asarray(np.maximum.accumulate(width, axis=1))

    def judge(self, due: Mask, error: Floats, outside: Mask) -> None:
        """Take in outcomes.

        Parameters
        ----------
        due : ndarray of bool, shape (athletes, horizons)
            Where a forecast has come true.
        error : ndarray, shape (athletes, horizons)
            Its absolute error; NaN where not due. [bpm]
        outside : ndarray of bool, shape (athletes, horizons, levels)
            Whether the outcome lay outside the band of its time.
        """
        rule = self._rule
        self._seen = self._seen + due
        due = due & (self._seen > _SETTLING)
        known = np.minimum(np.where(due, error, 0.0), _OUTLIER * self._errors / self._count)
        own = np.isfinite(rule.scale_trust)[:, None] & due
        self._errors = np.where(own, self._errors * _MEMORY + known, self._errors)
        self._count = np.where(own, self._count * _MEMORY + 1, self._count)
        moved = self._stretch * np.exp(rule.rate[:, None, None] * (outside - _MISSES))
        moved = np.clip(moved, rule.narrowest[:, None, None], rule.widest[:, None, None])
        self._stretch = np.where(due[..., None], moved, self._stretch)

    def begin_again(self, athlete: int, rule: BandRule) -> None:
        """Forget one athlete's outcomes; `rule` is without the athletes' axis."""
        for name in BandRule.__slots__:
            getattr(self._rule, name)[athlete] = getattr(rule, name)
        trust = min(float(rule.scale_trust), 1e12)
        self._errors[athlete], self._count[athlete] = rule.error * trust, trust
        self._stretch[athlete] = 1.0
        self._seen[athlete] = 0


def together(rules: list[BandRule]) -> BandRule:
    """Put the rules of several athletes into one, athletes first."""
    return BandRule(*(np.array([getattr(r, n) for r in rules]) for n in BandRule.__slots__))
