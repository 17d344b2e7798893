"""The page of alerts: a question, the log, the rules, the lab."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import param

from twin.state.alerts_page import AlertsState
from twin.views.assets import read_assets
from twin.views.board import Board, command_of
from twin.views.later import page, soon

_PARTS = ("elements.js", "remembered.js", "keys.js", "dialog.js", "rule_dialog.js", "alerts_lab.js",
          "speech.js", "talk.js", "alerts.js")  # fmt: skip


class AlertsBoard(Board):
    """Draws an `AlertsState` in the browser and brings the user's commands back."""

    choices = param.String("{}", doc="What a rule may be made of, as JSON.")

    lab = param.String("{}", doc="What the rule lab found, as JSON.")

    log = param.String("[]", doc="The alerts that were, as JSON.")

    rules = param.String("[]", doc="Every rule, as JSON.")

    said = param.String("", doc="The answer to the last question.")

    _esm = read_assets(*_PARTS)
    _stylesheets: ClassVar[list[str]] = [read_assets("squad.css", "alerts.css")]

    def __init__(self, state: AlertsState, **params: Any) -> None:
        super().__init__(state, **params)
        self._export = state.export
        self._page = page()

    def _take(self, *events: param.parameterized.Event) -> None:
        changes = {event.name: event.new for event in events}
        self._soon(lambda: self.param.update(**changes))

    def _soon(self, change: Callable[[], Any]) -> None:
        """Change the page with its lock held, from whatever thread this is."""
        soon(change, self._page)

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        command, words = command_of(data)
        if command == "export":
            self._send_msg({"command": command, "csv": self._export()})
        elif command == "try":  # takes seconds: the page goes on meanwhile
            threading.Thread(target=self._carry_out, args=(command, words), daemon=True).start()
        else:
            self._carry_out(command, words)

    def _carry_out(self, command: str, words: Mapping[str, Any]) -> None:
        answer = self._state.do(command, words)
        self._soon(lambda: self._send_msg(asdict(answer)))
