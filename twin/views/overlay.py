"""The page of several sessions: charts over time or distance, and a table of their figures."""

from html import escape
from typing import Any

import pandas as pd
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable, Viewer

from twin.errors import TwinError
from twin.state.overlay import MOST, Laid, overlay_of, stored_among
from twin.state.review import ReviewState
from twin.views.formats import distance_km, duration, number, speed_of
from twin.views.later import Later
from twin.views.overlay_charts import look_of, name_of, overlay_charts
from twin.views.picks import PickTable
from twin.views.review_cards import card, pane, stacked
from twin.views.theme import Surface
from twin.views.warned import warning

_BY = {"Elapsed time": "time", "Distance": "distance"}


class OverlayView(Viewer):
    """Sessions laid over each other; the address names them."""

    def __init__(self, state: ReviewState, surface: Surface, **params: object) -> None:
        super().__init__(**params)
        self._state, self._surface = state, surface
        back = pmui.Button(label="All sessions", icon="arrow_back", variant="text",
                           on_click=lambda _: state.leave())  # fmt: skip
        self._by = pmui.RadioButtonGroup(options=_BY, value=state.by, size="small")
        self._by.param.watch(self._choose, "value")
        head = pn.FlexBox(back, self._by, align_items="center", gap="12px",
                          sizing_mode="stretch_width")  # fmt: skip
        self._charts = pn.Column(sizing_mode="stretch_width", margin=0)
        body = Later(lambda: self._found(), self._parts)
        self._layout = pn.Column(head, body, sizing_mode="stretch_width", margin=0)

    def __panel__(self) -> Viewable:
        """Return the page."""
        return self._layout

    def _found(self) -> list[Laid] | str:
        try:
            store, asked = self._state.store, self._asked()
            return overlay_of(store, stored_among(store, asked) or asked)
        except TwinError as error:
            return str(error)

    def _asked(self) -> list[str]:
        return [name for name in self._state.together.split(",") if name]

    def _parts(self, found: list[Laid] | str) -> list[Any]:
        if isinstance(found, str):
            return [warning(found)]
        self._together = found
        self._draw()
        table = PickTable(figures_table(found), self._go_to, title="Figures of the sessions")
        return [
            *self._left_out(),
            stacked(card(pane(legend_html(found, self._surface)), self._charts), card(table)),
        ]

    def _left_out(self) -> list[pn.pane.Alert]:
        shown = {laid.session.id for laid in self._together}
        missing = [name for name in self._asked() if name not in shown]
        words = (f"Left out, as not stored, without samples, or more than {MOST}: "
                 f"{', '.join(missing)}")  # fmt: skip
        return [warning(words)] if missing else []

    def _choose(self, event: Any) -> None:
        self._state.by = event.new
        if hasattr(self, "_together"):
            self._draw()

    def _draw(self) -> None:
        plots = overlay_charts(
            self._together, self._surface, by_distance=self._state.by == "distance"
        )
        panes = [pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0) for plot in plots]
        self._charts[:] = [pn.Column(*panes, sizing_mode="stretch_width", margin=0)]

    def _go_to(self, row: int) -> None:
        self._state.session = self._together[row].session.id


def figures_table(together: list[Laid]) -> pd.DataFrame:
    """Return one row for each session, in words."""
    sport, rows = together[0].session.sport, []
    for laid in together:
        figures = laid.figures
        rows.append(
            {
                "Session": name_of(laid),
                "Time": duration(figures.duration_s),
                "km": distance_km(figures.distance_m),
                speed_of(sport, 1.0)[1]: speed_of(sport, figures.mean_speed)[0],
                "bpm": number(figures.mean_heart_rate),
                "max bpm": number(figures.max_heart_rate),
                "W": number(figures.mean_power),
                "1/min": number(figures.mean_cadence),
                "Ascent m": number(figures.ascent_m),
            }
        )
    return pd.DataFrame(rows)


def legend_html(together: list[Laid], surface: Surface) -> str:
    """Return the names of the sessions beside their colours."""
    looks = [look_of(place, surface)[1:] for place in range(len(together))]
    return "".join(
        f"<span style='display:inline-flex;align-items:center;gap:6px;margin-right:18px'><i style='"
        f"width:22px;border-top:3px {dash} var(--twin-{tag.replace('zone', 'zone-')})'></i>{escape(name_of(laid))}</span>"
        for laid, (tag, dash) in zip(together, looks, strict=True)
    )
