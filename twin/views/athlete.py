"""The page of one athlete: large numbers, linked charts, map, zones, laps; live."""

import numpy as np
import panel as pn
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, CustomJS, Div, InlineStyleSheet
from bokeh.plotting import figure
from panel.viewable import Viewer

from twin.physiology.zones import bounds_of
from twin.records import Tick
from twin.state.athlete import AthleteState
from twin.views import charts, theme, track
from twin.views.assets import read_assets
from twin.views.athlete_bar import AthleteBar
from twin.views.athlete_laps import LapsTable
from twin.views.athlete_spec import live_spec
from twin.views.shell import follow

_CHANNELS = ("speed", "power", "cadence", "altitude")
_DRAWN = ("time", "time0", "heart_rate", "heart_rate0", *_CHANNELS,
          "x", "y", "x0", "y0", "colour")  # fmt: skip
_CARD = {
    "background": "var(--twin-card)",
    "border": "1px solid var(--twin-line)",
    "border-radius": "8px",
    "min-width": "0",
    "padding": "10px",
}


class AthletePage(Viewer):
    """Everything about one athlete who trains now.

    One source carries one short row per reading to the browser, where a script draws charts and
    numbers from it; the figures are built once.
    """

    def __init__(self, state: AthleteState, *, dark: bool = False, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._surface = theme.surface(dark=dark)
        self._layout = pn.Column(sizing_mode="stretch_width", margin=0, styles={"padding": "12px"})
        tick = state.live.tick()
        if tick is None or not tick.squad:
            self._layout.append(pn.pane.Markdown("### Waiting for the first reading …"))
        else:
            self._build(tick)
        follow(state.live, self.show)

    def __panel__(self) -> pn.Column:
        """Return the page."""
        return self._layout

    def show(self, tick: Tick) -> None:
        """Bring one tick to the browser: one message."""
        if not hasattr(self, "_wire"):
            if tick.squad:
                self._build(tick)
            return
        rows = self.state.news(tick)
        self._wire.stream({"row": rows}, rollover=self.state.capacity)
        self._bar.show(tick)
        self._laps.show(tick)

    def _build(self, tick: Tick) -> None:
        self._wire = ColumnDataSource({"row": self.state.seed(tick)})
        self._wire.tags = [live_spec(self.state, tick, self._surface)]
        shown = ColumnDataSource({name: [0] for name in _DRAWN}, syncable=False)
        self._time = charts.shared_time(window_min=self.state.window)
        self._sources = track.empty_sources(shown)
        plots = self._plots(tick, shown)
        self._values, self._zones = _words("Values"), _words("Time in zone")
        self._values.tags = [self._wire]  # makes the source part of the page
        self._bar = AthleteBar(self.state, tick)
        self._laps = LapsTable(self.state, tick)
        self._run_in_browser(plots)
        self._place(plots)
        self.state.param.watch(lambda _: charts.with_lock(self._reseed), "window")

    def _plots(self, tick: Tick, shown: ColumnDataSource) -> dict[str, figure]:
        who, measured = self.state.who(tick), self.state.measured(tick)
        pitch = self.state.pitch(tick)
        limit = None if np.isnan(who.heart_rate_limit) else who.heart_rate_limit
        zones = charts.Zones([float(b) for b in bounds_of(who)], limit)
        plots = {
            "heart_rate": charts.heart_rate_chart(shown, zones, time=self._time,
                                                  surface=self._surface)
        }  # fmt: skip
        for name in _CHANNELS:
            plots[name] = charts.chart(
                name, shown, time=self._time, surface=self._surface, sport=who.sport,
                visible=name in measured,
            )  # fmt: skip
        plots["x"] = track.track_map(self._sources, surface=self._surface, visible="x" in measured)
        if pitch is not None:
            track.add_pitch(plots["x"], pitch, self._surface)
        return plots

    def _run_in_browser(self, plots: dict[str, figure]) -> None:
        code = read_assets("athlete_live.js")
        args = {
            "wire": self._wire, "shown": self._sources.track, "here": self._sources.here,
            "start": self._sources.start, "values": self._values, "zones": self._zones,
            "charts": plots,
        }  # fmt: skip
        begin = CustomJS(args=args | {"reset": True}, code=code)
        self._wire.js_on_change("streaming", CustomJS(args=args | {"reset": False}, code=code))
        self._wire.js_on_change("data", begin)
        if pn.state.curdoc is not None:
            pn.state.curdoc.js_on_event("document_ready", begin)
            pn.state.curdoc.js_on_event("document_ready", charts.paint_with_scheme())

    def _place(self, plots: dict[str, figure]) -> None:
        over_time = [plot for name, plot in plots.items() if name != "x"]
        left = _card(pn.pane.Bokeh(column(over_time, sizing_mode="stretch_width"),
                                   sizing_mode="stretch_width"), flex="2 1 560px")  # fmt: skip
        right = pn.Column(
            _card(pn.pane.Bokeh(plots["x"], sizing_mode="stretch_width")),
            _card(_title("Time in zone"), self._zones),
            _card(_title("Laps"), self._laps),
            styles={"flex": "1 1 360px", "min-width": "0", "gap": "10px"},
            margin=0,
        )
        self._layout[:] = [
            self._bar,
            self._values,
            pn.FlexBox(left, right, sizing_mode="stretch_width", gap="10px", margin=(10, 0),
                       align_items="flex-start"),
        ]  # fmt: skip

    def _reseed(self) -> None:
        tick = self.state.live.tick()
        if tick is None:
            return
        self._wire.tags = [live_spec(self.state, tick, self._surface)]
        self._wire.data = {"row": self.state.seed(tick)}
        self._time.follow_interval = self.state.window * charts.MINUTE_MS


def _words(name: str) -> Div:
    """Return a place for text that the browser fills; what it writes is not sent back."""
    return Div(
        name=name,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=read_assets("athlete.css"))],
        syncable=False,
    )


def _card(*content: object, flex: str = "") -> pn.Column:
    styles = _CARD | ({"flex": flex} if flex else {})
    return pn.Column(*content, styles=styles, sizing_mode="stretch_width", margin=0)


def _title(words: str) -> pn.pane.HTML:
    return pn.pane.HTML(f"<h2 style='font-size:16px;margin:0 0 6px'>{words}</h2>", margin=0)
