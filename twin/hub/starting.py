"""`twin.live()`: the hub of this process, or over the bus that of another one."""

import contextlib
import threading
from collections.abc import Sequence

from twin import settings as settings_module
from twin.bus import RedisBus
from twin.errors import AthleteTakenError, BusError
from twin.hub.hub import Hub
from twin.hub.live import LocalLive, build_hub
from twin.hub.publishing import PublishedLive, claimed_bus
from twin.hub.remote import RemoteLive
from twin.settings import Settings
from twin.store import EmbeddedStore

_lock = threading.Lock()
_live: LocalLive | RemoteLive | None = None


def live(
    sources: Sequence[str] = (), *, settings: Settings | None = None
) -> LocalLive | RemoteLive:
    """Follow the live hub; the first call of a process decides which.

    With ``REDIS_URL`` set and no sources given, it is the hub of another process that publishes
    there. Else it is a hub of this process, started here; it publishes if ``REDIS_URL`` is set.

    Parameters
    ----------
    sources : sequence of str
        Such as ``["simulator:12"]`` or ``["replay:ride.fit@20"]``; used by the first call only.
        None given: simulated athletes if ``SIMULATION_MODE`` is set, else no source.
    settings : Settings, optional
        Stands for the files and the environment.

    Raises
    ------
    SettingsError, SourceError, StoreError
        If a setting is wrong, a source cannot be opened or the store is in use.
    BusTakenError
        If the hub of this process is to publish where another one does.
    """
    global _live
    with _lock:
        if _live is None:
            settings = settings or settings_module.load()
            if settings.redis_url and not sources:
                _live = RemoteLive(RedisBus(settings.redis_url), EmbeddedStore(settings.data_dir))
            else:
                _live = start_hub(sources, settings)
        return _live


def start_hub(
    sources: Sequence[str], settings: Settings, *, groups: Sequence[str] = ()
) -> LocalLive:
    """Start a hub in this process and follow it; it publishes if ``REDIS_URL`` is set.

    Parameters
    ----------
    sources : sequence of str
        As for `live`.
    settings : Settings
        Where it records, and on which bus it publishes.
    groups : sequence of str
        The groups of athletes that are this hub's; none = whoever no other hub has.

    Raises
    ------
    SourceError, StoreError
        If a source cannot be opened or the store cannot be used.
    AthleteTakenError
        If another hub has one of the athletes.
    BusTakenError
        If another hub publishes as this group.
    """
    if not settings.redis_url:
        return LocalLive(lambda: build_hub(sources, settings, groups))
    bus = claimed_bus(settings.redis_url, "+".join(groups))

    def claimed_hub() -> Hub:
        hub = build_hub(sources, settings, groups)
        try:
            with contextlib.suppress(BusError):  # down: recording goes on without it
                bus.claim(hub.roster.claimed)
        except AthleteTakenError:
            hub.store.close()
            raise
        return hub

    try:
        return PublishedLive(claimed_hub, bus)
    except BaseException:
        bus.close()
        raise
