"""What every session comes to, kept: computed once and again only when something it rests on changed.

from twin.archive import summarise, summaries
for session in summarise(store):          # whatever is stale, in parallel if wished
    ...
table = summaries(store, athlete="Ada")   # one row a session, at once
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import twin
from twin.archive.work import Workers
from twin.pipeline import Best, Summary, derive, summary
from twin.records import Athlete, SessionState
from twin.store import EmbeddedStore
from twin.store.figures import Figure

_RESTS_ON = ("pipeline", "physiology", "schema.py")  # whose source decides what figures come out


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    session: str
    version: str
    samples: pd.DataFrame
    athlete: Athlete


def summaries(store: EmbeddedStore, *, athlete: str | None = None) -> pd.DataFrame:
    """Return the figures kept of ended sessions, one row each, newest first.

    Parameters
    ----------
    store : EmbeddedStore
        Nothing is computed: call `summarise` before for what is missing.
    athlete : str, optional
        Id or name; all athletes without.

    Returns
    -------
    DataFrame
        The columns of ``store.sessions()``, then the fields of `twin.pipeline.Summary`: NaN where
        nothing was computed or measured. ``time_in_zone_s`` stands as ``zone_1_s`` to ``zone_5_s``,
        each best as ``best_CHANNEL_SECONDS``; ``is_fresh`` tells whether they are of today's code.
    """
    table = store.sessions(athlete=athlete)
    figures, versions = store.figures().all(), _versions(store, table)
    rows = []
    for session in table["session"]:
        kept = figures.get(session)
        row = _row(json.loads(kept.body)) if kept and kept.body else {}
        row["is_fresh"] = kept is not None and kept.version == versions.get(session)
        rows.append(row)
    figured = pd.DataFrame(rows, index=table.index).drop(columns="duration_s", errors="ignore")
    return pd.concat([table, figured], axis=1)


def stale_sessions(store: EmbeddedStore, *, athlete: str | None = None) -> list[str]:
    """Return the ended sessions whose figures are missing or of other code, samples or parameters."""
    table = store.sessions(athlete=athlete)
    figures = store.figures().all()
    return [
        session
        for session, version in _versions(store, table).items()
        if session not in figures or figures[session].version != version
    ]


def summarise(
    store: EmbeddedStore, sessions: Sequence[str] | None = None, *, workers: Workers | None = None
) -> Iterator[str]:
    """Compute and keep the figures of sessions, and yield each as it is done.

    Parameters
    ----------
    store : EmbeddedStore
        Samples come from it, repaired where they were; figures go to it.
    sessions : sequence of str, optional
        Ids; without, all that are stale.
    workers : Workers, optional
        Who computes.
    """
    chosen = stale_sessions(store) if sessions is None else list(sessions)
    versions = _versions(store, store.sessions())
    owners = {athlete.id: athlete for athlete in store.athletes()}
    jobs = (
        _Job(
            session,
            versions.get(session, ""),
            store.samples(session, repaired=True),
            owners[store.session(session).athlete],
        )
        for session in chosen
    )
    for session, version, found in (workers or Workers()).each(_summed_up, jobs):
        body = json.dumps(asdict(found))
        store.figures().keep(session, Figure(version, body, found.distance_m))
        yield session


def kept_summary(body: str) -> Summary:
    """Return a summary from its JSON."""
    fields = json.loads(body)
    bests = tuple(Best(**best) for best in fields.pop("bests"))
    zones = tuple(fields.pop("time_in_zone_s"))
    return Summary(**fields, time_in_zone_s=zones, bests=bests)


def _summed_up(job: _Job) -> tuple[str, str, Summary]:
    return job.session, job.version, summary(derive(job.samples, job.athlete), job.athlete)


def _versions(store: EmbeddedStore, table: pd.DataFrame) -> dict[str, str]:
    """Return what the figures of each ended session rest on, as a hash."""
    owners = {athlete.name: asdict(athlete) for athlete in store.athletes()}
    edits = store.edits().marks()
    ended = table[table["state"] != str(SessionState.LIVE)]
    columns = (ended[name] for name in ("session", "athlete", "samples", "end"))
    return {
        session: _hash(code_version(), owners[name], int(samples), str(end), edits.get(session, ""))
        for session, name, samples, end in zip(*columns, strict=True)
    }


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return a hash of the code that figures come from."""
    home = Path(twin.__file__).parent
    files = [home / name for name in _RESTS_ON]
    sources = [
        source.read_text(encoding="utf-8")
        for file in files
        for source in (sorted(file.glob("*.py")) if file.is_dir() else [file])
    ]
    return _hash(*sources)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _row(fields: dict[str, Any]) -> dict[str, Any]:
    zones, bests = fields.pop("time_in_zone_s"), fields.pop("bests")
    row = {
        **fields,
        **{f"zone_{number}_s": seconds for number, seconds in enumerate(zones, 1)},
        **{f"best_{best['channel']}_{best['window_s']}": best["value"] for best in bests},
    }
    return {name: np.nan if value is None else value for name, value in row.items()}
