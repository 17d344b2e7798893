"""Everything that is kept of an athlete's season, read at once."""

from datetime import date, datetime

import pandas as pd

from twin.archive.summaries import figures_in, fingerprints, summaries
from twin.errors import StoreError
from twin.model.alike import alike
from twin.model.demand import InputKind
from twin.model.history import watched
from twin.model.known_then import TOLD_BY, critical_power_then
from twin.model.reserve import Capacity, capacities_in, critical_in
from twin.model.season import LOADS, Season
from twin.model.season_trends import Recalled
from twin.model.uptake import uptake_weeks
from twin.physiology.power_load import load_of_weighted
from twin.physiology.training_load import session_rpe
from twin.protocols import Store
from twin.records import athlete_named
from twin.store import EmbeddedStore


def season(store: Store, athlete: str, *, sport: str = "", today: date | None = None) -> Season:
    """Return the season of an athlete from the figures that are kept.

    Parameters
    ----------
    store : Store
        On a disk. Nothing is computed: `twin.archive.summarise` does that.
    athlete : str
        Id or name.
    sport : str
        Only this one; empty = all.
    today : date, optional
        Else the day of this machine, whose days all days are.

    Returns
    -------
    Season
        ``.sessions``, with ``critical_power`` as known after each [W], and ``.daily`` are DataFrames; ``twin.model.season.days_of`` and `weeks_of`
        make load, fitness, fatigue and form of it.

    Raises
    ------
    StoreError
        If the store keeps no figures: one that is read from a server.
    UnknownAthleteError
        If nobody has that name.
    """
    if not isinstance(store, EmbeddedStore):
        raise StoreError("a season is kept in a store on a disk, not on a server")
    table = summaries(store, athlete=athlete)
    for name in (*LOADS, "weighted_power", "power_s", "is_fresh"):
        if name not in table:
            table[name] = False if name == "is_fresh" else float("nan")
    said = store.efforts(athlete)
    table["session_rpe"] = [
        session_rpe(said[session].rating, seconds) if session in said else float("nan")
        for session, seconds in zip(table["session"], table["duration_s"], strict=True)
    ]
    who = athlete_named(store.athletes(), athlete)
    fitted, entered = _fitted(store, athlete), store.capacities().of(athlete)
    today = today or datetime.now().astimezone().date()
    table = table.assign(day=_days(table["start"]))
    then = critical_power_then(table, entered, max_hr=who.max_hr, fitted=critical_in(fitted))
    weighted = load_of_weighted(table["weighted_power"], table["power_s"], then)
    found = Season(
        athlete=who,
        today=today,
        sessions=table.assign(critical_power=then, power_load=weighted),
        daily=store.diary().values(athlete),
        planned=store.planned().of(athlete),
        stale=int((~table["is_fresh"] & (table["state"] != "live")).sum()),
        fitted=fitted,
        entered=entered,
    )
    return found.of_sport(sport)


def critical_powers(store: EmbeddedStore, athlete: str) -> pd.Series:
    """Return critical power as known after each session of an athlete, by session, as `season` does. [W]

    Only what tells it is read. NaN where nothing is known.
    """
    who = athlete_named(store.athletes(), athlete)
    table = figures_in(store, TOLD_BY, athlete=athlete)
    then = critical_power_then(
        table.assign(day=_days(table["start"])),
        store.capacities().of(athlete),
        max_hr=who.max_hr,
        fitted=critical_in(_fitted(store, athlete)),
    )
    return pd.Series(then, table["session"])


def recall(store: EmbeddedStore, athlete: str) -> Recalled:
    """Return what is unusual among an athlete's sessions, which can be compared, and oxygen uptake.

    It takes about a millisecond a session.
    """
    prints = fingerprints(store, athlete=athlete)
    listed = store.sessions(athlete=athlete).set_index("session")
    starts, sports = listed["start"].to_dict(), {str(s): str(v) for s, v in listed["sport"].items()}
    days = [starts[session].timestamp() / 86_400 for session in prints]
    work = [known.work for known in prints.values()]
    who = athlete_named(store.athletes(), athlete)
    unusual, charts = watched(list(prints), days, work)
    return Recalled(
        prints,
        unusual,
        alike(prints, sports),
        uptake_weeks(days, work, [sports[session] for session in prints], who),
        charts,
    )


def _fitted(store: EmbeddedStore, athlete: str) -> dict[InputKind, Capacity]:
    """Return the capacities that the newest calibration holds."""
    newest = store.coaching().calibrations.of(athlete)
    return {} if newest is None else capacities_in(newest.content)


def _days(start: pd.Series) -> pd.Series:
    """Return the day of each instant on this machine's calendar."""
    local = ["" if pd.isna(t) else str(t.to_pydatetime().astimezone().date()) for t in start]
    return pd.Series(pd.to_datetime(pd.Series(local, start.index, dtype=str), format="%Y-%m-%d"))
