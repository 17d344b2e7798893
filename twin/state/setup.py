"""What the setup page needs now: the sensors in the air, whose they are, and how to change that."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import param

from twin.protocols import Live
from twin.records import Athlete, SensorStatus, SourceStatus, Tick
from twin.schema import CHANNELS
from twin.state.answer import Answer, answered
from twin.state.worn import whole_or_none

BLUETOOTH, HUB = "ble", "hub"  # names of sources; of a hub of another process while it is silent
_SHOWN = ("heart_rate", "power", "speed", "cadence", "core_temperature", "muscle_oxygen")
_MOST_SHOWN = 2
_OFF = {
    "state": "off",
    "title": "Bluetooth is off",
    "words": "This program was started without it. Start it with:",
    "commands": ["twin serve --source ble"],
    "else": "Without hardware, two terminals give virtual sensors:",
    "examples": [
        "twin simulate --ble",
        "BLE=bumble:tcp-client:127.0.0.1:9000 twin serve --source ble",
    ],
}
_ADAPTER = (
    "Switch Bluetooth on or plug in an adapter: it is used as soon as it is there. The setting BLE "
    "chooses another one."
)


class SetupState(param.Parameterized):
    """Sensors and athletes, for one page; headless.

    Parameters
    ----------
    live : Live
        Follows the hub, and takes the commands of the page.
    """

    athletes = param.String("[]", doc="Everybody a sensor can be given to, as JSON {id, name}.")

    radio = param.String("{}", doc="JSON of `radio_of`: off, missing or ready, and what to do.")

    sensors = param.String("[]", doc="Every sensor as JSON, strongest first, ours before others.")

    def __init__(self, live: Live) -> None:
        super().__init__()
        self._live = live
        self._squad: tuple[Athlete, ...] | None = None
        self._sensors: tuple[SensorStatus, ...] = ()
        tick = live.tick()
        if tick is not None:
            self.show(tick)

    def show(self, tick: Tick) -> None:
        """Take a tick over: one change, whatever is in it."""
        changes = {"radio": json.dumps(radio_of(tick.sources))}
        if tick.sensors is not self._sensors:
            self._sensors = tick.sensors
            changes["sensors"] = sensors_in(tick)
        if tick.squad is not self._squad:
            self._squad = tick.squad
            changes["athletes"] = json.dumps(self._everybody(tick.squad), ensure_ascii=False)
        self.param.update(**changes)

    def _everybody(self, squad: tuple[Athlete, ...]) -> list[dict[str, str]]:
        known = {athlete.id: athlete.name for athlete in self._live.store.athletes()}
        known |= {athlete.id: athlete.name for athlete in squad}
        pairs = sorted(known.items(), key=lambda pair: pair[1].casefold())
        return [{"id": id_, "name": name} for id_, name in pairs]

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command of the page; what the user can mend comes back as words.

        Parameters
        ----------
        command : str
            "pair" or "forget".
        arguments : mapping
            ``address``; to pair, ``athlete`` too, and ``name``, ``wants_rr``, ``streams`` if wanted.
        """
        return answered(self._do, command, arguments)

    def _do(self, command: str, arguments: Mapping[str, Any]) -> None:
        address = str(arguments.get("address", ""))
        if command == "forget":
            self._live.forget_sensor(address)
        elif command == "pair":
            self._live.pair_sensor(
                address,
                str(arguments.get("athlete", "")).strip(),
                name=str(arguments.get("name", "")).strip(),
                wants_rr=bool(arguments.get("wants_rr", False)),
                streams=[str(stream) for stream in arguments.get("streams", ())],
            )
        else:
            raise ValueError(f"{command!r} is not a command of this page")


def radio_of(sources: tuple[SourceStatus, ...]) -> dict[str, Any]:
    """Return whether sensors can be heard, and what to do where they cannot.

    Examples
    --------
    >>> radio_of((SourceStatus("ble", "live", "30 sensors"),))
    {'state': 'ready'}
    >>> radio_of(())["state"]
    'off'
    """
    away = [source for source in sources if source.name == HUB and source.state == "silent"]
    if away:
        return {"state": "missing", "title": "The hub does not answer", "words": away[0].detail}
    ours = [source for source in sources if source.name == BLUETOOTH]
    if not ours:
        return _OFF
    if ours[0].state in ("silent", "failed"):
        title = ours[0].detail[:1].upper() + ours[0].detail[1:]
        return {"state": "missing", "title": title, "words": _ADAPTER}
    return {"state": "ready"}


@lru_cache(maxsize=2)
def sensors_in(tick: Tick) -> str:
    """Return the `sensor_rows` of a tick as JSON; the viewers of one process share them."""
    return json.dumps(sensor_rows(tick.sensors))


def ordered(sensors: tuple[SensorStatus, ...]) -> list[SensorStatus]:
    """Return sensors in an order that holds while nothing changes: of nobody first, by name.

    They are not sorted by signal, which changes all the time: nothing may move under a finger.
    """
    return sorted(sensors, key=lambda s: (bool(s.athlete), s.athlete, s.name, s.kind, s.address))


def sensor_rows(sensors: tuple[SensorStatus, ...]) -> list[dict[str, Any]]:
    """Return what the page shows of all sensors; the adapter is told where there are several."""
    several = len({sensor.adapter for sensor in sensors} - {""}) > 1
    return [sensor_row(s) | {"adapter": s.adapter * several} for s in ordered(sensors)]


def sensor_row(sensor: SensorStatus) -> dict[str, Any]:
    """Return what the page shows of one sensor, rounded as it is shown; None = not known."""
    return {
        "address": sensor.address,
        "name": sensor.name,
        "kind": sensor.kind,
        "athlete": sensor.athlete,
        "state": sensor.state.value,
        "detail": sensor.detail,
        "rssi": whole_or_none(sensor.rssi),
        "battery": whole_or_none(sensor.battery),
        "value": value_words(sensor.values),
        "rates": {name: whole_or_none(rate) for name, rate in sensor.rates.items()},
        "age": whole_or_none(sensor.age_s),
        "packets": sensor.packets,
        "malformed": sensor.malformed,
        "loss": whole_or_none(100 * sensor.loss),
        "contact": sensor.contact,
        "wants_rr": sensor.wants_rr,
        "streams": list(sensor.streams),
        "can_stream": sensor.can_stream,
    }


def value_words(values: Mapping[str, float]) -> str:
    """Return the last values of a sensor in words.

    Examples
    --------
    >>> value_words({"cadence": 90.0, "power": 252.0})
    '252 W · 90 1/min'
    """
    words = [
        f"{values[name]:.{CHANNELS[name].decimals}f} {CHANNELS[name].unit}"
        for name in _SHOWN
        if name in values
    ]
    if "latitude" in values:
        words.append("position")
    return " · ".join(words[:_MOST_SHOWN])
