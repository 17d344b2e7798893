"""How sensors stand: what a screen shows of each."""

from collections.abc import Sequence

from twin.records import SensorState, SensorStatus, SourceStatus
from twin.sources import gatt

HEART_RATE = "heart rate"
# What a sensor is, by the service that it advertises, in words for the user.
KINDS = {
    gatt.HEART_RATE_SERVICE: HEART_RATE,
    gatt.RUNNING_SERVICE: "running",
    gatt.CYCLING_SERVICE: "cycling",
    gatt.POWER_SERVICE: "power",
    gatt.LOCATION_SERVICE: "location",
    gatt.CORE_SERVICE: "core temperature",
}

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
