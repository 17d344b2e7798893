"""The state of the setup page: what is in the air, in words, and what the user may do about it."""

import json
from dataclasses import replace

import pytest

from twin.errors import UnknownSensorError
from twin.records import Athlete, SensorState, SensorStatus, SourceStatus
from twin.state import SquadState
from twin.state.setup import SetupState, radio_of, value_words
from twin.store import EmbeddedStore

STRAP = SensorStatus(
    "F0:1", "H10", "heart rate", "sim-1", SensorState.STREAM, rssi=-61.4, battery=84.6, epoch=1,
    packets=12, malformed=2, age_s=0.4, values={"heart_rate": 141.0},
)  # fmt: skip
POD = SensorStatus("F0:2", "Pod", "running", values={"speed": 3.013, "cadence": 171.4}, age_s=2.0)
READY = SourceStatus("ble", "live", "1 sensors")


class Told:
    """Takes the commands of a page and remembers them; the squad is simulated."""

    def __init__(self, played, store):
        self._played, self.store = played, store
        self.sensors, self.sources, self.done = (STRAP, POD), (READY,), []

    def tick(self):
        return replace(self._played.tick(), sensors=self.sensors, sources=self.sources)

    def pair_sensor(self, address, athlete, **changes):
        Athlete(athlete)  # refuses an empty name, as the hub does
        self.done.append((address, athlete, changes))

    def forget_sensor(self, address):
        raise UnknownSensorError(f"sensor {address} belongs to nobody")

    def __getattr__(self, name):
        return getattr(self._played, name)


@pytest.fixture
def live(played, tmp_path):
    with EmbeddedStore(tmp_path) as store:
        store.add_athlete(Athlete("Zoe"))
        yield Told(played(athletes=2, seconds=5), store)


def test_sensors_of_nobody_come_first_each_with_its_live_value(live):
    pod, strap = json.loads(SetupState(live).sensors)
    assert (pod["value"], pod["athlete"], pod["battery"]) == ("3.01 m/s · 171 1/min", "", None)
    assert (strap["value"], strap["rssi"], strap["battery"]) == ("141 bpm", -61, 85)
    assert (strap["state"], strap["malformed"], strap["loss"]) == ("stream", 2, None)


def test_the_adapter_is_told_only_where_there_are_several(live):
    live.sensors = (replace(STRAP, adapter="hci0"), replace(POD, adapter="hci0"))
    state = SetupState(live)
    assert {row["adapter"] for row in json.loads(state.sensors)} == {""}
    live.sensors = (replace(STRAP, adapter="hci0"), replace(POD, adapter="hci1"))
    state.show(live.tick())
    assert [row["adapter"] for row in json.loads(state.sensors)] == ["hci1", "hci0"]


def test_everybody_known_to_the_store_can_be_given_a_sensor(live):
    state = SetupState(live)
    names = [athlete["name"] for athlete in json.loads(state.athletes)]
    assert names == sorted([*(a.name for a in live.squad), "Zoe"])


def test_a_sensor_is_given_and_what_the_hub_refuses_comes_back_as_words(live):
    state = SetupState(live)
    assert not state.do("pair", {"address": "F0:2", "athlete": " Ada ", "name": "Left"}).error
    assert live.done == [("F0:2", "Ada", {"name": "Left", "wants_rr": False, "streams": []})]
    assert "needs a name" in state.do("pair", {"address": "F0:2", "athlete": " "}).error
    assert "belongs to nobody" in state.do("forget", {"address": "F0:2"}).error
    assert "not a command" in state.do("dance", {}).error


def test_without_bluetooth_it_says_what_to_do(live):
    assert radio_of(())["commands"] == ["twin serve --source ble"]
    missing = radio_of((SourceStatus("ble", "silent", "no Bluetooth adapter: powered off"),))
    assert missing["state"] == "missing"
    assert missing["title"] == "No Bluetooth adapter: powered off"
    assert missing["words"].startswith("Switch Bluetooth on")
    assert radio_of((SourceStatus("hub", "silent", "Redis is down"),))["words"] == "Redis is down"
    live.sources, live.sensors = (), ()
    state = SetupState(live)
    assert (json.loads(state.radio)["state"], state.sensors) == ("off", "[]")


def test_a_tick_that_changes_nothing_changes_no_parameter(live):
    state, seen = SetupState(live), []
    state.param.watch(seen.append, ["athletes", "radio", "sensors"])
    state.show(live.tick())
    assert seen == []


def test_a_sensor_without_a_value_has_no_words():
    assert value_words({}) == ""
    assert value_words({"latitude": 48.0, "longitude": 11.0, "speed": 3.0}) == "3.00 m/s · position"


def test_the_squad_page_knows_what_each_athlete_wears(live):
    state = SquadState(live)
    assert json.loads(state.sensors) == {
        "sim-1": [{"kind": "heart rate", "state": "stream", "battery": 85, "loss": None}]
    }
    live.sensors = (replace(STRAP, state=SensorState.LISTEN, loss=0.123),)
    state.show(live.tick())
    assert json.loads(state.sensors)["sim-1"][0]["loss"] == 12
