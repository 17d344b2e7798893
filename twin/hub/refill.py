"""What a follower missed, read back from the store and derived by the same steps as live."""

import numpy as np
import pandas as pd

from twin.pipeline.stored import derive
from twin.protocols import Store
from twin.records import Athlete, Batch
from twin.schema import ALL_NAMES
from twin.store.rolling import CAPACITY

_LOOK_BACK = pd.Timedelta(hours=24)  # begun earlier, a session is looked at no more


def stored_rows(store: Store, athlete: Athlete, index: int, newest: np.datetime64) -> Batch:
    """Return the newest rows of an athlete that the store holds, measured and derived channels.

    Parameters
    ----------
    store : Store
        That the hub records into.
    athlete : Athlete
        Whose zones and weights count.
    index : int
        Index in the squad, for the rows.
    newest : datetime64[ns]
        About now, on the clock of the athlete's source.

    Returns
    -------
    Batch
        At most as many rows as a rolling frame keeps, by time. Imported files are left out: they
        never went through the hub. Without an athlete or a session in the store, no row.
    """
    frames = [derive(store.samples(name), athlete) for name in _sessions(store, athlete, newest)]
    if not frames:
        nothing = np.empty(0, "datetime64[ns]")
        return Batch(np.empty(0, np.int32), nothing, np.empty((len(ALL_NAMES), 0)), ALL_NAMES)
    frame = pd.concat(frames).sort_index(kind="stable").iloc[-CAPACITY:]
    times = pd.DatetimeIndex(frame.index).tz_localize(None).to_numpy("datetime64[ns]")
    values = frame[list(ALL_NAMES)].to_numpy(np.float64).T
    return Batch(np.full(len(times), index, np.int32), times, values, ALL_NAMES)


def _sessions(store: Store, athlete: Athlete, newest: np.datetime64) -> list[str]:
    """Return the ids of the sessions that the hub recorded lately, the oldest first."""
    if athlete.id not in {known.id for known in store.athletes()}:
        return []
    since = pd.Timestamp(newest).tz_localize("UTC") - _LOOK_BACK
    listed = store.sessions(athlete=athlete.id, since=since.to_pydatetime(warn=False))
    live = listed[~listed["source"].str.startswith("file:")]
    return [str(name) for name in live["session"]][::-1]


def merged(held: Batch, stored: Batch) -> Batch:
    """Return the rows of one athlete from both, by time; of equal instants the held one stays."""
    missing = stored.take(~np.isin(stored.time, held.time))
    time = np.concatenate([missing.time, held.time])
    order = np.argsort(time, kind="stable")
    return Batch(
        np.concatenate([missing.athlete, held.athlete])[order],
        time[order],
        np.concatenate([missing.values, held.values], axis=1)[:, order],
        ALL_NAMES,
    )
