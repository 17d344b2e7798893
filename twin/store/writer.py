"""Recording live: sessions begin, take batches, end; what a crash left open is closed."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from twin.records import Batch, Session, SessionState
from twin.store.athletes import find_athlete
from twin.store.catalogue import find_session, insert_session, key_of, live_keys, set_state
from twin.store.database import Database
from twin.store.erasure import erase_orphans
from twin.store.lease import Lease
from twin.store.log import Journal, kept_beats, kept_rows
from twin.store.roster import Roster, open_roster


class JournalWriter:
    """The one recorder of a store in this process.

    Parameters
    ----------
    database : Database
        The file.
    lease : Lease
        Held while a session of this process is being recorded.
    """

    def __init__(self, database: Database, lease: Lease) -> None:
        self._database = database
        self._lease = lease
        self._journal = Journal()
        self._rosters: dict[tuple[str, ...], Roster] = {}
        self._live: set[int] = set()
        self._lock = threading.RLock()

    def start_session(self, session: Session) -> Session:
        """Open a session and take the lease if this is the first."""
        with self._lock:
            self._lease.demand()
            try:
                with self._database.writing() as connection:
                    stale = [key for key in live_keys(connection) if key not in self._live]
                    set_state(connection, stale, SessionState.INTERRUPTED)
                    athlete = find_athlete(connection, session.athlete)
                    begun = insert_session(
                        connection,
                        replace(
                            session,
                            athlete=athlete.id,
                            state=SessionState.LIVE,
                            end=None,
                            samples=0,
                        ),
                    )
                    key = key_of(connection, begun.id)
                self._live.add(key)
            finally:
                self._release_if_idle()
            return begun

    def end_session(self, session: str, state: SessionState) -> Session:
        """Close a session at its last sample, and give the lease back after the last."""
        with self._lock:
            with self._database.writing() as connection:
                key = key_of(connection, session)
                set_state(connection, [key], state)
                ended = find_session(connection, session)
            self._rosters.clear()
            self._live.discard(key)
            self._release_if_idle()
            return ended

    def append(self, batch: Batch, sessions: Sequence[str]) -> int:
        """Keep a batch in one transaction; return its number, 0 if there was nothing to keep."""
        if not len(batch) and not len(batch.beats):
            return 0
        names = tuple(sessions)
        with self._lock:
            try:
                with self._database.writing() as connection:
                    roster = self._rosters.get(names) or open_roster(connection, names)
                    rows, beats = kept_rows(batch, roster), kept_beats(batch, roster)
                    if not len(rows) and not len(beats):
                        number = 0
                    else:
                        roster = roster.counted(rows.athlete, rows.time)
                        number = self._journal.write(connection, roster, rows, beats)
                        roster.save(connection)
            except BaseException:
                self._journal.forget()
                raise
            self._rosters[names] = roster
            return number

    def recover(self) -> tuple[str, ...]:
        """Mark what nobody records any more as interrupted, and finish erasures; return its ids."""
        with self._lock:
            if not self._lease.acquire():
                return ()
            try:
                with self._database.writing() as connection:
                    stale = [key for key in live_keys(connection) if key not in self._live]
                    set_state(connection, stale, SessionState.INTERRUPTED)
                    ids = [
                        connection.execute(
                            "SELECT id FROM session WHERE key = ?", (key,)
                        ).fetchone()
                        for key in stale
                    ]
                erase_orphans(self._database)
            finally:
                self._release_if_idle()
            return tuple(str(found[0]) for found in ids)

    def _release_if_idle(self) -> None:
        if not self._live:
            self._lease.release()
