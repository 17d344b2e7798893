"""The sensors of all sources, as the screens are told, and whose they are."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

import numpy as np

from twin.errors import UnknownSensorError
from twin.protocols import Clock, Source, Store
from twin.records import Athlete, Pairing, SensorStatus
from twin.sources.polar_pmd import STREAMS
from twin.store.embedded import EmbeddedStore
from twin.store.pairings import Pairings

_LATELY = np.timedelta64(1, "s")


@runtime_checkable
class Sensing(Source, Protocol):
    """A source made of sensors that are given to athletes."""

    @property
    def sensors(self) -> tuple[SensorStatus, ...]:
        """How every sensor stands, those of nobody last."""
        ...

    def pair(self, pairing: Pairing, athlete: Athlete) -> None:
        """Give a sensor to an athlete."""
        ...

    def forget(self, address: str) -> None:
        """Let go of a sensor."""
        ...


class Sensors:
    """Tells of the sensors once a second, and keeps whose they are.

    Parameters
    ----------
    sources : sequence of Source
        Those made of sensors are found among them.
    clock : Clock
        The hub's clock.
    store : Store
        An embedded one also keeps whose a sensor is.
    """

    def __init__(self, sources: Sequence[Source], clock: Clock, store: Store) -> None:
        self._sources = [source for source in sources if isinstance(source, Sensing)]
        self._clock = clock
        self._folder = store.folder if isinstance(store, EmbeddedStore) else None
        self._told: tuple[SensorStatus, ...] = ()
        self._told_at: np.datetime64 = np.datetime64(0, "ns")

    def now(self) -> tuple[SensorStatus, ...]:
        """Return every sensor as it stood a second ago at most; the same object until told anew."""
        now = self._clock.now()
        if self._sources and not self._told_at <= now < self._told_at + _LATELY:
            self._told = tuple(status for source in self._sources for status in source.sensors)
            self._told_at = now
        return self._told

    async def pair(
        self, address: str, athlete: str, *, name: str = "", wants_rr: bool = False,
        streams: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Give a sensor to an athlete by id or name; a new name is a new athlete.

        Raises
        ------
        ValueError
            If address or athlete is empty, or a stream is not one of `STREAMS`.
        """
        if not address.strip():
            raise ValueError("a sensor needs an address, got an empty one")
        if unknown := set(streams) - STREAMS.keys():
            raise ValueError(f"{unknown.pop()!r} is no stream; known: {', '.join(STREAMS)}")
        pairing = Pairing(address, athlete, name, wants_rr, tuple(streams))
        owner = await asyncio.to_thread(self._keep, pairing)
        for source in self._sources:
            source.pair(replace(pairing, athlete=owner.id), owner)
        self._told_at = np.datetime64(0, "ns")

    async def forget(self, address: str) -> None:
        """Let go of a sensor; what it measured stays.

        Raises
        ------
        UnknownSensorError
            If it belongs to nobody.
        """
        known = any(s.address == address and s.athlete for s in self.now())
        if not await asyncio.to_thread(self._drop, address) and not known:
            raise UnknownSensorError(f"sensor {address} belongs to nobody")
        for source in self._sources:
            source.forget(address)
        self._told_at = np.datetime64(0, "ns")

    def _keep(self, pairing: Pairing) -> Athlete:
        """Return whose a sensor is from now on, kept."""
        if self._folder is None:
            return Athlete(pairing.athlete)
        with Pairings(self._folder) as pairings:
            owner = pairings.athlete(pairing.athlete)
            pairings.pair(
                pairing.address, owner, name=pairing.name, wants_rr=pairing.wants_rr,
                streams=pairing.streams,
            )  # fmt: skip
            return owner

    def _drop(self, address: str) -> bool:
        if self._folder is None:
            return False
        with Pairings(self._folder) as pairings:
            return pairings.forget(address)
