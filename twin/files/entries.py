"""Recorded files wherever they lie: in folders, in zips, in zips within zips, in account archives.

An account archive, as platforms hand it out, holds much beside recordings. Of a Garmin, Strava or
Polar archive only the original files are taken; they are known by how they lie.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath

from twin.errors import UnreadableFileError
from twin.files.apple_entry import is_apple_health
from twin.files.content import BROKEN_ZIP, HIDDEN, Content, check_size, is_companion, load, unpacked
from twin.files.formats import is_known_suffix
from twin.files.reading import recordings_in

_RICHEST_FIRST = (".fit", ".tcx", ".gpx", ".json", ".pwx")
_LARGEST_NESTED = 1 << 30  # bytes; Garmin cuts its archives into parts below that


@dataclass(frozen=True, slots=True)
class Entry:
    """One file to import.

    Parameters
    ----------
    path : Path
        The file, or the zip that holds it.
    members : tuple of str
        Names within the zip, and within the zips in it; empty for a file on its own.
    is_apple : bool
        Whether it is the ``export.xml`` of Apple Health, which holds many recordings.
    was_found : bool
        Whether it was met in a folder or zip, not named by the user: it may be no recording.
    """

    path: Path
    members: tuple[str, ...] = ()
    is_apple: bool = False
    was_found: bool = False

    @property
    def name(self) -> str:
        """How it is called in a report."""
        return ": ".join((str(self.path), *self.members))

    def content(self) -> Content:
        """Return its bytes.

        Raises
        ------
        UnreadableFileError
            If they cannot be had.
        """
        if not self.members:
            return load(self.path)
        try:
            modified_ns = self.path.stat().st_mtime_ns
            archive = _left_open(self.path, self.members[:-1], modified_ns)
            info = archive.getinfo(self.members[-1])
            check_size(info.filename, info.file_size)
            modified = datetime(*info.date_time, tzinfo=UTC)
            data = archive.read(info)
        except RuntimeError as error:
            raise UnreadableFileError(f"{self.name}: the zip needs a password") from error
        except BROKEN_ZIP as error:
            raise UnreadableFileError(f"{self.name}: the zip is damaged ({error})") from error
        return unpacked(Content(PurePosixPath(self.members[-1]).name, data, modified))


def entries_in(paths: Iterable[str | Path]) -> list[Entry]:
    """Return all recorded files that paths mean, each once.

    Of two formats of one session the richer comes first: FIT, TCX, GPX, then the rest.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, folders and zips. Of zips with several files in them each is an entry of its own.

    Examples
    --------
    >>> [entry.name for entry in entries_in(["ride.gpx", "ride.fit"])]
    ['ride.fit', 'ride.gpx']
    """
    found: dict[Entry, None] = {}
    for path in map(Path, paths):
        found.update(dict.fromkeys(_below(path)))
    return sorted(found, key=_rank)


def _below(path: Path) -> Iterator[Entry]:
    if path.is_dir():
        apple = [file for file in sorted(path.rglob("*.xml")) if is_apple_health(file)]
        routes = [file.parent / "workout-routes" for file in apple]
        yield from (Entry(file, is_apple=True, was_found=True) for file in apple)
        files = [f for f in recordings_in([path]) if not any(r in f.parents for r in routes)]
        taken = _originals([file.relative_to(path).as_posix() for file in files])
        for file in files:
            if taken(file.relative_to(path).as_posix()):
                yield from (
                    _in_zip(file)
                    if file.suffix.lower() == ".zip"
                    else [Entry(file, was_found=True)]
                )
    elif path.suffix.lower() == ".zip":
        yield from _in_zip(path)
    else:
        yield Entry(path, is_apple=is_apple_health(path))


def _in_zip(path: Path) -> Sequence[Entry]:
    """Return what lies in a zip; the zip itself where that is one recording, or it is damaged."""
    try:
        found = list(_members(path, ()))
    except (*BROKEN_ZIP, RuntimeError):
        return [Entry(path)]
    return found if len(found) > 1 or (found and found[0].is_apple) else [Entry(path)]


def _members(path: Path, outer: tuple[str, ...]) -> Iterator[Entry]:
    with opened(path, outer) as archive:
        infos = [i for i in archive.infolist() if not i.is_dir() and not _is_hidden(i.filename)]
        names = [info.filename for info in infos]
        for name in names:
            if name.lower().endswith("export.xml") and is_apple_health(archive, name):
                yield Entry(path, (*outer, name), is_apple=True, was_found=True)
                return
        taken = _originals(names)
        for info in infos:
            name = info.filename
            if name.lower().endswith(".zip") and info.file_size < _LARGEST_NESTED and taken(name):
                yield from _members(path, (*outer, name))
            elif is_known_suffix(Path(name)) and not is_companion(name) and taken(name):
                yield Entry(path, (*outer, name), was_found=True)


def _is_hidden(name: str) -> bool:
    return name.startswith(HIDDEN) or PurePosixPath(name).name.startswith(".")


def opened(path: Path, members: tuple[str, ...]) -> zipfile.ZipFile:
    """Open a zip, or the one that lies in it under these names.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, inner = Path(folder) / "all.zip", BytesIO()
    ...     with zipfile.ZipFile(inner, "w") as archive:
    ...         archive.writestr("ride.fit", b"")
    ...     with zipfile.ZipFile(path, "w") as archive:
    ...         archive.writestr("part.zip", inner.getvalue())
    ...     with opened(path, ("part.zip",)) as archive:
    ...         archive.namelist()
    ['ride.fit']
    """
    if not members:
        return zipfile.ZipFile(path)
    with opened(path, members[:-1]) as archive:
        return zipfile.ZipFile(BytesIO(archive.read(members[-1])))


@lru_cache(maxsize=1)  # its members are read one after another; to open it is to read all names
def _left_open(path: Path, members: tuple[str, ...], _modified_ns: int) -> zipfile.ZipFile:
    return opened(path, members)


def _originals(names: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells the original files of an account archive; everything where it is none."""
    if any("DI_CONNECT/" in name for name in names):  # Garmin
        return lambda name: Path(name).suffix.lower() in (".fit", ".tcx", ".gpx", ".zip")
    if any(PurePosixPath(name).name == "activities.csv" for name in names):  # Strava
        return lambda name: "activities" in PurePosixPath(name).parts[:-1]
    if any(PurePosixPath(name).name.startswith("training-session-") for name in names):  # Polar
        return lambda name: PurePosixPath(name).name.startswith("training-session-")
    return lambda name: True


def _rank(entry: Entry) -> int:
    name = (entry.members or (str(entry.path),))[-1].lower().removesuffix(".gz")
    suffix = PurePosixPath(name).suffix
    return _RICHEST_FIRST.index(suffix) if suffix in _RICHEST_FIRST else len(_RICHEST_FIRST)
