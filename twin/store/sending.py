"""Who sends what a store holds, and a history brought to a server and back at once."""

from collections.abc import Iterator
from dataclasses import replace

from twin.errors import SettingsError, StoreError
from twin.records import Athlete, Recording, Session, SessionState
from twin.settings import Settings
from twin.store.delivery import deliver
from twin.store.embedded import EmbeddedStore
from twin.store.lease import Lease
from twin.store.outbox import Outbox
from twin.store.sender import Sender
from twin.store.server import Server

_LEASE = "send.lock"


def senders(store: EmbeddedStore, settings: Settings) -> tuple[Sender, ...]:
    """Return the senders of a store; none where ``INFLUXDB_URL`` is not set."""
    if not settings.influxdb_url:
        return ()
    from twin.store.influx import Address, InfluxServer  # a library that takes a second to load

    server = InfluxServer(Address.of(settings))
    return (Sender(store.outbox(server.sink), server, Lease(store.folder, _LEASE)),)


def send_all(
    store: EmbeddedStore, settings: Settings, *, again: bool = False, dead: bool = False
) -> Iterator[int]:
    """Send what the server of the settings has not taken yet; yield the lines of each body.

    Parameters
    ----------
    store : EmbeddedStore
        What is sent.
    settings : Settings
        Where to.
    again : bool
        Begin at the first row; what the server has is written over itself.
    dead : bool
        Send also what the server refused before.

    Raises
    ------
    SettingsError
        If no server is set.
    StoreError
        If the server cannot take anything now, or a hub that runs sends already.
    """
    from twin.store.influx import Address, InfluxServer

    if not settings.influxdb_url:
        raise SettingsError("INFLUXDB_URL is not set: there is no server to send to")
    lease = Lease(store.folder, _LEASE)
    if not lease.acquire():
        raise StoreError(f"{store.folder}: a hub that runs sends what is in it, all by itself")
    server = InfluxServer(Address.of(settings))
    outbox = store.outbox(server.sink)
    try:
        if again:
            outbox.rewind()
        if dead:
            yield from _send_dead(outbox, server)
        while (parcel := outbox.next()) is not None:
            outbox.taken(parcel, deliver(server, parcel.body))
            yield parcel.body.count(b"\n") + bool(parcel.body)
    finally:
        server.close()
        lease.release()


def _send_dead(outbox: Outbox, server: Server) -> Iterator[int]:
    for number, letter in outbox.dead_letters():
        outbox.retried(number, deliver(server, letter.body))
        yield letter.lines


def bring_back(store: EmbeddedStore, settings: Settings) -> Iterator[Session]:
    """Keep the ended sessions of the server that the store does not have; yield each.

    A session that is here already, by its id, is left as it is.

    Raises
    ------
    StoreError
        If the server cannot be read.
    """
    from twin.store.influx import Address
    from twin.store.influx_store import InfluxStore

    here = set(store.sessions()["session"])
    with InfluxStore(Address.of(settings)) as remote:
        for row in remote.sessions().itertuples():
            if row.session in here or row.state == SessionState.LIVE:
                continue
            session = remote.session(str(row.session))
            recording = Recording(remote.samples(session.id), rr=remote.rr(session.id))
            if len(recording.samples) or len(recording.rr):
                athlete = _known(store, session.athlete, str(row.athlete))
                yield store.adopt(replace(session, athlete=athlete.id), recording)


def _known(store: EmbeddedStore, athlete: str, name: str) -> Athlete:
    """Return the athlete of an id as kept here; one not known is added."""
    for known in store.athletes():
        if known.id == athlete:
            return known
    return store.add_athlete(Athlete(name, id=athlete))
