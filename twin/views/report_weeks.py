"""Charts of weeks for their reports: load by day and week, fitness, mornings, the squad's load."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import matplotlib.dates as dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from twin.model.season import LOADS, weeks_of
from twin.records import told_apart
from twin.schema import DAILY
from twin.state.weeks import Week
from twin.views.report_ink import DASHES, HATCHES, drawn
from twin.views.season_charts import LEAST_AU, sport_colours
from twin.views.theme import LIGHT

WEEKS_BACK = 12
MORNINGS = ("resting_heart_rate", "rmssd")
_LOAD = "Load (Banister)\n[au]"
_DAY = timedelta(days=1)


def days_svg(week: Week) -> str:
    """Return the load of each day of the week, by sport; empty without any."""
    names = [f"{week.monday + day * _DAY:%a %d %b}" for day in range(7)]
    place = (week.sessions["day"] - pd.Timestamp(week.monday)).dt.days
    table = _by_sport(place, week.sessions["sport"], week.sessions[LOADS[0]], range(7))
    if not table.to_numpy().any():
        return ""

    def paint(plot: Figure) -> None:
        axes = plot.subplots()
        _stacked(axes, np.arange(7), table, week.season.sports, width=0.7)
        axes.set_xticks(np.arange(7), names)
        axes.set_ylabel(_LOAD)

    return drawn(paint, height_in=2.0, label="Load of each day of the week")


def weeks_svg(week: Week) -> str:
    """Return the load of the last weeks by sport, and what the days leave behind; empty without both."""
    first = week.monday - (WEEKS_BACK - 1) * 7 * _DAY
    mondays = [first + number * 7 * _DAY for number in range(WEEKS_BACK)]
    known = weeks_of(week.season)
    table = _by_sport(known["week"].dt.date, known["sport"], known["load"], mondays)
    days = week.days[pd.Timestamp(first) : pd.Timestamp(week.season.today)]
    left = days[["fitness", "fatigue"]].to_numpy(np.float64)
    if not table.to_numpy().any() and not (left >= LEAST_AU).any():
        return ""

    def paint(plot: Figure) -> None:
        above, below = plot.subplots(2, sharex=True)
        _stacked(above, _numbers(mondays) + 3, table, week.season.sports, width=5)
        above.set_ylabel(_LOAD)
        for name, dash in zip(("fitness", "fatigue", "form"), DASHES, strict=True):
            below.plot(days.index, days[name], color=LIGHT.text, linewidth=1.3, linestyle=dash,
                       label=name.capitalize())  # fmt: skip
        below.set_ylabel("Fitness, fatigue,\nform [au]")
        below.set_xlim(first, week.monday + 7 * _DAY)
        below.xaxis.set_major_locator(dates.WeekdayLocator(dates.MO, interval=2))
        below.xaxis.set_major_formatter(dates.DateFormatter("%d %b"))
        below.legend(loc="upper left", ncols=3)
        plot.align_ylabels()

    return drawn(paint, height_in=3.9, label="Load of the last weeks; fitness, fatigue and form")


def mornings_svg(week: Week) -> str:
    """Return resting heart rate and RMSSD of four weeks with their 7-day means; empty without."""
    until = pd.Timestamp(week.monday + 7 * _DAY)
    daily = week.season.daily
    daily = daily[(daily["day"] >= until - pd.Timedelta(days=35)) & (daily["day"] < until)]
    names = [name for name in MORNINGS if (daily["name"] == name).any()]
    if not names:
        return ""
    channels = {channel.name: channel for channel in DAILY}

    def paint(plot: Figure) -> None:
        rows = plot.subplots(len(names), sharex=True, squeeze=False)[:, 0]
        for axes, name in zip(rows, names, strict=True):
            values = daily[daily["name"] == name].groupby("day")["value"].mean()
            axes.plot(values.index, values, "o", color=LIGHT.primary, markersize=3.5, label="Day")
            mean = values.rolling("7D").mean()
            axes.plot(mean.index, mean, color=LIGHT.text, linewidth=1.2, label="Mean of 7 days")
            axes.set_ylabel(f"{channels[name].label}\n[{channels[name].unit}]")
            axes.axvspan(pd.Timestamp(week.monday), until, color=LIGHT.line, alpha=0.5, zorder=0)
        rows[-1].set_xlim(until - pd.Timedelta(days=35), until)
        rows[-1].xaxis.set_major_locator(dates.WeekdayLocator(dates.MO))
        rows[-1].xaxis.set_major_formatter(dates.DateFormatter("%d %b"))
        rows[0].legend(loc="upper left", ncols=2)
        plot.align_ylabels()

    words = " and ".join(channels[name].label for name in names)
    return drawn(paint, height_in=0.5 + 1.3 * len(names), label=f"{words} in the mornings")


def squad_svg(weeks: Sequence[Week]) -> str:
    """Return the load of everybody this week, beside their usual week."""
    names = list(told_apart(week.season.athlete for week in weeks).values())
    load = np.nan_to_num([week.total(LOADS[0]) for week in weeks])
    usual = [week.standing.before for week in weeks]

    def paint(plot: Figure) -> None:
        axes = plot.subplots()
        places = np.arange(len(weeks))
        axes.barh(places, load, height=0.6, color=LIGHT.line, edgecolor=LIGHT.text, linewidth=0.7,
                  label="This week")  # fmt: skip
        axes.plot(usual, places, "|", color=LIGHT.alarm, markersize=14, markeredgewidth=2.2,
                  label="Usual week: mean of 3 before")  # fmt: skip
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("Load (Banister) [au]")
        plot.legend(loc="outside upper left", ncols=2)

    return drawn(paint, height_in=1.1 + 0.27 * len(weeks), label="Load of each athlete this week")


def _by_sport(place: Any, sport: pd.Series, load: pd.Series, places: Any) -> pd.DataFrame:
    """Return one row per place and one column per sport, 0 where nothing was done."""
    rows = pd.DataFrame({"place": place, "sport": sport, "load": load})
    table = rows.pivot_table(index="place", columns="sport", values="load", aggfunc="sum")
    return table.reindex(list(places)).fillna(0.0)


def _stacked(
    axes: Axes, at: Any, table: pd.DataFrame, sports: Sequence[str], *, width: float
) -> None:
    """Stack bars by sport, told apart by colour and hatch."""
    base, colours = np.zeros(len(table)), sport_colours(sports)
    for rank, sport in enumerate(name for name in sports if name in table):
        heights = table[sport].to_numpy(float)
        axes.bar(at, heights, width, base, label=sport.capitalize(), color=colours[sport],
                 hatch=HATCHES[min(rank, len(HATCHES) - 1)], edgecolor="white", linewidth=0.5)  # fmt: skip
        base += heights
    axes.yaxis.set_major_locator(MaxNLocator(4))
    if len(table.columns):
        axes.legend(loc="upper left", ncols=5)
        axes.set_ylim(0, max(base.max(), 1) * 1.25)


def _numbers(days: Sequence[date]) -> Any:
    return dates.date2num(days)
