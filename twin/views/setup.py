"""The sensors in the air and whose they are; one component, one message a tick."""

from typing import Any, ClassVar

import param

from twin.state.setup import SetupState
from twin.views.assets import read_assets
from twin.views.board import Board

_PARTS = ("elements.js", "squad_words.js", "battery.js", "dialog.js", "setup_card.js", "setup.js")


class SetupBoard(Board):
    """Draws a `SetupState` in the browser and brings the user's commands back."""

    athletes = param.String("[]", doc="Everybody a sensor can be given to, as JSON.")

    radio = param.String("{}", doc="Whether sensors can be heard, as JSON.")

    sensors = param.String("[]", doc="Every sensor, as JSON.")

    _esm = read_assets(*_PARTS)
    _stylesheets: ClassVar[list[str]] = [read_assets("squad.css", "setup.css")]

    def __init__(self, state: SetupState, **params: Any) -> None:
        super().__init__(state, **{"sizing_mode": "stretch_both"} | params)
