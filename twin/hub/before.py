"""What the store already holds of an athlete: so that nothing sent again is kept twice."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from twin.errors import UnknownAthleteError
from twin.protocols import Store
from twin.records import utc
from twin.schema import MEASURED_NAMES
from twin.sources.http_known import RR, Lookup


def stored_before(store: Store) -> Lookup:
    """Return what asks a store which readings it holds of an athlete in a stretch of time."""

    def lookup(athlete: str, first_ns: int, last_ns: int) -> Mapping[int, int]:
        try:
            sessions = store.sessions(athlete=athlete)
        except UnknownAthleteError:
            return {}
        first, last = _instant(first_ns), _instant(last_ns + 1000)
        touched = sessions[(sessions["start"] <= last) & ~(sessions["end"] < first)]
        held: dict[int, int] = {}
        for session in touched["session"]:
            for instant, bits in _held(store, session, first, last):
                held[instant] = held.get(instant, 0) | bits
        return held

    return lookup


def _held(
    store: Store, session: str, first: pd.Timestamp, last: pd.Timestamp
) -> list[tuple[int, int]]:
    """Return instants and channels, as `twin.sources.http_known.channels_of` counts them."""
    samples = store.samples(
        session, columns=MEASURED_NAMES, start=first.to_pydatetime(), end=last.to_pydatetime(),
        repaired=False,
    )  # fmt: skip
    bits = samples.notna().to_numpy() @ (1 << np.arange(len(MEASURED_NAMES)))
    beats = store.rr(session)[first:last]
    return [
        *zip(_nanoseconds(samples.index), bits.tolist(), strict=True),
        *((instant, RR) for instant in _nanoseconds(beats.index)),
    ]


def _nanoseconds(index: pd.Index) -> list[int]:
    instants: list[int] = pd.DatetimeIndex(index).as_unit("ns").asi8.tolist()
    return instants


def _instant(time_ns: int) -> pd.Timestamp:
    """Return an instant; what is below a microsecond is cut."""
    return pd.Timestamp(utc(np.datetime64(time_ns, "ns")))
