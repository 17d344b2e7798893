"""Recorded files to `Recording` and back."""

from twin.files.content import content_hash
from twin.files.formats import FORMATS, Format
from twin.files.reading import read, recordings_in
from twin.files.writing import left_out, write

__all__ = ["FORMATS", "Format", "content_hash", "left_out", "read", "recordings_in", "write"]
