"""The graph: Streamz wires store, cleaning, features, rolling frames and screens.

    batch --> store
          '-> clean, features --> rolling
                              |-> twins
                              '-> publish

The store comes first: in Streamz a node that raises keeps the batch from every branch after it.
No node raises, though: a failing step is logged and counted, and the next ones go on without it.
Cleaning and features share a node, because a node costs as much as ten operations on a squad.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

import numpy as np
from streamz import Stream

from twin.pipeline import clean, features, windows
from twin.pipeline.quality import Readings, readings
from twin.pipeline.windows import WindowSettings
from twin.records import Athlete, Batch, Fault, Floats, Reason

logger = logging.getLogger(__name__)

Sink = Callable[[Batch], Awaitable[None] | None]


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
        self._derived = self._source.map(self._derive)
        self._derived.sink(self._sink("rolling", rolling))
        if twins is not None:
            self._derived.sink(self._sink("twins", twins))
        self._derived.sink(self._sink("publish", publish))
        self._clean_state = clean.start(squad)
        self._feature_state = features.start(squad, settings)

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
        for node in (self._derived, self._source):
            for sink in list(node.downstreams):
                sink.destroy()

    # --- what it knows --------------------------------------------------------------------------

    @property
    def features(self) -> Readings:
        """The last good values of the squad, with instants, quality and reasons."""
        return readings(self._clean_state, self._feature_state)

    @property
    def ways_m(self) -> Floats:
        """What each athlete covered since the session began; NaN where nothing tells it. [m]"""
        return self._feature_state.movement.covered.copy()

    @property
    def windows(self) -> windows.Windows:
        """Running integrals: `twin.pipeline.windows` makes means and bests of them."""
        return self._feature_state.windows

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
        self._clean_state = clean.resized(self._clean_state, squad)
        self._feature_state = features.resized(self._feature_state, squad)

    def reset(self, athletes: Sequence[int]) -> None:
        """Begin a session of these athletes: sums at zero, any instant may come next."""
        self._clean_state = clean.reset(self._clean_state, self._squad, athletes)
        self._feature_state = features.reset(self._feature_state, self._squad, athletes)

    def mark_lap(self, athletes: Sequence[int]) -> None:
        """Begin a lap of these athletes."""
        self._feature_state = features.mark_lap(self._feature_state, athletes)

    # --- guards ---------------------------------------------------------------------------------

    def _derive(self, batch: Batch) -> Batch:
        """Clean a batch and add the features; a step that fails passes on what it got."""
        try:
            batch = self._cleaned(batch)
        except Exception as error:
            self._failed("clean", error)
        try:
            self._feature_state, batch = features.step(self._feature_state, batch)
        except Exception as error:
            self._failed("features", error)
            return features.without_features(batch)
        return batch

    def _cleaned(self, batch: Batch) -> Batch:
        """Clean, and count what was not believed."""
        self._clean_state, cleaned, reasons = clean.clean(self._clean_state, batch)
        if np.count_nonzero(reasons):
            codes, counts = np.unique(reasons[reasons > 0], return_counts=True)
            self._rejected.update({Reason(c): int(n) for c, n in zip(codes, counts, strict=True)})
        return cleaned

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
