"""Sessions, laps and periods begin and end here: in the features, in the alerts, in the store."""

from collections.abc import Callable, Sequence
from datetime import datetime

from twin.hub.desk import Desk
from twin.hub.finals import final_figures
from twin.hub.learning import Learning
from twin.hub.recorder import Recorder
from twin.hub.roster import Roster
from twin.hub.snapshot import Arrivals
from twin.hub.writing import Writing
from twin.pipeline.graph import Graph
from twin.records import Athlete
from twin.store.finals import Finals


class Marking:
    """Marks what happens to the athletes of a hub, each at the instant of its own source.

    Parameters
    ----------
    roster : Roster
        Who is in the squad.
    arrivals : Arrivals
        When each was heard last.
    graph : Graph
        Whose sums begin anew.
    desk : Desk
        Whose alerts do.
    learning : Learning
        What the twins learn of a session that has ended.
    recorder : Recorder
        What is kept.
    writing : Writing
        The writer thread.
    finals : Finals, optional
        Where the last live figures of a session are kept.
    """

    def __init__(
        self,
        roster: Roster,
        arrivals: Arrivals,
        graph: Graph,
        desk: Desk,
        learning: Learning,
        recorder: Recorder,
        writing: Writing,
        finals: Finals | None = None,
    ) -> None:
        self.recorder = recorder
        self.writing = writing
        self._roster, self._arrivals, self._graph = roster, arrivals, graph
        self._desk, self._learning, self._finals = desk, learning, finals

    def newest(self) -> datetime:
        """Return the newest instant of all sources, UTC; the epoch before the first word."""
        return self._arrivals.newest()

    def members(self, indices: Sequence[int]) -> list[Athlete]:
        """Return the athletes at these places of the squad."""
        return [self._roster.squad[index] for index in indices]

    def chosen(self, athletes: Sequence[str]) -> list[int]:
        """Return the places of athletes given by id or name; of all where none is named.

        Raises
        ------
        UnknownAthleteError
            If nobody in the squad is called that.
        """
        everyone = range(len(self._roster.squad))
        return [self._roster.index(name) for name in athletes] or list(everyone)

    def here(self, athletes: Sequence[str]) -> list[int]:
        """Return the places of those of these ids who are in this squad; others have other hubs."""
        return [i for i, athlete in enumerate(self._roster.squad) if athlete.id in athletes]

    async def begin(self, indices: Sequence[int], title: str = "") -> None:
        """Record these athletes from their next sample on, sums at zero; who is recorded goes on."""
        waiting = [
            i for i in indices if self._roster.squad[i].id not in self.recorder.sessions
        ]  # fmt: skip
        self._graph.reset(waiting)
        self._learning.begin(self._roster.squad, waiting)
        members = self.members(waiting)
        self._desk.begin_session(members, waiting)
        await self.writing.do(self.recorder.start, members, title)

    async def begin_anew(
        self, squad_session: str, *, title: str, sport: str, off: Sequence[str]
    ) -> None:
        """End what is recorded and begin a session of the squad, without those who are off.

        Raises
        ------
        StoreError
            If the store refuses; nothing has begun then.
        """
        everyone = range(len(self._roster.squad))
        members, end = self.members(everyone), self._end_of(everyone, by_hand=False)
        self._graph.reset(everyone)
        self._learning.begin(self._roster.squad, everyone)
        self._desk.begin_session(members, everyone)

        def change() -> None:
            end()
            self.recorder.begin(squad_session, title, sport, off)

        await self.writing.ask(change)
        self._learning.refit(self._roster.squad, everyone)

    async def end(self, indices: Sequence[int], *, by_hand: bool) -> None:
        """End the sessions of these athletes at their last instant."""
        await self.writing.do(self._end_of(indices, by_hand=by_hand))
        self._learning.refit(self._roster.squad, indices)

    def _end_of(self, indices: Sequence[int], *, by_hand: bool) -> Callable[[], None]:
        """Return what ends sessions as they stand now, to be called on the writer thread."""
        members, ways_m = self.members(indices), self._graph.ways_m[list(indices)].tolist()
        times = [self._arrivals.instant(index) for index in indices]
        shown = {
            session.id: final_figures(self._graph, index)
            for index, member in zip(indices, members, strict=True)
            if (session := self.recorder.sessions.get(member.id)) is not None
        }

        def end() -> None:
            if self._finals is not None:
                for session, figures in shown.items():
                    self._finals.keep(session, figures)
            self.recorder.end(members, times, ways_m, by_hand=by_hand)

        return end

    async def lap(self, index: int, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""
        self._graph.mark_lap([index])
        member, time = self._roster.squad[index], self._arrivals.instant(index)
        await self.writing.do(self.recorder.mark_lap, member, time, label)
