"""Axes of time with the ticks a chart can need, and charts without what nobody sees.

A page waits for every model of its charts: Bokeh's own axis of time brings twelve tickers, from a
millisecond to years, and each line two more looks, for when others are selected or it is muted.
"""

from bokeh.models import (
    AdaptiveTicker,
    DatetimeAxis,
    DatetimeTicker,
    DatetimeTickFormatter,
    DaysTicker,
    GlyphRenderer,
    MonthsTicker,
    YearsTicker,
)
from bokeh.plotting import figure

_SECOND_MS, _HOUR_MS = 1000.0, 3_600_000.0


def clock_axis() -> DatetimeAxis:
    """Return an axis of wall time within a session, from fractions of a second to days.

    >>> len(clock_axis().ticker.tickers)
    4
    """
    tickers = [
        AdaptiveTicker(mantissas=[1, 2, 5], base=10, min_interval=0, max_interval=_SECOND_MS / 2,
                       num_minor_ticks=0),
        AdaptiveTicker(mantissas=[1, 2, 5, 10, 15, 20, 30], base=60, min_interval=_SECOND_MS,
                       max_interval=_HOUR_MS / 2, num_minor_ticks=0),
        AdaptiveTicker(mantissas=[1, 2, 4, 6, 8, 12], base=24, min_interval=_HOUR_MS,
                       max_interval=12 * _HOUR_MS, num_minor_ticks=0),
        DaysTicker(days=list(range(1, 32)), num_minor_ticks=0),
    ]  # fmt: skip
    words = DatetimeTickFormatter(
        seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M", hourmin="%H:%M", hours="%H:%M",
        days="%d %b", milliseconds="%H:%M:%S", microseconds="%H:%M:%S",
    )  # fmt: skip
    ticker = DatetimeTicker(tickers=tickers, desired_num_ticks=5)
    return DatetimeAxis(ticker=ticker, formatter=words)


def calendar_axis() -> DatetimeAxis:
    """Return an axis of the days of a season, from days to years.

    >>> len(calendar_axis().ticker.tickers)
    9
    """
    days = (range(1, 32), range(1, 31, 3), (1, 8, 15, 22), (1, 15))
    months = (range(12), range(0, 12, 2), (0, 4, 8), (0, 6))
    tickers = [
        *(DaysTicker(days=list(of), num_minor_ticks=0) for of in days),
        *(MonthsTicker(months=list(of)) for of in months),
        YearsTicker(),
    ]
    words = DatetimeTickFormatter(days="%d %b", months="%b %Y", years="%Y", hours="%d %b")
    ticker = DatetimeTicker(tickers=tickers, desired_num_ticks=4)
    return DatetimeAxis(ticker=ticker, formatter=words)


def without_unseen(plot: figure) -> figure:
    """Take off the looks of what is muted or not selected; the same figure is returned.

    >>> plot = figure()
    >>> line = plot.line([0, 1], [0, 1])
    >>> without_unseen(plot) is plot, line.muted_glyph
    (True, None)
    """
    for renderer in plot.renderers:
        if isinstance(renderer, GlyphRenderer):
            renderer.update(nonselection_glyph=None, muted_glyph=None)
    return plot
