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
from twin.model.bands import BandRule, Bands, Mask
from twin.model.outlook import Outlook, Skill, whole_beats
from twin.model.trace import SKIPPED_S, STRIDE_S, Indices
from twin.records import Floats


class Maker(IntEnum):
    """Who makes a forecast; the order of the columns."""

    NOBODY = 0
    HEART_ALONE = 1
    POPULATION = 2
    OWN = 3


_SHARPNESS = 0.5  # of the choice between makers: neighbouring forecasts fail together
_TIE = 0.97  # "it stays" wins against makers less than 3 % better: no harm comes before gain
_AFTER_GAP_S = 30.0  # makers are judged again from here; bands, as at the start, after a minute
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


class Ledger:
    """Keeps forecasts until they can be judged; one entry every 5 s.

    Forecasts of the first minute are not judged, as a heart that finds its pace flatters makers who
    fail later; nor those soon after a gap, when their memory is thin.

    Parameters
    ----------
    horizons_s : sequence of int
        Multiples of 5 s. [s]
    expectation : Expectation
        With one line per athlete.

    Examples
    --------
    >>> from twin.model.demand import InputKind
    >>> from twin.model.knowledge import stranger
    >>> from twin.model.replaying import together
    >>> known = together([stranger(InputKind.POWER, (30,), plan=False).expectation])
    >>> ledger = Ledger((30,), known)
    >>> for _ in range(60):  # five minutes in which "it stays" is right, and all others are not
    ...     said = ledger.advance(np.array([140.0]), np.array([[[0.0, 9.0, 9.0, 9.0]]]))
    >>> bool(said.share[0, 0, Maker.NOBODY] > 0.99), ledger.skill.persistence_error
    (True, array([[0.]]))
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
        self._heard_s, self._unbroken_s = np.zeros(athletes), np.zeros(athletes)
        self._whole = np.ones(athletes, np.bool_)
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
        self._whole = self._whole & ~(heart_rate % 1 > 0)
        outlook = self.outlook(changes)
        row = self._row % len(self._makers)
        warm, settled = self._in_earnest(heart_rate)
        self._makers[row] = np.where(warm, heart_rate, np.nan)[:, None, None] + changes
        self._outcome[row] = outlook.heart_rate(np.where(settled, heart_rate, np.nan))
        self._bands[row] = outlook.half_width
        self._row += 1
        return outlook

    def outlook(self, changes: Floats) -> Outlook:
        """Mix forecasts by the trust of now, without keeping them."""
        share = _shares_of(self._loss, self._count[..., None])
        change = np.sum(share * changes, -1)
        return Outlook(change, self._band.half_width, share, self._whole)

    def fill_in(self, changes: Floats, change: Floats) -> None:
        """Add to the forecasts that come due in the next `advance` what can be said only now.

        Parameters
        ----------
        changes : ndarray, shape (athletes, horizons, makers)
            Added to what each maker said; NaN takes it back. [bpm]
        change : ndarray, shape (athletes, horizons)
            Added to their mixture. [bpm]
        """
        rows, columns = self._due()
        self._makers[rows, :, columns] += changes.transpose(1, 0, 2)
        said = self._outcome[rows, :, columns] + change.T
        self._outcome[rows, :, columns] = whole_beats(said, self._whole)

    def begin_again(self, athlete: int, expectation: Expectation) -> None:
        """Forget one athlete's forecasts; `expectation` is without the athletes' axis."""
        self._band.begin_again(athlete, expectation.bands)
        self._loss[athlete] = expectation.error * expectation.trust[:, None]
        self._count[athlete] = expectation.trust
        self._makers[:, athlete] = self._outcome[:, athlete] = np.nan
        self._heard_s[athlete] = self._unbroken_s[athlete] = 0.0
        self._whole = np.where(np.arange(len(self._whole)) == athlete, True, self._whole)

    def _in_earnest(self, heart_rate: Floats) -> tuple[Mask, Mask]:
        """Return of whom makers, and of whom bands, are to be judged by the forecast of now."""
        heard = ~np.isnan(heart_rate)
        self._heard_s = self._heard_s + STRIDE_S * heard
        self._unbroken_s = np.where(heard, self._unbroken_s + STRIDE_S, 0.0)
        warm = (self._heard_s > SKIPPED_S) & (self._unbroken_s > _AFTER_GAP_S)
        return warm, self._unbroken_s > SKIPPED_S

    def _due(self) -> tuple[Indices, Indices]:
        return (self._row - self._steps) % len(self._makers), np.arange(len(self._steps))

    def _judge(self, heart_rate: Floats) -> None:
        rows, columns = self._due()
        made = self._makers[rows, :, columns].transpose(1, 0, 2)
        error = np.abs(heart_rate[:, None, None] - made)
        due = ~np.isnan(error).any(-1)
        if not due.any():
            return
        fade = np.exp(-STRIDE_S / _MEMORY_S)
        self._loss = np.where(due[..., None], self._loss * fade + error, self._loss)
        self._count = np.where(due, self._count * fade + 1, self._count)
        own = np.abs(heart_rate[:, None] - self._outcome[rows, :, columns].T)
        due = ~np.isnan(own)
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


def _shares_of(loss: Floats, count: Floats) -> Floats:
    loss = loss.copy()
    loss[..., Maker.NOBODY] *= _TIE
    behind = loss - loss.min(-1, keepdims=True)
    share = np.exp(-_SHARPNESS * behind / np.sqrt(np.maximum(count, 1)))
    return np.asarray(share / share.sum(-1, keepdims=True))
