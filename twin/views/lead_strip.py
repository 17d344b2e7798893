"""One line over an athlete's page: the step of the workout that is led, the target and the cue."""

from typing import Any, ClassVar

import param

from twin.records import Tick
from twin.state.lead_strip import LeadStripState
from twin.views.assets import read_assets
from twin.views.component import Component


class LeadStrip(Component):
    """Draws a `LeadStripState`; takes no room while nothing is led.

    Parameters
    ----------
    state : LeadStripState
        What is drawn.
    **params
        As of any Panel component.
    """

    told = param.String("{}", doc="Step, target and cue as JSON.")

    _esm = read_assets("elements.js", "lead_words.js", "lead_strip.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("lead_strip.css")]

    def __init__(self, state: LeadStripState, **params: Any) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | params)
        self._state = state

    def take(self, tick: Tick) -> None:
        """Show a tick; nothing is sent while nothing is led."""
        self._state.show(tick)
        self.told = self._state.told
