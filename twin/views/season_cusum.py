"""Heart rate at equal work over a season: its control chart; and by work, in one session."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, OpenURL, Range1d, Span, TapTool
from bokeh.plotting import figure

from twin.model.control_chart import ControlChart
from twin.model.fingerprint import Fingerprint
from twin.model.history import Anomaly
from twin.model.watch import ABOVE
from twin.views.charts import dress
from twin.views.legend import dress_legend
from twin.views.season_charts import season_figure
from twin.views.theme import Surface

_CHART = ("day", "offset", "up", "down", "session")
_CELLS = ("work", "rate", "size")
_WORK = {"power": "Power [W]", "running speed": "Speed on the flat [m/s]", "speed": "Speed [m/s]",
         "cycling speed": "Power, estimated [W]"}  # fmt: skip
_DOT_PX, _DOT_MIN = 4.0, 1.3  # smallest dot, and what the root of its minutes adds


class CusumChart:
    """Each session beyond the usual heart rate, and the sums at which a change is called."""

    def __init__(self, surface: Surface, days: Range1d | None = None) -> None:
        self._source = ColumnDataSource({name: [] for name in _CHART})
        self.offset = season_figure("cusum_offset", "Beyond usual [bpm]", 150, surface, days)
        self.sums = season_figure("cusum_sums", "Sum of it [SD]", 170, surface, days)
        dots = self.offset.scatter("day", "offset", source=self._source, size=7,
                                   color=surface.primary, tags=["primary"])  # fmt: skip
        self.offset.y_range.renderers = [dots]
        self._reach = self.sums.y_range = Range1d(-1, 1, syncable=False)
        strokes = (("up", "rises", surface.zones[4], "zone5"),
                   ("down", "falls", surface.primary, "primary"))  # fmt: skip
        for name, words, colour, tag in strokes:
            self.sums.step("day", name, source=self._source, mode="after", color=colour,
                           line_width=2, tags=[tag], legend_label=words)  # fmt: skip
            self.sums.scatter("day", name, source=self._source, size=5, color=colour, tags=[tag])
        self._lines = [Span(dimension="width", line_color=surface.muted, line_dash="dashed",
                            name="today") for _ in range(2)]  # fmt: skip
        for line in self._lines:
            self.sums.add_layout(line)
        self.offset.add_layout(
            Span(location=0, dimension="width", line_color=surface.line, name="zero")
        )
        dress_legend(self.sums, surface)
        for plot in self.figures:
            plot.add_tools(TapTool(callback=OpenURL(url="review?session=@session")), _hover())

    @property
    def figures(self) -> Sequence[figure]:
        """Both charts, one below the other."""
        return (self.offset, self.sums)

    def show(
        self, chart: ControlChart | None, days: Mapping[str, pd.Timestamp], first: pd.Timestamp
    ) -> None:
        """Draw a control chart from a day on; nothing without one."""
        shown = [] if chart is None else [
            (days[session], offset, up, -down, session)
            for session, offset, up, down in zip(chart.sessions, chart.offset, chart.up, chart.down,
                                                 strict=True)
            if session in days and days[session] >= first and np.isfinite(offset)
        ]  # fmt: skip
        table = pd.DataFrame(shown, columns=list(_CHART))
        self._source.data = {name: table[name].to_numpy() for name in _CHART}
        for plot in self.figures:
            plot.visible = bool(shown)
        if chart is not None:
            for line, side in zip(self._lines, (1, -1), strict=True):
                line.location = side * chart.alarm
            highest = chart.alarm + ABOVE + 0.3
            self._reach.update(start=-highest, end=highest)


def _hover() -> HoverTool:
    return HoverTool(
        visible=False, formatters={"@day": "datetime"},
        tooltips=[("", "@day{%a %d %b %Y}"), ("Beyond usual", "@offset{+0.0} bpm"),
                  ("Sums", "@up{0.0}, @down{0.0} SD")],
    )  # fmt: skip


class RelationChart:
    """Heart rate by work in one session, over that of the sessions it was compared with."""

    def __init__(self, surface: Surface) -> None:
        self._dots = {name: ColumnDataSource({n: [] for n in _CELLS}) for name in ("before", "own")}
        self._lines = {name: ColumnDataSource({"work": [], "rate": []}) for name in self._dots}
        self.figure = plot = figure(
            name="relation", height=220, sizing_mode="stretch_width", tools="", toolbar_location=None,
            min_border_left=64, min_border_right=12, y_axis_label="Heart rate [bpm]",
        )  # fmt: skip
        strokes = (("before", "compared with", surface.muted, "muted", "dashed"),
                   ("own", "this session", surface.zones[4], "zone5", "solid"))  # fmt: skip
        for name, words, colour, tag, dash in strokes:
            plot.scatter("work", "rate", size="size", source=self._dots[name], color=colour,
                         alpha=0.6, tags=[tag], legend_label=words)  # fmt: skip
            plot.line("work", "rate", source=self._lines[name], color=colour, line_width=2,
                      line_dash=dash, tags=[tag], legend_label=words)  # fmt: skip
        dress_legend(dress(plot, surface), surface)

    def show(self, one: Anomaly | None, prints: Mapping[str, Fingerprint]) -> None:
        """Draw what is unusual; nothing where no session is."""
        own = _cells(prints, () if one is None else (one.session,))
        before = _cells(prints, () if one is None else one.matching)
        self.figure.visible = bool(len(own))
        if one is None:
            return
        self.figure.xaxis.axis_label = _WORK.get(one.kind, one.kind)
        for name, cells in (("own", own), ("before", before)):
            size = _DOT_PX + _DOT_MIN * np.sqrt(cells[:, 3])
            self._dots[name].data = {"work": cells[:, 0], "rate": cells[:, 2], "size": size}
            self._lines[name].data = _line(cells)


def _cells(prints: Mapping[str, Fingerprint], sessions: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the cells of some profiles, see `twin.model.work_profile`; shape (n, 4)."""
    works = [prints[session].work for session in sessions if session in prints]
    return np.array([cell for work in works if work for cell in work.cells]).reshape(-1, 4)


def _line(cells: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Return the straight line through cells, each as heavy as its minutes."""
    if len(cells) < 3:
        return {"work": np.empty(0), "rate": np.empty(0)}
    slope, start = np.polyfit(cells[:, 0], cells[:, 2], 1, w=np.sqrt(cells[:, 3]))
    ends = np.array([cells[:, 0].min(), cells[:, 0].max()])
    return {"work": ends, "rate": start + slope * ends}
