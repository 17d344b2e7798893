"""The sessions of one athlete while more are put beside them: nothing twice."""

from collections.abc import Sequence
from contextlib import suppress

import pandas as pd

from twin.archive.harvest import Harvest
from twin.errors import StoreError, UnknownAthleteError
from twin.records import Athlete, DailyValue, Note, Recording, Session
from twin.store import EmbeddedStore
from twin.store.figures import Figure
from twin.store.instants import to_ns

_SAME = 0.8  # of the longer one: two files of one session begin and end within seconds
_AT_ONCE = 100  # recordings
_MINOR = {"hdop"}  # says how good another channel is


class Shelf:
    """Keeps recordings of one athlete.

    Parameters
    ----------
    store : EmbeddedStore
        Where to.
    athlete : Athlete
        Whose.
    dry_run : bool
        Keep nothing.
    doubles : bool
        Keep also what covers the time of a session stored already.
    """

    def __init__(
        self, store: EmbeddedStore, athlete: Athlete, *, dry_run: bool, doubles: bool
    ) -> None:
        self._store, self._athlete = store, athlete
        self._dry_run, self._doubles = dry_run, doubles
        self._put_since = 0
        self.look()

    def look(self) -> None:
        """See what is stored; needed again when what was kept was undone."""
        self._contents = self._store.contents()
        self._held: dict[str, tuple[frozenset[str], bool]] = {}
        try:
            table = self._store.sessions(athlete=self._athlete.id)
        except UnknownAthleteError:  # nobody yet
            table = pd.DataFrame(columns=["samples", "start", "end", "session"])
        measured = table[table["samples"] > 0]
        begins, ends = (pd.DatetimeIndex(measured[edge]).as_unit("ns") for edge in ("start", "end"))
        self._spans: list[tuple[int, int, str]] = list(
            zip(begins.asi8.tolist(), ends.asi8.tolist(), measured["session"], strict=True)
        )

    def known(self, identity: str) -> str | None:
        """Return the session made from this content, None where there is none."""
        return self._contents.get(identity)

    def session(self, session: str) -> Session:
        """Return a session of the store."""
        return self._store.session(session)

    def whose_words(self, session: Session) -> tuple[str, ...]:
        """Return that a session kept before is somebody else's; nothing where it is the athlete's."""
        if session.athlete == self._athlete.id:
            return ()
        return (f"kept before as a session of the athlete {session.athlete!r}, and stays theirs",)

    def keep(self, found: Harvest) -> tuple[str, str]:
        """Keep the recording of a file; return its session and "new", "known" or "double".

        In a dry run there is no session: empty.
        """
        recording, identity = found.recording, found.identity
        if recording is None:
            raise ValueError(f"{found.name} holds no recording")
        known = self.known(identity)
        if known is not None:
            return known, "known"
        double = None if self._doubles else self._double_of(recording)
        if double is not None:
            return double, "double"
        session = "" if self._dry_run else self._put(recording, found)
        self._put_since += 1
        self._contents[identity] = session
        if len(recording.samples):
            self._spans.append((to_ns(recording.start), to_ns(recording.end), session))
            self._held[session] = _holdings(recording.samples, recording.rr)
        return session, "new"

    def compact_if_long(self) -> None:
        """Compact now and then, so that the log stays short."""
        if self._put_since >= _AT_ONCE:
            self.compact()

    def compact(self) -> None:
        """Bring what was kept into files, so that the log stays short; a running hub will do it."""
        self._put_since = 0
        if not self._dry_run:
            with suppress(StoreError):
                self._store.compact()

    def keep_daily(self, values: Sequence[DailyValue]) -> int:
        """Keep daily values; return how many are new or changed."""
        if self._dry_run:
            return len(values)
        if all(known.id != self._athlete.id for known in self._store.athletes()):
            self._store.add_athlete(self._athlete)
        return self._store.diary().keep(self._athlete.id, values)

    def _put(self, recording: Recording, found: Harvest) -> str:
        kept = self._store.add_recording(recording, self._athlete, content=found.identity)
        self._store.figures().keep(kept.id, Figure("", "", found.distance_m))
        self._store.figures().keep_highest(kept.id, found.highest_hr)
        for warning in recording.warnings:
            self._store.add_note(kept.id, Note(recording.start, warning, author="import"))
        return kept.id

    def _holds(self, session: str, recording: Recording) -> bool:
        if not session:  # of a dry run: nothing to look at
            return True
        if session not in self._held:
            stored = (
                self._store.samples(session, repaired=False),
                self._store.rr(session, repaired=False),
            )
            self._held[session] = _holdings(*stored)
        channels, has_beats = self._held[session]
        wanted, wants_beats = _holdings(recording.samples, recording.rr)
        return (has_beats or not wants_beats) and wanted <= channels

    def _double_of(self, recording: Recording) -> str | None:
        """Return a session that covers the same time and lacks nothing that this one has."""
        if recording.samples.empty:
            return None  # beats alone may belong to samples of another device
        start, end = to_ns(recording.start), to_ns(recording.end)
        for begin, stop, session in self._spans:
            if begin < end and start < stop:  # of years, a few
                shared, longer = min(end, stop) - max(start, begin), max(end - start, stop - begin)
                if shared >= _SAME * longer and self._holds(session, recording):
                    return session
        return None


def _holdings(samples: pd.DataFrame, rr: pd.Series) -> tuple[frozenset[str], bool]:
    """Return the channels that count, and whether there are beats."""
    return frozenset(map(str, samples.columns)) - _MINOR, not rr.empty
