"""Who sends what a store holds: nobody, or one sender to the server of the settings."""

from twin.settings import Settings
from twin.store.embedded import EmbeddedStore
from twin.store.lease import Lease
from twin.store.sender import Sender

LEASE = "send.lock"


def senders(store: EmbeddedStore, settings: Settings) -> tuple[Sender, ...]:
    """Return the senders of a store; none where ``INFLUXDB_URL`` is not set."""
    if not settings.influxdb_url:
        return ()
    from twin.store.influx import Address, InfluxServer  # a library that takes a second to load

    server = InfluxServer(Address.of(settings))
    return (Sender(store.outbox(server.sink), server, Lease(store.folder, LEASE)),)
