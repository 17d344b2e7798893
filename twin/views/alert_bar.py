"""Alerts on every page: seen, heard, spoken, acknowledged for all."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import param

from twin.protocols import Live
from twin.records import Tick
from twin.state.alerts import AlertsNow, act, changes_of
from twin.views.assets import read_assets
from twin.views.board import command_of
from twin.views.component import Component


class AlertBar(Component):
    """Lines under the head of a page, one for each alert; takes no room while there is none.

    The browser keeps who watches, and whether it sounds and speaks, for all pages of this device.
    """

    alerts = param.String('{"alerts": [], "mutes": []}', doc="As `AlertsNow` gives them.")

    news = param.String(doc="What changed last, as JSON: `changes_of` and a running number.")

    tools = param.Boolean(False, doc="Show sound and voice also while there is no alert.")

    _esm = read_assets(
        "elements.js", "remembered.js", "keys.js", "speech.js", "alert_sound.js", "alert_bar.js"
    )
    _stylesheets: ClassVar[list[str]] = [read_assets("alert_bar.css")]
    _told = frozenset({"alerts", "news"})

    def __init__(self, live: Live | None = None, **params: Any) -> None:
        usual = {"sizing_mode": "stretch_width", "margin": 0, "css_classes": ["twin-alerts"]}
        super().__init__(**usual | params)
        self._live = live
        self._now = AlertsNow()
        self._number = 0

    def is_same(self, tick: Tick) -> bool:
        """Whether a tick brings nothing that is not shown; may be asked from any thread."""
        return self._now.has_seen(tick)

    def show(self, tick: Tick | None) -> None:
        """Show what stands now; the model changes only when that does."""
        alerts = self._now.of(tick)
        if alerts == self.alerts:
            return
        if not self._models:  # no browser has it yet
            self.alerts = alerts
            return
        self._number += 1
        news = json.dumps({"n": self._number, **changes_of(self.alerts, alerts)})
        self.param.update(alerts=alerts, news=news)

    def _update_model(
        self, events: Any, msg: dict[str, Any], root: Any, model: Any, doc: Any, comm: Any
    ) -> None:
        # A browser gets all that stands with the page, and after that what has changed.
        if "news" in msg:
            msg = {name: value for name, value in msg.items() if name != "alerts"}
        super()._update_model(events, msg, root, model, doc, comm)

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        if data.get("command") == "whole":  # it missed something
            self.param.trigger("alerts")
            return
        if self._live is None:
            return
        self._send_msg(asdict(act(self._live, *command_of(data))))
