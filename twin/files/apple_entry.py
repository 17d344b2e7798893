"""Whether a file is the export of Apple Health, told from its first bytes."""

import zipfile
from pathlib import Path

_HEAD = 65536  # the document begins with a description of itself of some 10 kB
_MARKS = (b"<!DOCTYPE HealthData", b"<HealthData")


def is_apple_health(where: Path | zipfile.ZipFile, member: str = "") -> bool:
    """Tell whether a file, or a member of an open zip, is an ``export.xml`` of Apple Health.

    >>> from io import BytesIO
    >>> archive = zipfile.ZipFile(BytesIO(), "w")
    >>> archive.writestr("export.xml", "<HealthData locale='en'>")
    >>> archive.writestr("track.xml", "<gpx>")
    >>> [is_apple_health(archive, name) for name in archive.namelist()]
    [True, False]
    """
    if isinstance(where, zipfile.ZipFile):
        with where.open(member) as stream:
            head = stream.read(_HEAD)
    elif where.suffix.lower() == ".xml" and where.is_file():
        with where.open("rb") as stream:
            head = stream.read(_HEAD)
    else:
        return False
    return any(mark in head for mark in _MARKS)
