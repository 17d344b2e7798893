"""A session of RR intervals alone: what they come to, and each over time."""

from collections.abc import Sequence
from typing import Any

import matplotlib.dates as dates
import pandas as pd
import panel as pn
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure
from matplotlib.figure import Figure

from twin.state.review_heart import with_silences
from twin.views.formats import duration, number
from twin.views.heart_charts import line_through
from twin.views.report_ink import LINE, drawn
from twin.views.review_cards import Card, cards_html, pane
from twin.views.theme import Surface, local

_LABEL = "RR interval [ms]"


def beats_cards(rr: pd.Series) -> list[Card]:
    """Return the numbers of RR intervals [ms] on the UTC index of their ends; none without any.

    >>> ends = pd.to_datetime(["2026-10-01 10:00:01", "2026-10-01 10:00:02"], utc=True)
    >>> beats_cards(pd.Series([1000.0, 1000.0], ends))[1:]
    [('Beats', '2', ''), ('Heart rate', '60', 'bpm, mean')]
    """
    if not len(rr):
        return []
    lasted_s = (rr.index[-1] - rr.index[0]).total_seconds()  # as in the list
    return [
        ("Time", duration(lasted_s), ""),
        ("Beats", str(len(rr)), ""),
        ("Heart rate", number(60_000 / float(rr.mean())), "bpm, mean"),
    ]


def beats_parts(rr: pd.Series, surface: Surface) -> Sequence[Any]:
    """Return numbers and tachogram for the page, or that there is nothing."""
    if not len(rr):
        return [pane("<p>This session holds no samples.</p>")]
    chart = pn.pane.Bokeh(tachogram(rr, surface), sizing_mode="stretch_width", margin=0)
    return [pane(cards_html(beats_cards(rr))), chart]


def tachogram(rr: pd.Series, surface: Surface) -> figure:
    """Return each interval over local time; no line crosses a silence."""
    rr_ms, times = _drawn(rr)
    source = ColumnDataSource({"time": times, "rr_ms": rr_ms})
    time = Range1d(*times[[0, -1]])
    return line_through(time, source, surface, "rr_ms", _LABEL, height=260)


def tachogram_svg(rr: pd.Series) -> str:
    """Return the same for a report; empty without intervals."""
    if not len(rr):
        return ""
    rr_ms, times = _drawn(rr)

    def paint(plot: Figure) -> None:
        axes = plot.subplots()
        axes.plot(times, rr_ms, **LINE)
        axes.set(xlabel="Time of day (local)", ylabel=_LABEL)
        axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))
        axes.margins(x=0)

    return drawn(paint, height_in=2.4, label="RR intervals over time")


def _drawn(rr: pd.Series) -> tuple[Any, Any]:
    rr_ms, instants = with_silences(rr)
    return rr_ms, local(instants.tz_convert(None).to_numpy("datetime64[ns]"))
