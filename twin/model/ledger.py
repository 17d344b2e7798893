"""The ledger: every forecast is kept until its time has come, and its maker gains or loses trust.

Four makers forecast the change of heart rate: nobody ("it stays"), the path of heart rate alone,
the population's weights, and the athlete's own. They are mixed by their errors so far, so where
the input says nothing the mixture falls back to "it stays". The bands begin at the width that
held in earlier sessions and widen or narrow with what comes true.

References
----------
Mixture: Cesa-Bianchi and Lugosi 2006, doi:10.1017/CBO9780511546921, chapter 2. Bands: Gibbs and
Candès 2021, arXiv:2106.00170 (adaptive conformal inference).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from twin.model.trace import STRIDE_S
from twin.records import Floats

LEVELS = (0.50, 0.80, 0.95)  # share of outcomes a band is meant to hold


class Maker(IntEnum):
    """Who makes a forecast; the order of the columns."""

    NOBODY = 0
    HEART_ALONE = 1
    POPULATION = 2
    OWN = 3


_SHARPNESS = 1.0  # of the choice between makers
_MEMORY_S = 600.0  # after which an error counts a third
_SKILL_MEMORY_S = 600.0
_MISSES = 1 - np.array(LEVELS)


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What is expected of the makers before the session begins.

    Parameters
    ----------
    error : ndarray, shape (..., horizons, makers)
        Mean absolute error in earlier sessions. [bpm]
    trust : ndarray, shape (..., 1)
        How many forecasts that knowledge is worth.
    half_width : ndarray, shape (..., horizons, levels)
        Half-width of the bands that held in earlier sessions. [bpm]
    narrowest, widest : ndarray, shape (...)
        How far a band may be stretched by what comes true. [1]
    band_rate : ndarray, shape (...)
        Share by which one outcome stretches a band: quick where its width is a guess. [1]
    """

    error: Floats
    trust: Floats
    half_width: Floats
    narrowest: Floats
    widest: Floats
    band_rate: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Forecasts of all athletes at all horizons.

    Parameters
    ----------
    change : ndarray, shape (athletes, horizons)
        Expected change of heart rate; NaN where it is not known now. [bpm]
    half_width : ndarray, shape (athletes, horizons, levels)
        Half-width of the 50, 80 and 95 % bands. [bpm]
    share : ndarray, shape (athletes, horizons, makers)
        How much of the forecast is each maker's. [1]
    """

    change: Floats
    half_width: Floats
    share: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Skill:
    """How the forecasts of the last 10 minutes or so came true, NaN before the first.

    Parameters
    ----------
    error, persistence_error : ndarray, shape (athletes, horizons)
        Mean absolute error of the twin, and of "it stays as it is". [bpm]
    coverage : ndarray, shape (athletes, horizons, levels)
        Share of outcomes inside each band. [1]
    """

    error: Floats
    persistence_error: Floats
    coverage: Floats


class Ledger:
    """Keeps forecasts until they can be judged; one entry every 5 s.

    Parameters
    ----------
    horizons_s : sequence of int
        Multiples of 5 s. [s]
    expectation : Expectation
        With one line per athlete.
    """

    def __init__(self, horizons_s: Sequence[int], expectation: Expectation) -> None:
        wrong = [h for h in horizons_s if h < STRIDE_S or h % STRIDE_S]
        if wrong:
            raise ValueError(f"horizons {wrong} s: expected multiples of {STRIDE_S} s")
        self.horizons_s = tuple(horizons_s)
        self._steps = np.array(horizons_s) // STRIDE_S
        athletes, horizons, makers = expectation.error.shape
        self._expectation = expectation
        self._loss = expectation.error * expectation.trust[..., None]
        self._count = np.broadcast_to(expectation.trust, (athletes, horizons)).copy()
        self._rate = expectation.band_rate[:, None, None]
        self._stretch = np.ones((athletes, horizons, len(LEVELS)))
        # lines of the pending entries: makers, mixture, bands
        size = int(self._steps.max()) + 1
        self._makers = np.full((size, athletes, horizons, makers), np.nan)
        self._outcome = np.full((size, athletes, horizons), np.nan)
        self._bands = np.full((size, athletes, horizons, len(LEVELS)), np.nan)
        self._row = 0
        self._judged = np.zeros((athletes, horizons))
        nothing = np.zeros((athletes, horizons))
        self._skill = Skill(nothing, nothing, np.zeros_like(self._stretch))

    @property
    def skill(self) -> Skill:
        """How the forecasts came true lately."""
        known = self._judged > 0
        return Skill(
            np.where(known, self._skill.error, np.nan),
            np.where(known, self._skill.persistence_error, np.nan),
            np.where(known[..., None], self._skill.coverage, np.nan),
        )

    def advance(self, heart_rate: Floats, changes: Floats) -> Outlook:
        """Judge what has come due, then mix and keep the forecasts of now.

        Parameters
        ----------
        heart_rate : ndarray, shape (athletes,)
            Now; NaN judges nothing and forecasts nothing. [bpm]
        changes : ndarray, shape (athletes, horizons, makers)
            Change of heart rate as each maker sees it. [bpm]
        """
        self._judge(heart_rate)
        share = self._shares()
        change = np.sum(share * changes, -1)
        half_width = self._expectation.half_width * self._stretch
        row = self._row % len(self._makers)
        self._makers[row] = heart_rate[:, None, None] + changes
        self._outcome[row] = heart_rate[:, None] + change
        self._bands[row] = half_width
        self._row += 1
        return Outlook(change, half_width, share)

    def begin_again(self, athlete: int, expectation: Expectation) -> None:
        """Forget one athlete's forecasts; `expectation` is without the athletes' axis."""
        old = self._expectation
        old.half_width[athlete] = expectation.half_width
        old.narrowest[athlete] = expectation.narrowest
        old.widest[athlete] = expectation.widest
        old.band_rate[athlete] = expectation.band_rate
        self._loss[athlete] = expectation.error * expectation.trust[:, None]
        self._count[athlete] = expectation.trust
        self._stretch[athlete] = 1.0
        self._makers[:, athlete] = np.nan

    def _shares(self) -> Floats:
        return _shares_of(self._loss, self._count[..., None])

    def _judge(self, heart_rate: Floats) -> None:
        rows = (self._row - self._steps) % len(self._makers)
        columns = np.arange(len(rows))
        made = self._makers[rows, :, columns].transpose(1, 0, 2)
        error = np.abs(heart_rate[:, None, None] - made)
        due = ~np.isnan(error).any(-1)
        if not due.any():
            return
        fade = np.exp(-STRIDE_S / _MEMORY_S)
        self._loss = np.where(due[..., None], self._loss * fade + error, self._loss)
        self._count = np.where(due, self._count * fade + 1, self._count)
        own = np.abs(heart_rate[:, None] - self._outcome[rows, :, columns].T)
        outside = own[..., None] > self._bands[rows, :, columns].transpose(1, 0, 2)
        moved = self._stretch * np.exp(self._rate * (outside - _MISSES))
        low, high = self._expectation.narrowest, self._expectation.widest
        moved = np.clip(moved, low[:, None, None], high[:, None, None])
        self._stretch = np.where(due[..., None], moved, self._stretch)
        self._learn_skill(due, own, error[..., Maker.NOBODY], ~outside)

    def _learn_skill(self, due: Floats, own: Floats, stays: Floats, inside: Floats) -> None:
        self._judged = self._judged + due
        rate = np.maximum(STRIDE_S / _SKILL_MEMORY_S, 1 / np.maximum(self._judged, 1))
        rate = np.where(due, rate, 0.0)
        old = self._skill
        self._skill = replace(
            old,
            error=old.error + rate * np.where(due, own - old.error, 0.0),
            persistence_error=old.persistence_error
            + rate * np.where(due, stays - old.persistence_error, 0.0),
            coverage=old.coverage + rate[..., None] * (inside - old.coverage),
        )


def trusted_shares(error: Floats, trust: Floats) -> Floats:
    """Return how much of a forecast is each maker's, from mean errors in earlier sessions.

    >>> trusted_shares(np.array([4.0, 4.0, 3.0, 2.0]), np.array([100.0])).round(2)
    array([0., 0., 0., 1.])
    """
    return _shares_of(error * trust, trust)


def _shares_of(loss: Floats, count: Floats) -> Floats:
    behind = loss - loss.min(-1, keepdims=True)
    share = np.exp(-_SHARPNESS * behind / np.sqrt(np.maximum(count, 1)))
    return np.asarray(share / share.sum(-1, keepdims=True))
