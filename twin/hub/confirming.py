"""Sources whose senders wait until what they sent is on disk."""

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from twin.hub.recorder import Recorder
from twin.protocols import Source


@runtime_checkable
class Confirmed(Source, Protocol):
    """A source that is told what became of each batch."""

    def stored(self, recorded: Collection[str], trouble: str) -> None:
        """Hear who is being recorded (ids), and why the store refuses; empty if it does not."""
        ...


def confirm(source: Source, recorder: Recorder, refusal: str) -> None:
    """Tell a source, if it wants to know, whether all it has sent is on disk.

    Parameters
    ----------
    source : Source
        Whose batch was handed to the recorder.
    recorder : Recorder
        What waits there is not on disk.
    refusal : str
        Why the store refuses, in words.
    """
    if isinstance(source, Confirmed):
        trouble = (refusal or "the store failed") if recorder.waiting_batches else ""
        source.stored(recorder.sessions, trouble)
