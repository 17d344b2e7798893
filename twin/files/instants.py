"""Rows of one instant: those that complete or repeat each other made one, others told apart."""

import numpy as np

from twin.records import Floats, Times

_SECOND_NS = 1_000_000_000


def one_row_each(
    times: Times, columns: dict[str, Floats]
) -> tuple[Times, dict[str, Floats], list[str]]:
    """Return rows with no two at one instant, and in words what was done to get there.

    Parameters
    ----------
    times : ndarray of datetime64[ns]
        Instant of each row, in order.
    columns : dict of str to ndarray
        Values of channels. NaN marks a missing value.

    Notes
    -----
    Rows of one instant that nowhere differ become one: a point repeated at a lap's border, channels
    in messages of their own. Where all times are whole seconds, rows that differ were read within
    that second: they are spread over it, so nothing is lost. Between finer times the first value
    of each channel counts, as it does live.

    Examples
    --------
    >>> times = np.array(["2026-10-01T10:00:00"] * 3, "datetime64[ns]")
    >>> speed, power = np.array([3.0, 3.0, 4.0]), np.array([np.nan, 200.0, 200.0])
    >>> instants, rows, told = one_row_each(times, {"speed": speed, "power": power})
    >>> [str(instant)[17:21] for instant in instants], rows["speed"].tolist(), rows["power"].tolist()
    (['00.0', '00.5'], [3.0, 4.0], [200.0, 200.0])
    >>> told  # doctest: +NORMALIZE_WHITESPACE
    ['1 sample repeats or completes another of the same instant: made one',
     '1 sample of the same whole second as another: spread over that second']
    """
    new = np.append(True, np.diff(times) > np.timedelta64(0))[: len(times)]
    if new.all():
        return times, columns, []
    begins = _begins(new, np.column_stack([*columns.values(), np.full(len(times), np.nan)]))
    told = _told(int((~begins).sum()), "repeats or completes another of the same instant: made one")
    apart = begins & ~new
    if not (times.astype("int64") % _SECOND_NS).any():
        times = _spread(times, new, begins)
        told += _told(
            int(apart.sum()), "of the same whole second as another: spread over that second"
        )
    else:
        begins = new
        told += _told(
            int(apart.sum()), "at the instant of another and unlike it: the first value kept"
        )
    place = np.cumsum(begins) - 1
    return times[begins], {n: _first_known(v, place) for n, v in columns.items()}, told


def _begins(new: np.ndarray, table: Floats) -> np.ndarray:
    """Tell for each row whether it begins another than the rows of its instant before it make up."""
    begins, doubled = new.copy(), ~new | np.append(~new[1:], False)
    whole = table[0]
    for row in np.flatnonzero(doubled):
        values = table[row]
        if not new[row]:
            begins[row] = np.any((values != whole) & ~np.isnan(values) & ~np.isnan(whole))
        whole = values if begins[row] else np.where(np.isnan(whole), values, whole)
    return begins


def _spread(times: Times, new: np.ndarray, begins: np.ndarray) -> Times:
    """Return instants with those that are told apart spread evenly over their second."""
    instant = np.cumsum(new) - 1
    order = np.cumsum(begins) - 1
    within = order - order[new][instant]  # 0, 1 .. among those of its second
    count = np.bincount(instant[begins])[instant]
    return times + (within * _SECOND_NS // count).astype("timedelta64[ns]")


def _first_known(values: Floats, place: np.ndarray) -> Floats:
    """Return the first value that is not NaN of the rows that go to each place."""
    known = np.flatnonzero(~np.isnan(values))
    places, first = np.unique(place[known], return_index=True)
    merged = np.full(place[-1] + 1, np.nan)
    merged[places] = values[known[first]]
    return merged


def counted(number: int, noun: str) -> str:
    """Return how many, in words.

    >>> counted(1, "sample"), counted(2, "sample")
    ('1 sample', '2 samples')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _told(number: int, what: str) -> list[str]:
    if number != 1:
        what = what.replace("repeats or completes", "repeat or complete")
    return [f"{counted(number, 'sample')} {what}"] if number else []
