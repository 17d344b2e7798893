"""The card of the quietest minutes: variability at rest, Poincaré plot, spectrum."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import BoxAnnotation, ColumnDataSource, HoverTool, NumeralTickFormatter
from bokeh.plotting import figure

from twin.physiology.hrv_spectrum import HIGH_HZ, LOW_HZ
from twin.state.review import Reviewed, ReviewState
from twin.state.review_rest import Rest, rest_of
from twin.views.charts import dress
from twin.views.formats import number
from twin.views.later import Later
from twin.views.review_cards import cards_html, pane
from twin.views.theme import Surface, local

_DRAWN_HZ = 0.5
_NONE = "<p class='note'>Nowhere did two minutes of beats without a silence pass the gate, so nothing is told of rest.</p>"
_SHAPES = (
    "Poincaré plot: each interval against the one before. SD1, across, is RMSSD by another name (SD1 = RMSSD / √2); "
    "SD2, along, holds the slow changes too."
)
_BANDS = (
    "Low band 0.04 to 0.15 Hz, high band 0.15 to 0.4 Hz: the high one follows the breath, while it is faster than 9 a "
    "minute. Low over high is not a balance of sympathetic and vagal nerves, though often called so."
)


REST_METHOD = "Beats corrected (Lipponen and Tarvainen 2019); RMSSD, SDNN and pNN50 as the Task Force (1996) has them."


def rest_card(state: ReviewState, reviewed: Reviewed, surface: Surface) -> Later[Rest | None]:
    """Return variability of the quietest five minutes, computed beside the page."""
    has_beats = len(state.store.rr(reviewed.session.id)) > 0

    def draw(found: Rest | None) -> Sequence[Any]:
        if not has_beats:
            return []
        heading = "<h3>Quietest five minutes</h3>"
        if found is None:
            return [pane(heading + _NONE)]
        plots = [poincare_chart(found, surface)]
        if found.is_rest:
            plots.append(spectrum_chart(found, surface))
        shown = [pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0) for plot in plots]
        note = pane(f"<p class='note'>{rest_words(found)}</p>")
        return [pane(heading + rest_html(found)), *shown, note]

    return Later(lambda: rest_of(state.store, reviewed), draw)


def rest_html(found: Rest) -> str:
    """Return when it was, and the figures."""
    clock = f"{local(found.start):%H:%M:%S} to {local(found.end):%H:%M:%S}"
    return f"<p>{clock}, {found.heart_rate:.0f} bpm</p>" + cards_html([
        ("RMSSD", number(found.rmssd, 1), "ms"),
        ("SDNN", number(found.sdnn, 1), "ms"),
        ("pNN50", number(found.pnn50, 1), "%"),
        ("SD1", number(found.sd1, 1), "ms"),
        ("SD2", number(found.sd2, 1), "ms"),
        ("Low band", number(found.bands.low), "ms²"),
        ("High band", number(found.bands.high), "ms²"),
        ("Low over high", number(found.bands.ratio, 2), ""),
        ("Corrected", number(100 * found.artefact_share, 1), "% of beats"),
    ])  # fmt: skip


def rest_words(found: Rest) -> str:
    """Return what the pictures mean, or why there is no spectrum."""
    return f"{_SHAPES} {bands_words(found)}"


def bands_words(found: Rest) -> str:
    """Return what the bands mean, or why there is no spectrum."""
    if found.is_rest:
        return _BANDS
    return (
        f"No spectrum: with {found.heart_rate:.0f} bpm this was not rest (below "
        f"{found.rest_below:.0f} bpm for this athlete), and in exercise the bands say nothing."
    )


def poincare_chart(found: Rest, surface: Surface) -> figure:
    """Return each interval against the one before, with the ellipse of SD1 and SD2."""
    before, after = found.nn_ms[:-1], found.nn_ms[1:]
    plot = _plot(
        "poincare", "Interval before [ms]", "Interval [ms]", match_aspect=True, max_width=460
    )
    source = ColumnDataSource({"before": before, "after": after})
    dots = plot.scatter(
        "before", "after", source=source, size=4, alpha=0.5, color=surface.primary, tags=["primary"]
    )
    turn = np.linspace(0, 2 * np.pi, 90)
    along, across = found.sd2 * np.cos(turn), found.sd1 * np.sin(turn)
    middle = float(np.mean(found.nn_ms))
    plot.line(middle + (along - across) / np.sqrt(2), middle + (along + across) / np.sqrt(2),
              color=surface.alarm, line_width=2, name="ellipse", tags=["alarm"])  # fmt: skip
    tips = [("before", "@before{0} ms"), ("this", "@after{0} ms")]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    return dress(plot, surface)


def spectrum_chart(found: Rest, surface: Surface) -> figure:
    """Return the spectrum with its two bands."""
    shown = found.spectrum.frequency <= _DRAWN_HZ
    source = ColumnDataSource(
        {"frequency": found.spectrum.frequency[shown], "density": found.spectrum.density[shown]}
    )
    plot = _plot("spectrum", "Frequency [Hz]", "Density [ms²/Hz]")
    for (low, high), colour in ((LOW_HZ, surface.zones[3]), (HIGH_HZ, surface.zones[1])):
        plot.add_layout(BoxAnnotation(left=low, right=high, fill_color=colour, fill_alpha=0.14,
                                      line_color=None, level="underlay"))  # fmt: skip
    line = plot.line(
        "frequency", "density", source=source, color=surface.primary, line_width=2, name="line"
    )
    tips = [("", "@frequency{0.000} Hz"), ("Density", "@density{0} ms²/Hz")]
    plot.add_tools(HoverTool(renderers=[line], mode="vline", tooltips=tips))
    plot.yaxis.formatter = NumeralTickFormatter(format="0a")
    return dress(plot, surface)


def _plot(name: str, below: str, beside: str, **more: Any) -> figure:
    plot = figure(name=name, height=300, sizing_mode="stretch_width", tools="", toolbar_location=None,
                  min_border_left=64, min_border_right=12, syncable=False, **more)  # fmt: skip
    plot.xaxis.axis_label, plot.yaxis.axis_label = below, beside
    plot.xaxis.ticker.desired_num_ticks = plot.yaxis.ticker.desired_num_ticks = 4
    return plot
