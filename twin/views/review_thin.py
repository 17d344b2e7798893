"""Fewer points for the same picture: lowest and highest of every pixel, gaps and ends kept."""

import numpy as np
import numpy.typing as npt

from twin.records import Floats, Times

Rows = npt.NDArray[np.intp]


def joined(times: Times, *, gap_s: float) -> npt.NDArray[np.bool_]:
    """Return which points follow their neighbour without a gap; the first follows nobody.

    >>> joined(np.array([0, 1, 60], "datetime64[s]"), gap_s=10)
    array([False,  True, False])
    """
    if not len(times):
        return np.zeros(0, bool)
    steps = np.diff(times) / np.timedelta64(1, "s")
    return np.concatenate([[False], steps <= gap_s])


def kept_rows(values: Floats, pixels: int) -> Rows:
    """Return the rows that draw the same line: extremes, ends and gaps of every pixel.

    Parameters
    ----------
    values : ndarray
        Equally important points in time order; NaN marks a missing value.
    pixels : int
        Width of the picture; about four points are kept for each. [px]

    Returns
    -------
    ndarray of int
        Rows in order, without repetition; all rows where there are few.

    Notes
    -----
    Of every pixel the first and last row and the lowest and highest value stay, and the beginning of
    every gap, so that no peak is lost and no line crosses a gap; where gaps are more than pixels, one of
    each pixel.

    Examples
    --------
    >>> values = np.zeros(1000)
    >>> values[357] = 9.0
    >>> 357 in kept_rows(values, pixels=10), len(kept_rows(values, pixels=10)) <= 50
    (True, True)
    """
    count = len(values)
    if count <= 4 * pixels:
        return np.arange(count)
    edges = np.linspace(0, count, pixels + 1).astype(np.intp)
    first, last = edges[:-1], edges[1:] - 1
    missing = np.isnan(values)
    kept = [first, last, _extreme_rows(np.where(missing, np.inf, values), edges, lowest=True),
            _extreme_rows(np.where(missing, -np.inf, values), edges, lowest=False)]  # fmt: skip
    gaps = np.flatnonzero(missing & ~np.append(True, missing[:-1]))
    if len(gaps) > pixels:
        gaps = _extreme_rows(np.where(missing, 0.0, 1.0), edges, lowest=True)
    kept.append(gaps)
    return np.unique(np.concatenate(kept))


def _extreme_rows(values: Floats, edges: Rows, *, lowest: bool) -> Rows:
    """Return the row of the lowest or highest value between every two edges."""
    width = int(np.diff(edges).max())
    grid = edges[:-1, None] + np.arange(width)
    inside = grid < edges[1:, None]
    filler = np.inf if lowest else -np.inf
    table = np.where(inside, values[np.minimum(grid, len(values) - 1)], filler)
    return edges[:-1] + (table.argmin(axis=1) if lowest else table.argmax(axis=1))


def with_breaks(times: Times, values: Floats, *, gap_s: float) -> tuple[Times, Floats]:
    """Return the points with a NaN wherever a gap lies between two, so that no line crosses it."""
    breaks = np.flatnonzero(~joined(times, gap_s=gap_s))[1:]
    if not len(breaks):
        return times, values
    return (
        np.insert(times, breaks, times[breaks] - np.timedelta64(1, "ms")),
        np.insert(values, breaks, np.nan),
    )
