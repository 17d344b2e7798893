"""What components that draw a state have in common: it comes to the browser, commands come back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol

import param

from twin.state.answer import Answer
from twin.views.component import Component


class Commanded(Protocol):
    """A state with parameters that a page may ask to do something."""

    param: Any

    def do(self, command: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out a command."""
        ...


class Board(Component):
    """Draws a state in the browser and brings the commands of the page back to it.

    Each parameter that a board declares under the name of one of its state's follows it.

    Parameters
    ----------
    state : Commanded
        What is drawn.
    **params
        As of any Panel component.
    """

    __abstract = True

    def __init__(self, state: Commanded, **params: Any) -> None:
        own = set(self.param) - set(Component.param)
        synced = sorted(own & set(state.param))
        shown = {name: getattr(state, name) for name in synced}
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | shown | params)
        self._state = state
        state.param.watch(self._take, synced)

    def _take(self, *events: param.parameterized.Event) -> None:
        self.param.update(**{event.name: event.new for event in events})

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        self._send_msg(asdict(self._state.do(*command_of(data))))


def command_of(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return what a page asks for, and the words it gives.

    >>> command_of({"command": "start", "name": "rondo"})
    ('start', {'name': 'rondo'})
    """
    return str(data.get("command")), {k: v for k, v in data.items() if k != "command"}
