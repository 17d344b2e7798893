"""bumble's virtual controller, mended where its fault would hang the tests of faults.

In release 0.0.236 a cancelled connect never ends and blocks all later ones, an adapter is never
full, and a reset drops nothing.
"""

import asyncio

from bumble import hci
from bumble.controller import Controller
from bumble.link import LocalLink


class MendedController(Controller):
    """A controller whose connects can be cancelled, whose links are counted, whose reset resets.

    Parameters
    ----------
    name : str
        For logs.
    link : LocalLink
        Carries what it sends.
    max_links : int
        Connections it can hold at once.
    """

    # Only what straps and adapters of today all have: no extended advertising.
    le_features = Controller.le_features & ~(
        hci.LeFeatureMask.LE_EXTENDED_ADVERTISING | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING
    )

    def __init__(self, name: str, link: LocalLink, max_links: int) -> None:
        super().__init__(name, link=link)
        self.max_links = max_links
        self.le_scan_enable = False

    def drop_links(self) -> None:
        """Lose every connection at once."""
        raise NotImplementedError

    def _is_full(self, command: hci.HCI_AsyncCommand) -> bool:
        full = len(self.le_connections) >= self.max_links
        if full:
            self._send_hci_command_status(
                hci.HCI_ErrorCode.CONNECTION_LIMIT_EXCEEDED_ERROR, command.op_code
            )
        return full

    def on_hci_le_create_connection_command(
        self, command: hci.HCI_LE_Create_Connection_Command
    ) -> None:
        """Refuse where the adapter holds all the links it can."""
        if not self._is_full(command):
            super().on_hci_le_create_connection_command(command)

    def on_hci_le_extended_create_connection_command(
        self, command: hci.HCI_LE_Extended_Create_Connection_Command
    ) -> None:
        """Refuse where the adapter holds all the links it can."""
        if not self._is_full(command):
            super().on_hci_le_extended_create_connection_command(command)

    def on_hci_le_create_connection_cancel_command(
        self, command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """End the connect that waits: its host is told, and may try another."""
        wanted, self.pending_le_connection = self.pending_le_connection, None
        if wanted is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        told = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR, connection_handle=0,
            role=hci.Role.CENTRAL, peer_address_type=wanted.peer_address.address_type,
            peer_address=wanted.peer_address, connection_interval=0, peripheral_latency=0,
            supervision_timeout=0, central_clock_accuracy=0,
        )  # fmt: skip
        asyncio.get_running_loop().call_soon(self.send_hci_packet, told)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_reset_command(
        self, command: hci.HCI_Reset_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Drop everything that was open."""
        self.drop_links()
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        return super().on_hci_reset_command(command)
