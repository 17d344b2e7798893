"""Who is in the squad: one index per athlete for all matrices, whatever source they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from twin.errors import UnknownAthleteError
from twin.protocols import Source, Store
from twin.records import Athlete, Batch, Beats, Indices, Waves, who_is_called

_NOBODY = -1


class Roster:
    """The squad of one hub; grows at its end and never reorders.

    An athlete known to the store keeps the parameters stored there: what a coach typed wins over
    what a source says. Athletes of other groups are left to other hubs, and whom another hub
    records already is refused: `refused` says by whom, by name.
    """

    def __init__(
        self,
        store: Store,
        limits: Mapping[str, Mapping[str, float]],
        groups: Sequence[str] = (),
    ) -> None:
        self.squad: tuple[Athlete, ...] = ()
        self.refused: dict[str, str] = {}
        self._groups = tuple(groups)
        self._claimed: set[str] = set()
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
        batch = replace(batch, athlete=index[batch.athlete], beats=beats, waves=waves)
        return batch if self.is_whole(source) else _seated(batch)

    def claim(self, source: Source) -> None:
        """Keep other hubs from the athletes of a source that are of our groups and new.

        Whom another hub records is in `refused` afterwards.
        """
        self._ours(source.athletes, self._known())

    def _known(self) -> dict[str, Athlete]:
        return {athlete.id: athlete for athlete in self._store.athletes()}

    def _ours(
        self, athletes: Sequence[Athlete], known: Mapping[str, Athlete]
    ) -> tuple[Athlete, ...]:
        """Claim those who are new and return whom of them is ours, as they are known."""
        coming = [known.get(a.id, a) for a in athletes if a.id not in self._index]
        ours = [a for a in coming if not self._groups or a.group in ("", *self._groups)]
        asked = [athlete.id for athlete in ours if athlete.id not in self._claimed]
        taken = self._store.claim(asked)
        self._claimed |= set(asked) - taken.keys()
        self.refused |= {a.name: taken[a.id] for a in ours if a.id in taken}
        return tuple(athlete for athlete in ours if athlete.id in self._claimed)

    def admit(self, source: Source) -> Indices:
        """Take in the athletes of a source and return their indices in the squad."""
        known, athletes = self._known(), tuple(source.athletes)  # may grow while we claim
        for athlete in self._ours(athletes, known):
            self._seat(athlete, source.name, is_new=athlete.id not in known)
        index = np.array([self._index.get(a.id, _NOBODY) for a in athletes], np.int32)
        self._translation[source.name] = index
        return index

    def _seat(self, athlete: Athlete, source: str, *, is_new: bool) -> None:
        """Take in an athlete; one without a group joins the first of the hub."""
        joins = bool(self._groups) and not athlete.group
        if joins:
            athlete = replace(athlete, group=self._groups[0])
        if is_new or joins:
            self._store.add_athlete(athlete)
        self._index[athlete.id] = len(self.squad)
        self._source_of.append(source)
        self.squad = (*self.squad, self._limited(athlete))

    @property
    def claimed(self) -> tuple[str, ...]:
        """Ids of the athletes that are this hub's, seated yet or not."""
        return tuple(self._claimed)

    def leave(self) -> None:
        """Let other hubs record these athletes."""
        self._store.give_back(list(self._claimed))
        self._claimed.clear()

    def is_whole(self, source: Source) -> bool:
        """Tell whether all athletes of a source belong to this hub."""
        return bool((self._translation[source.name] >= 0).all())

    def source_of(self, index: int) -> str:
        """Return the name of the source an athlete came from first."""
        return self._source_of[index]

    def members(self, source: Source) -> Indices:
        """Return the squad's indices of the athletes of one source."""
        index = self._translation.get(source.name, np.empty(0, np.int32))
        return index[index >= 0]

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
        updated = self._as_stored(self.squad[index]).changed(changes)
        self.squad = (*self.squad[:index], updated, *self.squad[index + 1 :])
        return updated

    def _as_stored(self, athlete: Athlete) -> Athlete:
        """Return an athlete with the maximal heart rate of the store, which sessions may raise."""
        known = self._known().get(athlete.id, athlete)
        return replace(athlete, max_hr=known.max_hr, max_hr_from=known.max_hr_from)

    def _limited(self, athlete: Athlete) -> Athlete:
        """Give the heart-rate line of the settings to an athlete who has none."""
        limits = dict(self._limits.get("default", {}))
        for name, own in self._limits.items():
            if who_is_called((athlete,), name):
                limits |= own
        if "heart_rate" not in limits or not np.isnan(athlete.heart_rate_limit):
            return athlete
        return replace(athlete, heart_rate_limit=limits["heart_rate"])


def _seated(batch: Batch) -> Batch:
    """Return a batch without what is of athletes who are not in the squad."""
    beats, there = batch.beats, batch.beats.athlete >= 0
    beats = Beats(beats.athlete[there], beats.time[there], beats.rr_ms[there])
    waves, there = batch.waves, batch.waves.athlete >= 0
    waves = Waves(waves.athlete[there], waves.time[there], waves.signal[there], waves.value[there])
    return replace(batch.take(batch.athlete >= 0), beats=beats, waves=waves)
