"""The catalogue of sessions as a server holds it: of several points of one session, the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from twin.records import Session, SessionState
from twin.store.catalogue import COLUMNS
from twin.store.influx import InfluxServer
from twin.store.instants import from_ns
from twin.store.line_protocol import tag, untag
from twin.store.parcels import CATALOGUE, DELETED

_FIELDS = (
    "athlete", "session", "id", "athlete_name", "sport", "state", "source", "title",
    "squad_session", "samples", "duration_s", "revision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One session on a server.

    Parameters
    ----------
    session : Session
        As it was when it was last sent.
    athlete_name : str
        Name of its athlete.
    start_ns, end_ns : int
        First and last sample; of a live session the end is not known. [ns since 1970 UTC]
    """

    session: Session
    athlete_name: str
    start_ns: int
    end_ns: int


def entries(server: InfluxServer, *, until_ns: int, session: str = "") -> list[Entry]:
    """Return every session begun up to an instant, or the one named; deleted ones are left out."""
    chosen = ", ".join(f'"{name}"' for name in _FIELDS)
    named = f" AND \"session\" = '{tag(session)}'" if session else ""
    rows = server.rows(
        f'SELECT {chosen} FROM "{CATALOGUE}" WHERE time >= 0 AND time <= {until_ns}{named}'
    )
    newest = {row["session"]: row for row in sorted(rows, key=lambda row: float(row["revision"]))}
    return [_entry(row) for row in newest.values() if row["state"] != DELETED]


def _entry(row: dict[str, Any]) -> Entry:
    start_ns = int(row["time"])
    end_ns = start_ns + round(row["duration_s"] * 1e9)
    state = SessionState(row["state"])
    session = Session(
        row["id"], untag(row["athlete"]), row["sport"], from_ns(start_ns),
        None if state is SessionState.LIVE else from_ns(end_ns), state, row["source"],
        row["title"], row["squad_session"], int(row["samples"]),
    )  # fmt: skip
    return Entry(session, row["athlete_name"], start_ns, end_ns)


def sessions_frame(found: Sequence[Entry]) -> pd.DataFrame:
    """Return sessions as the embedded store lists them, newest first."""
    ordered = sorted(found, key=lambda entry: (entry.start_ns, entry.session.id), reverse=True)
    rows = [
        (e.session.id, e.athlete_name, e.session.sport, e.start_ns, e.end_ns,
         (e.end_ns - e.start_ns) / 1e9, e.session.samples, e.session.source,
         str(e.session.state), e.session.title, e.session.squad_session, np.nan)
        for e in ordered
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for instant in ("start", "end"):
        frame[instant] = pd.to_datetime(frame[instant].astype("int64"), unit="ns", utc=True)
    return frame
