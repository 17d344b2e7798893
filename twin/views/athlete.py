"""The page of one athlete: large numbers, linked charts, map, zones, laps; live."""

import numpy as np
import panel as pn
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, CustomJS, Div, InlineStyleSheet
from bokeh.plotting import figure
from panel.viewable import Viewer

from twin.errors import UnknownAthleteError
from twin.physiology.zones import bounds_of
from twin.records import Tick
from twin.state.athlete import AthleteState
from twin.views import charts, theme, track
from twin.views.assets import read_assets
from twin.views.athlete_bar import AthleteBar
from twin.views.athlete_laps import LapsTable
from twin.views.athlete_spec import live_spec
from twin.views.fan import EXPECT_COLUMNS, FAN_COLUMNS
from twin.views.later import soon
from twin.views.lead_strip import LeadStrip
from twin.views.tiles import add_tiles
from twin.views.warned import warning

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

    Parameters
    ----------
    state : AthleteState
        Whose page it is.
    dark : bool
        Scheme to begin with.
    led : LeadStrip, optional
        What a led session asks of the athlete, over all else.
    commands : bool
        With the bar that chooses athlete and window, marks laps, starts and ends the session.
    """

    def __init__(
        self, state: AthleteState, *, dark: bool = False, led: LeadStrip | None = None,
        commands: bool = True, **params: object,
    ) -> None:  # fmt: skip
        super().__init__(**params)
        self.state = state
        self._commands = commands
        self._led = led
        self._surface = theme.surface(dark=dark)
        self._layout = pn.Column(sizing_mode="stretch_width", margin=0, styles={"padding": "12px"})
        self._measured: frozenset[str] = frozenset()
        self._waiting = True
        tick = state.live.tick()
        if tick is None or not tick.squad:
            self._layout.append(pn.pane.Markdown("### Waiting for the first reading …"))
        elif self._knows(tick):
            self._build(tick)
        state.param.watch(lambda _: soon(self._reseed), "window")

    def __panel__(self) -> pn.Column:
        """Return the page."""
        return self._layout

    def show(self, tick: Tick) -> None:
        """Bring one tick to the browser: one message."""
        if not tick.squad or not self._knows(tick):
            return
        if self._waiting or not self.state.measured(tick) <= self._measured:
            self._build(tick)
            soon(self._reseed)
            return
        self._wire.stream({"row": self.state.news(tick)}, rollover=self.state.capacity)
        if self._bar is not None:
            self._bar.show(tick)
        self._laps.show(tick)
        if self._led is not None:
            self._led.take(tick)

    def _knows(self, tick: Tick) -> bool:
        """Whether the athlete is in the squad; else the page says who is, until the athlete comes."""
        try:
            self.state.index(tick)
        except UnknownAthleteError as error:
            if self._waiting:
                self._layout[:] = [warning(str(error))]
            return False
        return True

    def _build(self, tick: Tick) -> None:
        """Build the page for what is measured now; once more where a new sensor joins."""
        self._waiting = False
        self._measured |= self.state.measured(tick)
        self._wire = ColumnDataSource({"row": self.state.seed(tick)}, syncable=False)
        self._wire.tags = [live_spec(self.state, tick, self._surface)]
        shown = ColumnDataSource({name: [0] for name in _DRAWN}, syncable=False)
        self._time = charts.shared_time(window_min=self.state.window)
        self._sources = track.empty_sources(shown)
        self._fan = ColumnDataSource({name: [] for name in FAN_COLUMNS}, syncable=False)
        self._expect = ColumnDataSource({name: [] for name in EXPECT_COLUMNS}, syncable=False)
        self._values, self._zones = _words("Values"), _words("Time in zone")
        self._twin = _words("Twin")
        self._values.tags = [self._wire]  # makes the source part of the page
        self._bar = AthleteBar(self.state, tick) if self._commands else None
        self._laps = LapsTable(self.state, tick)
        self._run_in_browser()
        self._place(self._charts(tick, shown), self._map(tick))

    def _charts(self, tick: Tick, shown: ColumnDataSource) -> list[figure]:
        who = self.state.who(tick)
        limit = None if np.isnan(who.heart_rate_limit) else who.heart_rate_limit
        zones = charts.Zones([float(bound) for bound in bounds_of(who)], limit)
        plots = [
            charts.chart(name, shown, time=self._time, surface=self._surface, sport=who.sport)
            for name in _CHANNELS
            if name in self._measured
        ]
        if "heart_rate" not in self._measured:
            return plots
        heart_rate = charts.heart_rate_chart(
            shown, zones, time=self._time, surface=self._surface, fan=self._fan,
            expect=self._expect,
        )  # fmt: skip
        return [heart_rate, *plots]

    def _map(self, tick: Tick) -> figure | None:
        if "x" not in self._measured:
            return None
        plot = track.track_map(self._sources, surface=self._surface)
        if self.state.origin is not None:
            add_tiles(plot, self.state.tiles, self.state.origin, self._surface)
        pitch = self.state.pitch(tick)
        if pitch is not None:
            track.add_pitch(plot, pitch, self._surface)
        return plot

    def _run_in_browser(self) -> None:
        code = read_assets("athlete_twin.js", "athlete_live.js")
        args = {
            "wire": self._wire, "shown": self._sources.track, "here": self._sources.here,
            "start": self._sources.start, "fan": self._fan, "expect": self._expect,
            "values": self._values, "zones": self._zones, "twin": self._twin,
        }  # fmt: skip
        begin = CustomJS(args=args | {"reset": True}, code=code)
        self._wire.js_on_change("streaming", CustomJS(args=args | {"reset": False}, code=code))
        self._wire.js_on_change("data", begin)
        if pn.state.curdoc is not None:
            pn.state.curdoc.js_on_event("document_ready", begin)

    def _place(self, over_time: list[figure], area: figure | None) -> None:
        drawn = pn.pane.Bokeh(column(over_time, sizing_mode="stretch_width"),
                              sizing_mode="stretch_width")  # fmt: skip
        where = [] if area is None else [_card(pn.pane.Bokeh(area, sizing_mode="stretch_width"))]
        right = pn.Column(
            *where,
            _card(_title("Twin"), self._twin),
            _card(_title("Time in zone"), self._zones),
            _card(_title("Laps"), self._laps),
            styles={"flex": "1 1 360px", "min-width": "0", "gap": "10px"},
            margin=0,
        )
        self._layout[:] = [
            *filter(None, [self._bar, self._led]),
            self._values,
            pn.FlexBox(_card(drawn, flex="2 1 560px"), right, sizing_mode="stretch_width",
                       gap="10px", margin=(10, 0), align_items="flex-start"),
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
