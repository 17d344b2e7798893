"""Follow the hub of this process, from any thread, a script or a notebook."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from twin.errors import AthleteTakenError
from twin.files import read
from twin.hub.before import stored_before
from twin.hub.hub import Hub
from twin.hub.learning import Calibrator
from twin.hub.standing import Worker, refusal
from twin.hub.webhook import webhooks
from twin.model.athlete_twin import AthleteTwin
from twin.protocols import Source, Store
from twin.records import Athlete, Lap, Pairing, Period, Recording, Tick
from twin.settings import Settings
from twin.sources import open_sources
from twin.store import open_store
from twin.store.compaction import Compactor
from twin.store.pairings import Pairings
from twin.store.sending import senders

_COMMAND_TIMEOUT_S = 10.0


class LocalLive:
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

    def athlete(self, athlete: str) -> Athlete:
        """Return an athlete of the squad by id or name."""
        return self.hub.roster.squad[self.hub.roster.index(athlete)]

    def twin(self, athlete: str) -> AthleteTwin:
        """Return the twin of an athlete: ``live.twin("Ada").forecast("60s")``."""
        return self.hub.twins.twin(self.hub.roster.index(athlete))

    def laps(self, athlete: str) -> tuple[Lap, ...]:
        """Return the laps of the session being recorded."""
        return self.hub.recorder.laps.get(self.athlete(athlete).id, ())

    def periods(self) -> tuple[Period, ...]:
        """Return the periods of the squad's session being recorded."""
        return self.hub.recorder.periods

    # --- commands -----------------------------------------------------------------------------------

    def start_session(self, athletes: Sequence[str] = (), *, title: str = "") -> None:
        """Begin to record these athletes (none named: all)."""
        self._do(self.hub.start_session(athletes, title=title))

    def end_session(self, athletes: Sequence[str] = ()) -> None:
        """End the recording of these athletes (none named: all)."""
        self._do(self.hub.end_session(athletes))

    def mark_lap(self, athlete: str, label: str = "") -> None:
        """End the running lap of an athlete and begin the next."""
        self._do(self.hub.mark_lap(athlete, label))

    def mark_period(self, name: str) -> None:
        """Begin a period; the one that runs ends. An empty name only ends it."""
        self._do(self.hub.mark_period(name))

    def update_athlete(self, athlete: str, **changes: Any) -> None:
        """Change fields of an `Athlete`, such as ``name="Ada"`` or ``max_hr=188``."""
        self._do(self.hub.update_athlete(athlete, **changes))

    def control(self, source: str, **changes: Any) -> None:
        """Lead a replay: ``paused=True``, ``speed=20``, ``position=0.5``."""
        self._do(self.hub.control(source, **changes))

    def acknowledge(self, alert: str, *, name: str, note: str = "") -> None:
        """Tell everybody that `name` has seen an alert."""
        self._do(self.hub.desk.acknowledge(alert, name=name, note=note))

    def mute(
        self, athlete: str, kind: str = "", *, minutes: float, name: str, note: str = ""
    ) -> None:
        """Raise no alert of an athlete and kind (empty: any) for a while; 0 minutes end it."""
        athlete = athlete and self.athlete(athlete).id
        self._do(self.hub.desk.mute(athlete, kind, minutes=minutes, name=name, note=note))

    def change_rule(self, command: str, text: str, *, name: str) -> None:
        """Change the alert rules: "save" one given as JSON, "undo" or "strike" the one of an id."""
        self._do(self.hub.desk.rule(command, text, name=name))

    def pair_sensor(self, address: str, athlete: str, **changes: Any) -> None:
        """Give a sensor to an athlete: ``name="chest"``, ``wants_rr=True``."""
        self._do(self.hub.sensors.pair(address, athlete, **changes))

    def forget_sensor(self, address: str) -> None:
        """Let go of a sensor; what it measured stays."""
        self._do(self.hub.sensors.forget(address))

    def _do(self, command: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(command, self._loop).result(_COMMAND_TIMEOUT_S)


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


def as_recording(store: Store, session: str) -> Recording:
    """Return a stored session as a recording: to replay it, or to write it to a file.

    Raises
    ------
    UnknownSessionError
        If no such session is stored.
    """
    stored = store.session(session)
    return Recording(
        samples=store.samples(session),
        sport=stored.sport,
        rr=store.rr(session),
        laps=store.laps(session),
        path=f"session:{session}",
    )
