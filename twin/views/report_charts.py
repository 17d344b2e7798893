"""Charts of one session for its report: channels over time, the track, the bests."""

from typing import Any

import matplotlib.dates as dates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from twin.model.demand import InputKind
from twin.physiology.zones import bounds_of
from twin.records import Floats
from twin.state.review import Reviewed
from twin.state.review_bests import PEAKS_S, Bests
from twin.views.charts import PACED, axis_label
from twin.views.formats import span
from twin.views.report_ink import DASHES, LINE, drawn, pace_axis
from twin.views.review_lines import Line, drawn_speed, lines_of
from twin.views.review_map import placed
from twin.views.theme import LIGHT

_TICKS_S = (1, 10, 60, 300, 1200, 3600, 10_800)
_SCALE_STEPS = (1, 2, 5)
_TRACK_ASPECT = 0.46  # height of the map by its width, at most: it leaves room on its sheet


def channels_svg(reviewed: Reviewed) -> str:
    """Return one chart for each measured channel over local time, heart rate over its zones."""
    lines = list(lines_of(reviewed).values())
    if not lines:
        return ""

    def paint(plot: Figure) -> None:
        heights = [1.7 if line.name == "heart_rate" else 1.0 for line in lines]
        rows = plot.subplots(len(lines), sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for axes, line in zip(rows, lines, strict=True):
            _channel(axes, line, reviewed)
        rows[-1].set_xlabel("Time of day (local)")
        rows[-1].xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))
        rows[-1].margins(x=0)
        plot.align_ylabels()

    names = ", ".join(line.name.replace("_", " ") for line in lines)
    return drawn(paint, height_in=1.3 * len(lines) + 1.0, label=f"{names} over time")


def _channel(axes: Axes, line: Line, reviewed: Reviewed) -> None:
    columns, sport = line.columns(), reviewed.session.sport
    axes.plot(columns["time"], columns[line.name], **LINE)
    axes.set_ylabel(axis_label(line.name, sport=sport).replace(" [", "\n["))
    if line.name == "heart_rate":
        _zones(axes, reviewed)
    if line.name == "speed" and sport in PACED:
        low, high = np.nanpercentile(line.values, [1, 99])
        axes.set_ylim(max(low - 0.3, 0), high + 0.5)
        pace_axis(axes)


def _zones(axes: Axes, reviewed: Reviewed) -> None:
    """Draw the bounds of zones as named lines, which need no colour, and the limit."""
    low, high = axes.get_ylim()
    for number, bound in enumerate(bounds_of(reviewed.athlete), 1):
        if low < bound < high:
            axes.axhline(bound, color=LIGHT.stale, linewidth=0.8, linestyle=DASHES[2], zorder=1)
            _name(axes, bound, f"Z{number} {bound:.0f}")
    limit = reviewed.athlete.heart_rate_limit
    if np.isfinite(limit) and low < limit < high:
        axes.axhline(limit, color=LIGHT.alarm, linewidth=1.2, linestyle=DASHES[1], zorder=1)
        _name(axes, limit, f"limit {limit:.0f}")


def _name(axes: Axes, bound: float, words: str) -> None:
    axes.annotate(words, (1, bound), xycoords=("axes fraction", "data"), xytext=(3, -3),
                  textcoords="offset points", fontsize=7.5)  # fmt: skip


def track_svg(reviewed: Reviewed) -> str:
    """Return the track in metres, north up, with start, end and a scale; empty without positions."""
    samples = placed(reviewed.samples)
    if not len(samples):
        return ""
    east, north = samples["x"].to_numpy(float), samples["y"].to_numpy(float)

    def paint(plot: Figure) -> None:
        axes = plot.subplots()
        axes.plot(east, north, **LINE)
        axes.plot(*_first(east, north), marker="^", color=LIGHT.good, markersize=8, label="Start")
        axes.plot(*_first(east[::-1], north[::-1]), marker="s", color=LIGHT.alarm, markersize=6,
                  label="End")  # fmt: skip
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_axis_off()
        _scale(axes, float(max(np.ptp(east), np.ptp(north))))
        axes.annotate("N\n▲", (0.01, 0.98), xycoords="axes fraction", va="top", ha="center")
        axes.legend(loc="lower right", ncols=2)

    shape = np.clip(np.ptp(north) / max(np.ptp(east), 1.0), 0.25, _TRACK_ASPECT)
    return drawn(paint, height_in=7.1 * float(shape), label="Map of the track, north up")


def _first(east: Floats, north: Floats) -> tuple[Any, Any]:
    return [east[0]], [north[0]]


def _scale(axes: Axes, extent_m: float) -> None:
    """Draw a bar of a round length, about a fifth of the extent."""
    length_m = scale_m(extent_m)
    words = f"{length_m:.0f} m" if length_m < 1000 else f"{length_m / 1000:.0f} km"
    left, low = axes.dataLim.x0, axes.dataLim.y0 - 0.07 * max(axes.dataLim.height, extent_m / 9)
    axes.plot([left, left + length_m], [low, low], color=LIGHT.text, linewidth=2)
    axes.annotate(words, (left + length_m, low), xytext=(4, -3), textcoords="offset points")


def scale_m(extent_m: float) -> float:
    """Return a round length of about a fifth of an extent. [m]

    >>> scale_m(4200.0), scale_m(90.0)
    (500.0, 10.0)
    """
    fifth = max(extent_m / 5, 1.0)
    power = 10.0 ** np.floor(np.log10(fifth))
    return float(max(step * power for step in _SCALE_STEPS if step * power <= fifth))


def bests_svg(bests: Bests, *, sport: str) -> str:
    """Return the bests over their duration: of the session, of its history, and the curve."""
    pace = bests.kind is not InputKind.POWER and sport in PACED
    shown = np.isin(bests.durations_s, PEAKS_S)
    seconds = bests.durations_s[shown]

    def height(values: Floats) -> Floats:
        return values if bests.kind is InputKind.POWER else drawn_speed(values, sport)

    def paint(plot: Figure) -> None:
        axes = plot.subplots()
        axes.plot(seconds, height(bests.own[shown]), marker="o", markersize=3.5, **LINE,
                  label="This session")  # fmt: skip
        if bests.sessions:
            axes.plot(seconds, height(bests.history[shown]), color=LIGHT.muted, marker="x",
                      markersize=3.5, linewidth=1, linestyle=DASHES[1], label="90 days before")  # fmt: skip
        if bests.curve is not None:
            at = np.geomspace(120, 3600, 50)
            axes.plot(at, height(bests.curve.critical_power + bests.curve.w_prime / at),
                      color=LIGHT.text, linewidth=1, linestyle=DASHES[2], label="Fitted curve")  # fmt: skip
        axes.set_xscale("log")
        axes.set_xticks(_TICKS_S)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda s, _: span(round(s))))
        axes.xaxis.set_minor_locator(NullLocator())
        name = "power" if bests.kind is InputKind.POWER else "speed"
        axes.set(xlabel="Duration", ylabel=axis_label(name, sport=sport))
        if pace:
            pace_axis(axes)
        axes.legend()

    return drawn(paint, height_in=2.7, label="Bests over their duration")
