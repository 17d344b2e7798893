"""Figures of a team's session: where it was, and the ground it covered."""

import numpy as np
from bokeh.models import ColorBar, ColumnDataSource, DataRange1d, LinearColorMapper, Range1d
from bokeh.plotting import figure

from twin.state.pitch import Pitch
from twin.state.team_session import Team
from twin.views.charts import dress, time_figure
from twin.views.review_thin import kept_rows
from twin.views.theme import Surface, local
from twin.views.track import add_pitch

_PALETTE_STEPS = 64
_PIXELS = 600


def heat_chart(team: Team, surface: Surface) -> figure:
    """Return seconds of all athletes in each cell, on the pitch where one was found."""
    half_x, half_y = team.length_m / 2, team.width_m / 2
    plot = figure(
        name="heat", height=420, sizing_mode="stretch_width", match_aspect=True, tools="",
        toolbar_location=None, x_range=DataRange1d(renderers=[]), y_range=DataRange1d(renderers=[]),
        x_axis_label="Along [m]", y_axis_label="Across [m]",
    )  # fmt: skip
    if team.heat is not None:
        seconds = np.where(team.heat.seconds > 0, team.heat.seconds, np.nan)
        top = float(np.nanquantile(seconds, 0.98)) if np.isfinite(seconds).any() else 1.0
        mapper = LinearColorMapper(palette=_shades(surface), low=0, high=max(top, 1.0),
                                   nan_color="rgba(0,0,0,0)")  # fmt: skip
        cells = plot.image(image=[seconds.T], x=-half_x, y=-half_y, dw=team.heat.east_edges_m[-1],
                   dh=team.heat.north_edges_m[-1], color_mapper=mapper, name="cells")  # fmt: skip
        plot.x_range.renderers, plot.y_range.renderers = [cells], [cells]
        bar = ColorBar(color_mapper=mapper, width=10, background_fill_color=surface.card,
                       major_label_text_color=surface.muted)  # fmt: skip
        plot.add_layout(bar, "right")
    if team.on_pitch:
        add_pitch(plot, Pitch(0.0, 0.0, 0.0), surface)
    plot.grid.visible = False
    return dress(plot, surface)


def hull_chart(team: Team, surface: Surface) -> figure:
    """Return the ground within the outermost athletes over time."""
    rows = kept_rows(team.hull_m2, _PIXELS)
    times = local(team.hull_times[rows])
    source = ColumnDataSource({"time": times, "hull": team.hull_m2[rows]})
    plot = time_figure(Range1d(*times[[0, -1]]), 180, DataRange1d(syncable=False))
    plot.name = "hull"
    plot.yaxis.axis_label = "Ground covered [m²]"
    plot.line("time", "hull", source=source, color=surface.primary, line_width=2, name="line")
    return dress(plot, surface)


def _shades(surface: Surface) -> list[str]:
    """Return a palette from the card's own colour to the hottest zone."""
    ends = [
        np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)])
        for c in (surface.card, surface.zones[4])
    ]
    share = np.linspace(0.08, 1, _PALETTE_STEPS)[:, None]
    mixed = np.round(ends[0] * (1 - share) + ends[1] * share).astype(int)
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in mixed]
