"""The page that leads a session: who trains, drills, laps, markers, and how hard it was."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import panel as pn
import param

from twin.state.lead import LeadState
from twin.views.assets import read_assets


class LeadBoard(pn.custom.JSComponent):
    """Draws a `LeadState` in the browser and brings the coach's commands back."""

    asked = param.String("[]", doc="Sessions that ended last, as JSON.")

    now = param.String("{}", doc="Who trains and what runs, as JSON.")

    _esm = read_assets("squad_words.js", "lead.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("alerts.css", "lead.css")]

    def __init__(self, state: LeadState, **params: Any) -> None:
        super().__init__(
            **{"sizing_mode": "stretch_width", "margin": 0, "asked": state.asked, "now": state.now}
            | params
        )
        self._state = state
        state.param.watch(self._take, ["asked", "now"])

    def _take(self, *events: param.parameterized.Event) -> None:
        self.param.update(**{event.name: event.new for event in events})

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        words = {name: value for name, value in data.items() if name != "command"}
        self._send_msg(asdict(self._state.do(str(data.get("command")), words)))
