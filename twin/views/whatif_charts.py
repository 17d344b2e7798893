"""Charts of two plans side by side: heart rate with bands, workload, balance."""

from typing import Any

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    CustomJSTickFormatter,
    DataRange1d,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from twin.model.demand import InputKind
from twin.model.whatif import Answer
from twin.physiology.zones import bounds_of
from twin.records import Athlete, Floats
from twin.state.whatif_answers import Answers
from twin.views import charts
from twin.views.theme import Surface

_POINTS = 600
CLOCK_WORDS = ("const s = Math.round(tick * 60), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;"
          "const two = (n) => String(n).padStart(2, '0');"
          "return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`")  # fmt: skip
_LABELS = {InputKind.POWER: "Power [W]", InputKind.CYCLING: "Power, estimated [W]",
           InputKind.RUNNING: "Flat speed [km/h]", InputKind.SPEED: "Speed [km/h]"}  # fmt: skip
_RATE = ("time", "rate", "low50", "high50", "low80", "high80", "low95", "high95")
_LEVEL = ("time", "level", "left", "low", "high")


class PlanCharts:
    """Figures that are built once; `show` changes their sources."""

    def __init__(self, athlete: Athlete, surface: Surface) -> None:
        self._time = Range1d(0, 40, bounds=None, syncable=False)
        self._rates = [ColumnDataSource({name: [] for name in _RATE}) for _ in "ab"]
        self._levels = [ColumnDataSource({name: [] for name in _LEVEL}) for _ in "ab"]
        self.heart_rate = self._heart_rate(athlete, surface)
        self.level = self._plot("level", 170, surface)
        self.balance = self._plot("balance", 190, surface)
        for source, letter, colour in self._plans(self._levels, surface):
            line = self.level.line("time", "level", source=source, color=colour, line_width=2,
                                   name=f"level_plan_{letter}", legend_label=_plan(letter))  # fmt: skip
            band = self.balance.varea("time", "low", "high", source=source, fill_color=colour,
                                      fill_alpha=0.16, name=f"low_plan_{letter}")  # fmt: skip
            left = self.balance.line("time", "left", source=source, color=colour, line_width=2.5,
                                     name=f"left_plan_{letter}")  # fmt: skip
            self.level.y_range.renderers = [*_listed(self.level), line]
            self.balance.y_range.renderers = [*_listed(self.balance), band, left]
        self.level.legend.visible = False

    def show(self, answers: Answers, limit: float) -> None:
        """Draw both plans; one that has no answer is not drawn."""
        asked = (answers.a.answer, answers.b.answer)
        for told, rate, level in zip(asked, self._rates, self._levels, strict=True):
            rate.data = _rate_columns(told)
            level.data = _level_columns(told, answers.kind)
        seconds = max((len(told.heart_rate) for told in asked if told is not None), default=600)
        self._time.update(start=0, end=seconds / 60)
        self._line.update(location=limit, visible=limit > 0)
        self.level.yaxis.axis_label = _LABELS.get(answers.kind, "Workload")
        unit, name = ("kJ", "W'") if answers.kind is InputKind.POWER else ("m", "D'")
        self.balance.yaxis.axis_label = f"{name} left [{unit}]"
        self.balance.visible = answers.capacity is not None

    def _heart_rate(self, athlete: Athlete, surface: Surface) -> figure:
        plot = self._plot("heart_rate", 340, surface)
        zones = charts.Zones([float(b) for b in bounds_of(athlete)])
        charts.zone_bands(plot, zones, surface)
        self._line = Span(location=0, dimension="width", name="limit", line_width=2,
                          line_color=surface.alarm, line_dash="dashed")  # fmt: skip
        plot.add_layout(self._line)
        drawn: list[Any] = []
        for source, letter, colour in self._plans(self._rates, surface):
            for level, alpha in ((95, 0.10), (80, 0.14), (50, 0.20)):
                drawn.append(
                    plot.varea("time", f"low{level}", f"high{level}", source=source, name=f"band{level}_plan_{letter}",
                               fill_color=colour, fill_alpha=alpha)
                )  # fmt: skip
            line = plot.line("time", "rate", source=source, color=colour, line_width=3,
                             line_dash="solid" if letter == "a" else "dashed",
                             name=f"rate_plan_{letter}")  # fmt: skip
            drawn.append(line)
            plot.add_tools(_hover(line, _plan(letter)))
        plot.y_range.renderers = drawn
        plot.yaxis.axis_label = "Heart rate [bpm]"
        plot.add_layout(charts.zone_axis(zones), "right")
        return charts.dress(plot, surface)

    def _plot(self, name: str, height: int, surface: Surface) -> figure:
        plot = figure(
            name=name, height=height, sizing_mode="stretch_width", x_range=self._time,
            y_range=DataRange1d(syncable=False, min_interval=10), toolbar_location=None, tools="",
            min_border_left=64, min_border_right=56, syncable=False,
        )  # fmt: skip
        plot.xaxis.formatter = CustomJSTickFormatter(code=CLOCK_WORDS)
        plot.xaxis.axis_label = "Time ahead [min:s]"
        plot.yaxis.formatter = NumeralTickFormatter(format="0.[0]")
        plot.yaxis.ticker.desired_num_ticks = 4
        plot.xgrid.visible = False
        return charts.dress(plot, surface)

    @staticmethod
    def _plans(sources: list[ColumnDataSource], surface: Surface) -> Any:
        return zip(sources, "ab", (surface.primary, surface.zones[3]), strict=True)


def _plan(letter: str) -> str:
    return f"Plan {letter.upper()}"


def _listed(plot: figure) -> list[Any]:
    shown = plot.y_range.renderers
    return list(shown) if isinstance(shown, list) else []


def _hover(line: Any, words: str) -> HoverTool:
    return HoverTool(renderers=[line], mode="vline", line_policy="nearest", attachment="horizontal",
                     tooltips=[(words, "@rate{0} bpm, 80 %: @low80{0} to @high80{0}")],
                     visible=False)  # fmt: skip


def _rate_columns(told: Answer | None) -> dict[str, Floats]:
    if told is None:
        return {name: np.empty(0) for name in _RATE}
    at = _thinned(len(told.heart_rate))
    rate, half = told.heart_rate[at], told.half_width[at]
    columns = {"time": (at + 1) / 60, "rate": rate}
    for place, level in enumerate((50, 80, 95)):
        columns |= {f"low{level}": rate - half[:, place], f"high{level}": rate + half[:, place]}
    return columns


def _level_columns(told: Answer | None, kind: InputKind) -> dict[str, Floats]:
    if told is None:
        return {name: np.empty(0) for name in _LEVEL}
    level = told.planned.workload.level
    at = np.union1d(_thinned(len(level)), _corners(level))
    time = (at + 1) / 60
    scale = 3.6 if kind in (InputKind.RUNNING, InputKind.SPEED) else 1.0
    left = low = high = np.full(len(at), np.nan)
    if told.balance is not None:
        unit = 1000.0 if kind is InputKind.POWER else 1.0
        known = told.balance
        left = np.interp(at + 1, known.ahead_s, known.left) / unit
        half = np.interp(at + 1, known.ahead_s, known.half_width) / unit
        low, high = left - half, np.minimum(left + half, known.full / unit)
    return {"time": time, "level": level[at] * scale, "left": left, "low": low, "high": high}


def _thinned(seconds: int) -> Any:
    return np.unique(np.linspace(0, seconds - 1, min(seconds, _POINTS)).astype(int))


def _corners(level: Floats) -> Any:
    """Both sides of the larger steps, so that they stay upright."""
    steps = np.flatnonzero(np.abs(np.diff(level)) > 0.02 * max(float(level.max()), 1e-9))[:_POINTS]
    return np.union1d(steps, steps + 1)
