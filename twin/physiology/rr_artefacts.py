"""Missed, extra and ectopic beats: found by how intervals differ, and corrected.

Three bad beats in 180 move `dfa_alpha1` from 1.6 to 0.9, so this comes before any index.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter, percentile_filter

from twin.records import Floats

_SCALE, _WINDOW_BEATS = 5.2, 91  # threshold: quartile deviation of 91 beats, times 5.2
_MEDIAN_BEATS, _FAR = 11, 3.0  # distance from the running median that is too far
_ECTOPIC_SLOPE, _ECTOPIC_SHIFT = 0.13, 0.17
_USUAL = 1.5  # times the upper quartile: what a quarter of all beats do is no artefact
_LEAST_BEATS = 4
# Less is no artefact that matters: without a least threshold the method takes 2 to 3 % of the beats
# of white noise for artefacts, and in hard exercise intervals are nearly that.
_LEAST_THRESHOLD_MS, _LEAST_SHARE = 10.0, 0.04


class Artefact(IntEnum):
    """What an interval is taken for."""

    SOUND = 0
    ECTOPIC = 1
    MISSED = 2
    EXTRA = 3
    LONG_OR_SHORT = 4


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """RR intervals after correction.

    Parameters
    ----------
    nn_ms : ndarray
        NN intervals; a missed beat makes two of one, an extra beat one of two. [ms]
    kind : ndarray of int
        `Artefact` of each interval as received.
    share : float
        Share of the received intervals that were artefacts; above 0.05 show no index. [1]
    """

    nn_ms: Floats
    kind: npt.NDArray[np.int64]
    share: float


def find_artefacts(rr_ms: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Sort intervals into sound ones and four kinds of artefact [1]_.

    Parameters
    ----------
    rr_ms : array_like
        RR intervals in order, best 91 or more. NaN counts as long or short. [ms]

    Returns
    -------
    ndarray of int
        `Artefact` of each; fewer than four intervals are all sound.

    Notes
    -----
    Differences and distances from a running median are each measured against 5.2 quartile
    deviations of the 91 around them, so the method needs no fixed limit. A threshold is at least
    10 ms or 4 % of the median interval.

    References
    ----------
    .. [1] Lipponen and Tarvainen 2019, doi:10.1080/03091902.2019.1640306.

    Examples
    --------
    >>> rr = 800 + 20 * np.sin(np.arange(120) / 3)
    >>> rr[60:62] += [-200, 200]  # one beat came early
    >>> np.flatnonzero(find_artefacts(rr)).tolist()
    [60, 61]
    """
    received = np.asarray(rr_ms, np.float64)
    kind = np.zeros(len(received), np.int64)
    known = ~np.isnan(received)
    kind[~known] = Artefact.LONG_OR_SHORT
    rr = received[known]
    if len(rr) >= _LEAST_BEATS:
        kind[known] = _sorted_out(rr)
    return kind


def _sorted_out(rr: Floats) -> npt.NDArray[np.int64]:
    least = max(_LEAST_THRESHOLD_MS, _LEAST_SHARE * float(np.median(rr)))
    steps = np.diff(rr, prepend=rr[:1])
    middle = median_filter(rr, _MEDIAN_BEATS, mode="reflect")
    off = rr - middle
    off = np.where(off < 0, 2 * off, off)
    limit = _threshold(off, least)
    step, far = steps / _threshold(steps, least), np.abs(off / limit) > _FAR
    kind = np.zeros(len(rr), np.int64)
    for centre in np.flatnonzero(_is_ectopic(step)):
        kind[max(centre - 1, 0) : centre + 1] = Artefact.ECTOPIC
    for at in np.flatnonzero(_is_long_or_short(step) | far):
        if kind[at] != Artefact.SOUND:
            continue
        following = rr[at + 1] if at + 1 < len(rr) else np.nan
        if abs(rr[at] / 2 - middle[at]) < limit[at]:
            kind[at] = Artefact.MISSED
        elif abs(rr[at] + following - middle[at]) < limit[at]:
            kind[at : at + 2] = Artefact.EXTRA
        else:
            kind[at] = Artefact.LONG_OR_SHORT
    return kind


def _is_ectopic(step: Floats) -> npt.NDArray[np.bool_]:
    """Mark where a large step stands between two of the other sign: early and late, or the reverse."""
    before, after = np.append(0.0, step[:-1]), np.append(step[1:], 0.0)
    size = _ECTOPIC_SLOPE * np.abs(step) + _ECTOPIC_SHIFT
    up = (step > 1) & (np.maximum(before, after) < -size)
    down = (step < -1) & (np.minimum(before, after) > size)
    return np.asarray(up | down)


def _is_long_or_short(step: Floats) -> npt.NDArray[np.bool_]:
    """Mark where a large step is undone by one of the next two."""
    next_two = np.stack([np.append(step[1:], 0.0), np.append(step[2:], [0.0, 0.0])])
    long = (step > 1) & (next_two.min(axis=0) < -1)
    return np.asarray(long | ((step < -1) & (next_two.max(axis=0) > 1)))


def correct(rr_ms: npt.ArrayLike) -> Corrected:
    """Correct artefacts: split missed beats, join extra ones, interpolate the others [1]_.

    Parameters
    ----------
    rr_ms : array_like
        RR intervals in order; NaN is interpolated as one interval. [ms]

    Returns
    -------
    Corrected
        `nn_ms` is all NaN where nothing is sound; it may be longer or shorter than `rr_ms`.

    References
    ----------
    .. [1] Lipponen and Tarvainen 2019, doi:10.1080/03091902.2019.1640306.

    Examples
    --------
    >>> rr = 800 + 20 * np.sin(np.arange(120) / 3)
    >>> missed = np.concatenate([rr[:60], [rr[60] + rr[61]], rr[62:]])
    >>> len(missed), len(correct(missed).nn_ms), round(correct(missed).share, 4)
    (119, 120, 0.0084)
    """
    rr = np.asarray(rr_ms, np.float64)
    kind = find_artefacts(rr)
    split = kind == Artefact.MISSED
    values = np.where(split, rr / 2, rr)
    gone = np.zeros(len(rr), bool)
    extra = np.flatnonzero(kind == Artefact.EXTRA)
    first, second = extra[::2], extra[1::2]  # they come in pairs
    values[first] += rr[second]
    gone[second] = True
    doubtful = (kind == Artefact.ECTOPIC) | (kind == Artefact.LONG_OR_SHORT)
    values = np.where(doubtful, np.nan, values)
    nn = np.repeat(values[~gone], np.where(split, 2, 1)[~gone])
    share = float(np.mean(kind > 0)) if len(rr) else float("nan")
    return Corrected(_bridged(nn), kind, share)


def _bridged(nn: Floats) -> Floats:
    known = ~np.isnan(nn)
    if not known.any():
        return nn
    place = np.arange(len(nn))
    return np.interp(place, place[known], nn[known])


def _threshold(values: Floats, least: float) -> Floats:
    high, low = (
        percentile_filter(np.abs(values), percent, _WINDOW_BEATS, mode="reflect")
        for percent in (75, 25)
    )
    # where breath alone makes all differences alike their quartile deviation is zero
    return np.asarray(np.maximum(np.maximum(_SCALE * (high - low) / 2, _USUAL * high), least))
