"""The writer thread: what it was asked for is done, whoever still waits for it."""

import asyncio
import threading

import pytest

from twin.errors import StoreError
from twin.hub.writing import Writing


@pytest.fixture
def busy():
    """A writer thread that is held up until the event is set."""
    writing, disk = Writing(), threading.Event()
    writing.soon(disk.wait)
    yield writing, disk
    disk.set()
    writing.close()


@pytest.mark.parametrize("way", ["do", "ask"])
async def test_what_was_asked_for_is_done_though_who_asked_has_ended(busy, way):
    writing, disk = busy
    kept: list[str] = []
    asking = asyncio.create_task(getattr(writing, way)(kept.append, "a second of five athletes"))
    await asyncio.sleep(0)  # asked, and waiting for the disk
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    disk.set()
    await writing.ask(len, kept)
    assert kept == ["a second of five athletes"]


async def test_a_refusal_is_told_though_who_asked_has_ended(busy):
    writing, disk = busy

    def refuse() -> None:
        raise StoreError("disk full")

    asking = asyncio.create_task(writing.do(refuse))
    await asyncio.sleep(0)
    asking.cancel()
    disk.set()
    await writing.ask(len, "")
    assert writing.refusal == "disk full"
