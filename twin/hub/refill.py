"""What a follower missed, read back from the store and derived by the same steps as live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from twin.pipeline import clean, features
from twin.protocols import Store
from twin.records import Athlete, Batch
from twin.schema import ALL_NAMES, MEASURED_NAMES, ZONE_COUNT

_LOOK_BACK = pd.Timedelta(hours=24)  # begun earlier, a session is looked at no more
_EVER = np.datetime64(0, "ns")
_WARM_UP = np.timedelta64(60, "s")  # what the steps need to know of what came before
_SUMS = (
    "session_distance", "ascent", "elapsed", "banister_trimp", "edwards_trimp",
    *(f"time_in_zone_{zone}" for zone in range(1, ZONE_COUNT + 1)),
)  # fmt: skip
_SUM_LINES = [ALL_NAMES.index(name) for name in _SUMS]


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Whose rows are wanted.

    Parameters
    ----------
    index : int
        Index in the squad.
    athlete : Athlete
        Whose zones and weights count.
    held : Batch
        The rows that are there, all channels, by time.
    since : datetime64[ns] or None
        From when on; None = from the beginning of the session, with sums to the last bit.
    newest : datetime64[ns]
        About now, on the clock of the athlete's source.
    """

    index: int
    athlete: Athlete
    held: Batch
    since: np.datetime64 | None
    newest: np.datetime64


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """Samples of one session of one athlete; `cut` if it began earlier."""

    wanted: Wanted
    samples: pd.DataFrame
    cut: bool


def refilled(store: Store, wanted: Sequence[Wanted]) -> list[Batch]:
    """Return the rows of each athlete, those held and those the store has beside them, by time.

    Of equal instants the held row stays. Imported files are left out: they never went through the
    hub. Where only the newest stretch is read, sums go on from a row that is held; without one they
    are NaN there.
    """
    stretches = _stretches(store, wanted)
    found: dict[int, list[Batch]] = {}
    for stretch, rows in zip(stretches, _derived(stretches), strict=True):
        if stretch.cut:
            rows = _joined(rows, stretch.wanted.held)
        if stretch.wanted.since is not None:
            rows = rows.take(rows.time >= stretch.wanted.since)
        found.setdefault(stretch.wanted.index, []).append(rows)
    return [_merged(one, found.get(one.index, [])) for one in wanted]


def _stretches(store: Store, wanted: Sequence[Wanted]) -> list[_Stretch]:
    """Read the sessions that the hub recorded lately, the oldest first."""
    oldest = min(one.newest for one in wanted)
    since = (pd.Timestamp(oldest, tz="UTC") - _LOOK_BACK).to_pydatetime(warn=False)
    by_athlete = _sessions_by_athlete(store, since)
    stretches = []
    for one in wanted:
        sessions = by_athlete.get(one.athlete.id)
        if sessions is None:
            continue
        first = pd.Timestamp(_EVER if one.since is None else one.since - _WARM_UP, tz="UTC")
        reaching = sessions[sessions["end"] >= first]
        for name, began in zip(reaching["session"], reaching["start"], strict=True):
            samples = store.samples(str(name), start=first.to_pydatetime(warn=False))
            stretches.append(_Stretch(one, samples, cut=bool(began < first)))
    return [stretch for stretch in stretches if len(stretch.samples)]


def _sessions_by_athlete(store: Store, since: datetime) -> dict[str, pd.DataFrame]:
    """Return the sessions of each athlete by id; the store lists them by name, which may be shared."""
    listed = _recorded(store.sessions(since=since))
    names = [athlete.name for athlete in store.athletes()]
    by_name = {str(name): sessions for name, sessions in listed.groupby("athlete")}
    return {
        athlete.id: by_name[athlete.name]
        if names.count(athlete.name) == 1
        else _recorded(store.sessions(athlete=athlete.id, since=since))
        for athlete in store.athletes()
        if athlete.name in by_name
    }


def _recorded(sessions: pd.DataFrame) -> pd.DataFrame:
    return sessions[~sessions["source"].str.startswith("file:")].iloc[::-1]


def _derived(stretches: Sequence[_Stretch]) -> list[Batch]:
    """Run the live steps over all stretches at once, each as an athlete of its own."""
    if not stretches:
        return []
    squad = [stretch.wanted.athlete for stretch in stretches]
    lengths = [len(stretch.samples) for stretch in stretches]
    table = pd.concat([stretch.samples for stretch in stretches])
    times = pd.DatetimeIndex(table.index).tz_localize(None).to_numpy("datetime64[ns]")
    channels: dict[str, Any] = {
        name: table[name].to_numpy(np.float64) for name in MEASURED_NAMES if name in table
    }
    seats = np.repeat(np.arange(len(squad), dtype=np.int32), lengths)
    order = np.argsort(times, kind="stable")
    batch = Batch.of(seats, times, **channels).take(order)
    _, cleaned, _ = clean.clean(clean.start(squad), batch)
    _, rows = features.step(features.start(squad), cleaned)
    return [rows.take(rows.athlete == seat) for seat in range(len(squad))]


def _joined(rows: Batch, held: Batch) -> Batch:
    """Return rows whose sums go on from a row that is held; NaN where none is."""
    _, here, there = np.intersect1d(rows.time, held.time, return_indices=True)
    offset = np.full(len(_SUM_LINES), np.nan)
    if len(here):
        offset = held.values[_SUM_LINES, there[-1]] - rows.values[_SUM_LINES, here[-1]]
    values = rows.values.copy()
    values[_SUM_LINES] += offset[:, np.newaxis]
    return Batch(rows.athlete, rows.time, values, ALL_NAMES)


def _merged(wanted: Wanted, found: Sequence[Batch]) -> Batch:
    held = wanted.held
    new = [rows.take(~np.isin(rows.time, held.time)) for rows in found]
    time = np.concatenate([held.time, *(rows.time for rows in new)])
    values = np.concatenate([held.values, *(rows.values for rows in new)], axis=1)
    order = np.argsort(time, kind="stable")
    index = np.full(len(time), wanted.index, np.int32)
    return Batch(index, time[order], values[:, order], ALL_NAMES)
