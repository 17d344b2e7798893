"""The bus inside one process: the same promises without a server."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from twin.protocols import Listener
from twin.records import Marks, News, Tick

_KEPT = 600
_HUB = "this process"


class LocalBus:
    """Carries ticks and commands between threads; implements `twin.protocols.Bus`.

    Examples
    --------
    >>> bus = LocalBus()
    >>> bus.serve(lambda command, arguments: print(command, arguments["athlete"]))
    >>> bus.ask("mark_lap", {"athlete": "Ada"})
    mark_lap Ada
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[News] = deque(maxlen=_KEPT)
        self._listeners: tuple[Listener, ...] = ()
        self._carry_out: Callable[[str, Mapping[str, Any]], None] | None = None

    def publish(self, tick: Tick, marks: Marks) -> None:
        """Tell every listener, on the thread of the caller."""
        news = News(tick, marks, _HUB)
        with self._lock:
            self._kept.append(news)
            for listener in self._listeners:
                listener.heard(news)

    def serve(self, carry_out: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Let followers call `carry_out`, on their own threads."""
        self._carry_out = carry_out

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener what is still held and what comes; returns what ends it."""
        with self._lock:
            newest = len(self._kept) - 1
            for number, news in enumerate(self._kept):
                listener.heard(replace(news, past=number < newest))
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return end

    def ask(self, command: str, arguments: Mapping[str, Any], group: str = "") -> None:
        """Have the hub carry out a command; raises what the hub raised.

        Raises
        ------
        TimeoutError
            If no hub serves.
        """
        if self._carry_out is None:
            raise TimeoutError("no hub serves on this bus")
        self._carry_out(command, arguments)

    def close(self) -> None:
        """Let go of every listener."""
        self._listeners = ()
