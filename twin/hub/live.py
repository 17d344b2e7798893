"""Follow the hub of this process, from any thread, a script or a notebook."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from twin.errors import AthleteTakenError
from twin.files import read
from twin.hub.before import stored_before
from twin.hub.hub import Hub
from twin.hub.learning import Calibrator
from twin.hub.local_commands import LocalCommands
from twin.hub.showing import Shown
from twin.hub.standing import Worker, refusal
from twin.hub.webhook import webhooks
from twin.model.athlete_twin import AthleteTwin
from twin.protocols import Source, Store
from twin.records import Athlete, Lap, Led, Pairing, Period, Recording, Tick
from twin.settings import Settings
from twin.sources import open_sources
from twin.store import open_store
from twin.store.compaction import Compactor
from twin.store.pairings import Pairings
from twin.store.sending import senders


class LocalLive(LocalCommands, Shown):
    """Follows a hub that runs on a thread of this process; implements `twin.protocols.Live`.

    Parameters
    ----------
    make_hub : callable
        Builds the hub; called on the hub's own thread.
    """

    def __init__(self, make_hub: Callable[[], Hub]) -> None:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._hub: Hub | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(make_hub,), name="hub", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error

    def _run(self, make_hub: Callable[[], Hub]) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main(make_hub))
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _main(self, make_hub: Callable[[], Hub]) -> None:
        self._hub = make_hub()
        self._ready.set()
        await self._hub.run()
        self._hub.roster.leave()

    @property
    def hub(self) -> Hub:
        """The hub; for the process that owns it."""
        if self._hub is None:
            raise RuntimeError("the hub has not started")
        return self._hub

    @property
    def store(self) -> Store:
        """The store that the hub records into."""
        return self.hub.store

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the samples of this process come from."""
        return self.hub.sources

    def stop(self) -> None:
        """End the sessions in order and stop the hub; returns when everything is on disk."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.hub.stop)
            self._thread.join()

    # --- what screens and notebooks ask -------------------------------------------------------------

    def tick(self) -> Tick | None:
        """Return the newest tick; None before the first."""
        return self.hub.ticker.last

    def subscribe(self, callback: Callable[[Tick], None]) -> Callable[[], None]:
        """Call `callback` with every tick, on the hub's thread; returns the function that ends it."""
        return self.hub.ticker.follow(callback)

    def frame(self, athlete: str, window: str | float = "10min") -> pd.DataFrame:
        """Return the newest samples of one athlete, measured and derived channels.

        Parameters
        ----------
        athlete : str
            Id or name.
        window : str or float
            As pandas writes it, such as ``"10min"``, or seconds.

        Raises
        ------
        UnknownAthleteError
            If nobody in the squad is called that.
        """
        return self.hub.rolling.frame(self.hub.roster.index(athlete), window)

    def twin(self, athlete: str) -> AthleteTwin:
        """Return the twin of an athlete: ``live.twin("Ada").forecast("60s")``."""
        return self.hub.twins.twin(self.hub.roster.index(athlete))

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        """Return the laps of the session being recorded."""
        return self.hub.recorder.laps.get(self.athlete(athlete).id, ())

    def periods(self) -> tuple[Period, ...]:
        """Return the periods of the squad's session being recorded."""
        return self.hub.recorder.periods

    def led(self) -> Led:
        """Return the session that is led, or was last."""
        return self.hub.leader.led


def build_hub(descriptions: Sequence[str], settings: Settings, groups: Sequence[str] = ()) -> Hub:
    """Return a hub on the store of the settings, with these sources and groups of athletes.

    Raises
    ------
    AthleteTakenError
        If another hub records one of the athletes.
    """
    store = open_store(settings.data_dir)
    store.recover()
    if not descriptions and settings.simulation_mode:
        descriptions = ["simulator:12"]
    sources: list[Source] = open_sources(
        descriptions, settings, read=_reader(store), paired=lambda: _paired(settings),
        stored_before=stored_before(store),
    )  # fmt: skip
    coaching = store.coaching(sends=bool(settings.webhook_url))
    workers: list[Worker] = [Compactor(settings.data_dir), *senders(store, settings),
                             *webhooks(coaching.letters, settings)]  # fmt: skip
    hub = Hub(
        sources, store, limits=settings.thresholds, workers=workers,
        calibrator=Calibrator(settings.data_dir), coaching=coaching, groups=groups,
    )  # fmt: skip
    for source in sources:
        hub.roster.claim(source)
    if told := refusal(hub.roster.refused):
        store.close()
        raise AthleteTakenError(
            f"{told[0].detail}; end that hub, or give this one a group of athletes: --group"
        )
    return hub


def _paired(settings: Settings) -> tuple[tuple[Pairing, Athlete], ...]:
    with Pairings(settings.data_dir) as pairings:
        return pairings.all()


def _reader(store: Store) -> Callable[[str], Recording]:
    """Return what opens a recording for a replay: a file, or ``session:ID`` from the store."""

    def read_recording(where: str) -> Recording:
        if where.startswith("session:"):
            return as_recording(store, where.removeprefix("session:"))
        return read(Path(where))

    return read_recording


def as_recording(store: Store, session: str, *, repaired: bool = True) -> Recording:
    """Return a stored session as a recording, with its repairs unless not `repaired`."""
    stored = store.session(session)
    return Recording(
        samples=store.samples(session, repaired=repaired),
        sport=stored.sport,
        rr=store.rr(session, repaired=repaired),
        laps=store.laps(session, repaired=repaired),
        path=f"session:{session}",
    )
