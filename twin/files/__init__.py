"""Recorded files to `Recording` and back."""

from twin.files.content import content_hash
from twin.files.entries import Entry, entries_in
from twin.files.formats import FORMATS, Format
from twin.files.reading import read, read_content, recordings_in
from twin.files.writing import left_out, write

__all__ = [
    "FORMATS", "Entry", "Format", "content_hash", "entries_in", "left_out", "read", "read_content",
    "recordings_in", "write",
]  # fmt: skip
