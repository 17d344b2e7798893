"""Files into the store: read in parallel, kept one by one, nothing twice."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from twin.archive.apple import harvests
from twin.archive.harvest import Harvest, Job, harvest
from twin.archive.maxima import settle_max_hr
from twin.archive.shelf import Shelf
from twin.archive.work import Workers
from twin.errors import StoreError, TwinError, UnknownAthleteError
from twin.files import Entry
from twin.records import Athlete
from twin.store import EmbeddedStore

_TOGETHER = 8  # files; who records live waits as long as they are written


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file, or of one workout of an Apple Health export.

    Parameters
    ----------
    file : str
        Its path; within a zip, also the name there.
    ok : bool
        False where it could not be read or kept.
    session : str or None
        Made from it, now or earlier.
    status : str
        "new"; "known" (this content was imported before); "double" (a session stored already covers
        the same time and has all its channels); "skipped" (no recording, among the files of an archive); "failed".
    place : int
        Of its entry in the list that was given.
    daily : int
        Daily values that are new or changed.
    error : str or None
        Why it failed or was skipped.
    """

    file: str
    ok: bool
    session: str | None = None
    sport: str | None = None
    start: datetime | None = None
    duration_s: float | None = None
    samples: int = 0
    channels: tuple[str, ...] = ()
    rr_intervals: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    status: str = "new"
    place: int = 0
    daily: int = 0


def import_entries(
    store: EmbeddedStore,
    entries: Sequence[Entry],
    athlete: Athlete,
    *,
    workers: Workers | None = None,
    dry_run: bool = False,
    doubles: bool = False,
) -> Iterator[Imported]:
    """Import files and yield what became of each, as they are done.

    What is yielded is kept: whoever stops, and begins again later, goes on where it ended.

    Parameters
    ----------
    store : EmbeddedStore
        Where to.
    entries : sequence of Entry
        From `twin.files.entries_in`.
    athlete : Athlete
        Whose; one not known to the store is added with the first that is kept.
    workers : Workers, optional
        Who reads; this process keeps.
    dry_run : bool
        Read and tell, keep nothing.
    doubles : bool
        Keep also what covers the time of a session stored already.

    Raises
    ------
    WorkerError
        If the workers cannot do their work.
    """
    shelf = Shelf(store, athlete, dry_run=dry_run, doubles=doubles)
    waiting = [(place, entry) for place, entry in enumerate(entries)]
    told: list[Imported] = []
    jobs = _jobs([w for w in waiting if not w[1].is_apple], shelf, told)
    for group in _groups((workers or Workers()).each(harvest, jobs)):
        yield from told
        told.clear()
        yield from _kept_together(store, shelf, group, entries)
    yield from told
    for place, entry in waiting:
        if entry.is_apple:
            for group in _groups(harvests(place, entry)):
                yield from _kept_together(store, shelf, group, entries)
    shelf.compact()
    if not dry_run:
        with suppress(UnknownAthleteError):  # nothing of somebody new could be kept
            settle_max_hr(store, athlete.id)


def _groups(found: Iterator[Harvest]) -> Iterator[list[Harvest]]:
    """Yield what was found in groups: to wait for the disk takes as long for all of one as for one."""
    while group := list(islice(found, _TOGETHER)):
        yield group


def _kept_together(
    store: EmbeddedStore, shelf: Shelf, group: Sequence[Harvest], entries: Sequence[Entry]
) -> list[Imported]:
    """Keep a group in one transaction; the answers are there when it is on disk."""
    try:
        with store.together():
            answers = [_kept(shelf, found, entries[found.place]) for found in group]
    except StoreError as error:
        shelf.look()
        return [
            Imported(found.name, False, error=str(error), status="failed", place=found.place)
            for found in group
        ]
    shelf.compact_if_long()
    return answers


def _jobs(
    waiting: Sequence[tuple[int, Entry]], shelf: Shelf, told: list[Imported]
) -> Iterator[Job]:
    """Yield what must be read; what is known or cannot be opened is told instead."""
    for place, entry in waiting:
        try:
            content = entry.content()
        except (TwinError, OSError) as error:
            told.append(Imported(entry.name, False, error=str(error), status="failed", place=place))
            continue
        identity = content.digest()
        session = shelf.known(identity)
        if session is not None:
            told.append(_known(shelf, session, entry.name, place))
        else:
            yield Job(place, entry.name, identity, content)


def _known(shelf: Shelf, session: str, name: str, place: int) -> Imported:
    """Return the answer for a content imported before, without reading it again."""
    if not session:  # the same content twice in a dry run
        return Imported(name, True, status="known", place=place)
    kept = shelf.session(session)
    seconds = ((kept.end or kept.start) - kept.start).total_seconds()
    return Imported(
        name, True, session, kept.sport, kept.start, seconds, kept.samples, status="known",
        place=place, warnings=shelf.whose_words(kept),
    )  # fmt: skip


def _kept(shelf: Shelf, found: Harvest, entry: Entry) -> Imported:
    if found.error:
        skipped = not found.is_recording and entry.was_found
        status = "skipped" if skipped else "failed"
        return Imported(found.name, skipped, error=found.error, status=status, place=found.place)
    try:
        recording = found.recording
        if recording is None:
            new = shelf.keep_daily(found.daily)
            return Imported(found.name, True, daily=new, place=found.place,
                            status="new" if new else "known")  # fmt: skip
        session, status = shelf.keep(found)
    except (TwinError, OSError, ValueError) as error:
        return Imported(found.name, False, error=str(error), status="failed", place=found.place)
    return Imported(
        file=found.name,
        ok=True,
        session=session,
        sport=recording.sport,
        start=recording.start,
        duration_s=recording.duration_s,
        samples=len(recording.samples),
        channels=tuple(recording.samples.columns),
        rr_intervals=len(recording.rr),
        warnings=recording.warnings,
        status=status,
        place=found.place,
    )
