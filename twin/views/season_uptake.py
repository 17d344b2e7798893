"""Maximal oxygen uptake over a season: the trend with its band, and what else points to it."""

from collections.abc import Sequence
from urllib.parse import quote

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, Range1d

from twin.model.season import Season
from twin.model.uptake import WINDOW_DAYS, max_hr_sd
from twin.model.uptake_estimates import DAYS, Estimate
from twin.views.formats import number, speed_of
from twin.views.season_charts import season_figure
from twin.views.season_words import day_words
from twin.views.theme import Surface

_UNIT = "ml/kg/min"
_NONE = (
    f"No estimate from heart rate yet: it needs 3 sessions within {WINDOW_DAYS} days, on foot or by bike with "
    "power and body mass, some of it above 75 % of maximal heart rate."
)
_WORDS = (
    f"From the line of oxygen cost on heart rate of {WINDOW_DAYS} days, carried to the maximum. The band is one "
    "standard error: of the line, 7 % between people, and {:.0f} bpm of the maximal heart rate of {:.0f}. Read the "
    "trend; a laboratory measures the value."
)


class UptakeChart:
    """The estimate of each week, with one standard error to each side."""

    def __init__(self, surface: Surface, days: Range1d | None = None) -> None:
        self._source = ColumnDataSource(
            {n: [] for n in ("day", "value", "low", "high", "sessions")}
        )
        label = f"VO2max [{_UNIT}]"
        self.figure = plot = season_figure("uptake", label, 180, surface, days)
        band = plot.varea("day", "low", "high", source=self._source, fill_color=surface.primary,
                          fill_alpha=0.16, tags=["primary"])  # fmt: skip
        line = plot.line("day", "value", source=self._source, line_width=2, color=surface.primary,
                         tags=["primary"])  # fmt: skip
        dots = plot.scatter("day", "value", source=self._source, size=5, color=surface.primary,
                            tags=["primary"])  # fmt: skip
        plot.y_range.renderers = [band, line, dots]
        plot.add_tools(
            HoverTool(
                renderers=[line], mode="vline", formatters={"@day": "datetime"}, visible=False,
                tooltips=[("", "@day{%a %d %b %Y}"), ("VO2max", f"@value{{0.0}} {_UNIT}"),
                          ("Error", f"@low{{0.0}} to @high{{0.0}} {_UNIT}"), ("Sessions", "@sessions")],
            )
        )  # fmt: skip

    def show(self, weeks: pd.DataFrame | None, first: pd.Timestamp) -> None:
        """Draw what `twin.model.uptake.uptake_weeks` gives, from a day on; nothing for None."""
        if weeks is None:
            self.figure.visible = False
            return
        day = pd.to_datetime(weeks["day"], unit="D").dt.floor("D")
        shown = weeks[day >= first]
        value, sd = (shown[name].to_numpy(np.float64) for name in ("value", "sd"))
        self._source.data = {
            "day": day[day >= first].to_numpy(), "value": value, "low": value - sd,
            "high": value + sd, "sessions": shown["sessions"].to_numpy(),
        }  # fmt: skip
        self.figure.visible = bool(len(shown))


def uptake_html(season: Season, weeks: pd.DataFrame | None, others: Sequence[Estimate]) -> str:
    """Return the newest estimate and the others as cards; `weeks` is None until it is looked for."""
    cards = []
    if weeks is not None and len(weeks):
        last = weeks.iloc[-1]
        until = day_words(pd.to_datetime(last["day"], unit="D"))
        words = f"{last['sessions']:.0f} sessions of {WINDOW_DAYS} days to {until}."
        cards.append(_card("Heart rate at work", last["value"], last["sd"], words))
    cards += [_of(season, estimate) for estimate in others]
    words = "Looking …" if weeks is None else _explained(season) if len(weeks) else _NONE
    return f"<div class='cards wide'>{''.join(cards)}</div><p class='note'>{words}</p>"


def _explained(season: Season) -> str:
    return _WORDS.format(max_hr_sd(season.athlete), season.athlete.max_hr)


def _of(season: Season, estimate: Estimate) -> str:
    names = {"power": "Best 5 min of power", "race": "Best run taken as a race",
             "ratio": "Maximal over resting heart rate"}  # fmt: skip
    why = {
        "power": f"{number(estimate.rests_on, unit='W')} in the last {DAYS} days; too low unless all-out.",
        "race": f"{' '.join(speed_of('running', estimate.rests_on))} in the last {DAYS} days; too low unless all-out.",
        "ratio": f"{season.athlete.max_hr:.0f} and {estimate.rests_on:.0f} bpm; found in trained men.",
    }  # fmt: skip
    words = why[estimate.of]
    if estimate.session:
        words = f"<a href='review?session={quote(estimate.session)}'>{words}</a>"
    return _card(names[estimate.of], *estimate.uptake, words)


def _card(name: str, value: float, sd: float, words: str) -> str:
    return f"<div><span>{name}</span><b>{value:.0f} ± {sd:.0f}</b> <small>{_UNIT}</small><p>{words}</p></div>"
