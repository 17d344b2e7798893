"""From a path to a recording."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from twin.errors import UnreadableFileError
from twin.files.content import Content, is_companion, load
from twin.files.formats import format_of, is_known_suffix
from twin.records import Recording
from twin.schema import CHANNELS

# What the readers' libraries raise on bytes that nobody foresaw.
_UNFORESEEN = (
    ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError,
    ValueError, struct.error,
)  # fmt: skip


def read(path: str | Path) -> Recording:
    r"""Return the recording in a file: FIT, TCX, GPX, CSV, RR text or Parquet, also .gz or .zip.

    Parameters
    ----------
    path : str or Path
        The file; a zip must hold exactly one recording. The format is found from the content,
        then from the suffix.

    Returns
    -------
    Recording
        Samples as recorded, units in ``attrs["units"]``: pauses and smart recording stay gaps,
        nothing is invented. What had
        to be mended or left out stands in its `warnings`. A file of RR intervals alone gives
        no samples.

    Raises
    ------
    UnreadableFileError
        If nothing can be read: what the file is, and what was expected.

    Notes
    -----
    Heart rate 0, or 1 throughout, is missing (NaN). Running cadence counts both feet. Values
    outside the valid range of `twin.schema` are kept as recorded; the pipeline judges them.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "ride.csv"
    >>> _ = file.write_text("time,hr\n2026-10-01T10:00:00Z,141\n2026-10-01T10:00:01Z,143\n")
    >>> read(file).samples["heart_rate"].mean()
    np.float64(142.0)
    """
    return read_content(load(Path(path)), str(path))


def read_content(content: Content, path: str) -> Recording:
    r"""Return the recording in the content of a file; errors as in `read`.

    >>> from datetime import UTC, datetime
    >>> text = b"time,hr\n2026-10-01T10:00:00Z,141\n"
    >>> read_content(Content("ride.csv", text, datetime.now(UTC)), "rides/ride.csv").path
    'rides/ride.csv'
    """
    known = format_of(content)
    try:
        recording = known.read(content)
    except _UNFORESEEN as error:
        raise UnreadableFileError(
            f"{content.name}: is damaged in a way that leaves nothing readable as {known.name} "
            f"({type(error).__name__}: {error})"
        ) from error
    units = {name: CHANNELS[name].unit for name in recording.samples if name in CHANNELS}
    recording.samples.attrs["units"] = units
    told = (content.damage,) if content.damage else ()
    return replace(recording, path=path, warnings=(*told, *recording.warnings))


def recordings_in(paths: Iterable[str | Path]) -> list[Path]:
    """Return the recorded files that paths mean, each once.

    Parameters
    ----------
    paths : iterable of str or Path
        A file is returned whatever it is. A folder gives the files of known suffix in it and
        below, sorted; hidden ones, and files that belong to another (``ride.rr.csv`` beside
        ``ride.csv``), are left out.

    Examples
    --------
    >>> [path.name for path in recordings_in(["no such file.fit"])]
    ['no such file.fit']
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        for file in _files_below(path) if path.is_dir() else [path]:
            found.setdefault(file)
    return list(found)


def _files_below(folder: Path) -> Sequence[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if is_known_suffix(file)
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not _belongs_to_another(file)
    )


def _belongs_to_another(file: Path) -> bool:
    if not is_companion(file.name):
        return False
    owner = Path(file.stem).stem + file.suffix
    return file.with_name(owner).is_file()
