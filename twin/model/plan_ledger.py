"""The ledger of forecasts with the workload known: judged once it is seen what was done.

Nobody knows now what an athlete will do, so these forecasts are made when their time has come: from
what was known then, and the workload that came. Trust and bands are those that a plan asked for
now may rely on, and the same that a backtest with the workload known scores.
"""

from collections.abc import Sequence

import numpy as np

from twin.model.ledger import Expectation, Ledger, Maker
from twin.model.outlook import Outlook, Skill
from twin.model.trace import STRIDE_S
from twin.records import Floats


class PlanLedger:
    """Keeps who was trusted until it is seen what was done; one entry every 5 s.

    Parameters
    ----------
    horizons_s : sequence of int
        Multiples of 5 s. [s]
    expectation : Expectation
        Of forecasts with a plan, one line per athlete.
    features : int
        Of a forecast with a plan.

    Examples
    --------
    >>> from twin.model.demand import InputKind
    >>> from twin.model.knowledge import stranger
    >>> from twin.model.replaying import together
    >>> known = together([stranger(InputKind.POWER, (30,), plan=True).expectation])
    >>> ledger = PlanLedger((30,), known, features=1)
    >>> weights = np.array([0.0, 0.0, 9.0, 9.0])[None, None, :, None]
    >>> for second in range(0, 300, 5):  # 9 bpm more every 30 s, as two makers of four tell
    ...     said = ledger.advance(np.array([120 + 0.3 * second]), np.ones((1, 1, 1)), weights)
    >>> bool(said.share[0, 0, Maker.NOBODY] < 0.01), ledger.skill.persistence_error.round(6)
    (True, array([[9.]]))
    """

    def __init__(self, horizons_s: Sequence[int], expectation: Expectation, features: int) -> None:
        self._ledger = Ledger(horizons_s, expectation)
        self._steps = np.array(horizons_s) // STRIDE_S
        self._columns = np.arange(len(horizons_s))
        shape = expectation.error.shape
        size = int(self._steps.max()) + 1
        self._own = np.zeros((size, *shape[:2], features))
        self._share = np.zeros((size, *shape))
        self._nothing = np.zeros(shape)
        self._row = 0
        self.outlook = self._ledger.outlook(self._nothing)

    @property
    def skill(self) -> Skill:
        """How forecasts with the workload known came true lately."""
        return self._ledger.skill

    def advance(self, heart_rate: Floats, seen: Floats, weights: Floats) -> Outlook:
        """Judge what has come due, and keep what is known now.

        Parameters
        ----------
        heart_rate : ndarray, shape (athletes,)
            Now. [bpm]
        seen : ndarray, shape (athletes, horizons, features)
            What the forecasts that come due looked at, and the workload that came; NaN judges
            nothing. [bpm]
        weights : ndarray, shape (athletes, horizons, makers, features)
            With a plan; the athlete's own as they are now.

        Returns
        -------
        Outlook
            Bands and shares of a forecast with a plan made now; its change is left out (0).
        """
        rows = (self._row - self._steps) % len(self._own)
        changes = np.einsum("ahmf,ahf->ahm", weights, seen)
        own = self._own[rows, :, self._columns].transpose(1, 0, 2)
        changes[..., Maker.OWN] = np.sum(own * seen, -1)
        share = self._share[rows, :, self._columns].transpose(1, 0, 2)
        self._ledger.fill_in(changes, np.sum(share * changes, -1))
        self.outlook = self._ledger.advance(heart_rate, self._nothing)
        row = self._row % len(self._own)
        self._own[row], self._share[row] = weights[:, :, Maker.OWN], self.outlook.share
        self._row += 1
        return self.outlook

    def begin_again(self, athlete: int, expectation: Expectation) -> None:
        """Forget one athlete's forecasts; `expectation` is without the athletes' axis."""
        self._ledger.begin_again(athlete, expectation)
        fresh = self._ledger.outlook(self._nothing)
        self.outlook.share[athlete] = fresh.share[athlete]
        self.outlook.half_width[athlete] = fresh.half_width[athlete]
