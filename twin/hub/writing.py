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

        def done() -> None:
            function(*args, **kwargs)
            self.refusal = ""

        await self._asked(partial(self._guarded, done))

    async def ask(self, function: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
        """Run a function and return what it returns, or raise what it raises."""
        return await self._asked(partial(function, *args, **kwargs))

    def soon(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Run a function after what was asked for before; nobody waits for it."""
        self._thread.submit(self._guarded, partial(function, *args, **kwargs))

    async def _asked(self, function: Callable[[], Answer]) -> Answer:
        """Run a function to its end, also when who asked ends meanwhile, as a hub that stops."""
        running = asyncio.get_running_loop().run_in_executor(self._thread, function)
        return await asyncio.shield(running)

    def _guarded(self, function: Callable[[], Any]) -> None:
        try:
            function()
        except StoreError as error:
            if self.refusal != str(error):
                logger.error("the store refuses: %s", error)
            self.refusal = str(error)

    def close(self) -> None:
        """Let what was asked for end, then the thread."""
        self._thread.shutdown()
