"""What is known of people in general, for athletes of whom little is known.

Lines of the table are interpolated over the logarithm of the horizon.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from twin.model.demand import InputKind
from twin.model.population_table import TABLE
from twin.records import Floats

Key = tuple[InputKind, int, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line of the table.

    Parameters
    ----------
    weights : ndarray
        Weights of the features, see `twin.model.features`.
    errors : ndarray, shape (4,)
        Mean absolute error of each maker. [bpm]
    half_widths : ndarray, shape (3,)
        Half-width of the 50, 80 and 95 % bands. [bpm]
    """

    weights: Floats
    errors: Floats
    half_widths: Floats


def _parse(table: str) -> dict[Key, Entry]:
    entries = {}
    for line in table.strip().splitlines():
        kind, horizon, plan, *columns = line.split(";")
        numbers = [np.array(column.split(), np.float64) for column in columns]
        entries[InputKind(kind), int(horizon), bool(int(plan))] = Entry(*numbers)
    return entries


ENTRIES = _parse(TABLE)


@lru_cache(maxsize=512)
def entry(kind: InputKind, horizon_s: float, *, plan: bool) -> Entry:
    """Return what is known of one input at one horizon, beyond the table its nearest line.

    >>> entry(InputKind.POWER, 45, plan=False).weights.shape
    (20,)
    """
    plan = plan and kind is not InputKind.NONE
    horizons = sorted(h for k, h, p in ENTRIES if k is kind and p == plan)
    place = np.interp(np.log(horizon_s), np.log(horizons), np.arange(len(horizons)))
    low, share = int(place), float(place % 1)
    first = ENTRIES[kind, horizons[low], plan]
    if not share:
        return first
    second = ENTRIES[kind, horizons[low + 1], plan]

    def between(a: Floats, b: Floats) -> Floats:
        return np.asarray(a + share * (b - a))

    return Entry(
        between(first.weights, second.weights),
        between(first.errors, second.errors),
        between(first.half_widths, second.half_widths),
    )


def weights(kind: InputKind, horizon_s: float, *, plan: bool) -> Floats:
    """Return the population's forecast weights, shape (features,), see `twin.model.features`.

    >>> weights(InputKind.POWER, 60, plan=False).shape, weights(InputKind.POWER, 60, plan=True).shape
    ((20,), (25,))
    """
    return entry(kind, horizon_s, plan=plan).weights


def errors(kind: InputKind, horizon_s: float, *, plan: bool) -> Floats:
    """Return the mean absolute error of each maker for the median athlete, shape (makers,). [bpm]

    >>> soon, late = (errors(InputKind.POWER, horizon, plan=False) for horizon in (30, 300))
    >>> (soon < late).all()
    np.True_
    """
    return entry(kind, horizon_s, plan=plan).errors


def half_widths(kind: InputKind, horizon_s: float, *, plan: bool) -> Floats:
    """Return the half-widths of the 50, 80 and 95 % bands of the median athlete, shape (3,). [bpm]

    >>> (np.diff(half_widths(InputKind.POWER, 60, plan=False)) > 0).all()
    np.True_
    """
    return entry(kind, horizon_s, plan=plan).half_widths
