"""Figures of heart-rate variability, efficiency and the twin's expectation; each stands on its own."""

import numpy as np
import pandas as pd
from bokeh.models import BoxAnnotation, ColumnDataSource, DataRange1d, HoverTool, Range1d, Span
from bokeh.plotting import figure

from twin.model.demand import InputKind
from twin.physiology.alpha1 import MAX_ARTEFACT_SHARE
from twin.state.review_heart import Efficiency, Variability
from twin.state.review_twin import TwinThrough
from twin.views.charts import dress, time_figure
from twin.views.legend import dress_legend
from twin.views.review_thin import kept_rows
from twin.views.theme import Surface, local

_PIXELS = 600
EFFICIENCY_UNITS = {InputKind.POWER: ("W/bpm", 2), InputKind.RUNNING: ("m/beat", 2)}


def variability_charts(found: Variability, surface: Surface) -> list[figure]:
    """Return alpha 1 with its band, RMSSD, and the share of artefacts with the gate."""
    windows = found.windows
    index = pd.DatetimeIndex(windows.index).tz_convert(None).to_numpy("datetime64[ns]")
    alpha1, sd = windows["alpha1"].to_numpy(float), windows["sd"].to_numpy(float)
    share = 100 * windows["artefact_share"].to_numpy(float)
    source = ColumnDataSource(
        {"time": local(index), "alpha1": alpha1, "low": alpha1 - sd, "high": alpha1 + sd,
         "rmssd": windows["rmssd"].to_numpy(float), "artefacts": share}
    )  # fmt: skip
    time = Range1d(*local(index)[[0, -1]]) if len(index) else Range1d()
    first = line_through(time, source, surface, "alpha1", "DFA alpha 1")
    first.segment("time", "low", "time", "high", source=source, color=surface.text, line_alpha=0.18,
                  line_width=3, level="underlay", name="band", tags=["text"])  # fmt: skip
    second = line_through(time, source, surface, "rmssd", "RMSSD [ms]")
    third = line_through(time, source, surface, "artefacts", "Corrected [%]")
    gate = 100 * MAX_ARTEFACT_SHARE
    third.add_layout(Span(location=gate, dimension="width", line_color=surface.alarm,
                          line_dash="dashed", line_width=2, name="gate"))  # fmt: skip
    third.add_layout(BoxAnnotation(bottom=gate, fill_color=surface.alarm, fill_alpha=0.06,
                                   line_color=None, level="underlay"))  # fmt: skip
    return [first, second, third]


def efficiency_chart(found: Efficiency, surface: Surface) -> figure:
    """Return efficiency over the session."""
    unit, _ = EFFICIENCY_UNITS.get(found.kind, EFFICIENCY_UNITS[InputKind.RUNNING])
    rows = kept_rows(found.factor, _PIXELS)
    times = local(found.times[rows])
    source = ColumnDataSource({"time": times, "efficiency": found.factor[rows]})
    time = Range1d(*times[[0, -1]])
    return line_through(time, source, surface, "efficiency", f"Efficiency [{unit}]")


def twin_charts(through: TwinThrough, surface: Surface) -> list[figure]:
    """Return measured heart rate over the expected band, and the residual."""
    expected = through.expected
    rows = np.union1d(kept_rows(through.measured, _PIXELS), kept_rows(expected.rate, _PIXELS))
    rate, half = expected.rate[rows], expected.half_width[rows]
    source = ColumnDataSource(
        {"time": local(through.times[rows]), "measured": through.measured[rows], "rate": rate,
         "low": rate - half, "high": rate + half, "residual": expected.residual[rows],
         "low_residual": -half, "high_residual": half}
    )  # fmt: skip
    time = Range1d(*local(through.times[[0, -1]]))
    above = line_through(
        time, source, surface, "measured", "Heart rate [bpm]", band=True, height=260
    )
    above.line("time", "rate", source=source, color=surface.muted, line_width=2, line_dash="dashed",
               name="expected", tags=["muted"], legend_label="Expected, with the band of 80 %")  # fmt: skip
    dress_legend(above, surface)
    below = line_through(time, source, surface, "residual", "Residual [bpm]")
    below.varea("time", "low_residual", "high_residual", source=source, fill_color=surface.text,
                fill_alpha=0.10, level="underlay", tags=["text"])  # fmt: skip
    below.add_layout(Span(location=0, dimension="width", line_color=surface.muted, name="today"))
    return [above, below]


def line_through(
    time: Range1d, source: ColumnDataSource, surface: Surface, name: str, label: str, *,
    band: bool = False, height: int = 170,
) -> figure:  # fmt: skip
    """Return the line of one column over time, with what the mouse tells; `label` holds the unit."""
    plot = time_figure(time, height, DataRange1d(syncable=False))
    plot.name = name
    plot.yaxis.axis_label = label
    if band:
        plot.varea("time", "low", "high", source=source, fill_color=surface.text, fill_alpha=0.12,
                   level="underlay", name="band", tags=["text"])  # fmt: skip
    line = plot.line("time", name, source=source, color=surface.primary, line_width=2, name="line")
    plot.add_tools(HoverTool(
        renderers=[line], mode="vline", line_policy="nearest", attachment="horizontal",
        tooltips=[("", "@time{%H:%M:%S}"), (label, f"@{name}{{0.[00]}}")],
        formatters={"@time": "datetime"}, visible=False))  # fmt: skip
    return dress(plot, surface)
