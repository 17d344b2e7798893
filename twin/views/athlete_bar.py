"""The bar over an athlete's page: whom to watch, how long a window, laps, start and stop."""

from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from twin.records import Tick, told_apart
from twin.state.athlete import AthleteState
from twin.views.choice import choice


class AthleteBar(Viewer):
    """Commands of an athlete's page; changes only when what they do changes."""

    def __init__(self, state: AthleteState, tick: Tick, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._recording = state.session(tick) is not None
        self._who = choice("Athlete", {name: id_ for id_, name in told_apart(tick.squad).items()},
                           value=state.who(tick).id, width=220)  # fmt: skip
        self._window = pmui.IntSlider(
            label="Window (min)", value=state.window, start=1, end=90, width=260, margin=(0, 16)
        )
        self._lap = pmui.Button(label="Mark lap", icon="flag", on_click=self._mark, size="medium")
        self._record = pmui.Button(on_click=self._start_or_end, size="medium")
        self._name_buttons()
        self._window.param.watch(self._widen, "value_throttled")
        self._who.param.watch(self._go, "value")

    def __panel__(self) -> pn.FlexBox:
        """Return the bar."""
        buttons = pn.Row(self._lap, self._record, margin=0, styles={"margin-left": "auto"})
        return pn.FlexBox(self._who, self._window, buttons, align_items="center", gap="10px",
                          sizing_mode="stretch_width")  # fmt: skip

    def show(self, tick: Tick) -> None:
        """Follow starts and ends, also those of other viewers."""
        recording = self.state.session(tick) is not None
        if recording != self._recording:
            self._recording = recording
            self._name_buttons()

    def _name_buttons(self) -> None:
        on = self._recording
        with pn.io.hold():
            self._record.param.update(
                label="End session" if on else "Start session",
                icon="stop" if on else "fiber_manual_record",
                color="error" if on else "primary",
                variant="outlined" if on else "contained",
            )
            self._lap.disabled = not on

    def _mark(self, *_: object) -> None:
        self.state.live.mark_lap(self._who.value)

    def _start_or_end(self, *_: object) -> None:
        change = self.state.live.end_session if self._recording else self.state.live.start_session
        change([self._who.value])

    def _widen(self, event: Any) -> None:
        self.state.window = event.new

    def _go(self, *_: object) -> None:
        """Open the page of another athlete: a new address, so that reload and back work."""
        location = pn.state.location
        if location is not None:
            location.param.update(
                search=f"?athlete={self._who.value}&window={self.state.window}", reload=True
            )
