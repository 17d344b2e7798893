"""Sensors in the air that belong to nobody: noted while they are heard, never connected to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from twin.errors import MalformedPacketError
from twin.records import SensorStatus
from twin.sources.ble_status import kind_of
from twin.sources.polar import COMPANY, decode_polar_advertisement

_GONE_S = 30.0  # not heard for so long, it has left


@dataclass(frozen=True, slots=True)
class _Noted:
    status: SensorStatus
    heard_s: float


class Strangers:
    """What was heard lately and is of nobody.

    Examples
    --------
    >>> strangers = Strangers()
    >>> strangers.forget("F0:00:00:00:00:01")
    >>> list(strangers.statuses(now_s=10.0))
    []
    """

    def __init__(self) -> None:
        self._noted: dict[str, _Noted] = {}

    def note(self, device: Any, data: Any, *, now_s: float) -> SensorStatus | None:
        """Return what is known of a device by now, from bleak's two values; None if no sensor.

        Name and kind stay from earlier advertisements: a scan response has the one, its
        advertisement the other.
        """
        known = self._noted.get(device.address)
        before = known.status if known else SensorStatus(device.address)
        status = replace(
            before,
            name=data.local_name or device.name or before.name,
            kind=kind_of(data.service_uuids) or before.kind,
            rssi=float(data.rssi),
            detail="belongs to nobody",
            **_advertised(data.manufacturer_data.get(COMPANY)),
        )
        if not status.kind:
            return None
        self._noted[device.address] = _Noted(status, now_s)
        return status

    def forget(self, address: str) -> None:
        """Note it no more: it belongs to somebody now."""
        self._noted.pop(address, None)

    def statuses(self, *, now_s: float) -> Iterable[SensorStatus]:
        """Yield those who were heard lately; what they advertise is as old as that."""
        for noted in list(self._noted.values()):
            age_s = now_s - noted.heard_s
            if age_s < _GONE_S:
                yield replace(noted.status, age_s=age_s)


def _advertised(company_data: bytes | None) -> dict[str, Any]:
    """Return what a Polar strap tells everybody: heart rate and contact."""
    if company_data is None:
        return {}
    try:
        heard = decode_polar_advertisement(company_data)
    except MalformedPacketError:
        return {}
    if heard is None:
        return {}
    values = {"heart_rate": float(heard.bpm)} if heard.bpm else {}
    return {"values": values, "contact": heard.contact}
