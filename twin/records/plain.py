"""The plain kinds that other records are made of: columns, instants, names, reasons."""

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


Indices = npt.NDArray[np.int32]


Times = npt.NDArray[np.datetime64]


Codes = npt.NDArray[np.uint8]


class Reason(IntEnum):
    """Why a value is as good as it is; the worst reason is kept."""

    GOOD = 0
    NOT_MEASURED = 1
    STALE = 2
    OUT_OF_RANGE = 3
    SPIKE = 4
    FROZEN = 5
    POOR_POSITION = 6
    DUPLICATE = 7
    OUT_OF_ORDER = 8


@lru_cache(maxsize=32)
def rows_of(names: tuple[str, ...]) -> dict[str, int]:
    """Return the line of each channel in a matrix with one line per name.

    >>> rows_of(("heart_rate", "power"))
    {'heart_rate': 0, 'power': 1}
    """
    return {name: row for row, name in enumerate(names)}


def utc(time: np.datetime64) -> datetime:
    """Return an instant as timezone-aware datetime; what is below a microsecond is cut.

    >>> utc(np.datetime64("2026-10-01T10:00:00.5", "ns")).isoformat()
    '2026-10-01T10:00:00.500000+00:00'
    """
    microseconds = int(time.astype("datetime64[us]").astype(np.int64))
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def slug(name: str) -> str:
    """Return a name as lower-case letters, digits and hyphens.

    >>> slug("Ada O'Neil")
    'ada-o-neil'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "athlete"
