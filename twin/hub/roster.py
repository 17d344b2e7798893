"""Who is in the squad: one index per athlete for all matrices, whatever source they come from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from twin.errors import UnknownAthleteError
from twin.protocols import Source, Store
from twin.records import Athlete, Batch, Indices


class Roster:
    """The squad of one hub; grows at its end and never reorders.

    An athlete known to the store keeps the parameters stored there: what a coach typed wins over
    what a source says.
    """

    def __init__(self, store: Store, limits: Mapping[str, Mapping[str, float]]) -> None:
        self.squad: tuple[Athlete, ...] = ()
        self._store = store
        self._limits = limits
        self._index: dict[str, int] = {}
        self._source_of: list[str] = []
        self._translation: dict[str, Indices] = {}

    def translated(self, source: Source, batch: Batch) -> Batch:
        """Return the batch with the hub's athlete indices instead of the source's."""
        index = self._translation.get(source.name)
        if index is None or len(index) < len(source.athletes):
            index = self.admit(source)
        beats = batch.beats
        if len(beats):
            beats = replace(beats, athlete=index[beats.athlete])
        waves = batch.waves
        if len(waves):
            waves = replace(waves, athlete=index[waves.athlete])
        return replace(batch, athlete=index[batch.athlete], beats=beats, waves=waves)

    def admit(self, source: Source) -> Indices:
        """Take in the athletes of a source and return their indices in the squad."""
        known = {athlete.id: athlete for athlete in self._store.athletes()}
        for athlete in source.athletes:
            if athlete.id not in self._index:
                if athlete.id not in known:
                    self._store.add_athlete(athlete)
                self._index[athlete.id] = len(self.squad)
                self._source_of.append(source.name)
                self.squad = (*self.squad, self._limited(known.get(athlete.id, athlete)))
        index = np.array([self._index[a.id] for a in source.athletes], np.int32)
        self._translation[source.name] = index
        return index

    def source_of(self, index: int) -> str:
        """Return the name of the source an athlete came from first."""
        return self._source_of[index]

    def members(self, source: Source) -> Indices:
        """Return the squad's indices of the athletes of one source."""
        return self._translation.get(source.name, np.empty(0, np.int32))

    def index(self, athlete: str) -> int:
        """Return the index of an athlete by id or name.

        Raises
        ------
        UnknownAthleteError
            If nobody in the squad is called that.
        """
        if athlete in self._index:
            return self._index[athlete]
        for position, member in enumerate(self.squad):
            if member.name == athlete:
                return position
        names = ", ".join(member.name for member in self.squad) or "nobody"
        raise UnknownAthleteError(f"no athlete {athlete!r} in the squad; there is {names}")

    def changed(self, athlete: str, changes: Mapping[str, Any]) -> Athlete:
        """Change parameters of an athlete and return the athlete as it is now.

        Raises
        ------
        UnknownAthleteError
            If nobody in the squad is called that.
        ValueError
            If a parameter is not accepted, or another athlete has that name.
        """
        index = self.index(athlete)
        if "id" in changes:
            raise ValueError("the id of an athlete never changes; change the name")
        name = changes.get("name", self.squad[index].name)
        if any(a.name == name for i, a in enumerate(self.squad) if i != index):
            raise ValueError(f"another athlete of the squad is called {name!r}")
        updated = replace(self.squad[index], **changes)
        self.squad = (*self.squad[:index], updated, *self.squad[index + 1 :])
        return updated

    def _limited(self, athlete: Athlete) -> Athlete:
        """Give the heart-rate line of the settings to an athlete who has none."""
        limits = {**self._limits.get("default", {}), **self._limits.get(athlete.name, {})}
        if "heart_rate" not in limits or not np.isnan(athlete.heart_rate_limit):
            return athlete
        return replace(athlete, heart_rate_limit=limits["heart_rate"])
