"""The map without a net: a track in metres, with scale, north and, for football, a pitch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    DataRange1d,
    GlyphRenderer,
    Label,
    MetricLength,
    ScaleBar,
)
from bokeh.plotting import figure

from twin.state.pitch import LENGTH_M, WIDTH_M, Pitch
from twin.views.theme import FONT, Surface

_ROOM_M = 30.0  # shown around the start at least


@dataclass(frozen=True, slots=True)
class Sources:
    """What a map draws, in metres east (x) and north (y).

    Parameters
    ----------
    track : ColumnDataSource
        Stretches ``x0 y0 x y`` and their ``colour``; NaN after a gap.
    start : ColumnDataSource
        ``x y`` of the start.
    here : ColumnDataSource
        ``x y colour`` of the newest position, or of the end.
    """

    track: ColumnDataSource
    start: ColumnDataSource
    here: ColumnDataSource


def empty_sources(track: ColumnDataSource) -> Sources:
    """Return sources that know no place yet; nothing done in a browser comes back."""
    return Sources(
        track,
        ColumnDataSource({"x": [], "y": []}, syncable=False),
        ColumnDataSource({"x": [], "y": [], "colour": []}, syncable=False),
    )


def track_map(
    sources: Sources, *, surface: Surface, height: int = 380, colour: Any = "colour"
) -> figure:
    """Return a map with equal scales on both axes, without tiles.

    Parameters
    ----------
    sources : Sources
        Track, start and newest position.
    surface : Surface
        Colours to begin with.
    height : int
        Height on the screen. [px]
    colour : str or dict
        What of the track's source its colour comes from, as Bokeh has it.
    """
    plot = _plain(height)
    plot.name = "map"
    track = plot.segment("x0", "y0", "x", "y", source=sources.track, color=colour, line_width=4,
                         line_cap="round", name="line")  # fmt: skip
    start = plot.scatter("x", "y", source=sources.start, marker="triangle", size=14, name="start",
                         fill_color=surface.card, line_color=surface.text, line_width=2)  # fmt: skip
    here = plot.scatter("x", "y", source=sources.here, size=18, fill_color="colour", name="here",
                        line_color=surface.card, line_width=3)  # fmt: skip
    # Somebody who stands still does not fill the map. No `min_interval`: it bends the aspect.
    room = plot.scatter([-_ROOM_M, _ROOM_M], [-_ROOM_M, _ROOM_M], size=1, alpha=0, name="room")
    _fit(plot, [track, start, here, room])
    _furnish(plot, surface)
    return paper(plot, surface)


def paper(plot: figure, surface: Surface) -> figure:
    """Give a map the colours of a scheme; the same figure is returned."""
    plot.background_fill_color = plot.border_fill_color = surface.card
    plot.outline_line_color = surface.line
    for grid in plot.grid:
        grid.grid_line_color, grid.grid_line_alpha = surface.line, 0.6
    return plot


def add_pitch(plot: figure, pitch: Pitch, surface: Surface) -> None:
    """Draw the lines of a football pitch.

    Sizes of the areas and the circle are those of the Laws of the Game, law 1. [m]
    """
    half, side = LENGTH_M / 2, WIDTH_M / 2
    boxes = [(-half, -side, half, side)]
    for depth, breadth in ((16.5, 40.32), (5.5, 18.32)):
        boxes += [(-half, -breadth / 2, -half + depth, breadth / 2)]
        boxes += [(half - depth, -breadth / 2, half, breadth / 2)]
    lines = [([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]) for x0, y0, x1, y1 in boxes]
    angle = np.linspace(0, 2 * np.pi, 49)
    lines.append(([0, 0], [-side, side]))
    placed = [pitch.on_map(np.asarray(x, float), np.asarray(y, float)) for x, y in lines]
    placed.append(pitch.on_map(9.15 * np.cos(angle), 9.15 * np.sin(angle)))
    drawn = plot.multi_line(
        [x for x, _ in placed], [y for _, y in placed], line_color=surface.muted, line_width=1.5,
        level="underlay", name="pitch",
    )  # fmt: skip
    for axis in (plot.x_range, plot.y_range):
        axis.renderers = [*axis.renderers, drawn]


def _plain(height: int) -> figure:
    plot = figure(
        height=height, sizing_mode="stretch_width", match_aspect=True, tools="pan,wheel_zoom,reset",
        active_drag=None, active_scroll=None, toolbar_location="above", min_border=6,
        x_range=DataRange1d(range_padding=0.08, syncable=False),
        y_range=DataRange1d(range_padding=0.08, syncable=False), syncable=False,
    )  # fmt: skip
    plot.axis.visible = False
    plot.toolbar.autohide = True
    plot.toolbar.logo = None
    return plot


def _fit(plot: figure, shown: list[GlyphRenderer]) -> None:
    for axis in (plot.x_range, plot.y_range):
        axis.renderers = shown


def _furnish(plot: figure, surface: Surface) -> None:
    plot.add_layout(
        ScaleBar(
            range=plot.x_range, unit="m", dimensional=MetricLength(), location="bottom_right",
            bar_line_color=surface.text, bar_line_width=2, label_text_color=surface.text,
            label_text_font=FONT, label_text_font_size="12px", background_fill_alpha=0.0,
            border_line_color=None, bar_length=0.2, name="scale",
        )
    )  # fmt: skip
    plot.add_layout(
        Label(x=14, y=12, x_units="screen", y_units="screen", text="▲\nN", text_align="center",
              text_color=surface.text, text_font=FONT, text_font_size="15px", text_line_height=1.0,
              name="north")
    )  # fmt: skip
