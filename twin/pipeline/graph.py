"""The graph: Streamz wires store, cleaning, features, rolling frames and screens.

    batch --> store
          '-> clean -> features --> rolling
                                |-> twins
                                '-> publish

The store comes first: in Streamz a node that raises keeps the batch from every branch after it.
No node raises, though: a failing step is logged and counted, and the next ones go on without it.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import numpy as np
from streamz import Stream

from twin.pipeline import clean, features, windows
from twin.pipeline.quality import Readings, readings
from twin.pipeline.windows import WindowSettings
from twin.records import Athlete, Batch, Fault, Reason

logger = logging.getLogger(__name__)

Sink = Callable[[Batch], Awaitable[None] | None]
Step = Callable[[Any, Batch], tuple[Any, Batch]]


def _as_it_is(batch: Batch) -> Batch:
    return batch


class Graph:
    """One live process's way from received batches to screens.

    Built once per process, outside any browser session. Not for several threads: emit and the
    other methods belong to one event loop.

    Parameters
    ----------
    store : callable
        Gets every batch first, raw as received. A coroutine is awaited by `emit`.
    rolling : callable
        Gets the cleaned rows with `twin.schema.ALL_NAMES`; must return at once.
    publish : callable
        The same, after all others.
    squad : sequence of Athlete
        May grow later: `set_squad`.
    settings : WindowSettings, optional
        Lengths of the rolling windows and what counts as a pause.
    twins : callable, optional
        Gets the same rows between `rolling` and `publish`.
    """

    def __init__(
        self,
        store: Sink,
        rolling: Sink,
        publish: Sink,
        squad: Sequence[Athlete] = (),
        settings: WindowSettings | None = None,
        *,
        twins: Sink | None = None,
    ) -> None:
        self._squad = tuple(squad)
        self._faults: dict[str, Fault] = {}
        self._rejected: Counter[Reason] = Counter()
        self._waiting: list[Awaitable[None]] = []
        self._source = Stream()
        self._source.sink(self._sink("store", store))
        self._clean = self._source.accumulate(
            self._step("clean", self._cleaned, _as_it_is),
            start=clean.start(squad),
            returns_state=True,
        )
        self._features = self._clean.accumulate(
            self._step("features", features.step, features.without_features),
            start=features.start(squad, settings),
            returns_state=True,
        )
        self._features.sink(self._sink("rolling", rolling))
        if twins is not None:
            self._features.sink(self._sink("twins", twins))
        self._features.sink(self._sink("publish", publish))

    async def emit(self, batch: Batch) -> None:
        """Send a batch through; returns when the store has it.

        The store is called before any other step. If it returns a coroutine, that is awaited last:
        a slow disk does not delay the screens, it holds back the next batch.
        """
        self._source.emit(batch)
        waiting, self._waiting = self._waiting, []
        for result in waiting:
            await result

    def destroy(self) -> None:
        """Take the graph apart; nothing is kept in memory by Streamz."""
        for node in (self._features, self._clean, self._source):
            for sink in list(node.downstreams):
                sink.destroy()

    # --- what it knows --------------------------------------------------------------------------

    @property
    def features(self) -> Readings:
        """The last good values of the squad, with instants, quality and reasons."""
        return readings(self._clean.state, self._features.state)

    @property
    def windows(self) -> windows.Windows:
        """Running integrals: `twin.pipeline.windows` makes means and bests of them."""
        state: features.FeatureState = self._features.state
        return state.windows

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Steps that failed so far."""
        return tuple(self._faults.values())

    @property
    def rejected(self) -> Mapping[Reason, int]:
        """How many readings were not believed so far, by reason."""
        return dict(self._rejected)

    # --- changes, between two batches -----------------------------------------------------------

    def set_squad(self, squad: Sequence[Athlete]) -> None:
        """Take over athletes who joined at the end, and changed parameters; sums are kept."""
        self._squad = tuple(squad)
        self._clean.state = clean.resized(self._clean.state, squad)
        self._features.state = features.resized(self._features.state, squad)

    def reset(self, athletes: Sequence[int]) -> None:
        """Begin a session of these athletes: sums at zero, any instant may come next."""
        self._clean.state = clean.reset(self._clean.state, self._squad, athletes)
        self._features.state = features.reset(self._features.state, self._squad, athletes)

    def mark_lap(self, athletes: Sequence[int]) -> None:
        """Begin a lap of these athletes."""
        self._features.state = features.mark_lap(self._features.state, athletes)

    # --- guards ---------------------------------------------------------------------------------

    def _cleaned(self, state: clean.CleanState, batch: Batch) -> tuple[clean.CleanState, Batch]:
        """Clean, and count what was not believed."""
        state, cleaned, reasons = clean.clean(state, batch)
        if np.count_nonzero(reasons):
            codes, counts = np.unique(reasons[reasons > 0], return_counts=True)
            self._rejected.update({Reason(c): int(n) for c, n in zip(codes, counts, strict=True)})
        return state, cleaned

    def _step(self, name: str, step: Step, otherwise: Callable[[Batch], Batch]) -> Step:
        """Wrap a step: when it fails its state stays, and the batch goes on as `otherwise`."""

        def guarded(state: Any, batch: Batch) -> tuple[Any, Batch]:
            try:
                return step(state, batch)
            except Exception as error:
                self._failed(name, error)
                return state, otherwise(batch)

        return guarded

    def _sink(self, name: str, sink: Sink) -> Callable[[Batch], None]:
        """Wrap a sink, plain or asynchronous: when it fails the others still get the batch."""

        async def awaited(result: Awaitable[None]) -> None:
            try:
                await result
            except Exception as error:
                self._failed(name, error)

        def guarded(batch: Batch) -> None:
            try:
                result = sink(batch)
            except Exception as error:
                self._failed(name, error)
                return
            if result is not None:
                self._waiting.append(awaited(result))

        return guarded

    def _failed(self, step: str, error: Exception) -> None:
        """Count a failure and log it: with its traceback when it is new."""
        before = self._faults.get(step)
        words = f"{type(error).__name__}: {error}"
        if before is None or before.last_error != words:
            logger.error("the %s step failed: %s", step, words, exc_info=error)
        count = 1 if before is None else before.count + 1
        self._faults[step] = Fault(step, count, words)
