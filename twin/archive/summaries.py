"""What every session comes to, kept: computed once and again only when something it rests on changed.

from twin.archive import summarise, summaries
for session in summarise(store):          # whatever is stale, in parallel if wished
    ...
table = summaries(store, athlete="Ada")   # one row a session, at once
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from twin.archive.code_version import code_version, hash_of
from twin.archive.figure_text import SESSIONS_AT_HAND, bests_of, fields_of, from_json, to_json
from twin.archive.work import Workers
from twin.model.fingerprint import Fingerprint, fingerprint, from_plain, to_plain
from twin.pipeline import Best, Summary, derive, summary
from twin.records import Athlete, Session, SessionState
from twin.store import EmbeddedStore
from twin.store.derived import MOST, pack
from twin.store.figures import Figure

# What of an athlete figures depend on; the sport is that of the session.
_PARAMETERS = ("sex", "max_hr", "resting_hr", "threshold_hr", "zone_method")
QUICK_ROWS = 1500  # so few are derived again before anybody notices


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    session: str
    version: str
    samples: pd.DataFrame
    athlete: Athlete
    is_new: bool


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What is kept of a session and rests on what it is today; None where nothing is."""

    figures: Summary | None = None
    samples: pd.DataFrame | None = None


def summaries(store: EmbeddedStore, *, athlete: str | None = None) -> pd.DataFrame:
    """Return the figures kept of ended sessions, one row each, newest first.

    Parameters
    ----------
    store : EmbeddedStore
        Nothing is computed: call `summarise` before for what is missing. A session left out by a
        repair, such as a double of another, is not there.
    athlete : str, optional
        Id or name; all athletes without.

    Returns
    -------
    DataFrame
        The columns of ``store.sessions()``, then the fields of `twin.pipeline.Summary`: NaN where
        nothing was computed or measured. ``time_in_zone_s`` stands as ``zone_1_s`` to ``zone_5_s``,
        each best as ``best_CHANNEL_SECONDS``; ``is_fresh`` tells whether they are of today's code.
    """
    table = _counted(store, athlete)
    figures, versions = store.figures().all(athlete), figure_versions(store, table)
    rows = []
    for session in table["session"]:
        kept = figures.get(session)
        is_fresh = kept is not None and kept.version == versions.get(session)
        rows.append({**fields_of(kept), "is_fresh": is_fresh})
    fields = pd.DataFrame(rows, index=table.index).drop(columns="duration_s", errors="ignore")
    return pd.concat([table, fields], axis=1)


def figures_in(store: EmbeddedStore, names: Sequence[str], *, athlete: str) -> pd.DataFrame:
    """Return some of the figures in `summaries`, of one athlete, for a third of the time.

    Parameters
    ----------
    store : EmbeddedStore
        Nothing is computed.
    names : sequence of str
        Fields of `summaries`; NaN where nothing is kept.
    athlete : str
        Id or name.

    Returns
    -------
    DataFrame
        The columns of ``store.sessions()``, then those asked for.
    """
    table, figures = _counted(store, athlete), store.figures().all(athlete)
    fields = [fields_of(figures.get(session)) for session in table["session"]]
    columns = {name: [row.get(name, np.nan) for row in fields] for name in names}
    return table.assign(**pd.DataFrame(columns, dtype="float64"))


def stale_sessions(store: EmbeddedStore, *, athlete: str | None = None) -> list[str]:
    """Return the ended sessions whose figures are missing or of other code, samples or parameters."""
    table = _counted(store, athlete)
    kept = store.figures().versions(athlete)
    return [
        session
        for session, version in figure_versions(store, table).items()
        if kept.get(session) != version
    ]


def summarise(
    store: EmbeddedStore, sessions: Sequence[str] | None = None, *, workers: Workers | None = None
) -> Iterator[str]:
    """Compute and keep the figures of sessions, and yield each as it is done.

    Parameters
    ----------
    store : EmbeddedStore
        Samples come from it, repaired where they were; figures go to it, and of the newest
        sessions the derived samples.
    sessions : sequence of str, optional
        Ids; without, all that are stale.
    workers : Workers, optional
        Who computes.
    """
    chosen = stale_sessions(store) if sessions is None else list(sessions)
    if not chosen:
        return
    listed = store.sessions()
    versions = figure_versions(store, listed[listed["session"].isin(chosen)])
    owners = {athlete.id: athlete for athlete in store.athletes()}
    newest = set(listed.head(MOST)["session"])
    jobs = (
        _Job(
            session,
            versions.get(session, ""),
            store.samples(session),
            owners[stored.athlete].doing(stored.sport),
            session in newest,
        )
        for session in chosen
        for stored in [store.session(session)]
    )
    for session, figure, packed in (workers or Workers()).each(_summed_up, jobs):
        _keep(store, session, figure, packed)
        yield session


def keep_derived(
    store: EmbeddedStore, session: Session, derived: pd.DataFrame, figures: Summary
) -> None:
    """Keep what a session was derived to, and its figures; nothing of one being recorded."""
    version = _version(store, session)
    if version:
        known_by = fingerprint(derived, session.sport)
        _keep(store, session.id, _figure(version, figures, known_by), _packed(derived))


def _keep(store: EmbeddedStore, session: str, figure: Figure, packed: bytes) -> None:
    store.figures().keep(session, figure)
    if packed:
        store.derived().keep(session, figure.version, packed)


def _counted(store: EmbeddedStore, athlete: str | None) -> pd.DataFrame:
    """Return the sessions that count: not those left out as doubles."""
    table = store.sessions(athlete=athlete)
    return table[~table["session"].isin(store.edits().left_out())].reset_index(drop=True)


def fresh(store: EmbeddedStore, session: Session) -> Kept:
    """Return what is kept of a session, without what is of other code, samples or parameters."""
    kept, version = store.figures().of(session.id), _version(store, session)
    if not version or kept is None or kept.version != version or not kept.body:
        return Kept()
    return Kept(from_json(kept.body), store.derived().of(session.id, version))


def _version(store: EmbeddedStore, session: Session) -> str:
    """Return what the figures of a session rest on; empty for one being recorded."""
    near = store.sessions(
        athlete=session.athlete, since=session.start, until=session.start + timedelta(seconds=1)
    )
    return figure_versions(store, near[near["session"] == session.id]).get(session.id, "")


def kept_bests(
    store: EmbeddedStore, table: pd.DataFrame, *, athlete: str
) -> dict[str, tuple[Best, ...]]:
    """Return the bests kept of those of these sessions of an athlete whose figures are fresh, by session."""
    figures = store.figures().all(athlete)
    return {
        session: bests_of(json.loads(figures[session].body))
        for session, version in figure_versions(store, table).items()
        if session in figures and figures[session].version == version
    }


def fingerprints(store: EmbeddedStore, *, athlete: str | None = None) -> dict[str, Fingerprint]:
    """Return what is kept to know sessions again, oldest first; those without figures are absent."""
    kept = store.figures().fingerprints(athlete)
    return {session: from_plain(json.loads(text)) for session, text in kept.items()}


def _summed_up(job: _Job) -> tuple[str, Figure, bytes]:
    derived = derive(job.samples, job.athlete)
    found = summary(derived, job.athlete)
    figure = _figure(job.version, found, fingerprint(derived, job.athlete.sport))
    return job.session, figure, _packed(derived) if job.is_new else b""


def _figure(version: str, figures: Summary, known_by: Fingerprint) -> Figure:
    return Figure(version, to_json(figures), figures.distance_m, json.dumps(to_plain(known_by)))


def _packed(derived: pd.DataFrame) -> bytes:
    """Return derived samples as they are kept; nothing where they are soon made anew."""
    return pack(derived) if len(derived) > QUICK_ROWS else b""


def figure_versions(store: EmbeddedStore, table: pd.DataFrame) -> dict[str, str]:
    """Return what the figures of each ended session rest on, as a hash."""
    owners: dict[str, tuple[Any, ...]] = {}  # of a name that several share: what any of them has
    for who in sorted(store.athletes(), key=lambda who: who.id):
        known = owners.get(who.name, ())
        owners[who.name] = (*known, *(getattr(who, name) for name in _PARAMETERS))
    code, edits = code_version(), store.edits().marks()
    ended = table[table["state"] != str(SessionState.LIVE)].astype({"end": "int64"})
    columns = (ended[name].tolist() for name in ("session", "athlete", "sport", "samples", "end"))
    return {
        session: _hashed(code, owners[name], sport, samples, end, edits.get(session, ""))
        for session, name, sport, samples, end in zip(*columns, strict=True)
    }


@lru_cache(maxsize=SESSIONS_AT_HAND)
def _hashed(code: str, who: tuple[Any, ...], sport: str, samples: int, end: int, edits: str) -> str:
    return hash_of(code, list(who), sport, samples, str(pd.Timestamp(end, tz="UTC")), edits)
