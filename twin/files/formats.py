"""The one table of file formats: how each is known, read and written.

A new format is a module with ``read_NAME(content)`` and a line here. Reader modules are loaded
when first needed, so that ``import twin.files`` stays quick.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from twin.errors import NoRecordingError, UnreadableFileError
from twin.files.columns import ELAPSED_NAMES, TIME_NAMES, plain_name
from twin.files.content import Content
from twin.records import Recording
from twin.schema import MEASURED_NAMES

_HEAD = 4096
_ANYBODYS = ".json"  # says nothing of what is in it


@dataclass(frozen=True, slots=True)
class Format:
    """One file format.

    Parameters
    ----------
    name : str
        Short name, also the word after ``--format``; its module is ``twin.files.NAME``.
    suffixes : tuple of str
        Usual file suffixes, lower case.
    holds : callable
        Tells from the first bytes whether a file is of this format.
    written : bool
        Whether recordings can be written in it.
    parts : tuple of str
        Of ``"rr"`` and ``"laps"``, those that it keeps.
    beside : bool
        Whether it keeps them in files beside the samples, not in the same.
    """

    name: str
    suffixes: tuple[str, ...]
    holds: Callable[[bytes], bool]
    written: bool = False
    parts: tuple[str, ...] = ()
    beside: bool = False

    def read(self, content: Content) -> Recording:
        """Return the recording in the content of a file of this format."""
        recording: Recording = getattr(self._home(), f"read_{self.name}")(content)
        return recording

    def write(self, recording: Recording, path: Path, part: str = "") -> None:
        """Write a recording's samples, or its ``part``: ``"rr"`` or ``"laps"``."""
        name = f"write_{part}_{self.name}" if part else f"write_{self.name}"
        getattr(self._home(), name)(recording, path)

    def kept(self) -> tuple[str, ...]:
        """Return the channels that it keeps when written.

        >>> "power" in format_to_write(Path("ride.tcx"), None).kept()
        True
        """
        return getattr(self._home(), "CHANNELS", MEASURED_NAMES)

    def _home(self) -> object:
        return import_module(f"twin.files.{self.name}")


def _is_fit(head: bytes) -> bool:
    return head[8:12] == b".FIT"


def _is_tcx(head: bytes) -> bool:
    return b"<TrainingCenterDatabase" in head


def _is_gpx(head: bytes) -> bool:
    return b"<gpx" in head


def _is_pwx(head: bytes) -> bool:
    return b"<pwx" in head


def _is_goldencheetah(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"RIDE"' in head


def _is_polar(head: bytes) -> bool:
    return head.lstrip().startswith(b"{") and (b'"exportVersion"' in head or b'"exercises"' in head)


def _is_parquet(head: bytes) -> bool:
    return head[:4] == b"PAR1"


def _is_csv(head: bytes) -> bool:
    first = head.decode("utf-8-sig", "ignore").lstrip().partition("\n")[0]
    cells = first.replace(";", ",").replace("\t", ",").split(",")
    return len(cells) > 1 and any(
        plain_name(cell) in (*TIME_NAMES, *ELAPSED_NAMES) for cell in cells
    )


def _is_rr_text(head: bytes) -> bool:
    lines = head.decode("latin-1").splitlines()[:-1][:20]
    return bool(lines) and all(_is_rr_line(line) for line in lines)


def _is_rr_line(line: str) -> bool:
    words = line.split()
    return 1 <= len(words) <= 2 and all(word.replace(".", "", 1).isdigit() for word in words)


FORMATS = (
    Format("fit", (".fit",), _is_fit, written=True, parts=("rr", "laps")),
    Format("tcx", (".tcx",), _is_tcx, written=True, parts=("laps",)),
    Format("gpx", (".gpx",), _is_gpx, written=True),
    Format("pwx", (".pwx",), _is_pwx),
    Format("goldencheetah", (".json",), _is_goldencheetah),
    Format("polar", (), _is_polar),
    Format("parquet", (".parquet", ".pq"), _is_parquet, True, ("rr", "laps"), beside=True),
    Format("csv", (".csv", ".tsv"), _is_csv, True, ("rr", "laps"), beside=True),
    Format("rr_text", (".txt", ".rr", ".hrv"), _is_rr_text),
)
PACKED_SUFFIXES = (".gz", ".zip")


def format_of(content: Content) -> Format:
    """Return the format of a file: by its content, else by its suffix.

    Raises
    ------
    UnreadableFileError
        If neither is known.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> format_of(Content("misnamed.bin", b"<?xml version='1.0'?><gpx>", datetime.now(UTC))).name
    'gpx'
    """
    head = content.data[:_HEAD]
    for known in FORMATS:
        if known.holds(head):
            return known
    for known in FORMATS:
        if content.suffix in known.suffixes and content.suffix != _ANYBODYS:
            return known
    start = content.data[:24].decode("utf-8", "replace")
    kind = NoRecordingError if content.suffix == _ANYBODYS else UnreadableFileError
    raise kind(
        f"{content.name}: is of no known format (begins {start!r}), expected one of "
        f"{', '.join(known.name for known in FORMATS)}"
    )


def format_to_write(path: Path, name: str | None) -> Format:
    """Return the format to write: the one named, else that of the file's suffix.

    Raises
    ------
    ValueError
        If it cannot be written.

    Examples
    --------
    >>> format_to_write(Path("ride.TCX"), None).name, format_to_write(Path("ride"), "csv").name
    ('tcx', 'csv')
    """
    writable = [known for known in FORMATS if known.written]
    for known in writable:
        if known.name == name or (name is None and path.suffix.lower() in known.suffixes):
            return known
    raise ValueError(
        f"cannot write format {name or path.suffix!r}, expected one of "
        f"{', '.join(known.name for known in writable)}"
    )


def is_known_suffix(path: Path) -> bool:
    """Tell whether a file's suffix is of a known format, packed or not.

    >>> is_known_suffix(Path("ride.TCX.gz")), is_known_suffix(Path("notes.md"))
    (True, False)
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".zip":
        return True
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return bool(suffixes) and any(suffixes[-1] in known.suffixes for known in FORMATS)
