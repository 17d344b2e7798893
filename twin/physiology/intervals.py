"""Work and rest of an interval session, found from power, speed or heart rate alone."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.physiology.levels import BIN_S, Level, levels_of
from twin.records import Floats

SCALES_S = (15, 30, 60, 120)  # how long a level lasts at least: the scale that explains most counts
LEAST_S = 15
LEAST_RATIO = 1.15  # of work to rest
LEAST_REST = 0.05  # of the time from the first work to the last: less is a stop at a light
# Nobody moves at a light: between long repeats a shorter rest counts where each was on the move.
LEAST_EASY_REST, LEAST_EASY_S = 0.03, 90
# SD over mean of the durations and of the levels of work: repeats are alike.
MOST_UNEQUAL = (0.5, 0.12)
# Of the variance, seen in steps of five seconds, by repeats as equal as can be.
LEAST_EXPLAINED = 0.25
OF_LEVELS = 0.83  # of that of the levels: work and rest of as-you-like have no two
_BREAK = 0.35  # of the longest break: shorter ones are a corner or a light
_LIKES_EQUAL = 0.85  # share of the variance that repeats twice as unequal must explain more
# Two stretches may be chance: they must be as long, near, and not all of the session.
_TWO_UNEQUAL, _TWO_APART, _TWO_MOST = 0.15, 3.0, 0.85
_STOPPED = 0.3  # of the usual work
DEFINITION = (
    "the record is cut into levels (optimal partitioning, Jackson 2005); work are the levels above, rest those "
    "below the cut that parts them best (Otsu 1979), or the stops. They are intervals where two or more "
    f"repeats are alike (durations within {MOST_UNEQUAL[0]:.0%}, levels within {MOST_UNEQUAL[1]:.0%}, SD), work is at least "
    f"{LEAST_RATIO:g} times rest, and rest at least {LEAST_REST:.0%} of the time, or {LEAST_EASY_REST:.0%} "
    f"where each lasts {LEAST_EASY_S} s and is on the move; a session of several sports has none"
)
_BINS = 256


@dataclass(frozen=True, slots=True)
class Effort:
    """A stretch of work or of rest, from its first second until before `end_s`.

    Parameters
    ----------
    begin_s, end_s : int
        Seconds of the record. [s]
    works : bool
        Whether it is work.
    mean : float
        Of the record as it came. [W or m/s]
    """

    begin_s: int
    end_s: int
    works: bool
    mean: float


def separating_level(values: npt.ArrayLike) -> tuple[float, float]:
    """Level that best separates values into two groups, and how well it does [1]_.

    Parameters
    ----------
    values : array_like
        NaN is left out.

    Returns
    -------
    level : float
        In the unit of the values; NaN where all are the same.
    separability : float
        Share of the variance that lies between the groups: 0.64 for one normal group, 1 for two
        sharp ones. [1]

    References
    ----------
    .. [1] Otsu 1979, doi:10.1109/TSMC.1979.4310076.

    Examples
    --------
    >>> level, share = separating_level([100.0] * 50 + [300.0] * 50)
    >>> 100 < level < 300, round(share, 1)
    (True, 1.0)
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    if not len(known) or np.ptp(known) == 0:
        return float("nan"), 0.0
    counts, edges = np.histogram(known, bins=_BINS)
    middle = (edges[:-1] + edges[1:]) / 2
    share = np.cumsum(counts) / len(known)
    mass = np.cumsum(counts * middle) / len(known)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mass[-1] * share - mass) ** 2 / (share * (1 - share))
    between = np.nan_to_num(between)
    best = np.flatnonzero(between == between.max())
    level = float(edges[1:][best].mean())
    return level, float(min(between.max() / known.var(), 1.0))


def find_intervals(output: npt.ArrayLike) -> list[Effort]:
    """Work and rest in turn, from the first work to the last; see `DEFINITION`.

    Parameters
    ----------
    output : array_like
        Power or speed, one value a second; NaN counts as 0. [W or m/s]

    Returns
    -------
    list of Effort
        Their ends are good to some seconds. Empty where the record is no interval session: fewer
        than two stretches of work, or repeats that are not alike.

    Examples
    --------
    >>> found = find_intervals([100] * 300 + ([300] * 60 + [120] * 60) * 3 + [100] * 300)
    >>> [(e.begin_s, e.end_s, e.works) for e in found][:2], len(found)
    ([(300, 360, True), (360, 420, False)], 5)
    """
    work = np.nan_to_num(np.asarray(output, np.float64))
    best: list[tuple[int, int]] = []
    most = LEAST_EXPLAINED
    for least_s in SCALES_S:
        levels = levels_of(work, least_s)
        even = np.repeat([one.mean for one in levels], [one.end_s - one.begin_s for one in levels])
        for cut, works in _candidates(levels):
            if not _are_repeats(work, works) or _of_levels(even, cut, works) < OF_LEVELS:
                continue
            merit = _explained(work, works) - _LIKES_EQUAL * _unequal(works)
            if merit > most:
                best, most = works, merit
    efforts = [(begin, end, True) for begin, end in best]
    efforts += [(one[1], other[0], False) for one, other in itertools.pairwise(best)]
    return [
        Effort(begin, end, works, float(work[begin:end].mean()))
        for begin, end, works in sorted(efforts)
    ]


def _candidates(levels: list[Level]) -> Iterator[tuple[float, list[tuple[int, int]]]]:
    """Yield cuts and the stretches of work: above the cut that parts what moves best, and between stops."""
    if len(levels) < 3:
        return
    lasts = np.array([level.end_s - level.begin_s for level in levels])
    means = np.array([level.mean for level in levels])
    usual = float(np.median(np.repeat(means, lasts)[np.repeat(means, lasts) > 0]))
    stop = _STOPPED * usual
    moving = means > stop
    cut, _ = separating_level(np.repeat(means[moving], lasts[moving]))
    for edge in (cut, stop):
        if not np.isnan(edge):
            works = _closed(_above(levels, edge), LEAST_S)
            yield edge, works
            breaks = [b[0] - a[1] for a, b in itertools.pairwise(works)]
            yield edge, _closed(works, int(_BREAK * max(breaks, default=0)))


def _above(levels: list[Level], cut: float) -> list[tuple[int, int]]:
    return [(level.begin_s, level.end_s) for level in levels if level.mean > cut]


def _closed(works: list[tuple[int, int]], break_s: int) -> list[tuple[int, int]]:
    """Return stretches of work with shorter breaks closed, and without what is too short then."""
    joined: list[tuple[int, int]] = []
    for begin, end in works:
        if joined and begin - joined[-1][1] < max(break_s, 1):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return [(begin, end) for begin, end in joined if end - begin >= LEAST_S]


def _unequal(works: list[tuple[int, int]]) -> float:
    lasts = np.array([end - begin for begin, end in works], np.float64)
    return float(lasts.std() / lasts.mean())


def _are_repeats(work: Floats, works: list[tuple[int, int]]) -> bool:
    """Return whether stretches of work are alike, and apart from the rest between them."""
    if len(works) < 2:
        return False
    lasts = np.array([end - begin for begin, end in works], np.float64)
    means = np.array([work[begin:end].mean() for begin, end in works])
    rests = [work[a[1] : b[0]] for a, b in itertools.pairwise(works)]
    rest = np.concatenate(rests)
    if len(works) == 2 and (
        _unequal(works) > _TWO_UNEQUAL
        or len(rest) > _TWO_APART * lasts.mean()
        or lasts.sum() > _TWO_MOST * (work > 0).sum()
    ):
        return False
    return bool(
        _unequal(works) <= MOST_UNEQUAL[0]
        and means.std() <= MOST_UNEQUAL[1] * means.mean()
        and np.average(means, weights=lasts) >= LEAST_RATIO * rest.mean()
        and _is_rest(rests, means.mean(), works[-1][1] - works[0][0])
    )


def _is_rest(rests: list[Floats], usual: float, whole_s: int) -> bool:
    """Return whether the time nearer to rest than to work is more than that at lights.

    A level may last longer than the stop in it.
    """
    middle = (np.concatenate(rests).mean() + usual) / 2
    rested = [rest[rest < middle] for rest in rests]
    easy = all(len(one) >= LEAST_EASY_S and one.mean() > _STOPPED * usual for one in rested)
    least = LEAST_EASY_REST if easy else LEAST_REST
    return sum(map(len, rested)) >= least * whole_s


def _of_levels(even: Floats, cut: float, works: list[tuple[int, int]]) -> float:
    """Return the share of the variance of the levels that lies between work and rest.

    The short breaks that were closed are neither.
    """
    span, working = even[works[0][0] : works[-1][1]], _working(works)
    kept = ~working | (span > cut)
    return _between(span[kept], working[kept])


def _working(works: list[tuple[int, int]]) -> npt.NDArray[np.bool_]:
    """Tell which seconds from the first work to the last are work."""
    first, last = works[0][0], works[-1][1]
    working = np.zeros(last - first, np.bool_)
    for begin, end in works:
        working[begin - first : end - first] = True
    return working


def _between(values: Floats, group: npt.NDArray[np.bool_]) -> float:
    """Return the share of the variance that lies between a group and the others."""
    if group.all() or not group.any() or not values.std():
        return 0.0
    apart = values[group].mean() - values[~group].mean()
    return float(group.mean() * (1 - group.mean()) * apart**2 / values.var())


def _explained(work: Floats, works: list[tuple[int, int]]) -> float:
    """Return the share of the variance from the first work to the last that lies between work and rest."""
    first, last = works[0][0], works[-1][1]
    size = (last - first) // BIN_S
    even = work[first : first + size * BIN_S].reshape(size, BIN_S).mean(axis=1)
    group = _working(works)[: size * BIN_S].reshape(size, BIN_S).mean(axis=1) > 0.5
    return _between(even, group)
