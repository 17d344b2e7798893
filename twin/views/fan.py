"""What the twin expects, drawn into a chart of heart rate: ahead, and at the work of each moment."""

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from twin.views.theme import Surface

LEVELS = ("95", "80", "50")
FAN_COLUMNS = (
    "time",
    "expected",
    *(f"{edge}{level}" for level in LEVELS for edge in ("low", "high")),
)
EXPECT_COLUMNS = ("time", "rate", "low", "high")


def forecast_fan(plot: figure, fan: ColumnDataSource, surface: Surface) -> list[object]:
    """Draw the forecast: what is expected, and the bands of 95, 80 and 50 % of outcomes."""
    drawn: list[object] = [
        plot.varea("time", f"low{level}", f"high{level}", source=fan, fill_color=surface.muted,
                   fill_alpha=0.16, name="fan")
        for level in LEVELS
    ]  # fmt: skip
    line = plot.line("time", "expected", source=fan, line_color=surface.muted, line_width=2,
                     line_dash="dotted", name="fan")  # fmt: skip
    return [*drawn, line]


def expected_band(plot: figure, expect: ColumnDataSource, surface: Surface) -> list[object]:
    """Draw the band of heart rate that the twin expected at the work of each moment."""
    return [
        plot.varea("time", "low", "high", source=expect, fill_color=surface.text, fill_alpha=0.10,
                   level="underlay", name="expect"),
        plot.line("time", "rate", source=expect, line_color=surface.muted, line_width=1,
                  level="underlay", name="expect"),
    ]  # fmt: skip
