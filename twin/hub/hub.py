"""The hub: owns sources, pipeline and store of one live process, and tells the screens.

    sources --> Batch --> graph: store | clean, features --> rolling frames --> Tick --> followers

The hub lives on one asyncio loop. Followers get one `Tick` as soon as a batch has arrived, ten a
second at most and one every 1.5 s at least, so that values visibly age when nothing arrives.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from twin.hub.alerts import AlertBoard
from twin.hub.confirming import confirm
from twin.hub.desk import Desk
from twin.hub.leader import Leader
from twin.hub.leading import lead
from twin.hub.learning import Calibrator, Learning
from twin.hub.marking import Marking
from twin.hub.recorder import Recorder
from twin.hub.roster import Roster
from twin.hub.sensors import Sensors
from twin.hub.snapshot import Arrivals, with_age
from twin.hub.standing import Worker, refusal, status_of, told_by
from twin.hub.ticker import Ticker
from twin.hub.writing import Writing
from twin.pipeline.graph import Graph
from twin.protocols import Clock, Source, Store, WallClock
from twin.records import Batch, SourceStatus, Tick, utc
from twin.store.coaching import Coaching
from twin.store.rolling import Rolling

logger = logging.getLogger(__name__)


class Hub:
    """Wires sources, pipeline and store for one live process.

    Parameters
    ----------
    sources : sequence of Source
        Where samples come from.
    store : Store
        Where they are kept.
    clock : Clock, optional
        Time, so that tests wait 0 s.
    limits : mapping, optional
        ``THRESHOLDS`` of the settings: lines not to cross, by athlete name or ``default``.
    workers : sequence of Worker
        Who works on what is stored, as long as the hub runs.
    calibrator : Calibrator, optional
        Calibrates the twins after each session; without it they work from priors.
    coaching : Coaching, optional
        Where alert rules are kept, and what they told; without it the seeds hold.
    groups : sequence of str
        The groups of athletes that are this hub's; none = whoever no other hub has.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        store: Store,
        *,
        clock: Clock | None = None,
        limits: Mapping[str, Mapping[str, float]] | None = None,
        workers: Sequence[Worker] = (),
        calibrator: Calibrator | None = None,
        coaching: Coaching | None = None,
        groups: Sequence[str] = (),
    ) -> None:
        self.clock = clock or WallClock()
        self.store = store
        self.rolling = Rolling()
        self.recorder = Recorder(store)
        self.roster = Roster(store, limits or {}, groups)
        self.ticker = Ticker(self._tick, self.clock)
        self.alerts = AlertBoard(self.clock, self.ticker.request)
        self._writing = Writing()
        self.desk = Desk(self.alerts, store, coaching, limits or {}, self._writing)
        self.twins = self.desk.watch.twins
        self._learning = Learning(calibrator, self.twins, self.recorder)
        self.graph = Graph(
            store=self._save, rolling=self.rolling.append, twins=self.twins.follow,
            publish=self.ticker.arrived,
        )  # fmt: skip
        self.sensors = Sensors(sources, self.clock, store)
        self.sources, self._workers = tuple(sources), tuple(workers)
        self._arrivals = Arrivals()
        self._marking = Marking(self.roster, self._arrivals, self.graph, self.desk, self._learning,
                                self.recorder, self._writing,
                                coaching.finals if coaching else None)  # fmt: skip
        self.leader = Leader(self._marking, store, coaching.action_log if coaching else None,
                             "+".join(groups), utc(self.clock.now()))  # fmt: skip
        self._status = {s.name: SourceStatus(s.name, "starting") for s in sources}
        self._stopped = asyncio.Event()

    # --- life -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Follow every source until `stop`, then end the sessions and return."""
        followed = 0
        for source in self.sources:  # one by one: the athletes of a source share its clock
            self.roster.admit(source)
            followed = self._squad_grew(followed, self.roster.members(source).max(initial=-1) + 1)
        for worker in self._workers:
            worker.start()
        tasks = [asyncio.create_task(self._follow(source)) for source in self.sources]
        tasks.append(asyncio.create_task(self.ticker.heartbeat()))
        try:
            await self._stopped.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._learning.close()
            self.desk.close()
            await self._marking.end(range(len(self.roster.squad)), by_hand=False)
            self.graph.destroy()
            self._writing.close()
            await asyncio.gather(*(asyncio.to_thread(w.stop) for w in self._workers))

    def stop(self) -> None:
        """Let `run` return; sessions end in order, nothing received is lost."""
        self._stopped.set()

    async def _follow(self, source: Source) -> None:
        """Pass on what one source sends; its failure is a state that the user sees."""
        self._tell(source, "live")
        try:
            async for batch in source.batches(self.clock):
                await self._receive(source, batch)
                confirm(source, self.recorder, self._writing.refusal)
            self._tell(source, "ended")
        except Exception as error:
            logger.exception("source %s failed", source.name)
            self._tell(source, "failed", str(error) or type(error).__name__)
        await self._marking.end(self.roster.members(source).tolist(), by_hand=False)
        self.ticker.request()

    # --- samples --------------------------------------------------------------------------------

    async def _receive(self, source: Source, batch: Batch) -> None:
        followed = len(self.roster.squad)
        batch = self.roster.translated(source, batch)
        if len(self.roster.squad) > followed:
            self._squad_grew(followed)
        newest = self.clock.now() if not len(batch) else batch.time.max()
        if batch.now is not None:
            newest = batch.now
        self._arrivals.note(self.roster.members(source), newest, self.clock.now())
        await self.graph.emit(batch)
        self.twins.pass_until(self.roster.members(source), newest)

    async def _save(self, batch: Batch) -> None:
        """Store branch of the graph: on disk when it returns."""
        if batch.holds_something or self.recorder.waiting_batches:
            who = self.roster
            await self._writing.do(self.recorder.keep, batch, who.squad, who.source_of)

    # --- ticks ----------------------------------------------------------------------------------

    def _tick(self, number: int, rows: Batch) -> Tick:
        now, features = self.clock.now(), self.graph.features
        age_s = self._arrivals.age_s(features.latest_time, now)
        quality, reason = with_age(features.quality, features.reason, age_s)
        self.desk.tidy(utc(self._arrivals.latest(now)), self.recorder.sessions)
        return Tick(
            number=number,
            time=self._arrivals.latest(now),
            squad=self.roster.squad,
            values=features.latest.copy(),
            age_s=age_s,
            quality=quality,
            reason=reason,
            rows=rows,
            sessions=self.recorder.sessions,
            sources=(
                *(status_of(source, self._status[source.name]) for source in self.sources),
                *told_by(self._workers),
                *refusal(self.roster.refused),
            ),
            sensors=self.sensors.now(),
            faults=self.graph.faults,
            store_state=self.recorder.state(self._writing.refusal),
            **self.twins.outlook(self.roster.squad),
            alerts=self.alerts.standing,
            mutes=self.alerts.mutes,
        )

    def _tell(self, source: Source, state: str, detail: str = "") -> None:
        self._status[source.name] = SourceStatus(source.name, state, detail)

    # --- commands, on the hub's loop ----------------------------------------------------------------

    def _squad_grew(self, followed: int, until: int | None = None) -> int:
        """Make room for the athletes after the first `followed`, who share a source."""
        squad = self.roster.squad[: None if until is None else max(followed, int(until))]
        self._learning.join(squad, followed)
        self._arrivals.resize(len(squad))
        self.rolling.resize(len(squad))
        self.graph.set_squad(squad)
        self.desk.join(squad)
        return len(squad)

    async def update_athlete(self, athlete: str, **changes: Any) -> None:
        """Change parameters of an athlete; they hold from the next sample on and are kept."""
        updated = self.roster.changed(athlete, changes)
        self.graph.set_squad(self.roster.squad)
        self.desk.watch.set_squad(self.roster.squad)
        await self._writing.do(self.store.add_athlete, updated)
        self.ticker.request()

    async def control(self, source: str, **changes: Any) -> None:
        """Lead a source that can be led: ``paused``, ``speed``, ``position``."""
        lead({s.name: s for s in self.sources}, source, changes)
        self.ticker.request()
