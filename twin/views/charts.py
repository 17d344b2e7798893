"""Charts over time, drawn once: the pictures stay, only their sources change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bokeh.models import (
    BoxAnnotation,
    ColumnDataSource,
    CustomJS,
    CustomJSHover,
    CustomJSTickFormatter,
    DataRange1d,
    FixedTicker,
    HoverTool,
    LinearAxis,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from twin.schema import CHANNELS
from twin.views.assets import read_assets
from twin.views.axes import clock_axis, without_unseen
from twin.views.fan import expected_band, forecast_fan
from twin.views.theme import DARK, FONT, LIGHT, Surface

MINUTE_MS = 60_000
PACED = ("running", "walking")  # sports whose speed is read as pace
LEAST = {"altitude": 10.0, "speed": 2.0, "power": 50.0, "cadence": 20.0}  # range worth drawing
_NEAREST_LABELS_BPM = 8  # two words on the zone axis need this much room
PACE_WORDS = "const s = Math.round(tick * 60); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`"


@dataclass(frozen=True, slots=True)
class Zones:
    """Zones and limit as a heart-rate chart draws them.

    Parameters
    ----------
    bounds_bpm : sequence of float
        Lower bounds of zones 1 to 5. [bpm]
    limit_bpm : float or None
        The line not to cross. [bpm]
    """

    bounds_bpm: Sequence[float]
    limit_bpm: float | None = None


def axis_label(name: str, *, sport: str = "") -> str:
    """Return channel and unit as an axis names them; speed is pace on foot, km/h elsewhere.

    >>> axis_label("speed", sport="running"), axis_label("power")
    ('Pace [min/km]', 'Power [W]')
    """
    if name == "speed":
        return "Pace [min/km]" if sport in PACED else "Speed [km/h]"
    return f"{CHANNELS[name].label} [{CHANNELS[name].unit}]"


def shared_time(*, window_min: float | None = None) -> DataRange1d:
    """Return a time range for linked charts; with a window it follows the newest reading."""
    if window_min is None:
        return DataRange1d(range_padding=0.0)
    return DataRange1d(
        follow="end",
        follow_interval=window_min * MINUTE_MS,
        range_padding=0.0,
        syncable=False,
    )


def chart(
    name: str,
    source: ColumnDataSource,
    *,
    time: DataRange1d,
    surface: Surface,
    sport: str = "",
    height: int = 150,
) -> figure:
    """Return the line of one channel over time, gaps left open.

    Parameters
    ----------
    name : str
        Column of the source and channel; ``"speed"`` holds what `axis_label` says. The column
        ``"time"`` holds wall time. [ms]
    source : ColumnDataSource
        Shared by all charts of the page.
    time : DataRange1d
        Shared by all charts of the page.
    surface : Surface
        Colours to begin with.
    sport : str
        On foot, speed is pace, faster upwards.
    height : int
        Height on the screen. [px]
    """
    pace = name == "speed" and sport in PACED
    plot = time_figure(
        time, height, DataRange1d(flipped=pace, syncable=False, min_interval=LEAST.get(name, 1.0))
    )
    plot.name = name
    colour = surface.primary
    line = plot.line("time", name, source=source, line_width=2, color=colour, name="line")
    plot.y_range.renderers = [line]
    plot.yaxis.axis_label = axis_label(name, sport=sport)
    if pace:
        plot.yaxis.formatter = CustomJSTickFormatter(code=PACE_WORDS)
    plot.add_tools(hover_of(name, line, sport=sport))
    return dress(plot, surface)


def heart_rate_chart(
    source: ColumnDataSource,
    zones: Zones,
    *,
    time: DataRange1d,
    surface: Surface,
    fan: ColumnDataSource | None = None,
    expect: ColumnDataSource | None = None,
    height: int = 300,
) -> figure:
    """Return heart rate over time, each stretch in the colour of its zone, over the zone bands.

    The source needs ``time0 heart_rate0`` (where the stretch to a reading begins, NaN after a
    gap) and ``colour`` beside ``time`` and ``heart_rate``. The right axis names the bounds. A
    forecast is drawn from `fan`, what was expected at the work of each moment from `expect`, see
    `twin.views.fan`.
    """
    plot = time_figure(
        time, height, DataRange1d(syncable=False, min_interval=30, range_padding=0.12)
    )
    plot.name = "heart_rate"
    zone_bands(plot, zones, surface)
    line = plot.segment("time0", "heart_rate0", "time", "heart_rate", source=source,
                        color="colour", line_width=3, line_cap="round", name="line")  # fmt: skip
    ahead = [] if fan is None else forecast_fan(plot, fan, surface)
    usual = [] if expect is None else expected_band(plot, expect, surface)
    # What is almost sure to happen may reach far beyond any heart rate: it is cut, not made room for.
    plot.y_range.renderers = [line, *ahead[1:], *usual]
    plot.yaxis.axis_label = axis_label("heart_rate")
    plot.add_layout(zone_axis(zones), "right")
    plot.add_tools(hover_of("heart_rate", line))
    return dress(plot, surface)


def dress(plot: figure, surface: Surface) -> figure:
    """Give a figure the colours of a scheme; the same figure is returned."""
    plot.background_fill_color = plot.border_fill_color = surface.card
    plot.outline_line_color = None
    for grid in plot.grid:
        grid.grid_line_color = surface.line
        grid.grid_line_alpha = 0.7
    for axis in plot.axis:
        axis.axis_line_color = axis.major_tick_line_color = surface.line
        axis.minor_tick_line_color = None
        axis.major_label_text_color = axis.axis_label_text_color = surface.muted
        axis.major_label_text_font = axis.axis_label_text_font = FONT
        axis.major_label_text_font_size = axis.axis_label_text_font_size = "12px"
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_standoff = 6
    return without_unseen(plot)


def paint_with_scheme(*, dark: bool) -> CustomJS:
    """Return what dresses the charts, drawn for one scheme, whenever the page shows the other."""
    colours = {"light": _palette(LIGHT), "dark": _palette(DARK)}
    args = {"colours": json.dumps(colours), "drawn_dark": dark}
    return CustomJS(args=args, code=read_assets("charts_paint.js"))


def _palette(surface: Surface) -> Mapping[str, str | list[str]]:
    names = ("card", "line", "muted", "primary", "alarm", "stale", "text")
    return {name: getattr(surface, name) for name in names} | {"zones": list(surface.zones)}


def time_figure(time: DataRange1d | Range1d, height: int, values: DataRange1d | Range1d) -> figure:
    """Return a chart over wall time without content, for linked charts."""
    plot = figure(
        height=height, sizing_mode="stretch_width", x_axis_type=None, x_range=time,
        y_range=values, tools="xpan,xwheel_zoom,xbox_zoom,reset", active_drag=None,
        active_scroll=None, toolbar_location="above", min_border_left=64, min_border_right=12,
        min_border_top=4, min_border_bottom=4, syncable=False,
    )  # fmt: skip
    plot.toolbar.autohide = True
    plot.toolbar.logo = None
    plot.add_layout(clock_axis(), "below")
    plot.yaxis.ticker.desired_num_ticks = 4
    plot.yaxis.formatter = NumeralTickFormatter(format="0.[0]")
    return plot


def zone_bands(plot: figure, zones: Zones, surface: Surface) -> None:
    """Draw zones and limit beneath a chart of heart rate."""
    tops = [*zones.bounds_bpm[1:], None]
    for number, (low, top) in enumerate(zip(zones.bounds_bpm, tops, strict=True), 1):
        plot.add_layout(
            BoxAnnotation(bottom=low, top=top, fill_color=surface.zones[number - 1],
                          fill_alpha=0.13, line_color=None, level="underlay", name=f"zone{number}")
        )  # fmt: skip
    if zones.limit_bpm is not None:
        plot.add_layout(Span(location=zones.limit_bpm, dimension="width", name="limit",
                             line_color=surface.alarm, line_width=2, line_dash="dashed"))  # fmt: skip


def zone_axis(zones: Zones) -> LinearAxis:
    """Return an axis that names the lower bounds of the zones, and the limit."""
    words = {low: f"Z{number} {low:.0f}" for number, low in enumerate(zones.bounds_bpm, 1)}
    limit = zones.limit_bpm
    if limit is not None:
        words = {b: w for b, w in words.items() if abs(b - limit) >= _NEAREST_LABELS_BPM}
        words[limit] = f"limit {limit:.0f}"
    return LinearAxis(
        ticker=FixedTicker(ticks=sorted(words)),
        major_label_overrides=words,
        name="zones",
    )


def pace_hover() -> CustomJSHover:
    """Return what tells a pace [min/km] under the pointer as 4:30, not as 4.5."""
    return CustomJSHover(code=f"const tick = value; {PACE_WORDS}")


def hover_of(name: str, line: object, *, sport: str = "") -> HoverTool:
    """Return what tells time and value of a line under the pointer."""
    shown = CHANNELS[name]
    pace = name == "speed" and sport in PACED
    digits = f"0.{'0' * shown.decimals}" if shown.decimals else "0"
    value = "@speed{0.0} km/h" if name == "speed" else f"@{name}{{{digits}}} {shown.unit}"
    told = {"@time": "datetime"} | ({"@speed": pace_hover()} if pace else {})
    return HoverTool(
        renderers=[line], mode="vline", line_policy="nearest", attachment="horizontal",
        tooltips=[("", "@time{%H:%M:%S}"), ("Pace", "@speed{custom} min/km") if pace else (shown.label, value)],
        formatters=told, visible=False,
    )  # fmt: skip
