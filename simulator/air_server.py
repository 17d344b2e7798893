"""An adapter in the virtual air for every program that asks over TCP, as if plugged in by USB."""

import asyncio

from bumble.transport.common import StreamPacketSink, StreamPacketSource

from simulator.air import Air, Radio


class _Plug(StreamPacketSource):
    """One program's adapter, as long as its connection lasts."""

    def __init__(self, air: Air, max_links: int) -> None:
        super().__init__()
        self._air = air
        self._max_links = max_links

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport
            self._radio = Radio("adapter", self._air, max_links=self._max_links)
            self._radio.set_packet_sink(StreamPacketSink(transport))
            self.set_packet_sink(self._radio)

    def connection_lost(self, exc: Exception | None) -> None:
        self._radio.unplug()


async def serve_adapters(
    air: Air, *, port: int, host: str = "127.0.0.1", max_links: int = 1000
) -> asyncio.Server:
    """Give an adapter of its own to every program that connects; returns the server, listening.

    Parameters
    ----------
    air : Air
        Where the adapters are.
    port : int
        TCP port; 0 takes a free one.
    host : str
        Address to listen on; who can reach it gets an adapter.
    max_links : int
        Connections that one adapter can hold.
    """
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Plug(air, max_links), host, port)
