"""Batches cut from a world: any number of instants at a time, always the same samples."""

import numpy as np

from simulator.world import World
from twin.records import NO_BEATS, Batch, Beats, Floats
from twin.schema import MEASURED_NAMES

_SECOND_NS = 10**9


class Feed:
    """Samples of a world in order.

    Parameters
    ----------
    world : World
        A world just begun.
    parts, seconds : int
        Samples per second, or seconds per sample; one of them is 1.
    """

    def __init__(self, world: World, parts: int, seconds: int) -> None:
        self._world = world
        self._parts = parts
        self._seconds = seconds
        self._taken = 0
        self._values: Floats = np.empty((len(MEASURED_NAMES), 0, len(world.truths)))
        self._beats = NO_BEATS
        self._begun = False

    @property
    def period_s(self) -> float:
        """Time between two samples. [s]"""
        return self._seconds / self._parts

    def offset_ns(self, instant: int) -> int:
        """Return the time of a sample since the first. [ns]"""
        return instant * self._seconds * _SECOND_NS // self._parts

    def take(self, instants: int, now: np.datetime64 | None = None) -> Batch:
        """Return the next instants of everybody as one batch, with the beats up to then."""
        while self._values.shape[1] < instants:
            self._grow(instants - self._values.shape[1])
        values, self._values = self._values[:, :instants], self._values[:, instants:]
        count = values.shape[2]
        offsets = [self.offset_ns(self._taken + i) for i in range(instants)]
        self._taken += instants
        times = self._world.start + np.array(offsets, "timedelta64[ns]")
        return Batch(
            athlete=np.tile(np.arange(count, dtype=np.int32), instants),
            time=np.repeat(times, count),
            values=values.reshape(len(MEASURED_NAMES), -1),
            beats=self._heard(times[-1]),
            now=now,
        )

    def _grow(self, missing: int) -> None:
        """Let the world go on until there are more samples; its very first is one instant."""
        samples = -(-missing // self._parts) if self._begun else 1
        stretch = self._world.advance(samples * self._seconds if self._begun else 1)
        fresh = stretch.readings
        if self._begun and self._parts == 1:
            fresh = fresh[:, self._seconds - 1 :: self._seconds]
        elif not self._begun:
            fresh = fresh[:, :, -1:]
        self._begun = True
        flat = fresh.reshape(len(MEASURED_NAMES), -1, fresh.shape[-1])
        self._values = np.concatenate([self._values, flat], axis=1)
        self._beats = _joined(self._beats, stretch.beats)

    def _heard(self, until: np.datetime64) -> Beats:
        """Return the beats up to an instant; later ones wait."""
        past = self._beats.time <= until
        heard, self._beats = _chosen(self._beats, past), _chosen(self._beats, ~past)
        return heard


def _joined(first: Beats, second: Beats) -> Beats:
    return Beats(
        np.concatenate([first.athlete, second.athlete]),
        np.concatenate([first.time, second.time]),
        np.concatenate([first.rr_ms, second.rr_ms]),
    )


def _chosen(beats: Beats, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Beats:
    return Beats(beats.athlete[rows], beats.time[rows], beats.rr_ms[rows])
