"""The Bluetooth adapters of this machine, or virtual ones, as bleak is to use them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bleak.exc import BleakError

from twin.errors import SourceError

_BUMBLE = "bumble:"
# How backends tell that an adapter holds all the links it can; kept small and literal.
_FULL_WORDS = ("connection_limit_exceeded", "maximum number of connections", "no resources")


@dataclass(eq=False)
class Adapter:
    """One adapter.

    Parameters
    ----------
    name : str
        As the user wrote it; "default" for the system's own choice.
    scanner, client : mapping
        What `BleakScanner` and `BleakClient` are to be called with.
    radio : object
        What drives it, where that is not the system; has `close`.
    links : int
        Connections held or being made.
    full_until_s : float
        Until then of the event loop's clock nobody need try to connect. [s]
    """

    name: str = "default"
    scanner: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)
    radio: Any = None
    links: int = 0
    full_until_s: float = float("-inf")

    @property
    def is_there(self) -> bool:
        """Whether it is there, as far as one can know without using it."""
        return self.radio is None or bool(self.radio.is_open)

    async def close(self) -> None:
        """Let go of it."""
        if self.radio is not None:
            await self.radio.close()


def open_adapters(setting: str) -> tuple[Adapter, ...]:
    """Return the adapters of the setting `BLE`; nothing is opened yet.

    Parameters
    ----------
    setting : str
        Empty for the system's choice; names such as ``hci0,hci1``; ``bumble:TRANSPORT`` for a
        virtual one or a dongle past the system's stack. Several stand with commas between them.

    Raises
    ------
    SourceError
        If bumble is wanted and not installed.

    Examples
    --------
    >>> [adapter.name for adapter in open_adapters("hci0,hci1")]
    ['hci0', 'hci1']
    """
    names = [name.strip() for name in setting.split(",") if name.strip()]
    return tuple(_adapter(name) for name in names) or (Adapter(),)


def _adapter(name: str) -> Adapter:
    if not name.startswith(_BUMBLE):
        options = {"bluez": {"adapter": name}}
        return Adapter(name, options, options)
    try:
        from twin.sources.ble_bumble import BumbleAdapter
        from twin.sources.ble_bumble_client import BleakClientBumble
        from twin.sources.ble_bumble_scanner import BleakScannerBumble
    except ModuleNotFoundError as error:
        raise SourceError(
            f'BLE={name} needs bumble: pip install "athlete-digital-twin[radio]" ({error})'
        ) from error
    radio = BumbleAdapter(name.removeprefix(_BUMBLE))
    return Adapter(
        name,
        {"backend": BleakScannerBumble, "radio": radio},
        {"backend": BleakClientBumble, "radio": radio},
        radio,
    )


def is_full(error: Exception) -> bool:
    """Whether a connect failed because the adapter holds all the links it can.

    >>> is_full(BleakError("HCI_Error: CONNECTION_LIMIT_EXCEEDED_ERROR"))
    True
    """
    words = str(error).lower()
    return isinstance(error, BleakError) and any(full in words for full in _FULL_WORDS)
