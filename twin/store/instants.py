"""Instants as whole nanoseconds since 1970 UTC, which is how the file keeps them."""

from datetime import datetime

import numpy as np
import pandas as pd

from twin.records import utc


def to_ns(instant: datetime | str) -> int:
    """Return an instant as nanoseconds; without a time zone it is taken as UTC.

    Raises
    ------
    ValueError
        If the words are no date.

    Examples
    --------
    >>> to_ns("1970-01-01T00:00:01+00:00")
    1000000000
    """
    stamp = pd.Timestamp(instant)
    if pd.isna(stamp):
        raise ValueError(f"expected an instant, got {instant!r}")
    return (stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp).as_unit("ns").value


def to_ns_or_none(instant: datetime | str | None) -> int | None:
    """Return an instant as nanoseconds, None for None."""
    return None if instant is None else to_ns(instant)


def from_ns(instant_ns: int) -> datetime:
    """Return nanoseconds as an aware datetime; what is below a microsecond is cut."""
    return utc(np.datetime64(instant_ns, "ns"))


def from_ns_or_none(instant_ns: int | None) -> datetime | None:
    """Return nanoseconds as an aware datetime, None for None."""
    return None if instant_ns is None else from_ns(instant_ns)
