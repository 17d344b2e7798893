"""The what-if page: two plans, what the twin says of both, and how hard they may be."""

import base64
import json
from collections.abc import Mapping
from typing import Any, ClassVar

import panel as pn
import param
from bokeh.layouts import column
from panel.viewable import Viewer

from twin.errors import TwinError, UnknownAthleteError
from twin.records import Tick, told_apart
from twin.state.whatif import REMEMBERED, WhatifState
from twin.state.whatif_start import courses_of
from twin.views import later, theme, whatif_words
from twin.views.assets import read_assets
from twin.views.component import Component
from twin.views.shell import follow
from twin.views.whatif_charts import PlanCharts

_AGAIN_S = 15.0  # between two answers from now on, while nothing is changed
_EMPTY = ("### Nobody to ask about yet\n\nImport sessions with `twin import PATH --athlete NAME`, "
          "or start a source.")  # fmt: skip


class WhatifBoard(Component):
    """Editors and answers in the browser; commands come back."""

    told = param.String("{}", doc="All that is shown, as JSON.")

    _esm = read_assets("elements.js", "whatif_plan.js", "whatif.js")
    _stylesheets: ClassVar[list[str]] = [read_assets("whatif.css")]

    def __init__(self, page: "WhatifPage", **params: Any) -> None:
        super().__init__(**{"sizing_mode": "stretch_width", "margin": 0} | params)
        self._page = page

    def _handle_msg(self, data: Mapping[str, Any]) -> None:
        self._page.do(data)


class WhatifTold(WhatifBoard):
    """What the twin says, in the browser; its buttons set an intensity."""

    _esm = read_assets("elements.js", "whatif_told.js")


class WhatifPage(Viewer):
    """Two plans and the twin's answer as curves with bands."""

    def __init__(self, state: WhatifState, *, dark: bool = False, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._surface = theme.surface(dark=dark)
        self._error = ""
        self._answered_at = -_AGAIN_S
        self._layout = pn.Column(sizing_mode="stretch_width", margin=0, styles={"padding": "12px"})
        self._board: WhatifBoard | None = None
        self._build()
        follow(state.live, self._go_on)

    def __panel__(self) -> pn.Column:
        """Return the page."""
        return self._layout

    def do(self, data: Mapping[str, Any]) -> None:
        """Carry out what the browser asks: change, undo, redo, another athlete, a course."""
        self._error, command = "", data.get("command")
        try:
            if command == "change":
                changes = {n: v for n, v in data["changes"].items() if n in REMEMBERED}
                self.state.change(**changes)
            elif command == "undo":
                self.state.undo()
            elif command == "redo":
                self.state.redo()
            elif command == "upload":
                self.state.upload(str(data["name"]), base64.b64decode(data["content"]))
            elif command == "athlete":
                self.state.ask_about(str(data["athlete"]))
                self._build()
                return
        except (TwinError, ValueError) as error:
            self._error = str(error)
        self.show(soon=True)

    def show(self, *, soon: bool = False) -> None:
        """Ask the twin and show what it says; `soon` where the lock of the page is not held."""
        if self._board is None:
            return
        state, answers = self.state, self.state.answers()
        if soon:
            later.soon(lambda: self._charts.show(answers, state.limit))
        else:
            self._charts.show(answers, state.limit)
        known = list(told_apart(state.athletes()).items())
        self._answers.told = json.dumps(
            {
                "limit": round(state.limit),
                "table": whatif_words.table(answers, state.limit),
                "hardest": whatif_words.hardest(answers, state.limit),
            },
            ensure_ascii=False,
        )
        self._board.told = json.dumps(
            {
                "athlete": answers.athlete.id, "athletes": known, "can": state.can,
                "limit": round(state.limit), "start": state.start, "course": state.course,
                "courses": self._courses, "error": self._error, "usual": self._usual,
                "a": {"text": state.a, "scale": state.scale_a, "error": answers.a.error},
                "b": {"text": state.b, "scale": state.scale_b, "error": answers.b.error},
                "standing": whatif_words.standing(answers, state.start == "now"),
            },
            ensure_ascii=False,
        )  # fmt: skip

    def _build(self) -> None:
        """Build the page for an athlete."""
        try:
            self.state.begin()
        except UnknownAthleteError:
            self._layout[:] = [pn.pane.Markdown(_EMPTY)]
            return
        who = self.state.who()
        found = courses_of(self.state.live.store, who)
        self._courses = [[session, words] for words, session in found.items()]
        self._usual = (self.state.a.split(",")[0].partition(" ")[2]) or "75 %"
        self._charts = PlanCharts(who, self._surface)
        figures = (self._charts.heart_rate, self._charts.level, self._charts.balance)
        self._board, self._answers = WhatifBoard(self), WhatifTold(self)
        drawn = pn.pane.Bokeh(column(*figures, sizing_mode="stretch_width"),
                              sizing_mode="stretch_width", margin=0)  # fmt: skip
        self.show()
        right = pn.Column(drawn, self._answers, margin=0, sizing_mode="stretch_width",
                          styles={"flex": "2 1 620px", "min-width": "0", "gap": "10px"})  # fmt: skip
        left = pn.Column(self._board, margin=0, sizing_mode="stretch_width",
                         styles={"flex": "1 1 440px", "min-width": "0"})  # fmt: skip
        self._layout[:] = [pn.FlexBox(left, right, gap="12px", sizing_mode="stretch_width",
                                      align_items="flex-start", margin=0)]  # fmt: skip

    def _go_on(self, tick: Tick) -> None:
        """Answer anew from now on, every few seconds; begin when somebody comes."""
        seconds = float(tick.time.astype("datetime64[ms]").astype(int)) / 1000
        if self._board is None and tick.squad:
            self._build()
        elif self.state.start == "now" and abs(seconds - self._answered_at) >= _AGAIN_S:
            self._answered_at = seconds
            self.show()
