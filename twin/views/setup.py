"""The sensors in the air and whose they are; one component, one message a tick."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import panel as pn
import param

from twin.state.setup import SetupState
from twin.views.assets import read_assets

_SYNCED = ("athletes", "radio", "sensors")
_PARTS = ("squad_words.js", "battery.js", "dialog.js", "setup_card.js", "setup.js")


class SetupBoard(pn.custom.JSComponent):
    """Draws a `SetupState` in the browser and brings the user's commands back."""

    athletes = param.String("[]", doc="Everybody a sensor can be given to, as JSON.")

    radio = param.String("{}", doc="Whether sensors can be heard, as JSON.")

    sensors = param.String("[]", doc="Every sensor, as JSON.")

    _esm = read_assets(*_PARTS)
    _stylesheets: ClassVar[list[str]] = [read_assets("squad.css", "setup.css")]

    def __init__(self, state: SetupState, **params: Any) -> None:
        shown = {name: getattr(state, name) for name in _SYNCED}
        super().__init__(**{"sizing_mode": "stretch_both", "margin": 0} | shown | params)
        self._state = state
        state.param.watch(self._take, list(_SYNCED))

    def _take(self, *events: param.parameterized.Event) -> None:
        self.param.update(**{event.name: event.new for event in events})

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        words = {name: value for name, value in data.items() if name != "command"}
        self._send_msg(asdict(self._state.do(str(data.get("command")), words)))
