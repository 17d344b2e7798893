"""Linked charts of a stored session: drag over one to select a stretch in all of them."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
from bokeh.events import RangesUpdate, SelectionGeometry
from bokeh.models import (
    BoxAnnotation,
    BoxSelectTool,
    ColumnDataSource,
    CustomJSTickFormatter,
    GlyphRenderer,
    LinearColorMapper,
    Range1d,
)
from bokeh.plotting import figure
from bokeh.transform import transform
from panel.viewable import Viewer

from twin.physiology.zones import bounds_of
from twin.records import Floats
from twin.state.review import Reviewed, ReviewState
from twin.views.charts import (
    LEAST,
    PACE_WORDS,
    PACED,
    Zones,
    axis_label,
    dress,
    hover_of,
    time_figure,
    zone_bands,
)
from twin.views.later import soon
from twin.views.review_lines import Columns, in_zones, instant, lines_of, wall_times
from twin.views.theme import Surface

_HEIGHT = {"heart_rate": 240}
_ROOM = 0.1  # above and below the line, as a share of its range

Ends = tuple[np.datetime64, np.datetime64]


class ReviewCharts(Viewer):
    """Charts over local time that share their range and their selection.

    They are drawn once; then only their sources change. Only as many points are sent as the screen
    has room for; zooming in brings the rest.
    """

    def __init__(
        self, state: ReviewState, reviewed: Reviewed, surface: Surface, **params: object
    ) -> None:
        super().__init__(**params)
        self.state = state
        self._surface = surface
        self._athlete, self._sport = reviewed.athlete, reviewed.session.sport
        self._bounds = np.asarray(bounds_of(reviewed.athlete))
        self._ends, self._offset = _ends(reviewed)
        self._range = Range1d(*self._ends)
        self._marks: list[BoxAnnotation] = []
        self._sent: dict[str, Ends] = {}
        self._lines = lines_of(reviewed)
        self._sources = {name: ColumnDataSource(self._columns(name)) for name in self._lines}
        self._heights = {name: Range1d(*self._height(name), syncable=False) for name in self._lines}
        self._layout = pn.Column(
            *(pn.pane.Bokeh(self._chart(name), sizing_mode="stretch_width", margin=0)
              for name in self._lines),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        state.param.watch(lambda event: soon(partial(self._mark, event.new)), "selection")
        state.param.watch(lambda event: soon(partial(self._zoom, event.new)), "shown",
                          onlychanged=False)  # fmt: skip

    def __panel__(self) -> pn.Column:
        """Return the charts."""
        return self._layout

    @property
    def channels(self) -> tuple[str, ...]:
        """What is drawn, from top to bottom."""
        return tuple(self._lines)

    def fill(self, reviewed: Reviewed) -> None:
        """Draw the session as cleaned; the same channels, in the range that is shown."""
        self._lines = lines_of(reviewed)
        soon(self._draw_anew)

    def _columns(self, name: str, first: Any = None, last: Any = None) -> Columns:
        columns = self._lines[name].columns(first, last)
        return in_zones(columns, name, self._bounds) if name == "heart_rate" else columns

    def _draw_anew(self) -> None:
        for name, source in self._sources.items():
            source.data = self._columns(name, self._range.start, self._range.end)
            start, end = self._height(name)
            self._heights[name].update(start=start, end=end)

    def _height(self, name: str) -> tuple[float, float]:
        """Return lowest and highest value of an axis; pace is the other way round."""
        low, high = room_of(self._lines[name].values, LEAST.get(name, 1.0))
        return (high, low) if name == "speed" and self._sport in PACED else (low, high)

    def _zoom(self, stretch: tuple[datetime, datetime] | None) -> None:
        """Show one stretch on all charts, everything for None."""
        first, last = self._ends if stretch is None else map(self._wall, stretch)
        self._range.update(start=first, end=last)

    def _wall(self, moment: datetime) -> np.datetime64:
        return pd.Timestamp(moment).tz_convert(None).to_datetime64() + self._offset

    def _chart(self, name: str) -> figure:
        pace = name == "speed" and self._sport in PACED
        plot = time_figure(self._range, _HEIGHT.get(name, 150), self._heights[name])
        plot.name = name
        line = self._zoned(plot) if name == "heart_rate" else self._plain(plot, name)
        plot.yaxis.axis_label = axis_label(name, sport=self._sport)
        if pace:
            plot.yaxis.formatter = CustomJSTickFormatter(code=PACE_WORDS)
        plot.add_tools(hover_of(name, line, sport=self._sport))
        self._let_select(plot)
        plot.on_event(RangesUpdate, partial(self._refine_one, name))
        return dress(plot, self._surface)

    def _plain(self, plot: figure, name: str) -> GlyphRenderer:
        line = plot.line("time", name, source=self._sources[name], line_width=1.5,
                         color=self._surface.primary, name="line")  # fmt: skip
        line.glyph.tags = ["primary"]
        return line

    def _zoned(self, plot: figure) -> GlyphRenderer:
        """Draw heart rate in the colours of its zones, over their bands."""
        limit = self._athlete.heart_rate_limit
        zone_bands(
            plot, Zones(self._bounds.tolist(), None if np.isnan(limit) else limit), self._surface
        )
        colours = LinearColorMapper(palette=[self._surface.stale, *self._surface.zones],
                                    low=-0.5, high=5.5, tags=["zones"])  # fmt: skip
        return plot.segment("time0", "heart_rate0", "time", "heart_rate", line_width=2, name="line",
                            source=self._sources["heart_rate"], color=transform("zone", colours))  # fmt: skip

    def _let_select(self, plot: figure) -> None:
        """Let a drag select a stretch, which is marked; no point is looked for."""
        tool = BoxSelectTool(dimensions="width", renderers=[])
        plot.add_tools(tool)
        plot.toolbar.active_drag = tool
        plot.on_event(SelectionGeometry, self._select)
        # Over everything: then nothing else is painted anew when it moves.
        mark = BoxAnnotation(fill_color=self._surface.primary, fill_alpha=0.18, line_color=None,
                             level="overlay", visible=False, name="selection")  # fmt: skip
        plot.add_layout(mark)
        self._marks.append(mark)

    def _refine_one(self, name: str, event: RangesUpdate) -> None:
        """Send the points of the range now shown, unless they are those that are there."""
        shown = instant(event.x0), instant(event.x1)
        if self._sent.get(name, self._ends) != shown:
            self._sent[name] = shown
            self._sources[name].data = self._columns(name, *shown)

    def _mark(self, selection: tuple[datetime, datetime] | None) -> None:
        first, last = (None, None) if selection is None else map(self._wall, selection)
        for mark in self._marks:
            mark.update(left=first, right=last, visible=selection is not None)

    def _select(self, event: SelectionGeometry) -> None:
        if not event.final or event.geometry.get("type") != "rect":
            return
        ends = (instant(event.geometry[end]) - self._offset for end in ("x0", "x1"))
        first, last = sorted(pd.Timestamp(end, tz=UTC).to_pydatetime(warn=False) for end in ends)
        self.state.selection = (first, last)


def _ends(reviewed: Reviewed) -> tuple[Ends, np.timedelta64]:
    """Return first and last instant on the wall's clock, and what it is ahead of UTC."""
    index = pd.DatetimeIndex(reviewed.samples.index)[[0, -1]]
    first, last = wall_times(index)
    return (first, last + np.timedelta64(1, "ms")), first - index[0].tz_convert(
        None
    ).to_datetime64()


def room_of(values: Floats, least: float) -> tuple[float, float]:
    """Return the heights a chart shows of a line: its own, some room, `least` apart at least.

    >>> room_of(np.array([150.0, np.nan, 150.0]), 50.0)
    (120.0, 180.0)
    """
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    middle, half = (low + high) / 2, max(high - low, least) / 2 * (1 + 2 * _ROOM)
    return middle - half, middle + half
