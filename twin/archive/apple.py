"""Apple Health: workouts as they come out of the stream, then the days."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from twin.archive.harvest import Harvest, of_recording
from twin.errors import UnreadableFileError
from twin.files.apple_health import AppleExport, recordings
from twin.files.content import BROKEN_ZIP, Content
from twin.files.entries import Entry, opened
from twin.files.reading import read_content
from twin.physiology.hrv import rmssd
from twin.records import DailyValue, Recording

_STEADY = 0.2  # of one interval to the next; a larger step is a beat missed
_BEATS = 20  # fewer tell nothing


def harvests(place: int, entry: Entry) -> Iterator[Harvest]:
    """Yield every workout of an export, then its daily values; RMSSD from the beats at rest."""
    export, workouts = AppleExport(), 0
    try:
        with contextlib.ExitStack() as stack:
            stream, routes = _opened(entry, stack)
            for identity, found in recordings(stream, entry.name, routes, export):
                workouts += 1
                digest = hashlib.sha256(identity.encode()).hexdigest()
                if isinstance(found, Recording):
                    name = f"{entry.name}: {found.sport} {found.start:%Y-%m-%d %H:%M}"
                    yield of_recording(place, name, digest, found)
                else:
                    yield Harvest(place, entry.name, digest, error=str(found), is_recording=False)
    except UnreadableFileError as error:
        yield Harvest(place, entry.name, "", error=str(error))
        return
    except BROKEN_ZIP as error:
        what = "the zip" if entry.members else "the file"
        yield Harvest(place, entry.name, "", error=f"{entry.name}: {what} is damaged ({error})")
        return
    daily = (*export.daily, *_rmssd_of_days(export))
    if not daily and not workouts:
        yield Harvest(place, entry.name, "", error=f"{entry.name}: no workout and no daily value")
    elif daily:
        yield Harvest(place, f"{entry.name}: daily values", "", daily=daily)


def _rmssd_of_days(export: AppleExport) -> Iterator[DailyValue]:
    """Yield the median of each day; a beat missed leaves a gap."""
    days: dict[date, list[float]] = {}
    for day, rr_ms in export.rest:
        intervals = rr_ms.to_numpy()
        steps = np.abs(np.diff(intervals, prepend=intervals[:1])) / intervals
        if (steps < _STEADY).sum() >= _BEATS:
            days.setdefault(day, []).append(rmssd(np.where(steps < _STEADY, intervals, np.nan)))
    for day, values in sorted(days.items()):
        yield DailyValue(day, "rmssd", float(np.median(values)), "Apple Health, beats")


def _opened(
    entry: Entry, stack: contextlib.ExitStack
) -> tuple[IO[bytes], Callable[[str], Recording | None]]:
    """Open the document, and return how to read a route beside it."""
    if not entry.members:
        stream: IO[bytes] = stack.enter_context(entry.path.open("rb"))
        return stream, lambda path: _route(entry.path.parent / path.lstrip("/"))
    archive = stack.enter_context(opened(entry.path, entry.members[:-1]))
    home = PurePosixPath(entry.members[-1]).parent
    names = {name.lower(): name for name in archive.namelist()}

    def route(path: str) -> Recording | None:
        name = names.get(str(home / path.lstrip("/")).lower())
        return None if name is None else _read(name, archive.read(name))

    return stack.enter_context(archive.open(entry.members[-1])), route


def _route(file: Path) -> Recording | None:
    return _read(file.name, file.read_bytes()) if file.is_file() else None


def _read(name: str, data: bytes) -> Recording | None:
    try:
        return read_content(Content(name, data, datetime.now(UTC)), name)
    except UnreadableFileError:
        return None
