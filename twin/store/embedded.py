"""The embedded store: a folder, no server; durable when `append` returns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import nan
from pathlib import Path

import pandas as pd

from twin.errors import StoreError
from twin.records import Athlete, Batch, Recording, Session, SessionState
from twin.store import catalogue
from twin.store.athletes import all_athletes, find_athlete, save_athlete
from twin.store.claims import Claims
from twin.store.compaction import GRACE_S, compact, erase_now
from twin.store.database import Database
from twin.store.erasure import forget_session, has_orphans
from twin.store.instants import to_ns_or_none
from twin.store.outbox import Outbox
from twin.store.recordings import insert_recording, insert_rows
from twin.store.repaired import RepairedStore
from twin.store.writer import JournalWriter


class EmbeddedStore(RepairedStore):
    """Keeps everything in a folder; implements `twin.protocols.Store`.

    What is recorded goes to ``twin.db`` first, and from there to Parquet files: ``segments/`` while
    a session runs, one file per session in ``sessions/`` once it has ended.

    Any thread may call any method, and any number of processes may read while others record. One
    process at a time records an athlete live; imports may come from others meanwhile.

    Parameters
    ----------
    folder : path
        Home of the store, on a local disk; made if need be.

    Raises
    ------
    StoreError
        If the folder cannot be used, or the file is damaged or of a newer version.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC
    >>> with tempfile.TemporaryDirectory() as folder, EmbeddedStore(folder) as store:
    ...     ada = store.add_athlete(Athlete("Ada"))
    ...     began = datetime(2026, 10, 1, 10, tzinfo=UTC)
    ...     session = store.start_session(Session("", ada.id, "running", began))
    ...     batch = Batch.of([0], ["2026-10-01T10:00:00"], heart_rate=[141])
    ...     number = store.append(batch, [session.id])
    ...     store.samples(session.id)["heart_rate"].to_list()
    [141.0]
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._database = Database(self.folder)
        self._claims = Claims(self.folder)
        self._writer = JournalWriter(self._database, self._claims)

    def close(self) -> None:
        """Close the store; everything appended is kept.

        Sessions still being recorded are marked as interrupted when somebody next recovers.
        """
        self._claims.close()
        self._database.close()

    def recover(self) -> tuple[str, ...]:
        """Mark sessions whose recorder is gone as interrupted at their last sample.

        What another living process records is not touched. Erasures cut off by a crash are ended.

        Returns
        -------
        tuple of str
            Ids of the sessions marked.
        """
        with self._database.reading() as connection:
            if not catalogue.live_keys(connection) and not has_orphans(connection):
                return ()
        return self._writer.recover()

    def compact(self, *, grace_s: float = GRACE_S) -> None:
        """Bring what stands in the log into Parquet files, each ended session into its own.

        A hub does so by itself (`twin.store.compaction.Compactor`).

        Parameters
        ----------
        grace_s : float
            How long a file that is no longer needed is kept for who may still read it. [s]
        """
        while compact(self._database, grace_s=grace_s):
            pass
        compact(self._database, grace_s=grace_s)  # what the last piece superseded

    def shrink(self) -> None:
        """Give the disk back the room that the log once took; recording waits meanwhile."""
        self._database.shrink()

    def outbox(self, sink: str) -> Outbox:
        """Return what a server of this name has still to take of this store."""
        return Outbox(self._database, sink)

    def add_athlete(self, athlete: Athlete) -> Athlete:
        """Keep an athlete (insert or update by id) and return it as kept."""
        with self._database.writing() as connection:
            save_athlete(connection, athlete)
        return athlete

    def athletes(self) -> tuple[Athlete, ...]:
        """Return every known athlete, by name."""
        with self._database.reading() as connection:
            return all_athletes(connection)

    def start_session(self, session: Session) -> Session:
        """Open a session; its id is made unique where it is taken already.

        Raises
        ------
        UnknownAthleteError
            If the athlete is not known.
        AthleteTakenError
            If another process is recording this athlete.
        """
        return self._writer.start_session(session)

    def claim(self, athletes: Sequence[str]) -> Mapping[str, str]:
        """Keep other processes from recording these, by id; return who has those that are taken."""
        return self._claims.take(athletes)

    def give_back(self, athletes: Sequence[str]) -> None:
        """Let other processes record these athletes again."""
        self._claims.give_back(athletes)

    def end_session(
        self, session: str, *, state: SessionState = SessionState.ENDED, distance_m: float = nan
    ) -> Session:
        """Close a session at its last sample; `sessions` lists the way covered where it is known."""
        return self._writer.end_session(session, state, distance_m)

    def reopen_session(self, session: str) -> Session:
        """Go on recording a session that was ended; what an ended one had is all kept.

        Raises
        ------
        AthleteTakenError
            If another process is recording its athlete.
        """
        return self._writer.reopen_session(session)

    def append(self, batch: Batch, sessions: Sequence[str]) -> int:
        """Keep a batch and return its number, on disk when this returns; 0 if no row is to be kept.

        Rows are kept as they come, duplicates and late ones too. Rows for a session that has ended
        are kept and counted. Parameters and errors as in `twin.protocols.Store`.
        """
        return self._writer.append(batch, sessions)

    def add_recording(self, recording: Recording, athlete: Athlete, *, content: str) -> Session:
        """Keep a recording as an ended session in one transaction.

        A content already kept returns its session, whoever's it is. An athlete already known keeps
        the parameters of the store.

        Raises
        ------
        ValueError
            If the recording holds neither samples nor RR intervals.
        """
        with self._database.writing() as connection:
            return insert_recording(connection, recording, athlete, content, self._files)

    def adopt(self, session: Session, recording: Recording) -> Session:
        """Keep an ended session of another store with its rows, in one transaction."""
        with self._database.writing() as connection:
            kept = catalogue.insert_session(connection, session)
            insert_rows(connection, recording, kept.id)
            catalogue.set_state(connection, [catalogue.key_of(connection, kept.id)], session.state)
            return catalogue.find_session(connection, kept.id)

    def sessions(
        self,
        *,
        athlete: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> pd.DataFrame:
        """Return sessions begun from `since` until before `until`, newest first.

        Columns are `twin.store.catalogue.COLUMNS`; a live session stands with its samples so far.
        """
        with self._database.reading() as connection:
            athlete_id = None if athlete is None else find_athlete(connection, athlete).id
            return catalogue.list_sessions(
                connection, athlete_id, to_ns_or_none(since), to_ns_or_none(until)
            )

    def session(self, session: str) -> Session:
        """Return one session, its times those of the repaired clock."""
        with self._database.reading() as connection:
            return catalogue.find_session(connection, session, repaired=True)

    def delete_session(self, session: str) -> None:
        """Remove a session with all its samples; nobody can read it from here on.

        Raises
        ------
        StoreError
            If it is being recorded.
        """
        with self._database.writing() as connection:
            if catalogue.find_session(connection, session).state is SessionState.LIVE:
                raise StoreError(f"session {session!r} is being recorded: end it first")
            forget_session(connection, catalogue.key_of(connection, session))
        erase_now(self._database)
