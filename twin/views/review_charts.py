"""Linked charts of a stored session: drag over one to select a stretch in all of them."""

import itertools
from datetime import UTC, datetime
from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
from bokeh.events import RangesUpdate, SelectionGeometry
from bokeh.models import (
    BoxAnnotation,
    BoxSelectTool,
    ColumnDataSource,
    CustomJSTickFormatter,
    DatetimeTickFormatter,
    GlyphRenderer,
    Range1d,
)
from bokeh.plotting import figure
from panel.viewable import Viewer

from twin.physiology.zones import bounds_of
from twin.records import Floats, Times
from twin.state.review import Reviewed, ReviewState
from twin.views.charts import ON_FOOT, PACE_WORDS, axis_label, with_lock
from twin.views.review_lines import Line, drawn_speed, gap_of, instant
from twin.views.review_thin import with_breaks
from twin.views.theme import Surface, local

_CHANNELS = ("heart_rate", "speed", "power", "cadence", "altitude")
_HEIGHT = {"heart_rate": 240}
_TOOLS = {
    "active_tools": ["xbox_select"],
    "default_tools": ["xpan", "xwheel_zoom", "reset"],
    "tools": ["xbox_select", "hover"],
}
_TOP_BPM = 260.0  # of the band of zone 5


class ReviewCharts(Viewer):
    """Charts over local time that share their range and their selection.

    HoloViews draws them once; then only their sources change. Only as many points are sent as
    the screen has room for; zooming in brings the rest.
    """

    def __init__(
        self, state: ReviewState, reviewed: Reviewed, surface: Surface, **params: object
    ) -> None:
        super().__init__(**params)
        self.state = state
        self._reviewed = reviewed
        self._surface = surface
        index = pd.DatetimeIndex(reviewed.samples.index)
        self._times: Times = local(index.tz_convert(None).to_numpy("datetime64[ns]"))
        self._offset = self._times[0] - index[0].tz_convert(None).to_datetime64()
        self._gap_s = gap_of(index)
        self._range = Range1d(self._times[0], self._times[-1] + np.timedelta64(1, "ms"))
        self._marks: list[BoxAnnotation] = []
        names = [name for name in _CHANNELS if self._column(name) is not None]
        self._layout = pn.Column(
            *(pn.pane.Bokeh(self._chart(name), sizing_mode="stretch_width", margin=0)
              for name in names),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        state.param.watch(lambda event: with_lock(partial(self._mark, event.new)), "selection")

    def __panel__(self) -> pn.Column:
        """Return the charts."""
        return self._layout

    def zoom(self, first: datetime, last: datetime) -> None:
        """Show one stretch on all charts."""
        with_lock(partial(self._range.update, start=self._wall(first), end=self._wall(last)))

    def _wall(self, moment: datetime) -> np.datetime64:
        return pd.Timestamp(moment).tz_convert(None).to_datetime64() + self._offset

    def _column(self, name: str) -> Floats | None:
        source = "current_speed" if name == "speed" else name
        if source not in self._reviewed.samples:
            return None
        values = self._reviewed.samples[source].to_numpy(float)
        if name == "speed":
            values = drawn_speed(values, self._reviewed.session.sport)
        return None if np.isnan(values).all() else values

    def _chart(self, name: str) -> figure:
        values = self._column(name)
        times, drawn = with_breaks(self._times, np.asarray(values, float), gap_s=self._gap_s)
        zones = np.asarray(bounds_of(self._reviewed.athlete)) if name == "heart_rate" else None
        line = Line(name, times, drawn, zones)
        plot = hv.render(self._element(line).opts(hv.opts.Overlay(**self._options(name))))
        (source,) = {r.data_source for r in plot.select({"type": GlyphRenderer})
                     if "time" in r.data_source.data}  # fmt: skip
        plot.on_event(RangesUpdate, partial(_refine, source, line))
        plot.on_event(SelectionGeometry, self._select)
        return self._furnished(plot, name)

    def _element(self, line: Line) -> hv.Overlay:
        label = hv.Dimension(line.name, label=self._label(line.name))
        columns = line.columns()
        if line.bounds is None:
            curve = hv.Curve((columns["time"], columns[line.name]), "time", label)
            return hv.Overlay([curve.opts(color=self._surface.primary, line_width=1.5, **_TOOLS)])
        stretches = hv.Segments(
            tuple(columns.values()), ["time", label, "time_to", "heart_rate_to"], "zone"
        ).opts(
            color="zone", cmap=[self._surface.stale, *self._surface.zones], clim=(-0.5, 5.5),
            line_width=2, **_TOOLS,
        )  # fmt: skip
        return hv.Overlay([*self._bands(line.bounds), stretches])

    def _bands(self, bounds: Floats) -> list[hv.Element]:
        still = {"apply_ranges": False, "default_tools": []}
        pairs = itertools.pairwise([*map(float, bounds), _TOP_BPM])
        bands = [hv.HSpan(low, high).opts(color=colour, alpha=0.12, line_alpha=0, **still)
                 for (low, high), colour in zip(pairs, self._surface.zones, strict=True)]  # fmt: skip
        limit = self._reviewed.athlete.heart_rate_limit
        if not np.isnan(limit):
            bands.append(hv.HLine(limit).opts(
                color=self._surface.alarm, line_dash="dashed", line_width=2, **still))  # fmt: skip
        return bands

    def _mark(self, selection: tuple[datetime, datetime] | None) -> None:
        first, last = (None, None) if selection is None else map(self._wall, selection)
        for mark in self._marks:
            mark.update(left=first, right=last, visible=selection is not None)
        if selection is None:
            self._range.update(start=self._times[0], end=self._times[-1])

    def _select(self, event: SelectionGeometry) -> None:
        if not event.final or event.geometry.get("type") != "rect":
            return
        ends = (instant(event.geometry[end]) - self._offset for end in ("x0", "x1"))
        first, last = sorted(pd.Timestamp(end, tz=UTC).to_pydatetime() for end in ends)
        self.state.selection = (first, last)

    def _label(self, name: str) -> str:
        return axis_label(name, sport=self._reviewed.session.sport)

    def _options(self, name: str) -> dict[str, Any]:
        pace = name == "speed" and self._reviewed.session.sport in ON_FOOT
        return {
            "responsive": True, "height": _HEIGHT.get(name, 150), "xlabel": "",
            "ylabel": self._label(name), "invert_yaxis": pace, "show_legend": False,
            "padding": (0, 0.1), "show_grid": True, "active_tools": _TOOLS["active_tools"],
            "default_tools": _TOOLS["default_tools"],
        }  # fmt: skip

    def _furnished(self, plot: figure, name: str) -> figure:
        plot.background_fill_color = plot.border_fill_color = self._surface.card
        plot.outline_line_color = None
        plot.min_border_left = 64
        plot.x_range = self._range
        plot.toolbar.logo, plot.toolbar.autohide, plot.toolbar.active_scroll = None, True, None
        plot.toolbar.active_drag = plot.select_one({"type": BoxSelectTool})
        plot.xaxis.formatter = DatetimeTickFormatter(
            seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M", hourmin="%H:%M",
            hours="%H:%M", days="%d %b",
        )  # fmt: skip
        if name == "speed" and self._reviewed.session.sport in ON_FOOT:
            plot.yaxis.formatter = CustomJSTickFormatter(code=PACE_WORDS)
        mark = BoxAnnotation(fill_color=self._surface.primary, fill_alpha=0.18, line_color=None,
                             visible=False, name="selection")  # fmt: skip
        plot.add_layout(mark)
        self._marks.append(mark)
        return plot


def drawn_channels(reviewed: Reviewed) -> tuple[str, ...]:
    """Return what there is to draw of a session."""
    sources = {"speed": "current_speed"}
    return tuple(name for name in _CHANNELS if sources.get(name, name) in reviewed.samples)


def _refine(source: ColumnDataSource, line: Line, event: RangesUpdate) -> None:
    """Send the points of the range now shown."""
    source.data = line.columns(event.x0, event.x1)
