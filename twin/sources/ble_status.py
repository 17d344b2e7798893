"""How sensors stand: what a screen shows of each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from twin.records import SourceStatus
from twin.sources import gatt


class SensorState(StrEnum):
    """Where a sensor's link is on its way."""

    SEARCH = "search"  # not heard yet
    CONNECT = "connect"
    STREAM = "stream"
    LOST = "lost"  # was there, is looked for again
    FULL = "adapter full"  # heard, but no adapter has a link left
    LISTEN = "listen"  # followed without a connection
    NO_ADAPTER = "no adapter"


# What a sensor is, by the service that it advertises, in words for the user.
KINDS = {
    gatt.HEART_RATE_SERVICE: "heart rate",
    gatt.RUNNING_SERVICE: "running",
    gatt.CYCLING_SERVICE: "cycling",
    gatt.POWER_SERVICE: "power",
    gatt.LOCATION_SERVICE: "location",
    gatt.CORE_SERVICE: "core temperature",
}


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """One sensor as it stands.

    Parameters
    ----------
    address : str
        Its Bluetooth address; on macOS a number that the system gives.
    name : str
        As it advertises.
    kind : str
        One of `KINDS`, several joined with a comma.
    athlete : str
        Id of whom it belongs to; empty = nobody yet.
    state : SensorState
        Where its link is.
    detail : str
        Why, in words.
    rssi : float
        How strong it was last heard; NaN = not heard. [dBm]
    battery : float
        Charge; NaN where it does not say. [%]
    epoch : int
        Links so far.
    packets, malformed : int
        Packets received, and how many of them were not as their format wants it.
    loss : float
        Share of frames lost, where they are numbered; else NaN.
    contact : bool or None
        Skin contact, where the sensor can tell.
    age_s : float
        Since the last packet; NaN before the first. [s]
    heart_rate : float
        The last one; NaN = none. [bpm]
    """

    address: str
    name: str = ""
    kind: str = ""
    athlete: str = ""
    state: SensorState = SensorState.SEARCH
    detail: str = ""
    rssi: float = math.nan
    battery: float = math.nan
    epoch: int = 0
    packets: int = 0
    malformed: int = 0
    loss: float = math.nan
    contact: bool | None = None
    age_s: float = math.nan
    heart_rate: float = math.nan


_WELL = (SensorState.STREAM, SensorState.LISTEN)
_MOST_NAMED = 3


def summary(source: str, sensors: Sequence[SensorStatus]) -> SourceStatus:
    """Return how all sensors stand: "live" where all send, else "waiting" and for whom.

    >>> summary("ble", [SensorStatus("F0:1", "Ada", state=SensorState.LOST)]).detail
    '1 of 1 sensors: Ada lost'
    """
    away = [s for s in sensors if s.state not in _WELL]
    if not sensors:
        return SourceStatus(source, "live", "no sensor belongs to anybody yet")
    if not away:
        return SourceStatus(source, "live", f"{len(sensors)} sensors")
    words = [f"{s.name or s.address} {s.state.value}" for s in away[:_MOST_NAMED]]
    more = [f"{len(away) - _MOST_NAMED} more"] if len(away) > _MOST_NAMED else []
    detail = f"{len(away)} of {len(sensors)} sensors: {', '.join([*words, *more])}"
    return SourceStatus(source, "waiting", detail)


def kind_of(service_uuids: list[str]) -> str:
    """Return what a sensor is by the services it advertises; empty where it is none of ours.

    >>> kind_of([gatt.HEART_RATE_SERVICE])
    'heart rate'
    """
    return ", ".join(KINDS[uuid] for uuid in service_uuids if uuid in KINDS)
