"""Small maps of the ways of a week: north up, each with its own scale, no tiles; four beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from twin.state.weeks import Week
from twin.views.formats import distance_km
from twin.views.report_charts import scale_m
from twin.views.report_ink import DASHES, drawn
from twin.views.report_page import chart
from twin.views.review_map import placed
from twin.views.theme import LIGHT, local

BESIDE, MOST = 4, 24
_HEIGHT_IN = 1.85
_INKS = (LIGHT.primary, LIGHT.zones[3], LIGHT.zones[2])  # with the dashes nine are told apart


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One map: the ways of a session, or of those who did it together.

    Parameters
    ----------
    title : str
        Day and what it was.
    below : str
        Who, and how far.
    length_m : float
        The longest of them. [m]
    tracks : tuple of DataFrame
        Positions of each.
    """

    title: str
    below: str
    length_m: float
    tracks: tuple[pd.DataFrame, ...]


def maps_html(weeks: Sequence[Week]) -> str:
    """Return the maps of the ways of one or several athletes' week, by time; empty without positions.

    Of more than 24 the longest are drawn, and how many were left out is said.
    """
    ways = _ways(weeks)
    longest = sorted(range(len(ways)), key=lambda place: -np.nan_to_num(ways[place].length_m))
    shown = [ways[place] for place in sorted(longest[:MOST])]
    rows = [chart(_row_svg(shown[at : at + BESIDE])) for at in range(0, len(shown), BESIDE)]
    more = len(ways) - len(shown)
    words = f"<p>The {MOST} longest; {more} more are not drawn.</p>" if more else ""
    return "".join(rows) + words


def _ways(weeks: Sequence[Week]) -> list[Way]:
    """Return what is drawn, by time; what was done together is on one map."""
    alone = len(weeks) == 1
    rows = [
        row | {"who": week.season.athlete.name, "track": week.tracks[row["session"]]}
        for week in weeks
        for row in week.sessions.to_dict("records")
        if row["session"] in week.tracks
    ]
    groups: dict[str, list[dict[str, object]]] = {}
    for row in sorted(rows, key=lambda row: row["start"]):
        groups.setdefault(row["squad_session"] or row["session"], []).append(row)
    return [_way(pd.DataFrame(group), alone=alone) for group in groups.values()]


def _way(group: pd.DataFrame, *, alone: bool) -> Way:
    first = group.iloc[0]
    who = first["who"] if len(group) == 1 else f"{len(group)} athletes"
    length_m = float(group["distance"].max())
    parts = ([] if alone else [who]) + [f"{distance_km(length_m)} km"]
    title = f"{local(first['start'].to_pydatetime()):%a %H:%M} {first['title'] or first['sport']}"
    return Way(title, ", ".join(parts), length_m, tuple(group["track"]))


def _row_svg(ways: Sequence[Way]) -> str:
    """Return up to four maps beside each other."""

    def paint(plot: Figure) -> None:
        for axes, way in zip(plot.subplots(1, BESIDE), (*ways, *[None] * BESIDE), strict=False):
            axes.set_axis_off()
            if way is not None:
                _map(axes, way)

    titles = ", ".join(f"{way.title} ({way.below})" for way in ways)
    return drawn(paint, height_in=_HEIGHT_IN, label=f"Maps, north up: {titles}")


def _map(axes: Axes, way: Way) -> None:
    """Draw the ways of one map in metres from a common start, a triangle where each begins."""
    frames = [track.assign(who=number) for number, track in enumerate(way.tracks)]
    points = placed(pd.concat(frames))
    for number in range(len(frames)):
        track = points[points["who"] == number]
        axes.plot(track["x"], track["y"], linewidth=1.0, color=_INKS[number % 3],
                  linestyle=DASHES[number // 3 % 3])  # fmt: skip
        axes.plot(track["x"].iloc[:1], track["y"].iloc[:1], "^", color=LIGHT.good, markersize=4.5)
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.08)
    axes.set_title(f"{_short(way.title)}\n{_short(way.below)}", fontsize=8, loc="left")
    _scale(axes, float(max(np.ptp(points["x"]), np.ptp(points["y"]))))


def _scale(axes: Axes, extent_m: float) -> None:
    """Draw a bar of a round length under the way."""
    length_m = scale_m(extent_m)
    words = f"{length_m:.0f} m" if length_m < 1000 else f"{length_m / 1000:.0f} km"
    left, low = axes.dataLim.x0, axes.dataLim.y0 - 0.12 * extent_m
    axes.plot([left, left + length_m], [low, low], color=LIGHT.text, linewidth=1.5)
    axes.annotate(words, (left + length_m, low), xytext=(3, -2.5), textcoords="offset points",
                  fontsize=7)  # fmt: skip


def _short(words: str) -> str:
    """Return words that fit above a map.

    >>> _short("Tue 18:00 intervals on the track by the river")
    'Tue 18:00 intervals on th…'
    """
    return words if len(words) <= 26 else f"{words[:25]}…"
