"""Power or pace over duration: a session, its athlete's history, and the fitted curve."""

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    CustomJSTickFormatter,
    DataRange1d,
    FixedTicker,
    HoverTool,
    NumeralTickFormatter,
)
from bokeh.plotting import figure

from twin.model.demand import InputKind
from twin.physiology.power_envelope import power_band
from twin.physiology.power_sprint import three_parameter_power
from twin.records import Floats
from twin.state.review_bests import Bests
from twin.views.charts import PACE_WORDS, PACED, axis_label, dress
from twin.views.formats import number, span, speed_of
from twin.views.legend import dress_legend
from twin.views.review_lines import drawn_speed
from twin.views.theme import Surface

_TICKS = {seconds: span(seconds) for seconds in (1, 5, 15, 60, 300, 1200, 3600, 10_800)}
_WIDE_S = np.geomspace(5, 1800, 90)  # 5 s to 30 min, with the third
_CURVE_S = np.geomspace(120, 1800, 60)  # 2 to 30 min: where the two parameters hold


def drawn(bests: Bests, values: Floats, sport: str) -> Floats:
    """Return power [W] or speed as the axis has it: pace [min/km] on foot, else km/h."""
    return values if bests.kind is InputKind.POWER else drawn_speed(values, sport)


def in_words(bests: Bests, value: float, sport: str) -> str:
    """Return a best with its unit, as people say it."""
    if bests.kind is InputKind.POWER:
        return number(value, unit="W")
    return " ".join(speed_of(sport, value)) if np.isfinite(value) else number(value)


def bests_chart(bests: Bests, surface: Surface, *, sport: str) -> figure:
    """Return the figure; it stands on its own, in a page or a file."""
    pace = bests.kind is not InputKind.POWER and sport in PACED
    plot = figure(
        height=320, sizing_mode="stretch_width", x_axis_type="log", tools="", toolbar_location=None,
        y_range=DataRange1d(flipped=pace, syncable=False, range_padding=0.08), min_border_left=64,
    )  # fmt: skip
    plot.name = "bests"
    name = "power" if bests.kind is InputKind.POWER else "speed"
    plot.xaxis.axis_label, plot.yaxis.axis_label = "Duration", axis_label(name, sport=sport)
    plot.xaxis.ticker = FixedTicker(ticks=list(_TICKS))
    plot.xaxis.major_label_overrides = _TICKS
    plot.yaxis.formatter = (
        CustomJSTickFormatter(code=PACE_WORDS) if pace else NumeralTickFormatter(format="0.[0]")
    )
    _add_curve(plot, bests, surface, sport)
    _add_bests(plot, bests, surface, sport)
    dress_legend(plot, surface, columns=2)
    plot.legend.click_policy = "none"  # which curve is shown is chosen beside the chart
    return dress(plot, surface)


def _add_bests(plot: figure, bests: Bests, surface: Surface, sport: str) -> None:
    source = ColumnDataSource(
        {
            "time": bests.durations_s,
            "words": [span(s) for s in bests.durations_s],
            "own": drawn(bests, bests.own, sport),
            "own_words": [in_words(bests, value, sport) for value in bests.own],
            "past": drawn(bests, bests.history, sport),
            "past_words": [in_words(bests, value, sport) for value in bests.history],
        }
    )
    if bests.sessions:
        plot.line("time", "past", source=source, color=surface.muted, line_width=2, tags=["muted"],
                  line_dash="dashed", legend_label="90 days before", name="past")  # fmt: skip
    plot.line("time", "own", source=source, color=surface.primary, line_width=2.5, tags=["primary"],
              legend_label="This session")  # fmt: skip
    dots = plot.scatter(
        "time", "own", source=source, color=surface.primary, size=6, name="own", tags=["primary"]
    )
    tips = [("", "@words"), ("This session", "@own_words"), ("90 days before", "@past_words")]
    plot.add_tools(HoverTool(renderers=[dots], mode="vline", tooltips=tips))


def _add_curve(plot: figure, bests: Bests, surface: Surface, sport: str) -> None:
    if bests.curve is None:
        return
    low, high = power_band(bests.curve, _CURVE_S)
    middle = bests.curve.critical_power + bests.curve.w_prime / _CURVE_S
    source = ColumnDataSource(
        {
            "time": _CURVE_S,
            "low": drawn(bests, low, sport),
            "high": drawn(bests, high, sport),
            "middle": drawn(bests, middle, sport),
        }
    )
    colour = surface.zones[3]
    plot.varea("time", "low", "high", source=source, fill_color=colour, fill_alpha=0.18, tags=["zone4"],
               legend_label="80 % band", name="band")  # fmt: skip
    plot.line("time", "middle", source=source, color=colour, line_width=2, tags=["zone4"],
              legend_label="Fitted curve", name="curve")  # fmt: skip
    if bests.wide is not None:
        wide = three_parameter_power(
            _WIDE_S, bests.wide.critical_power, bests.wide.w_prime, bests.max_power
        )
        plot.line(_WIDE_S, wide, color=colour, line_width=2, tags=["zone4"], legend_label="Fitted curve",
                  name="wide", visible=False)  # fmt: skip


def show_curve(plot: figure, parameters: int) -> None:
    """Show the curve of two parameters with its band, or that of three."""
    for name, wanted in (("band", 2), ("curve", 2), ("wide", 3)):
        for renderer in plot.select({"name": name}):
            renderer.visible = wanted == parameters
