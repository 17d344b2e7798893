"""The matched history of a session: how heart rate rose with work in the sessions before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.model.demand import BPM_PER_UNIT, InputKind
from twin.model.work_profile import BIN, WorkProfile
from twin.records import Floats

_SD_OF_MAD = 1.4826  # standard deviation of a normal distribution, in median absolute deviations
_PRIOR_SESSIONS = 5.0  # what the usual scatter of people is worth
_FULL_WEIGHT, _CLIPPED = 1.5, 2.5  # SD from the middle: beyond, less weight; at most
_OF_CLIPPED = 1.023  # variance of a normal distribution, by that of it clipped at 2.5 SD
_DRIFT_BPM_MIN = 10.0 / 60  # rise at equal work: Truth of most people, 6 to 20 bpm/h
_PRIOR_MIN = 20.0  # minutes of measurement that the common slopes are worth
_BEND = 4.0  # bins of workload from the middle, where the curve may bend
_SPREADS = 2.0  # of workload, over which another slope is told
_WIDE = 0.5  # of the usual variance of workload; with less a session tells no slope


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums of sessions of one kind, enough for regressions that leave each its own offset.

    The regressors are workload, its square (about a common middle) and minutes since the start.

    Parameters
    ----------
    kind : InputKind
        Of the workload.
    squares, products : ndarray, shape (sessions, 3, 3) and (sessions, 3)
        Of regressors with each other and with heart rate, about the session's own means.
    mean, rate, minutes : ndarray, shape (sessions, 3), (sessions,), (sessions,)
        Means of regressors and heart rate, and the time measured. [min]
    """

    kind: InputKind
    squares: Floats
    products: Floats
    mean: Floats
    rate: Floats
    minutes: Floats

    @classmethod
    def of(cls, kind: InputKind, profiles: Sequence[WorkProfile]) -> "Moments":
        """Sum up profiles of one kind.

        >>> ride = WorkProfile("power", ((100.0, 10.0, 120.0, 5.0), (200.0, 20.0, 150.0, 5.0)))
        >>> Moments.of(InputKind.POWER, [ride]).rate
        array([135.])
        """
        middle = float(np.median([cell[0] for p in profiles for cell in p.cells]))
        rows = [_summed(np.array(profile.cells), middle, BIN[kind]) for profile in profiles]
        return cls(kind, *(np.array(column) for column in zip(*rows, strict=True)))

    def slopes(self, of: npt.NDArray[np.int64]) -> Floats:
        """Return the regression of some sessions together, drawn to what is common where thin.

        Shape (3,): heart rate by workload and by its square [bpm per unit], by time [bpm/min].
        """
        spread = np.array([4 * BIN[self.kind] ** 2, (_BEND * BIN[self.kind]) ** 2, 15.0**2])
        prior = np.array([BPM_PER_UNIT[self.kind], 0.0, _DRIFT_BPM_MIN])
        squares = self.squares[of].sum(axis=0) + np.diag(_PRIOR_MIN * spread)
        products = self.products[of].sum(axis=0) + _PRIOR_MIN * spread * prior
        found: Floats = np.linalg.solve(squares, products)
        return found

    def offsets(self, slopes: Floats, of: npt.NDArray[np.int64]) -> Floats:
        """Return the heart rate of sessions beyond what the slopes explain. [bpm]

        >>> ride = WorkProfile("power", ((100.0, 10.0, 120.0, 5.0), (200.0, 20.0, 150.0, 5.0)))
        >>> sums = Moments.of(InputKind.POWER, [ride])
        >>> sums.offsets(np.array([0.3, 0.0, 0.0]), np.array([0]))  # 135 bpm - 0.3 bpm/W * 150 W
        array([90.])
        """
        found: Floats = self.rate[of] - self.mean[of] @ slopes
        return found

    def tilts(self, slopes: Floats, of: npt.NDArray[np.int64]) -> Floats:
        """Return how much more heart rate rises over a usual spread of workload. [bpm]

        NaN for sessions whose workload varies less than half as much as usual.
        """
        variance = self.squares[of, 0, 0] / self.minutes[of]
        usual = median(variance)
        left = self.products[of, 0] - self.squares[of, 0] @ slopes
        steeper = left / np.maximum(self.squares[of, 0, 0], 1e-9)
        return np.where(variance >= _WIDE * usual, steeper * _SPREADS * np.sqrt(usual), np.nan)


def _summed(
    cells: Floats, middle: float, width: float
) -> tuple[Floats, Floats, Floats, float, float]:
    level, minute, rate, weight = cells.T
    design = np.column_stack([level, (level - middle) ** 2 / (_BEND * width), minute])
    mean, average = weight @ design / weight.sum(), float(weight @ rate / weight.sum())
    off, high = design - mean, rate - average
    return (off.T * weight) @ off, (off.T * weight) @ high, mean, average, float(weight.sum())


def median(known: Floats) -> float:
    """Return the median of some values, none NaN; ten times as quick as NumPy's for a few.

    >>> median(np.array([3.0, 1.0, 2.0]))
    2.0
    """
    rising = np.sort(known)
    return float(rising[(len(rising) - 1) // 2] + rising[len(rising) // 2]) / 2


@dataclass(frozen=True, slots=True)
class Usual:
    """What a figure usually is: robust mean and SD of the history, and how many it has."""

    middle: float
    sd: float
    count: int

    def distance(self, value: float) -> float:
        """Return how far a value is from the middle; NaN where either is unknown. [robust SD]

        >>> Usual(140.0, 3.0, 12).distance(146.0)
        2.0
        """
        return (value - self.middle) / self.sd


def usual_of(history: Floats, common_sd: float) -> Usual:
    """Return what is usual; with a short history the scatter is drawn to what is common.

    A step of Huber's estimate from the median [1]_: nearly as sure as the mean, which of real
    scatter halves what is told in vain, and blind to a few sessions that are far off.

    References
    ----------
    .. [1] Huber 1964, doi:10.1214/aoms/1177703732.

    Examples
    --------
    >>> usual_of(np.array([1.0, 2.0, 3.0, np.nan]), 1.0).middle
    2.0
    """
    known = history[~np.isnan(history)]
    count = len(known)
    if not count:
        return Usual(np.nan, np.nan, 0)
    middle = median(known)
    first = _with_common(count, _SD_OF_MAD * median(np.abs(known - middle)), common_sd)
    weight = np.minimum(1.0, _FULL_WEIGHT * first / np.maximum(np.abs(known - middle), 1e-12))
    middle = float(weight @ known / weight.sum())
    most = _CLIPPED * first
    clipped = np.minimum(np.maximum(known - middle, -most), most)  # a third of the time of clip
    spread = float(np.sqrt(_OF_CLIPPED * (clipped @ clipped) / max(count - 1, 1)))
    return Usual(middle, _with_common(count, spread, common_sd), count)


def _with_common(count: int, spread: float, common_sd: float) -> float:
    """Return an SD drawn to the common one, as if that had been seen in a few sessions."""
    variance = count * spread**2 + _PRIOR_SESSIONS * common_sd**2
    return float(np.sqrt(variance / (count + _PRIOR_SESSIONS)))


def percentile_of(value: float, history: Floats) -> float:
    """Return the share of a history that lies below a value; NaN in the history does not count. [%]

    >>> percentile_of(5.0, np.array([1.0, 2.0, 3.0]))
    87.5
    """
    known = history[~np.isnan(history)]
    return float(
        100 * ((known < value).sum() + 0.5 * (known == value).sum() + 0.5) / (len(known) + 1)
    )
