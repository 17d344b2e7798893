"""Charts of a season, drawn once; they stand on a live page and in a report alike."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from bokeh.models import (
    ColumnDataSource,
    DataRange1d,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from twin.views.axes import calendar_axis
from twin.views.charts import dress
from twin.views.legend import dress_legend
from twin.views.theme import Surface

SPORT_COLOURS = ("#3b7dd8", "#c77700", "#178a6b", "#b0478f", "#6b7a8c")  # seen on light and dark
_DAY = pd.Timedelta(days=1)
LEAST_AU = 0.5  # less is 0 on the cards: what is left of sessions long ago
_WEEK_MS = 7 * 86_400_000
_FORM = ("day", "fitness", "fatigue", "form", "load")
_WEEK = ("week", "bottom", "top", "colour", "sport", "load", "hours", "sessions")


def sport_colours(sports: Sequence[str]) -> dict[str, str]:
    """Return the colour of each sport, by its rank; those beyond the fifth share the last.

    >>> sport_colours(["running"])
    {'running': '#3b7dd8'}
    """
    last = len(SPORT_COLOURS) - 1
    return {sport: SPORT_COLOURS[min(rank, last)] for rank, sport in enumerate(sports)}


def season_figure(
    name: str, label: str, height: int, surface: Surface, days: Range1d | None = None
) -> figure:
    """Return an empty chart over the days of a season.

    Parameters
    ----------
    name : str
        Of the figure, for those who look for it.
    label : str
        Of the upright axis, with its unit.
    height : int
        [px]
    surface : Surface
        Colours.
    days : Range1d, optional
        Shared by the charts of a page; without, its own.
    """
    plot = figure(
        name=name, height=height, sizing_mode="stretch_width", x_axis_type=None,
        x_range=days or DataRange1d(range_padding=0.01, syncable=False),
        y_range=DataRange1d(syncable=False, only_visible=False), tools="xpan,xwheel_zoom,reset",
        active_drag="xpan", active_scroll=None, toolbar_location="above", min_border_left=64,
        min_border_right=12, syncable=False,
    )  # fmt: skip
    plot.toolbar.autohide, plot.toolbar.logo = True, None
    plot.add_layout(calendar_axis(), "below")
    plot.yaxis.ticker.desired_num_ticks = 4
    plot.yaxis.formatter = NumeralTickFormatter(format="0.[0]")
    plot.yaxis.axis_label = label
    return dress(plot, surface)


class FormChart:
    """Fitness, fatigue and form; what planned sessions would make of them is paler."""

    def __init__(self, surface: Surface, days: Range1d | None = None) -> None:
        self._past, self._ahead = (ColumnDataSource({n: [] for n in _FORM}) for _ in range(2))
        self.figure = plot = season_figure("form", "Load [au]", 280, surface, days)
        self._today = Span(dimension="height", line_color=surface.muted, line_dash="dotted",
                           visible=False, name="today")  # fmt: skip
        plot.add_layout(self._today)
        plot.add_layout(Span(location=0, dimension="width", line_color=surface.line, name="zero"))
        strokes = (("fitness", "Fitness", "primary", surface.primary, 3, "solid"),
                   ("fatigue", "Fatigue", "zone4", surface.zones[3], 2, "solid"),
                   ("form", "Form", "text", surface.text, 1.5, "dotdash"))  # fmt: skip
        lines = []
        for name, words, tag, colour, width, dash in strokes:
            for source, alpha in ((self._past, 1.0), (self._ahead, 0.45)):
                line = plot.line("day", name, source=source, color=colour, line_width=width,
                                 line_dash=dash, line_alpha=alpha, tags=[tag],
                                 legend_label=words)  # fmt: skip
                lines.append(line)
        plot.y_range.renderers = lines
        dress_legend(plot, surface)
        plot.add_tools(
            HoverTool(
                renderers=[lines[0], lines[1]], mode="vline", attachment="horizontal",
                line_policy="nearest", formatters={"@day": "datetime"}, visible=False,
                tooltips=[("", "@day{%a %d %b %Y}"), ("Fitness", "@fitness{0} au"),
                          ("Fatigue", "@fatigue{0} au"), ("Form", "@form{0} au"),
                          ("Load", "@load{0} au")],
            )
        )  # fmt: skip

    def show(self, days: pd.DataFrame, today: date) -> None:
        """Draw the days, from `twin.model.season.days_of`."""
        now = pd.Timestamp(today)
        self._past.data = _form_columns(days[days.index <= now])
        self._ahead.data = _form_columns(days[days.index >= now])
        self._today.update(location=now.to_pydatetime(), visible=bool(len(days)))
        has_load = days[list(_FORM[1:4])].abs().ge(LEAST_AU).any(axis=None)
        self.figure.visible = bool(has_load) and len(days) > 1  # a day alone is no line


class WeekChart:
    """Load of each week, a colour for each sport; planned load is hollow."""

    def __init__(self, surface: Surface, days: Range1d | None = None) -> None:
        self._weeks = ColumnDataSource({n: [] for n in _WEEK})
        self._planned = ColumnDataSource({n: [] for n in ("week", "bottom", "top", "load")})
        self.figure = plot = season_figure("weeks", "Load a week [au]", 220, surface, days)
        width = 0.86 * _WEEK_MS
        bars = plot.vbar("week", width, "top", "bottom", source=self._weeks, fill_color="colour",
                         line_color=None, legend_field="sport")  # fmt: skip
        hollow = plot.vbar("week", width, "top", "bottom", source=self._planned, fill_color=None,
                           line_color=surface.muted, line_dash="dashed", tags=["muted"])  # fmt: skip
        plot.y_range.renderers, plot.y_range.start = [bars, hollow], 0
        dress_legend(plot, surface)
        plot.add_tools(
            HoverTool(renderers=[bars], visible=False, formatters={"@week": "datetime"},
                      tooltips=[("Week around", "@week{%d %b %Y}"), ("Sport", "@sport"),
                                ("Load", "@load{0} au"), ("Time", "@hours{0.0} h"),
                                ("Sessions", "@sessions")]),
            HoverTool(renderers=[hollow], visible=False, formatters={"@week": "datetime"},
                      tooltips=[("Week around", "@week{%d %b %Y}"), ("Planned", "@load{0} au")]),
        )  # fmt: skip

    def show(self, weeks: pd.DataFrame, days: pd.DataFrame, sports: Sequence[str]) -> None:
        """Draw the weeks of `twin.model.season.weeks_of`, sports from the bottom in this order."""
        colours = sport_colours(sports)
        rank = {sport: place for place, sport in enumerate(sports)}
        rows = weeks.assign(rank=weeks["sport"].map(rank)).sort_values(["week", "rank"])
        top = rows.groupby("week")["load"].cumsum()
        self._weeks.data = {
            "week": _middle(rows["week"]), "bottom": (top - rows["load"]).to_numpy(),
            "top": top.to_numpy(), "colour": [colours[s] for s in rows["sport"]],
            **{name: rows[name].to_numpy() for name in ("sport", "load", "hours", "sessions")},
        }  # fmt: skip
        self._planned.data = planned = _planned_columns(days, rows.groupby("week")["load"].sum())
        self.figure.visible = bool((rows["load"] > 0).any() or len(planned["load"]))


def _form_columns(days: pd.DataFrame) -> dict[str, np.ndarray]:
    load = days["load"] + days["planned"]
    values = {name: days[name].to_numpy() for name in ("fitness", "fatigue", "form")}
    return {"day": days.index.to_numpy(), **values, "load": load.to_numpy()}


def _planned_columns(days: pd.DataFrame, done: pd.Series) -> dict[str, np.ndarray]:
    """Return the planned load of each week, on top of what was done in it."""
    planned = days["planned"][days["planned"] > 0]
    monday = pd.DatetimeIndex(planned.index)
    weekly = planned.groupby(monday - pd.to_timedelta(monday.weekday, unit="D")).sum()
    bottom = done.reindex(weekly.index, fill_value=0.0).to_numpy(np.float64)
    return {
        "week": _middle(weekly.index.to_series()),
        "bottom": bottom,
        "top": bottom + weekly.to_numpy(np.float64),
        "load": weekly.to_numpy(np.float64),
    }


def _middle(mondays: pd.Series) -> np.ndarray:
    """Return the middle of each week: bars are centred."""
    return (pd.to_datetime(mondays) + 3.5 * _DAY).to_numpy("datetime64[ns]")
