"""Figures of sessions laid over each other: one for each channel, all over the same axis."""

from collections.abc import Sequence

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    CustomJSTickFormatter,
    DataRange1d,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
)
from bokeh.plotting import figure

from twin.records import Floats
from twin.schema import CHANNELS as UNITS
from twin.state.overlay import CHANNELS, Laid
from twin.views.charts import PACE_WORDS, PACED, axis_label, dress, pace_hover
from twin.views.review_lines import drawn_speed
from twin.views.review_thin import kept_rows
from twin.views.theme import Surface, local
from twin.views.whatif_charts import CLOCK_WORDS

_PIXELS = 700
_TAGS = ("primary", "zone4", "zone5", "zone3")  # colours; then they come again, dashed


def name_of(laid: Laid) -> str:
    """Return how a session is named beside others: whose, and when."""
    return f"{laid.called}, {local(laid.session.start):%d %b %Y %H:%M}"


def overlay_charts(
    together: Sequence[Laid], surface: Surface, *, by_distance: bool
) -> list[figure]:
    """Return one figure for each channel that at least one session has."""
    ends = [_axis(one, by_distance)[-1] for one in together]
    axis = Range1d(0, float(np.nanmax(ends)) if np.isfinite(ends).any() else 1.0, syncable=False)
    shown = [name for name in CHANNELS if any(name in one.channels for one in together)]
    return [_chart(name, together, axis, surface, by_distance) for name in shown]


def _axis(laid: Laid, by_distance: bool) -> Floats:
    return laid.distance_m / 1000 if by_distance else laid.elapsed_s / 60


def _chart(
    name: str, together: Sequence[Laid], axis: Range1d, surface: Surface, by_distance: bool
) -> figure:
    on_foot = name == "speed" and together[0].session.sport in PACED
    plot = figure(
        name=name, height=220 if name == "heart_rate" else 160, sizing_mode="stretch_width",
        x_range=axis, y_range=DataRange1d(flipped=on_foot, syncable=False), min_border_left=64,
        tools="xpan,xwheel_zoom,xbox_zoom,reset", toolbar_location="above", active_drag=None,
    )  # fmt: skip
    plot.toolbar.autohide, plot.toolbar.logo = True, None
    for place, laid in enumerate(together):
        if name in laid.channels:
            _line(plot, name, laid, place, together[0].session.sport, surface, by_distance)
    plot.xaxis.axis_label = "Distance [km]" if by_distance else "Elapsed [h:min:s]"
    plot.yaxis.axis_label = axis_label(name, sport=together[0].session.sport)
    plot.yaxis.formatter = NumeralTickFormatter(format="0.[0]")
    if on_foot:
        plot.yaxis.formatter = CustomJSTickFormatter(code=PACE_WORDS)
    if not by_distance:
        plot.xaxis.formatter = CustomJSTickFormatter(code=CLOCK_WORDS)
    plot.xaxis.ticker.desired_num_ticks = plot.yaxis.ticker.desired_num_ticks = 4
    plot.xgrid.visible = False
    return dress(plot, surface)


def _line(
    plot: figure, name: str, laid: Laid, place: int, sport: str, surface: Surface, by_distance: bool
) -> None:
    values, axis = laid.channels[name], _axis(laid, by_distance)
    pace, unit = name == "speed" and sport in PACED, UNITS[name].unit
    if name == "speed":
        values, unit = drawn_speed(values, sport), "min/km" if pace else "km/h"
    rows = kept_rows(values, _PIXELS)
    source = ColumnDataSource({"axis": axis[rows], "value": values[rows]})
    colour, tag, dash = look_of(place, surface)
    line = plot.line("axis", "value", source=source, color=colour, line_width=2, line_dash=dash,
                     name=laid.session.id, tags=[tag])  # fmt: skip
    plot.add_tools(HoverTool(renderers=[line], mode="vline", line_policy="nearest",
                             attachment="horizontal", formatters={"@value": pace_hover()} if pace else {},
                             tooltips=[(name_of(laid), f"@value{{{'custom' if pace else '0.[0]'}}} {unit}")],
                             visible=False))  # fmt: skip


def look_of(place: int, surface: Surface) -> tuple[str, str, str]:
    """Return colour, tag of it in every scheme, and dash of a session by its place.

    >>> from twin.views.theme import LIGHT
    >>> look_of(0, LIGHT)[1:], look_of(5, LIGHT)[1:]
    (('primary', 'solid'), ('zone4', 'dashed'))
    """
    tag = _TAGS[place % len(_TAGS)]
    colour = surface.primary if tag == "primary" else surface.zones[int(tag[4:]) - 1]
    return colour, tag, "solid" if place < len(_TAGS) else "dashed"
