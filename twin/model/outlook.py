"""What all twins say of the time ahead, and how well they have said it lately."""

from dataclasses import dataclass

import numpy as np

from twin.model.bands import Mask
from twin.records import Floats


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
    whole : ndarray of bool, shape (athletes,)
        Whether heart rate comes in whole beats.
    """

    change: Floats
    half_width: Floats
    share: Floats
    whole: Mask

    def heart_rate(self, now: Floats) -> Floats:
        """Return heart rate to come, from that of now; whole where it comes so; NaN where unknown. [bpm]

        >>> said = Outlook(np.array([[3.4]]), np.ones((1, 1, 3)), np.ones((1, 1, 4)), np.array([True]))
        >>> said.heart_rate(np.array([140.0]))
        array([[143.]])
        """
        return whole_beats(now[:, None] + self.change, self.whole[:, None])


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


def nothing_said(athletes: int, horizons: int) -> Outlook:
    """Return the outlook before the first forecast: nothing is known, not even of the makers.

    >>> nothing_said(2, 5).change.shape
    (2, 5)
    """
    unknown = np.full((athletes, horizons), np.nan)
    return Outlook(unknown, unknown[..., None], unknown[..., None], np.zeros(athletes, np.bool_))


def whole_beats(heart_rate: Floats, whole: Mask | bool) -> Floats:
    """Round a forecast where heart rate comes in whole beats, as its median does; NaN stays NaN. [bpm]

    >>> whole_beats(np.array([140.3, 140.3]), np.array([True, False]))
    array([140. , 140.3])
    """
    return np.where(whole, np.round(heart_rate), heart_rate)
