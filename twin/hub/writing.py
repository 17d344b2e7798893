"""The hub's one writer thread: a store that refuses is shown on the screens, not raised."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from twin.errors import StoreError

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class Writing:
    """Runs what touches the store, one after the other, away from the hub's loop.

    `refusal` holds the store's words since it last refused; empty while all is well.
    """

    def __init__(self) -> None:
        self.refusal = ""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")

    async def do(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Run a function; returns when it is done or the store has refused."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, partial(function, *args, **kwargs))
            self.refusal = ""
        except StoreError as error:
            if self.refusal != str(error):
                logger.error("the store refuses: %s", error)
            self.refusal = str(error)

    async def ask(self, function: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
        """Run a function and return what it returns, or raise what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(function, *args, **kwargs))

    def soon(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Run a function after what was asked for before; nobody waits for it."""
        self._thread.submit(self._guarded, partial(function, *args, **kwargs))

    def _guarded(self, function: Callable[[], Any]) -> None:
        try:
            function()
        except StoreError as error:
            logger.error("the store refuses: %s", error)
            self.refusal = str(error)

    def close(self) -> None:
        """Let what was asked for end, then the thread."""
        self._thread.shutdown()
