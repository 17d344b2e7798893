"""Charts of how a season goes: intensity, bests, mornings, sessions compared."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from twin.model.season_trends import ZONE_COLUMNS
from twin.schema import CHANNELS, DAILY
from twin.views.charts import PACED
from twin.views.legend import dress_legend
from twin.views.season_charts import season_figure
from twin.views.theme import Surface

_BAR_MS = 0.86 * 7 * 86_400_000
_MIDWEEK = pd.Timedelta(days=3.5)
_SPEED = "current_speed"


class ZoneChart:
    """Share of time in each heart-rate zone, week by week, easy below."""

    def __init__(self, surface: Surface, days: Range1d | None = None) -> None:
        self._source = ColumnDataSource({n: [] for n in ("week", *ZONE_COLUMNS)})
        self.figure = plot = season_figure("zones", "Time in zone [%]", 200, surface, days)
        for zone, fill in enumerate(surface.zones, 1):
            self._stack(plot, zone, fill)
        plot.y_range = Range1d(0, 100, syncable=False)
        dress_legend(plot, surface)
        rows = [(f"Zone {z}", f"@{name}{{0}} %") for z, name in enumerate(ZONE_COLUMNS, 1)]
        plot.add_tools(HoverTool(tooltips=[("Week around", "@week{%d %b %Y}"), *rows],
                                 formatters={"@week": "datetime"}, visible=False))  # fmt: skip

    def _stack(self, plot: figure, zone: int, fill: str) -> None:
        bottom = f"under_{zone}"
        self._source.add([], bottom)
        self._source.add([], f"over_{zone}")
        plot.vbar("week", _BAR_MS, f"over_{zone}", bottom, source=self._source, fill_color=fill,
                  line_color=None, tags=[f"zone{zone}"], legend_label=f"Z{zone}")  # fmt: skip

    def show(self, weeks: pd.DataFrame) -> None:
        """Draw the weeks of `twin.model.season_trends.zone_weeks`."""
        shares = 100 * weeks[list(ZONE_COLUMNS)].to_numpy(np.float64)
        tops = shares.cumsum(axis=1)
        columns = {"week": (pd.DatetimeIndex(weeks.index) + _MIDWEEK).to_numpy()}
        for place, name in enumerate(ZONE_COLUMNS):
            columns[name] = shares[:, place]
            columns[f"under_{place + 1}"] = tops[:, place] - shares[:, place]
            columns[f"over_{place + 1}"] = tops[:, place]
        self._source.data = columns
        self.figure.visible = bool((shares > 0).any())


class BestChart:
    """The best of each session over one window, and the best so far."""

    def __init__(self, surface: Surface, days: Range1d | None = None) -> None:
        self._source = ColumnDataSource({n: [] for n in ("day", "value", "so_far")})
        self.figure = plot = season_figure("bests", "", 200, surface, days)
        dots = plot.scatter("day", "value", source=self._source, size=5, color=surface.primary,
                            alpha=0.55, tags=["primary"])  # fmt: skip
        line = plot.step("day", "so_far", source=self._source, mode="after", line_width=2,
                         color=surface.zones[3], tags=["zone4"])  # fmt: skip
        plot.y_range.renderers = [dots, line]
        plot.add_tools(HoverTool(renderers=[dots], formatters={"@day": "datetime"}, visible=False,
                                 tooltips=[("", "@day{%a %d %b %Y}"), ("Best", "@value{0.0}")]))  # fmt: skip

    def show(self, bests: pd.DataFrame, best: str, sport: str) -> None:
        """Draw what `twin.model.season_trends.bests_of` gives; on foot in m/s, else km/h."""
        channel, scale = _channel_of(best), best_scale(best, sport)
        columns = ("value", "so_far")
        values = {name: bests[name].to_numpy(np.float64) * scale for name in columns}
        self._source.data = {"day": bests["day"].to_numpy(), **values}
        self.figure.yaxis.axis_label = _best_label(channel, sport)
        self.figure.visible = bool(len(bests))


def best_scale(best: str, sport: str) -> float:
    """Return what a best is multiplied by for the chart: speed is km/h but on foot.

    >>> best_scale("best_current_speed_300", "cycling"), best_scale("best_power_300", "cycling")
    (3.6, 1.0)
    """
    return 3.6 if _channel_of(best) == _SPEED and sport not in PACED else 1.0


def _channel_of(best: str) -> str:
    return best.removeprefix("best_").rpartition("_")[0]


def _best_label(channel: str, sport: str) -> str:
    if channel == _SPEED:
        return "Speed [m/s]" if sport in PACED else "Speed [km/h]"
    return f"{CHANNELS[channel].label} [{CHANNELS[channel].unit}]"


class MorningChart:
    """A morning value, its mean over seven days, and the band of what is usual."""

    def __init__(self, name: str, surface: Surface, days: Range1d | None = None) -> None:
        channel = next(channel for channel in DAILY if channel.name == name)
        self.name = name
        self._source = ColumnDataSource({n: [] for n in ("day", "value", "week", "low", "high")})
        label = f"{channel.label} [{channel.unit}]"
        self.figure = plot = season_figure(name, label, 180, surface, days)
        band = plot.varea("day", "low", "high", source=self._source, fill_color=surface.primary,
                          fill_alpha=0.16, tags=["primary"])  # fmt: skip
        dots = plot.scatter("day", "value", source=self._source, size=3, color=surface.muted,
                            alpha=0.6, tags=["muted"])  # fmt: skip
        line = plot.line("day", "week", source=self._source, line_width=2, color=surface.primary,
                         tags=["primary"])  # fmt: skip
        plot.y_range.renderers = [band, dots, line]
        unit = channel.unit
        plot.add_tools(
            HoverTool(
                renderers=[line], mode="vline", formatters={"@day": "datetime"}, visible=False,
                tooltips=[("", "@day{%a %d %b %Y}"), ("Morning", f"@value{{0.0}} {unit}"),
                          ("7 days", f"@week{{0.0}} {unit}"),
                          ("Usual", f"@low{{0.0}} to @high{{0.0}} {unit}")],
            )
        )  # fmt: skip

    def show(self, mornings: pd.DataFrame) -> None:
        """Draw what `twin.model.season_trends.baseline` gives."""
        columns = {name: mornings[name].to_numpy(np.float64) for name in mornings}
        self._source.data = {"day": pd.DatetimeIndex(mornings.index).to_numpy(), **columns}
        self.figure.visible = bool(len(mornings))


class CompareChart:
    """Sessions of one way or workout over time: how fast or hard, and at which heart rate."""

    def __init__(self, surface: Surface) -> None:
        self._source = ColumnDataSource({n: [] for n in ("day", "rate", "work")})
        self.work = season_figure("compare_work", "", 150, surface)
        self.rate = season_figure("compare_rate", "Heart rate [bpm]", 150, surface)
        self.rate.x_range = self.work.x_range
        for plot, column, colour, tag in ((self.work, "work", surface.primary, "primary"),
                                          (self.rate, "rate", surface.zones[4], "zone5")):  # fmt: skip
            plot.line("day", column, source=self._source, color=colour, tags=[tag])
            plot.scatter("day", column, source=self._source, size=7, color=colour, tags=[tag])
            plot.y_range.min_interval = 0.5

    @property
    def figures(self) -> Sequence[figure]:
        """Both charts, one below the other."""
        return (self.work, self.rate)

    def show(self, sessions: pd.DataFrame) -> None:
        """Draw what `twin.model.alike.compared` gives."""
        name = "level" if "level" in sessions else "speed"
        work = sessions[name].to_numpy(np.float64)
        self._source.data = {
            "day": sessions["day"].to_numpy(), "rate": sessions["heart_rate"].to_numpy(np.float64),
            "work": work,
        }  # fmt: skip
        unit = "W" if name == "level" and np.nanmax(work, initial=0.0) > 20 else "m/s"
        self.work.yaxis.axis_label = f"{'Work of efforts' if name == 'level' else 'Speed'} [{unit}]"
