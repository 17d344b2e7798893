"""Linked charts of a stored session: drag over one to select a stretch in all of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
from bokeh.models import BoxSelectTool, CustomJSTickFormatter, DatetimeTickFormatter
from holoviews.streams import BoundsX, Params, RangeX
from panel.viewable import Viewer

from twin.physiology.zones import bounds_of
from twin.records import Floats, Times
from twin.state.review import Reviewed, ReviewState
from twin.views.charts import ON_FOOT, PACE_WORDS, axis_label, with_lock
from twin.views.review_thin import kept_rows, with_breaks
from twin.views.theme import Surface, local

_CHANNELS = ("heart_rate", "speed", "power", "cadence", "altitude")
_PIXELS = 1000
_SLOWEST_PACE = 12.0  # slower is drawn as standing [min/km]
_HEIGHT = {"heart_rate": 240}
_TOOLS = {
    "active_tools": ["xbox_select"],
    "default_tools": ["xpan", "xwheel_zoom", "reset"],
    "tools": ["xbox_select", "hover"],
}


class ReviewCharts(Viewer):
    """Charts over local time that share their range and their selection.

    Only as many points are sent as the screen has room for; zooming in brings the rest.
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
        self._ranges: list[Any] = []
        self._columns = {
            name: column for name in _CHANNELS if (column := self._column(name)) is not None
        }
        charts = [self._chart(name) for name in self._columns]
        self._layout = pn.Column(
            *(pn.pane.HoloViews(chart, sizing_mode="stretch_width", margin=0) for chart in charts),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

        state.param.watch(self._unzoom, "selection")

    def __panel__(self) -> pn.Column:
        """Return the charts."""
        return self._layout

    def zoom(self, first: datetime, last: datetime) -> None:
        """Show one stretch on all charts."""
        for time in self._ranges:
            with_lock(partial(time.update, start=self._wall(first), end=self._wall(last)))

    def _unzoom(self, event: Any) -> None:
        if event.new is None:
            index = self._reviewed.samples.index
            self.zoom(index[0], index[-1])

    def _wall(self, instant: datetime) -> np.datetime64:
        return pd.Timestamp(instant).tz_convert(None).to_datetime64() + self._offset

    def _column(self, name: str) -> Floats | None:
        source = "current_speed" if name == "speed" else name
        if source not in self._reviewed.samples:
            return None
        values = self._reviewed.samples[source].to_numpy(float)
        if name == "speed":
            values = drawn_speed(values, self._reviewed.session.sport)
        return None if np.isnan(values).all() else values

    def _chart(self, name: str) -> hv.Overlay:
        times, drawn = with_breaks(self._times, self._columns[name], gap_s=self._gap_s)
        zoomed = RangeX()
        line = hv.DynamicMap(self._drawer(name, times, drawn), streams=[zoomed])
        zoomed.source = line
        BoundsX(source=line).add_subscriber(self._select)
        chart = line * self._selected()
        if name == "heart_rate":
            chart = self._bands() * chart
        return chart.opts(hv.opts.Overlay(**self._options(name)))

    def _drawer(self, name: str, times: Times, values: Floats) -> Callable[..., hv.Element]:
        label = hv.Dimension(name, label=axis_label(name, sport=self._reviewed.session.sport))
        as_zones = name == "heart_rate"
        bounds = np.asarray(bounds_of(self._reviewed.athlete))

        def draw(x_range: tuple[Any, Any] | None) -> hv.Element:
            shown = _within(times, x_range)
            rows = shown[kept_rows(values[shown], _PIXELS)]
            if as_zones:
                return self._stretches(times[rows], values[rows], bounds, label)
            return hv.Curve((times[rows], values[rows]), "time", label).opts(
                color=self._surface.primary, line_width=1.5, **_TOOLS,
            )  # fmt: skip

        return draw

    def _stretches(
        self, times: Times, values: Floats, bounds: Floats, label: hv.Dimension
    ) -> hv.Segments:
        """Return heart rate as stretches in the colour of the zone they lead to."""
        zone = np.searchsorted(bounds, values[1:], side="right").astype(float)
        known = ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
        ends = (times[:-1][known], values[:-1][known], times[1:][known], values[1:][known])
        colours = [self._surface.stale, *self._surface.zones]
        return hv.Segments((*ends, zone[known]), ["time", label, "time_to", "heart_rate_to"],
                           "zone").opts(
            color="zone", cmap=colours, clim=(-0.5, 5.5), line_width=2,
            **_TOOLS,
        )  # fmt: skip

    def _bands(self) -> hv.Overlay:
        bounds = [*map(float, bounds_of(self._reviewed.athlete)), 260.0]
        bands = [hv.HSpan(low, high).opts(color=colour, alpha=0.12, line_alpha=0, apply_ranges=False, default_tools=[])
                 for low, high, colour in zip(bounds, bounds[1:], self._surface.zones, strict=False)]  # fmt: skip
        limit = self._reviewed.athlete.heart_rate_limit
        if not np.isnan(limit):
            bands.append(hv.HLine(limit).opts(color=self._surface.alarm, line_dash="dashed",
                                              line_width=2, apply_ranges=False, default_tools=[]))  # fmt: skip
        return hv.Overlay(bands)

    def _selected(self) -> hv.DynamicMap:
        def draw(selection: tuple[datetime, datetime] | None) -> hv.VSpan:
            first, last = (None, None) if selection is None else map(self._wall, selection)
            return hv.VSpan(first, last).opts(color=self._surface.primary, alpha=0.18, line_alpha=0,
                                              apply_ranges=False, default_tools=[])  # fmt: skip

        return hv.DynamicMap(draw, streams=[Params(self.state, ["selection"])])

    def _select(self, boundsx: tuple[Any, Any] | None) -> None:
        if boundsx is None:
            return
        first, last = (pd.Timestamp(_instant(x) - self._offset, tz=UTC) for x in boundsx)
        self.state.selection = (first.to_pydatetime(), last.to_pydatetime())

    def _options(self, name: str) -> dict[str, Any]:
        foot = self._reviewed.session.sport in ON_FOOT
        return {
            "responsive": True, "height": _HEIGHT.get(name, 150), "xlabel": "",
            "ylabel": axis_label(name, sport=self._reviewed.session.sport),
            "invert_yaxis": name == "speed" and foot, "show_legend": False,
            "hooks": [self._furnish(name)], "active_tools": _TOOLS["active_tools"],
            "default_tools": _TOOLS["default_tools"], "padding": (0, 0.1), "show_grid": True,
        }  # fmt: skip

    def _furnish(self, name: str) -> Callable[[Any, Any], None]:
        def hook(plot: Any, _: Any) -> None:
            figure = plot.state
            figure.background_fill_color = figure.border_fill_color = self._surface.card
            figure.outline_line_color = None
            figure.toolbar.logo, figure.toolbar.autohide = None, True
            figure.toolbar.active_drag = figure.select_one({"type": BoxSelectTool})
            figure.toolbar.active_scroll = None
            figure.min_border_left = 64
            figure.xaxis.formatter = DatetimeTickFormatter(
                seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M", hourmin="%H:%M",
                hours="%H:%M", days="%d %b",
            )  # fmt: skip
            if name == "speed" and self._reviewed.session.sport in ON_FOOT:
                figure.yaxis.formatter = CustomJSTickFormatter(code=PACE_WORDS)
            if figure.x_range not in self._ranges:
                self._ranges.append(figure.x_range)

        return hook


def drawn_channels(reviewed: Reviewed) -> tuple[str, ...]:
    """Return what there is to draw of a session."""
    sources = {"speed": "current_speed"}
    return tuple(name for name in _CHANNELS if sources.get(name, name) in reviewed.samples)


def gap_of(index: pd.DatetimeIndex) -> float:
    """Return the longest step that is no gap: three usual steps, 10 s at least. [s]

    >>> gap_of(pd.date_range("2026-10-01", periods=5, freq="7s"))
    21.0
    """
    steps = np.diff(index.to_numpy("datetime64[ns]")) / np.timedelta64(1, "s")
    return float(max(10.0, 3 * np.median(steps))) if len(steps) else 10.0


def drawn_speed(speed: Floats, sport: str) -> Floats:
    """Return speed as the chart has it: pace [min/km] on foot, standing left out; else km/h.

    >>> drawn_speed(np.array([4.0, 0.1]), "running").round(2).tolist()
    [4.17, nan]
    """
    if sport not in ON_FOOT:
        return speed * 3.6
    with np.errstate(divide="ignore"):
        pace = 1000 / speed / 60
    return np.where(pace <= _SLOWEST_PACE, pace, np.nan)


def _within(times: Times, x_range: tuple[Any, Any] | None) -> np.ndarray[Any, Any]:
    if x_range is None or x_range[0] is None:
        return np.arange(len(times))
    first, last = np.searchsorted(times, [_instant(x) for x in x_range])
    return np.arange(max(first - 1, 0), min(last + 1, len(times)))


def _instant(value: Any) -> np.datetime64:
    """Return what a range or a selection gives as an instant; numbers are milliseconds."""
    if isinstance(value, int | float):
        return np.datetime64(round(value * 1e6), "ns")
    return np.datetime64(value, "ns")
