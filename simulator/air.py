"""A virtual air: radios that hear each other within range, lose each other, and come back.

Stands on bumble's virtual controller and adds what it leaves out (release 0.0.236): a peer that
vanishes is noticed after the supervision timeout, scan responses carry their own data, sensors do
not advertise in step, signals have a strength.
"""

import asyncio
import random
from collections.abc import Iterator

from bumble import hci, ll
from bumble.controller import Connection, Controller
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

from simulator.air_controller import MendedController

_REPORT = hci.HCI_LE_Advertising_Report_Event
_ACTIVE_SCAN = 1
_ADVERTISING_DELAY_S = 0.01  # sensors never advertise in step: up to 10 ms of chance each time
_HANDSHAKE_S = 0.1  # a connection whose peer did not take part is gone after six intervals


class Air(LocalLink):
    """What all radios share.

    Parameters
    ----------
    supervision_s : float
        A link is lost when nothing was heard of the peer for so long. [s]
    advertising_loss : float
        Share of advertisements that a listener misses.
    seed : int
        Decides which.
    """

    def __init__(
        self, *, supervision_s: float = 1.0, advertising_loss: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.supervision_s = supervision_s
        self.advertising_loss = advertising_loss
        self.chance = random.Random(seed)

    def radios(self) -> Iterator["Radio"]:
        """Every radio in this air, also those out of range."""
        return (radio for radio in list(self.controllers) if isinstance(radio, Radio))

    # --- called by bumble -----------------------------------------------------------------------

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Let everybody hear it who listens and is in range."""
        sender = sender_controller
        if not isinstance(sender, Radio) or not sender.in_range:
            return
        loop = asyncio.get_running_loop()
        for radio in self.radios():
            if radio is sender or not radio.in_range:
                continue
            if isinstance(packet, ll.ConnectInd):
                loop.call_soon(radio.on_ll_advertising_pdu, packet)
            elif radio.listens and self.chance.random() >= self.advertising_loss:
                loop.call_soon(radio.hear, sender, packet)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Carry data to the peer; lost where one of them is out of range."""
        peer = self.find_le_controller(destination_address)
        if self._near(sender_controller) and self._near(peer):
            super().send_acl_data(sender_controller, destination_address, transport, data)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Carry what two radios arrange; lost where one of them is out of range."""
        sender = self.find_le_controller(sender_address)
        receiver = self.find_le_controller(receiver_address)
        if self._near(sender) and self._near(receiver):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)

    @staticmethod
    def _near(controller: Controller | None) -> bool:
        return isinstance(controller, Radio) and controller.in_range


class Radio(MendedController):
    """One radio: that of a sensor, or an adapter.

    Parameters
    ----------
    name : str
        For logs.
    air : Air
        Where it is.
    max_links : int
        Connections it can hold at once.
    rssi : int
        How strong others hear it. [dBm]
    """

    def __init__(self, name: str, air: Air, *, max_links: int = 1000, rssi: int = -60) -> None:
        self.in_range = True
        self.rssi = rssi
        self._left = 0  # counts how often it went out of range
        super().__init__(name, air, max_links)
        self.air = air

    @property
    def listens(self) -> bool:
        """Whether it scans or waits for somebody to connect to."""
        return (
            bool(getattr(self, "le_scan_enable", False)) or self.pending_le_connection is not None
        )

    # --- range ----------------------------------------------------------------------------------

    def vanish(self) -> None:
        """Go out of range without a word; links break after the supervision timeout."""
        self.in_range = False
        self._left += 1
        asyncio.get_running_loop().call_later(self.air.supervision_s, self._expire, self._left)

    def appear(self) -> None:
        """Come back into range; what the peer gave up meanwhile is gone here too."""
        self.in_range = True
        for connection in list(self.le_connections.values()):
            self._check(connection)

    def drop_links(self) -> None:
        """Lose every connection at once."""
        for connection in list(self.le_connections.values()):
            self._lose(connection)

    def unplug(self) -> None:
        """Go for good."""
        self.vanish()
        self.set_packet_sink(None)
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        asyncio.get_running_loop().call_later(
            2 * self.air.supervision_s, self.air.controllers.discard, self
        )

    def _expire(self, left: int) -> None:
        if not self.in_range and left == self._left:
            self.drop_links()

    def _lose(self, connection: Connection) -> None:
        """Tell both ends that the link is lost."""
        peer = self._peer(connection)
        reason = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
        if peer is not None:
            peer.on_le_disconnected(peer.le_connections[connection.self_address], reason)
        self.on_le_disconnected(connection, reason)

    def _check(self, connection: Connection) -> None:
        """Give up a connection that the peer does not know (any more)."""
        if connection in self.le_connections.values() and self._peer(connection) is None:
            reason = hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
            self.on_le_disconnected(connection, reason)

    def _peer(self, connection: Connection) -> Controller | None:
        peer = self.air.find_le_controller(connection.peer_address)
        return peer if peer and connection.self_address in peer.le_connections else None

    # --- advertisements ---------------------------------------------------------------------------

    def send_advertising_pdu(self, packet: ll.AdvertisingPdu) -> None:
        """Send an advertisement a moment later, as the standard wants it; all else at once."""
        if not isinstance(packet, ll.AdvInd):
            super().send_advertising_pdu(packet)
            return

        def send() -> None:
            if self.le_legacy_advertiser.enabled:
                self.air.send_advertising_pdu(self, packet)

        delay_s = self.air.chance.random() * _ADVERTISING_DELAY_S
        asyncio.get_running_loop().call_later(delay_s, send)

    def hear(self, sender: "Radio", packet: ll.AdvertisingPdu) -> None:
        """Report an advertisement with its scan response, and connect if that was waited for."""
        if not isinstance(packet, ll.AdvInd):
            return
        if self.le_scan_enable:
            self._report(_REPORT.EventType.ADV_IND, sender, packet, packet.data)
            if self.le_scan_type == _ACTIVE_SCAN:
                response = sender.le_legacy_advertiser.scan_response_data
                self._report(_REPORT.EventType.SCAN_RSP, sender, packet, response)
        wanted = self.pending_le_connection
        if wanted is not None and wanted.peer_address == packet.advertiser_address:
            self._connect(packet.advertiser_address)

    def _report(
        self, kind: "_REPORT.EventType", sender: "Radio", packet: ll.AdvInd, data: bytes
    ) -> None:
        address = packet.advertiser_address
        report = _REPORT.Report(
            event_type=kind, address_type=address.address_type, address=address, data=data,
            rssi=sender.rssi,
        )  # fmt: skip
        self.send_hci_packet(_REPORT([report]))

    def _connect(self, address: hci.Address) -> None:
        self.create_le_connection(address)
        connection = self.le_connections.get(address)
        if connection is not None:
            asyncio.get_running_loop().call_later(_HANDSHAKE_S, self._check, connection)
