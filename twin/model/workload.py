"""Planned workload: what an athlete will do, second by second."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
from scipy.signal import lfilter

from twin.model.demand import InputKind, demand_of
from twin.model.features import DEMAND_GAINS
from twin.records import Floats

# Samples after which a bank is exponential throughout.
_GROWN = int(np.ceil(1 / DEMAND_GAINS.min()))


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """A plan from now on, in the athlete's own kind of input.

    Parameters
    ----------
    level : ndarray, shape (seconds,)
        Power, grade-adjusted or plain speed, or cadence. Beyond its end the last level holds.
        [W, m/s or 1/min]
    """

    level: Floats

    def __post_init__(self) -> None:
        if not len(self.level) or np.isnan(self.level).any():
            raise ValueError("a workload needs a level for every second, got none or NaN")

    @classmethod
    def hold(cls, level: float, duration_s: int = 600) -> "Workload":
        """Hold one level.

        >>> Workload.hold(200, 3).level
        array([200., 200., 200.])
        """
        return cls(np.full(duration_s, float(level)))

    @classmethod
    def steps(cls, *parts: tuple[float, int]) -> "Workload":
        """Levels one after the other, each with its duration in seconds.

        >>> Workload.steps((200, 2), (100, 1)).level
        array([200., 200., 100.])
        """
        return cls(np.array(list(chain(*(repeat(float(level), s) for level, s in parts)))))

    @classmethod
    def intervals(cls, work: tuple[float, int], rest: tuple[float, int], count: int) -> "Workload":
        """Work and rest in turns.

        >>> Workload.intervals((300, 1), (100, 2), 2).level
        array([300., 100., 100., 300., 100., 100.])
        """
        return cls.steps(*chain(*repeat((work, rest), count)))

    def lasting(self, duration_s: int) -> "Workload":
        """Return the plan cut to this length, or with its last level held to it.

        >>> Workload.hold(200, 2).lasting(3).level, Workload.hold(200, 2).lasting(1).level
        (array([200., 200., 200.]), array([200.]))
        """
        level = self.level[:duration_s]
        return Workload(np.append(level, np.full(duration_s - len(level), self.level[-1])))


def planned_means(
    kind: InputKind, demand_means: Floats, level: Floats, seen: int = _GROWN
) -> Floats:
    """Return what the bank of demand will hold after each second of a plan.

    Parameters
    ----------
    kind : InputKind
        What `level` is.
    demand_means : ndarray, shape (5,)
        The bank now. [bpm]
    level : ndarray, shape (seconds,)
        Workload of each second to come. [own unit]
    seen : int
        Samples in the bank: a young one is still a plain mean, see `twin.model.bank`. As if it
        were old if not given: so a heart answers.

    Returns
    -------
    ndarray, shape (seconds, 5)
        One row per second, linear in `level`. [bpm]

    Examples
    --------
    >>> steady = planned_means(InputKind.POWER, np.full(5, 50.0), np.full(60, 200.0))
    >>> steady.shape, steady[-1].round(6)
    ((60, 5), array([50., 50., 50., 50., 50.]))
    """
    demand = demand_of(kind, level)
    young = demand[: max(_GROWN - seen, 0)]
    means, now = np.empty((len(demand), len(DEMAND_GAINS))), demand_means
    for second, value in enumerate(young.tolist()):
        now = now + np.maximum(DEMAND_GAINS, 1 / (seen + second + 1)) * (value - now)
        means[second] = now
    for scale, (gain, mean) in enumerate(zip(DEMAND_GAINS, now, strict=True)):
        later = lfilter([gain], [1.0, gain - 1.0], demand[len(young) :], zi=[(1 - gain) * mean])
        means[len(young) :, scale] = later[0]
    return means


def together(plans: Sequence[Workload]) -> Workload:
    """Put plans one after the other.

    >>> together([Workload.hold(100, 2), Workload.hold(200, 1)]).level
    array([100., 100., 200.])
    """
    return Workload(np.concatenate([p.level for p in plans]))
