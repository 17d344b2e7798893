"""What the review of stored sessions needs now: the list, one session, the stretch selected."""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import param

from twin.archive import QUICK_ROWS, Kept, fresh, keep_derived
from twin.errors import UnknownSessionError
from twin.files import write
from twin.hub import as_recording
from twin.physiology.zones import bounds_of, zone_of
from twin.pipeline import Summary, derive, summary
from twin.protocols import Store
from twin.records import Athlete, Lap, Note, Session
from twin.schema import MEASURED_NAMES
from twin.state.effort import effort_note
from twin.state.listed import whose
from twin.store import EmbeddedStore


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """One stored session with all that its page shows.

    Parameters
    ----------
    session : Session
        As stored.
    athlete : Athlete
        With the parameters of today.
    samples : DataFrame
        Measured and derived channels on a UTC index.
    summary : Summary or None
        Of the whole session; None until it is `completed`, unless it was kept.
    laps : tuple of Lap
        In their order.
    is_complete : bool
        Whether the samples are cleaned and hold all derived channels.
    """

    session: Session
    athlete: Athlete
    samples: pd.DataFrame
    summary: Summary | None
    laps: tuple[Lap, ...]
    is_complete: bool

    @property
    def day(self) -> date:
        """The day of this machine on which the session began."""
        return self.session.start.astimezone().date()


class ReviewState(param.Parameterized):
    """Which session is looked at, and which part of it.

    Parameters
    ----------
    store : Store
        Where sessions are kept.
    """

    by = param.Selector(
        default="time", objects=["time", "distance"], doc="Axis of sessions laid over each other."
    )

    selection = param.Parameter(
        default=None, doc="First and last instant of the stretch selected, UTC; None = everything."
    )

    session = param.String(doc="Id of the session shown; empty = the list of all.")

    shown = param.Parameter(
        default=None, doc="First and last instant the charts show, UTC; None = everything."
    )

    squad = param.String(doc="Id of the squad's session shown, where several trained together.")

    tab = param.String(doc="Which of the parts under the charts is open; empty = the first.")

    tiles = param.String(doc="Address of map tiles with {z}, {x}, {y}; empty: none.")

    together = param.String(doc="Ids of sessions laid over each other, with commas between.")

    def __init__(self, store: Store, **params: object) -> None:
        super().__init__(**params)
        self.store = store

    def sessions(self, words: str = "") -> pd.DataFrame:
        """Return the sessions in which every one of the words is found, newest first."""
        table = self.store.sessions()
        if not len(table):
            return table
        table = whose(self.store, table)
        shown = table[["athlete", "sport", "title", "source"]].astype(str).agg(" ".join, axis=1)
        text = (shown + " " + table["start"].astype(str)).str.lower()
        found = pd.Series(True, index=table.index)
        for word in words.lower().split():
            found &= text.str.contains(word, regex=False)
        return table[found]

    def open(self) -> Reviewed:
        """Return the session shown; a long one seen first as recorded, to be `completed` on a thread.

        Raises
        ------
        UnknownSessionError
            If it is not stored (any more).
        """
        stored = self.store.session(self.session)
        people = {athlete.id: athlete for athlete in self.store.athletes()}
        if stored.athlete not in people:
            raise UnknownSessionError(f"session {stored.id!r} belongs to nobody who is stored")
        athlete = people[stored.athlete].doing(stored.sport)
        laps, found = self.store.laps(stored.id), Kept()
        if isinstance(self.store, EmbeddedStore):
            found = fresh(self.store, stored)
        if found.samples is not None:
            return Reviewed(stored, athlete, found.samples, found.figures, laps, True)
        samples = as_recorded(self.store.samples(stored.id), athlete)
        opened = Reviewed(stored, athlete, samples, found.figures, laps, False)
        return completed(opened) if len(samples) <= QUICK_ROWS else opened

    def keep(self, reviewed: Reviewed) -> None:
        """Keep what a session was completed to, for who opens it again; it takes a moment."""
        if isinstance(self.store, EmbeddedStore) and reviewed.summary is not None:
            keep_derived(self.store, reviewed.session, reviewed.samples, reviewed.summary)

    def leave(self) -> None:
        """Go back: from a session to what it was opened from, else to the list of all."""
        if self.session and (self.together or self.squad):
            self.session = ""
        else:
            self.param.update(session="", together="", squad="")

    def go_to(self, first: datetime, last: datetime) -> None:
        """Select a stretch and show it on the charts."""
        self.param.update(selection=(first, last), shown=(first, last))

    def notes(self) -> tuple[Note, ...]:
        """Return the words kept about the session shown, oldest first; how hard it was at the end."""
        return (*self.store.notes(self.session), *effort_note(self.store, self.session))

    def add_note(self, text: str) -> None:
        """Keep words about the session shown; blank ones are not kept."""
        if text.strip():
            self.store.add_note(self.session, Note(datetime.now(UTC), text.strip()))

    def export(self, form: str) -> tuple[str, BytesIO]:
        """Return the session as a file, to the last bit and with its repairs: its name and content.

        Parameters
        ----------
        form : str
            ``"csv"`` or ``"parquet"``; where RR intervals or laps lie beside the samples, all
            files come in one zip.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{self.session}.{form}"
            files = write(as_recording(self.store, self.session), path)
            if len(files) == 1:
                return files[0].name, BytesIO(files[0].read_bytes())
            packed = BytesIO()
            with ZipFile(packed, "w") as archive:
                for file in files:
                    archive.write(file, file.name)
            packed.seek(0)
            return f"{self.session}-{form}.zip", packed


def as_recorded(samples: pd.DataFrame, athlete: Athlete) -> pd.DataFrame:
    """Return samples with the derived channels that need no past: quick, not yet cleaned."""
    found = samples.copy()
    if "heart_rate" in found:
        found["zone"] = zone_of(found["heart_rate"].to_numpy(float), bounds_of(athlete))
    if "speed" in found:
        found["current_speed"] = found["speed"]
    if "distance" in found:
        found["session_distance"] = found["distance"] - found["distance"].min()
    return found


def completed(reviewed: Reviewed) -> Reviewed:
    """Return a session cleaned, with all derived channels and its summary.

    Takes about 0.2 ms a sample, so long sessions are completed beside the screen.
    """
    measured = [name for name in reviewed.samples if name in MEASURED_NAMES]
    samples = derive(reviewed.samples[measured], reviewed.athlete)
    return replace(
        reviewed,
        samples=samples,
        summary=reviewed.summary or summary(samples, reviewed.athlete),
        is_complete=True,
    )
