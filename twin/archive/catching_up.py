"""Missing figures computed beside a page: one process for each store, of low priority."""

import atexit
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

Told = Callable[[int, int], None]

_TOLD_EVERY_S = 1.0
_PATIENCE_S = 5.0


class CatchingUp:
    """Computes the figures of an athlete's sessions that have none, and tells how far it is.

    In a thread it would share Python's lock with ticks and screens.

    Parameters
    ----------
    folder : path
        Home of the store.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._listeners: dict[str, list[Told]] = {}
        self._process: subprocess.Popen[str] | None = None
        self._closed = False

    def start(self, athlete: str, told: Told) -> None:
        """Compute what an athlete lacks; `told` gets done and total, on a thread.

        It is told for the last time with both equal, and again from the start to those who come
        while it runs.
        """
        with self._lock:
            if self._closed:
                return
            listeners = self._listeners.setdefault(athlete, [])
            listeners.append(told)
            if len(listeners) == 1:
                threading.Thread(
                    target=self._work, args=(athlete,), name="catching up", daemon=True
                ).start()

    def leave(self, athlete: str, told: Told) -> None:
        """Tell this listener no more; the work goes on."""
        with self._lock:
            listeners = self._listeners.get(athlete, [])
            if told in listeners:
                listeners.remove(told)

    def close(self) -> None:
        """End the process; what it has kept stays."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait(_PATIENCE_S)

    def _work(self, athlete: str) -> None:
        done = total = 0
        last = 0.0
        for line in self._lines(athlete):
            done, total = (int(number) for number in line.split())
            if time.monotonic() - last >= _TOLD_EVERY_S:
                last = time.monotonic()
                self._tell(athlete, min(done, total - 1), total)
        with self._lock:
            listeners = self._listeners.pop(athlete, [])
        for told in listeners:
            told(total, total)

    def _lines(self, athlete: str) -> Iterator[str]:
        command = [sys.executable, "-m", "twin", "summarise", "--background", "--workers", "1",
                   "--athlete", athlete, "--data", str(self._folder)]  # fmt: skip
        with self._lock:
            if self._closed:
                return
            process = self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        with process:
            yield from process.stdout or ()

    def _tell(self, athlete: str, done: int, total: int) -> None:
        with self._lock:
            listeners = tuple(self._listeners.get(athlete, ()))
        for told in listeners:
            told(done, total)


@lru_cache(maxsize=8)
def catching_up(folder: Path) -> CatchingUp:
    """Return who catches up for a store; all pages of this process share it."""
    found = CatchingUp(folder)
    atexit.register(found.close)
    return found
