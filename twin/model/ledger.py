"""The ledger: every forecast is kept until its time has come, and its maker gains or loses trust.

Four makers forecast the change of heart rate: nobody ("it stays"), the path of heart rate alone,
the population's weights, and the athlete's own. They are mixed by their errors so far, so where
the input says nothing the mixture falls back to "it stays". Its bands are in
`twin.model.bands`.

References
----------
Cesa-Bianchi and Lugosi 2006, doi:10.1017/CBO9780511546921, chapter 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from twin.model.bands import LEVELS as LEVELS
from twin.model.bands import BandRule, Bands
from twin.model.trace import STRIDE_S
from twin.records import Floats


class Maker(IntEnum):
    """Who makes a forecast; the order of the columns."""

    NOBODY = 0
    HEART_ALONE = 1
    POPULATION = 2
    OWN = 3


_SHARPNESS = 1.0  # of the choice between makers
_TIE = 0.97  # "it stays" wins against makers less than 3 % better: no harm comes before gain
_MEMORY_S = 1200.0  # after which an error counts a third
_SKILL_MEMORY_S = 600.0


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What is expected of the makers before the session begins.

    Parameters
    ----------
    error : ndarray, shape (..., horizons, makers)
        Mean absolute error in earlier sessions. [bpm]
    trust : ndarray, shape (..., 1)
        How many forecasts that knowledge is worth.
    bands : BandRule
        How wide bands begin and how they learn.
    """

    error: Floats
    trust: Floats
    bands: BandRule


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
        self._band = Bands(expectation.bands)
        self._loss = expectation.error * expectation.trust[..., None]
        self._count = np.broadcast_to(expectation.trust, (athletes, horizons)).copy()
        # lines of the pending entries: makers, mixture, bands
        size = int(self._steps.max()) + 1
        self._makers = np.full((size, athletes, horizons, makers), np.nan)
        self._outcome = np.full((size, athletes, horizons), np.nan)
        self._bands = np.full((size, athletes, horizons, len(LEVELS)), np.nan)
        self._row = 0
        self._judged = np.zeros((athletes, horizons))
        nothing = np.zeros((athletes, horizons))
        self._skill = Skill(nothing, nothing, np.zeros((athletes, horizons, len(LEVELS))))

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
        half_width = self._band.half_width
        row = self._row % len(self._makers)
        self._makers[row] = heart_rate[:, None, None] + changes
        self._outcome[row] = heart_rate[:, None] + change
        self._bands[row] = half_width
        self._row += 1
        return Outlook(change, half_width, share)

    def begin_again(self, athlete: int, expectation: Expectation) -> None:
        """Forget one athlete's forecasts; `expectation` is without the athletes' axis."""
        self._band.begin_again(athlete, expectation.bands)
        self._loss[athlete] = expectation.error * expectation.trust[:, None]
        self._count[athlete] = expectation.trust
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
        self._band.judge(due, own, outside)
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
    loss = loss.copy()
    loss[..., Maker.NOBODY] *= _TIE
    behind = loss - loss.min(-1, keepdims=True)
    share = np.exp(-_SHARPNESS * behind / np.sqrt(np.maximum(count, 1)))
    return np.asarray(share / share.sum(-1, keepdims=True))
