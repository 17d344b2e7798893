"""What people get from the store: samples and RR intervals as pandas objects."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from twin.schema import CHANNELS, SIGNAL_NAMES
from twin.store.database import Database
from twin.store.log import BEAT_NAMES, BEATS, SAMPLES, WAVE_NAMES, WAVES
from twin.store.reading import read_session


def samples_frame(
    database: Database,
    session: str,
    columns: Sequence[str] | None,
    start_ns: int | None,
    end_ns: int | None,
) -> pd.DataFrame:
    """Return the samples of a session on a UTC index named ``time``, units in ``attrs["units"]``.

    Raises
    ------
    ValueError
        If a column is not a channel of `twin.schema`.
    """
    unknown = [name for name in columns or () if name not in CHANNELS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a channel; known: {', '.join(CHANNELS)}")
    rows = read_session(database, SAMPLES, session, columns, start_ns, end_ns)
    names, values = rows.names, rows.values
    if columns is None:
        empty = np.asarray(np.isnan(values).all(axis=1))
        places = {name: line for line, name in enumerate(names) if not empty[line]}
        names = tuple(name for name in CHANNELS if name in places)
        values = values[[places[name] for name in names]]
    index = pd.DatetimeIndex(rows.time, name="time", tz="UTC")
    frame = pd.DataFrame(values.T, index=index, columns=list(names), copy=False)
    frame.attrs["units"] = {name: CHANNELS[name].unit for name in names}
    return frame


def rr_series(database: Database, session: str) -> pd.Series:
    """Return the RR intervals of a session on the UTC instants of their beats. [ms]"""
    rows = read_session(database, BEATS, session, BEAT_NAMES)
    index = pd.DatetimeIndex(rows.time, name="time", tz="UTC")
    return pd.Series(rows.values[0], index=index, name="rr_ms")


def wave_series(database: Database, session: str, signal: str) -> pd.Series:
    """Return one fast signal of a session on UTC instants, its unit in `twin.schema.SIGNALS`.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    wanted = signal_index(signal)
    rows = read_session(database, WAVES, session, WAVE_NAMES)
    rows = rows.take(rows.values[0] == wanted)
    return pd.Series(
        rows.values[1], index=pd.DatetimeIndex(rows.time, name="time", tz="UTC"), name=signal
    )


def signal_index(signal: str) -> int:
    """Return the index of a signal in `twin.schema.SIGNALS`; another name is refused."""
    if signal not in SIGNAL_NAMES:
        raise ValueError(f"{signal!r} is not a signal; known: {', '.join(SIGNAL_NAMES)}")
    return SIGNAL_NAMES.index(signal)
