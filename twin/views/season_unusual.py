"""What is unusual in a season, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from twin.model.control_chart import ControlChart
from twin.model.history import Anomaly, What
from twin.model.season import Season
from twin.model.watch import SLACK
from twin.views.season_words import day_words

LOOKING = "<p>Looking …</p>"
_LEVELS = {"power": "{:.0f} W", "running speed": "{:.1f} m/s on the flat",
           "cycling speed": "{:.0f} W (estimated)", "speed": "{:.1f} m/s"}  # fmt: skip


def unusual(season: Season, found: Sequence[Anomaly]) -> list[dict[str, Any]]:
    """Return what is unusual in words, with the sessions it was compared with."""
    days = dict(zip(season.sessions["session"], season.sessions["day"], strict=True))
    return [
        {
            "session": one.session, "day": day_words(days[one.session]), "what": str(one.what),
            "words": _compared(one),
            "matching": [[session, day_words(days[session])] for session in one.matching
                         if session in days],
            "together": [[session, day_words(days[session])] for session in one.together
                         if session in days],
        }
        for one in found if one.session in days
    ]  # fmt: skip


def _compared(one: Anomaly) -> str:
    """Return how a session compares with its history."""
    if one.unit == "bpm" and one.what is not What.SLOPE:
        level = _LEVELS.get(one.kind, "{:.1f}").format(one.level)
        values = f"{one.value:.0f} bpm at {level}, usually {one.usual:.0f}"
    elif one.what is What.SLOPE:
        values = f"{one.value - one.usual:+.0f} bpm over a usual range of work"
    else:
        what = "Heart rate flickers" if one.what is What.SENSOR else "Power at equal speed is"
        values = f"{what} {one.value / one.usual:.2f} times the usual"
    return f"{values}; above {one.percentile:.0f} % of {one.history} sessions at equal work"


def equal_work_html(
    chart: ControlChart | None, one: Anomaly | None, days: Mapping[str, pd.Timestamp]
) -> str:
    """Return what the charts of heart rate at equal work show; HTML."""
    if chart is None:
        return "<p>It takes sessions of 10 minutes or more with heart rate and power or speed.</p>"
    words = (
        f"<p>Each session beside what was usual then ({chart.kind}), and the sums of it, {SLACK} SD left"
        f" out of each: at {chart.alarm:g}, the dashed line, a change is called. A dot leads to its"
        " review; the sessions under a change are listed above.</p>"
    )
    if one is None or one.session not in days:
        return words
    return words + (
        f"<p>Lowest: heart rate by work on {day_words(days[one.session])}, larger dots for more"
        f" minutes, over the {len(one.matching)} sessions at the nearest work.</p>"
    )
