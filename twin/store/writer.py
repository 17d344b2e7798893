"""Recording live: sessions begin, take batches, end; what a crash left open is closed."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import replace

from twin.records import Batch, Session, SessionState
from twin.store.athletes import find_athlete
from twin.store.catalogue import find_session, insert_session, key_of, live_athletes, set_state
from twin.store.claims import Claims
from twin.store.compaction import erase_now
from twin.store.database import Database
from twin.store.figures import Figure, keep_figure
from twin.store.log import Journal, kept_beats, kept_rows, kept_waves
from twin.store.roster import Roster, open_roster


class JournalWriter:
    """The recorder of one process.

    Parameters
    ----------
    database : Database
        The file.
    claims : Claims
        Hold the athletes whose sessions this process is recording.
    """

    def __init__(self, database: Database, claims: Claims) -> None:
        self._database = database
        self._claims = claims
        self._journal = Journal()
        self._rosters: dict[tuple[str, ...], Roster] = {}
        self._live: dict[int, str] = {}
        self._lock = threading.RLock()

    def start_session(self, session: Session) -> Session:
        """Open a session of an athlete whom nobody else records."""
        with self._lock:
            with self._database.reading() as connection:
                athlete = find_athlete(connection, session.athlete)
            self._claims.demand(athlete.id)
            try:
                with self._database.writing() as connection:
                    set_state(connection, self._left_behind(connection), SessionState.INTERRUPTED)
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
                    self._live[key_of(connection, begun.id)] = athlete.id
            except BaseException:
                self._claims.give_back([athlete.id])
                raise
            return begun

    def end_session(self, session: str, state: SessionState, distance_m: float) -> Session:
        """Close a session at its last sample, keep its way, and give its athlete back."""
        with self._lock:
            with self._database.writing() as connection:
                key = key_of(connection, session)
                set_state(connection, [key], state)
                keep_figure(connection, key, Figure("", "", distance_m))
                ended = find_session(connection, session)
            self._rosters.clear()
            if key in self._live:
                self._claims.give_back([self._live.pop(key)])
            return ended

    def reopen_session(self, session: str) -> Session:
        """Open a session that was ended, of an athlete whom nobody else records."""
        with self._lock:
            with self._database.reading() as connection:
                athlete = find_session(connection, session).athlete
            self._claims.demand(athlete)
            with self._database.writing() as connection:
                key = key_of(connection, session)
                set_state(connection, [key], SessionState.LIVE)
                self._live[key] = athlete
                self._rosters.clear()
                return find_session(connection, session)

    def append(self, batch: Batch, sessions: Sequence[str]) -> int:
        """Keep a batch in one transaction; return its number, 0 if there was nothing to keep."""
        if not batch.holds_something:
            return 0
        names = tuple(sessions)
        with self._lock:
            try:
                with self._database.writing() as connection:
                    roster = self._rosters.get(names) or open_roster(connection, names)
                    rows, beats = kept_rows(batch, roster), kept_beats(batch, roster)
                    waves = kept_waves(batch, roster)
                    if not len(rows) and not len(beats) and not len(waves):
                        number = 0
                    else:
                        roster = roster.counted(rows.athlete, rows.time)
                        number = self._journal.write(connection, roster, rows, beats, waves)
                        roster.save(connection)
            except BaseException:
                self._journal.forget()
                raise
            self._rosters[names] = roster
            return number

    def recover(self) -> tuple[str, ...]:
        """Mark what nobody records any more as interrupted, and finish erasures; return its ids."""
        with self._lock:
            with self._database.writing() as connection:
                stale = self._left_behind(connection)
                set_state(connection, stale, SessionState.INTERRUPTED)
                ids = [
                    connection.execute("SELECT id FROM session WHERE key = ?", (key,)).fetchone()
                    for key in stale
                ]
            erase_now(self._database)
            return tuple(str(found[0]) for found in ids)

    def _left_behind(self, connection: sqlite3.Connection) -> list[int]:
        """Return the live sessions that no living process records.

        Who begins one claims its athlete before, so inside a transaction that writes none is missed.
        """
        recorded = self._claims.others()
        return [
            key for key, athlete in live_athletes(connection).items()
            if key not in self._live and athlete not in recorded
        ]  # fmt: skip
