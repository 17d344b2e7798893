"""Recorded files to `Recording` and back."""

from twin.files.content import content_hash
from twin.files.formats import FORMATS, Format
from twin.files.reading import read, recordings_in, write

__all__ = ["FORMATS", "Format", "content_hash", "read", "recordings_in", "write"]
