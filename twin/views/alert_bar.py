"""Alerts on every page: seen, heard, spoken, acknowledged for all."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import panel as pn
import param

from twin.protocols import Live
from twin.records import Tick
from twin.state.alerts import AlertsNow, act
from twin.views.assets import read_assets
from twin.views.board import command_of


class AlertBar(pn.custom.JSComponent):
    """Lines under the head of a page, one for each alert; takes no room while there is none.

    The browser keeps who watches, and whether it sounds and speaks, for all pages of this device.
    """

    alerts = param.String('{"alerts": [], "mutes": []}', doc="As `AlertsNow` gives them.")

    tools = param.Boolean(False, doc="Show sound and voice also while there is no alert.")

    _esm = read_assets("elements.js", "remembered.js", "alert_sound.js", "alert_bar.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("alert_bar.css")]

    def __init__(self, live: Live | None = None, **params: Any) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | params)
        self._live = live
        self._now = AlertsNow()

    def show(self, tick: Tick | None) -> None:
        """Show what stands now; the model changes only when that does."""
        alerts = self._now.of(tick)
        if alerts != self.alerts:
            self.alerts = alerts

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        if self._live is None:
            return
        self._send_msg(asdict(act(self._live, *command_of(data))))
