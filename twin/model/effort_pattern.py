"""The structure of a workout: efforts and rests between, found in the workload, and compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.records import Floats

_SMOOTH_S = 9
_SHORTEST_S, _FILLED_S = 15, 8  # of an effort; of a dip within one
_FEWEST, _MOST = 3, 60
_STEEP = 1.25  # efforts over rests, at least
_APART = 0.65  # share of the variance that the two levels explain
_WORK_SHARE, _WORK_S = 0.1, 6.0  # by which efforts of the same workout differ
_REST_SHARE, _REST_S = 0.25, 12.0


@dataclass(frozen=True, slots=True)
class EffortPattern:
    """The efforts of a session, warm-up and cool-down left out.

    Parameters
    ----------
    work_s, rest_s : tuple of float
        Lengths of the efforts, and of the rests between them, one fewer. [s]
    level : float
        Mean workload of the efforts. [own unit: W or m/s]
    heart_rate : float
        Mean over the second halves of the efforts; NaN if not known. [bpm]
    """

    work_s: tuple[float, ...]
    rest_s: tuple[float, ...]
    level: float
    heart_rate: float


def effort_pattern(level: Floats, heart_rate: Floats) -> EffortPattern | None:
    """Return the efforts in a workload, one value a second; None where it has no two levels.

    Parameters
    ----------
    level : ndarray
        Power or speed; NaN counts as 0. [W or m/s]
    heart_rate : ndarray
        Of the same seconds. [bpm]

    Examples
    --------
    >>> level = np.array([*[100.0] * 300, *([300.0] * 60 + [100.0] * 60) * 4, *[100.0] * 300])
    >>> effort_pattern(level, np.full(len(level), 150.0)).work_s
    (60.0, 60.0, 60.0, 60.0)
    """
    if len(level) < _FEWEST * _SHORTEST_S:
        return None
    smooth = np.convolve(np.nan_to_num(level), np.full(_SMOOTH_S, 1 / _SMOOTH_S), "same")
    border = _border(smooth[smooth > 0])
    if border is None:
        return None
    begins, ends = _efforts(smooth > border)
    if not _FEWEST <= len(begins) <= _MOST:
        return None
    halves = [slice((b + e) // 2, e) for b, e in zip(begins, ends, strict=True)]
    rates = np.concatenate([heart_rate[half] for half in halves])
    loads = np.concatenate([smooth[b:e] for b, e in zip(begins, ends, strict=True)])
    return EffortPattern(
        tuple(map(float, ends - begins)),
        tuple(map(float, begins[1:] - ends[:-1])),
        round(float(loads.mean()), 3),
        round(float(np.nanmean(rates)), 1) if not np.isnan(rates).all() else np.nan,
    )


def same_workouts(patterns: Sequence[EffortPattern | None]) -> npt.NDArray[np.int64]:
    """Return a number for each session, the same where efforts and rests are as many and as long.

    Parameters
    ----------
    patterns : sequence of EffortPattern or None
        The oldest first.

    Returns
    -------
    ndarray of int
        Place of the first session of this structure; -1 without one. How hard it was is left out:
        that is what changes.

    Examples
    --------
    >>> one = EffortPattern((180.0, 180.0, 180.0), (90.0, 90.0), 4.2, 170.0)
    >>> alike = EffortPattern((176.0, 190.0, 180.0), (95.0, 90.0), 4.4, 165.0)
    >>> longer = EffortPattern((300.0, 300.0, 300.0), (90.0, 90.0), 3.9, 168.0)
    >>> same_workouts([one, longer, None, alike])
    array([ 0,  1, -1,  0])
    """
    found = np.full(len(patterns), -1, np.int64)
    firsts: dict[int, list[int]] = {}
    for place, pattern in enumerate(patterns):
        if pattern is None:
            continue
        alike = firsts.setdefault(len(pattern.work_s), [])
        match = next((i for i in alike if _alike(pattern, patterns[i])), None)
        if match is None:
            alike.append(place)
        found[place] = place if match is None else match
    return found


def _alike(one: EffortPattern, other: EffortPattern | None) -> bool:
    return (
        other is not None
        and _within(one.work_s, other.work_s, _WORK_SHARE, _WORK_S)
        and _within(one.rest_s, other.rest_s, _REST_SHARE, _REST_S)
    )


def _within(ours: Sequence[float], theirs: Sequence[float], share: float, room_s: float) -> bool:
    one, other = np.array(ours), np.array(theirs)
    return bool((np.abs(one - other) <= np.maximum(room_s, share * other)).all())


def _border(values: Floats) -> float | None:
    """Return what parts the two levels best (Otsu 1979, doi:10.1109/TSMC.1979.4310076), if any do."""
    if len(values) < _FEWEST * _SHORTEST_S:
        return None
    counts, edges = np.histogram(values, 64)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = len(values) - below
    sums = np.cumsum(counts * middles)
    low, high = sums[:-1] / np.maximum(below, 1), (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    between = below * above * (high - low) ** 2 / len(values) ** 2
    best = int(between.argmax())
    clear = between[best] >= _APART * values.var() and high[best] >= _STEEP * low[best]
    return float(edges[best + 1]) if clear else None


def _efforts(hard: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where efforts begin and end; short dips are filled, short efforts left out."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], hard, [False]]).astype(np.int8)))
    begins, ends = steps[::2], steps[1::2]
    if not len(begins):
        return begins, ends
    parted = begins[1:] - ends[:-1] > _FILLED_S
    begins, ends = begins[np.append(True, parted)], ends[np.append(parted, True)]
    long = ends - begins >= _SHORTEST_S
    return begins[long], ends[long]
