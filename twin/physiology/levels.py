"""Work as levels: the stretches of even work that a record consists of."""

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats

BIN_S = 5
# Of the usual work: so far off for the least time, a stretch is worth a level of its own.
WORTH = 0.12
_LONGEST_S = 3600  # a longer level is told in parts, which are then one again


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of even work, from its first second until before `end_s`. [s, W or m/s]"""

    begin_s: int
    end_s: int
    mean: float


def levels_of(output: npt.ArrayLike, least_s: int) -> list[Level]:
    """Cut a record into levels, by the least squares with a price for each [1]_.

    Parameters
    ----------
    output : array_like
        Power or speed, one value a second; NaN counts as 0. [W or m/s]
    least_s : int
        How long a level lasts at least. [s]

    Returns
    -------
    list of Level
        One after another, to the second; empty for a record shorter than two of them.

    References
    ----------
    .. [1] Jackson et al. 2005, optimal partitioning, doi:10.1109/LSP.2001.838216.

    Examples
    --------
    >>> [(l.begin_s, l.end_s, l.mean) for l in levels_of([100.0] * 303 + [300.0] * 60 + [120.0] * 90, 15)]
    [(0, 303, 100.0), (303, 363, 300.0), (363, 453, 120.0)]
    """
    work = np.nan_to_num(np.asarray(output, np.float64))
    bins = len(work) // BIN_S
    least = max(least_s // BIN_S, 1)
    moving = work[work > 0]
    if bins < 2 * least or not len(moving):
        return []
    even = work[: bins * BIN_S].reshape(bins, BIN_S).mean(axis=1)
    worth = WORTH * float(np.median(moving))
    cuts = [cut * BIN_S for cut in _cuts(even, least, least * worth**2)]
    edges = [0, *(_to_the_second(work, cut, least_s) for cut in cuts), len(work)]
    return _joined(work, sorted(set(edges)), worth / 2)


def _joined(work: Floats, edges: list[int], alike: float) -> list[Level]:
    """Return levels between edges, neighbours that are alike as one."""
    levels: list[Level] = []
    for begin, end in itertools.pairwise(edges):
        mean = float(work[begin:end].mean())
        if levels and abs(levels[-1].mean - mean) < alike:
            begin = levels.pop().begin_s
            mean = float(work[begin:end].mean())
        levels.append(Level(begin, end, mean))
    return levels


def _cuts(even: Floats, least: int, price: float) -> list[int]:
    """Return where levels change, so that squares and prices are least."""
    count = len(even)
    total, squares = (np.concatenate([[0.0], np.cumsum(x)]) for x in (even, even**2))
    best = np.full(count + 1, np.inf)
    best[0] = -price
    came_from = np.zeros(count + 1, np.int64)
    longest = max(_LONGEST_S // BIN_S, 2 * least)
    spans = np.arange(longest, least - 1, -1)
    for end in range(least, count + 1):
        first = max(end - longest, 0)
        begins = slice(first, end - least + 1)  # no copies: this is done ten thousand times a day
        span = spans[len(spans) - (begins.stop - first) :]
        costs = (
            best[begins] + squares[end] - squares[begins] - (total[end] - total[begins]) ** 2 / span
        )
        place = int(costs.argmin())
        best[end], came_from[end] = costs[place] + price, first + place
    cuts, end = [], count
    while came_from[end] > 0:
        end = int(came_from[end])
        cuts.append(end)
    return cuts[::-1]


def _to_the_second(work: Floats, cut: int, least_s: int) -> int:
    """Return where around a cut the two sides differ most."""
    first, last = max(cut - least_s, 0), min(cut + least_s, len(work))
    near = np.arange(max(cut - 2 * BIN_S, first + 1), min(cut + 2 * BIN_S, last - 1) + 1)
    if not len(near):
        return cut
    total = np.concatenate([[0.0], np.cumsum(work[first:last])])
    before, after = near - first, last - near
    left, whole = total[before], total[-1]
    return int(near[np.argmax(left**2 / before + (whole - left) ** 2 / after)])
