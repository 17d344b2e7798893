"""Calls of bumble as bleak's own backends make theirs: not broken off half way, with bleak's errors."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bleak.exc import BleakError, BleakGATTProtocolError
from bumble import att, core, hci

_Result = TypeVar("_Result")


async def unbroken(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Await what must not be cancelled half way: bumble matches answers by their order only.

    Raises
    ------
    BleakError
        If it was cancelled from inside: the link was lost.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if task.cancelled() and current is not None and not current.cancelling():
            raise BleakError("the link was lost") from None
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise


@contextmanager
def bleak_errors() -> Iterator[None]:
    """Turn bumble's errors into those that bleak's backends raise."""
    try:
        yield
    except att.ATT_Error as error:
        raise BleakGATTProtocolError(int(error.error_code)) from error
    except core.TimeoutError as error:
        raise TimeoutError(str(error)) from error
    except core.BaseBumbleError as error:
        raise BleakError(f"{type(error).__name__}: {error}") from error


def plain(address: hci.Address) -> str:
    """Return an address without its type, as bleak writes it."""
    return str(address).partition("/")[0]
