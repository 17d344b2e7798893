"""The bytes of a recorded file, whether it is plain, gzipped or the only one in a zip."""

import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from twin.errors import UnreadableFileError

COMPANIONS = (".rr", ".laps")  # `ride.csv` may have `ride.rr.csv` and `ride.laps.csv` beside it

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_LARGEST_BYTES = 1 << 30  # a recording of a day at 25 Hz has less than 0.2 GB
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError,
    LookupError, struct.error,
)  # fmt: skip
_CHUNK_BYTES = 256  # small: what is lost before damage is at most one chunk
HIDDEN = ("__MACOSX/", ".")


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds.

    Parameters
    ----------
    name : str
        File name without ``.gz``; of a zip, the name of the file in it.
    data : bytes
        Uncompressed bytes.
    modified : datetime
        When the file was last written, UTC.
    companions : mapping of str to bytes
        Files that belong to it, by their suffix in `COMPANIONS`.
    damage : str
        What was wrong with the compression, in words; empty if nothing.
    """

    name: str
    data: bytes
    modified: datetime
    companions: Mapping[str, bytes] = field(default_factory=dict)
    damage: str = ""

    @property
    def suffix(self) -> str:
        """The last suffix in lower case, such as ``".fit"``."""
        return PurePosixPath(self.name).suffix.lower()

    def digest(self) -> str:
        """Return the SHA-256 of the bytes.

        >>> Content("ride.fit", b"", datetime.now(UTC)).digest()[:8]
        'e3b0c442'
        """
        return hashlib.sha256(self.data).hexdigest()


def load(path: Path) -> Content:
    """Return the uncompressed content of a file.

    Raises
    ------
    UnreadableFileError
        If there is no such file, it may not be read, it is empty or its compression is damaged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     packed = Path(folder) / "ride.csv.gz"
    ...     _ = packed.write_bytes(gzip.compress(b"time,hr"))
    ...     load(packed).name, load(packed).data
    ('ride.csv', b'time,hr')
    """
    try:
        about = path.stat()
        check_size(path.name, about.st_size)
        data = path.read_bytes()
        modified = datetime.fromtimestamp(about.st_mtime, UTC)
        beside = _beside(path)
    except IsADirectoryError:
        raise UnreadableFileError(f"{path}: is a folder, expected a recorded file") from None
    except FileNotFoundError:
        raise UnreadableFileError(f"{path}: no such file") from None
    except OSError as error:
        raise UnreadableFileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # a NUL byte in the name
        raise UnreadableFileError(f"{path!r}: is not a file name ({error})") from error
    return unpacked(Content(path.name, data, modified, beside))


def content_hash(path: str | Path) -> str:
    """Return the SHA-256 of a file's uncompressed bytes: a file and its .gz are one recording.

    Raises
    ------
    UnreadableFileError
        As `twin.read` does when the bytes cannot be had.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plain, packed = Path(folder) / "ride.csv", Path(folder) / "ride.csv.gz"
    ...     _ = plain.write_bytes(b"time,hr"), packed.write_bytes(gzip.compress(b"time,hr"))
    ...     content_hash(plain) == content_hash(packed)
    True
    """
    return load(Path(path)).digest()


def companion_name(name: str, companion: str) -> str:
    """Return the name of a file that belongs to another.

    >>> companion_name("ride.csv", ".rr")
    'ride.rr.csv'
    """
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}{companion}{path.suffix}"))


def is_companion(name: str) -> bool:
    """Tell whether a file belongs to another by its name.

    >>> is_companion("ride.rr.csv"), is_companion("ride.csv")
    (True, False)
    """
    suffixes = PurePosixPath(name.lower()).suffixes
    return len(suffixes) >= 2 and suffixes[-2] in COMPANIONS


def _beside(path: Path) -> dict[str, bytes]:
    if is_companion(path.name):
        return {}
    found = {key: path.with_name(companion_name(path.name, key)) for key in COMPANIONS}
    return {key: file.read_bytes() for key, file in found.items() if file.is_file()}


def unpacked(content: Content) -> Content:
    """Return the content without .gz and .zip around it.

    Raises
    ------
    UnreadableFileError
        If it is empty, or the compression is damaged from its start.

    Examples
    --------
    >>> packed = Content("ride.csv.gz", gzip.compress(b"time,hr"), datetime.now(UTC))
    >>> unpacked(packed).name, unpacked(packed).data
    ('ride.csv', b'time,hr')
    """
    for _ in range(3):  # a .gz in a .zip is met in exports of training platforms
        if content.data.startswith(_GZIP):
            content = _gunzipped(content)
        elif content.data.startswith(_ZIP):
            content = _unzipped(content)
    if not content.data.strip(b"\0 \t\r\n"):
        raise UnreadableFileError(f"{content.name}: is empty, expected a recording")
    return content


def _gunzipped(content: Content) -> Content:
    name = content.name[:-3] if content.name.lower().endswith(".gz") else content.name
    damage = content.damage
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content.data)) as stream:
            data = stream.read(_LARGEST_BYTES + 1)
    except (EOFError, OSError, zlib.error) as error:
        damage = f"the gzip compression is damaged ({error}): what came before was kept"
        data = _before_damage(content.data)
        if not data:
            raise UnreadableFileError(
                f"{content.name}: the gzip compression is damaged from its start ({error})"
            ) from error
    check_size(name, len(data))
    return Content(name, data, content.modified, content.companions, damage)


def _before_damage(packed: bytes) -> bytes:
    """Return what can be uncompressed before the damage."""
    unpacker = zlib.decompressobj(wbits=31)
    data = bytearray()
    for begin in range(0, len(packed), _CHUNK_BYTES):
        try:
            data += unpacker.decompress(packed[begin : begin + _CHUNK_BYTES], _LARGEST_BYTES)
        except zlib.error:
            break
    return bytes(data)


def _unzipped(content: Content) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
            return _only_recording(content, archive)
    except BROKEN_ZIP as error:
        raise UnreadableFileError(f"{content.name}: the zip is damaged ({error})") from error
    except RuntimeError as error:
        raise UnreadableFileError(
            f"{content.name}: the zip needs a password; unpack it first"
        ) from error


def _only_recording(content: Content, archive: zipfile.ZipFile) -> Content:
    files = {
        info.filename: info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith(HIDDEN)
    }
    if "[Content_Types].xml" in files:
        raise UnreadableFileError(
            f"{content.name}: is an Office document, expected a recording; save the sheet as CSV"
        )
    names = [name for name in files if not is_companion(name)]
    if len(names) != 1:
        shown = ", ".join(sorted(names)[:8]) + (", ..." if len(names) > 8 else "")
        raise UnreadableFileError(
            f"{content.name}: the zip holds {len(names)} files ({shown}), expected exactly one "
            "recording; unpack it and give the folder"
        )
    for info in files.values():
        check_size(info.filename, info.file_size)
    beside = {key: companion_name(names[0], key) for key in COMPANIONS}
    return Content(
        PurePosixPath(names[0]).name,
        archive.read(names[0]),
        content.modified,
        {key: archive.read(name) for key, name in beside.items() if name in files},
    )


def check_size(name: str, size: int) -> None:
    """Raise `UnreadableFileError` where a file is larger than any recording, 1 GiB. [byte]

    >>> check_size("ride.fit", 200_000)
    """
    if size > _LARGEST_BYTES:
        raise UnreadableFileError(
            f"{name}: holds more than {_LARGEST_BYTES} bytes, no recording is that large"
        )
