"""Waiting for what happens elsewhere: asked again and again, with an end."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def until(claim: Callable[[], Value], what: str = "", within_s: float = 90) -> Value:
    """Return the first true value of a claim about another thread or process.

    Fails with `what` was awaited after `within_s`. [s]
    """
    deadline = time.monotonic() + within_s
    while not (value := claim()):
        assert time.monotonic() < deadline, f"after {within_s} s: {what or 'not yet true'}"
        threading.Event().wait(0.01)
    return value


async def until_true(claim: Callable[[], object], within_s: float = 60) -> None:
    """Let the tasks of this loop go on until a claim holds; TimeoutError after `within_s`. [s]"""
    async with asyncio.timeout(within_s):
        while not claim():
            await asyncio.sleep(0.001)
