"""One function over many things: in this process, in others, or on a Dask cluster.

The only home of distributed. Whatever does the work, the function and its results are the same.
"""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from twin.errors import WorkerError

T = TypeVar("T")
R = TypeVar("R")

_ANSWERS_WITHIN_S = 5
_OBJECTS = (
    500_000  # a file is read into so many that are no cycles; to look took a fifth of the time
)
_WAITING_EACH = 3  # jobs a worker finds waiting: busy without the parent, little in memory


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work.

    Parameters
    ----------
    processes : int
        Of this machine; 1 = this one alone.
    dask : str
        Address of a scheduler, such as ``"tcp://10.0.0.5:8786"``; its workers do it then. They need
        this library in the same version.
    """

    processes: int = 1
    dask: str = ""

    def each(self, function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        """Yield the function of each thing, in the order in which they are done.

        The things are taken as they are needed. Whoever stops asking ends the work; what has begun
        is waited for.

        Raises
        ------
        WorkerError
            If a worker dies, or no scheduler answers.

        Examples
        --------
        >>> sorted(Workers().each(abs, [-1, 2]))
        [1, 2]
        """
        if self.dask:
            return _on_dask(self.dask, function, iter(things))
        if self.processes > 1:
            return _in_processes(self.processes, function, iter(things))
        return map(function, things)


def _in_processes(processes: int, function: Callable[[T], R], things: Iterator[T]) -> Iterator[R]:
    context = multiprocessing.get_context("spawn")  # a fork would share open databases
    pool = ProcessPoolExecutor(processes, context, initializer=_prepared)
    try:
        begun = _submitted(pool, function, islice(things, processes * _WAITING_EACH))
        while begun:
            done, begun = wait(begun, return_when=FIRST_COMPLETED)
            begun |= _submitted(pool, function, islice(things, len(done)))
            for future in done:
                yield future.result()
    except BrokenProcessPool as error:
        raise WorkerError("a worker process died, maybe for want of memory") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _submitted(
    pool: ProcessPoolExecutor, function: Callable[[T], R], things: Iterable[T]
) -> set[Future[R]]:
    begun = set()
    for thing in things:
        with _deaf():
            begun.add(pool.submit(function, thing))
    return begun


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back: a process begun meanwhile inherits that, and it is answered afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepared() -> None:
    """Let the parent alone answer Ctrl-C; it ends its workers in order. Look for cycles rarely."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_OBJECTS)


def _on_dask(address: str, function: Callable[[T], R], things: Iterator[T]) -> Iterator[R]:
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise WorkerError(
            "Dask is not installed: pip install 'athlete-digital-twin[dask]'"
        ) from error
    try:
        client = Client(address, timeout=_ANSWERS_WITHIN_S)
    except (OSError, ValueError) as error:
        raise WorkerError(f"no Dask scheduler answers at {address} ({error})") from error
    with client:
        slots = max(1, sum(client.nthreads().values()))
        begun = (
            client.submit(function, t, pure=False) for t in islice(things, slots * _WAITING_EACH)
        )
        done = as_completed(list(begun))
        try:
            for future in done:
                for thing in islice(things, 1):
                    done.add(client.submit(function, thing, pure=False))
                yield future.result()
        except KilledWorker as error:
            raise WorkerError(f"a worker of {address} died: {error}") from error
