"""The card of laps and of intervals found afterwards: rows that lead to their stretch."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import panel as pn
from panel.viewable import Viewable

from twin.physiology.intervals import DEFINITION
from twin.state.review import Reviewed, ReviewState
from twin.state.review_intervals import Found, intervals_of, is_by_heart
from twin.state.stretch import Stretch, part_of, stretch_of
from twin.views.formats import distance_km, duration, number, speed_of
from twin.views.later import Later, waiting
from twin.views.picks import PickTable
from twin.views.review_cards import pane
from twin.views.theme import Surface


def laps_card(state: ReviewState, reviewed: Reviewed, surface: Surface) -> Viewable:
    """Return the recorded laps, and below them the intervals found."""

    def go_to(row: int) -> None:
        lap = reviewed.laps[row]
        state.go_to(lap.start, lap.end or reviewed.samples.index[-1].to_pydatetime())

    def draw(found: list[Found]) -> Sequence[Any]:
        heading = pane("<h3>Intervals found</h3>")
        if not found:
            return [
                heading,
                pane("<p>No intervals: no repeats of work and rest that are alike.</p>"),
                _definition(reviewed),
            ]

        def go_to_found(row: int) -> None:
            state.go_to(found[row].start, found[row].end)

        marks = [row for row, one in enumerate(found) if one.works]
        table = PickTable(intervals_table(found, reviewed.session.sport), go_to_found, marks=marks,
                          title="Intervals found")  # fmt: skip
        return [heading, table, _definition(reviewed)]

    laps = (PickTable(laps_table(reviewed), go_to, title="Laps") if reviewed.laps
            else pane("<p>No laps were marked.</p>"))  # fmt: skip
    found = (Later(lambda: intervals_of(reviewed), draw, now=True) if reviewed.is_complete
             else waiting())  # fmt: skip
    return pn.Column(laps, found, sizing_mode="stretch_width", margin=0)


def laps_table(reviewed: Reviewed) -> pd.DataFrame:
    """Return one row per lap, in words for the screen."""
    rows = []
    for lap in reviewed.laps:
        until = lap.end or reviewed.samples.index[-1].to_pydatetime()
        figures = stretch_of(part_of(reviewed.samples, (lap.start, until)))
        time = duration((until - lap.start).total_seconds())
        name = {"Lap": f"{lap.number} {lap.label}".strip(), "Time": time}
        rows.append(name | _figures(figures, reviewed.session.sport))
    return pd.DataFrame(rows)


def intervals_table(found: Sequence[Found], sport: str) -> pd.DataFrame:
    """Return one row for each work and rest, in words for the screen."""
    return pd.DataFrame(
        [
            {
                "Interval": f"Work {one.number}" if one.works else "Rest",
                "Time": duration(one.figures.duration_s),
            }
            | _figures(one.figures, sport)
            for one in found
        ]
    )


def _figures(figures: Stretch, sport: str) -> dict[str, str]:
    return {
        "km": distance_km(figures.distance_m or math.nan),  # 0: standing, or not measured
        speed_of(sport, 1.0)[1]: speed_of(sport, figures.mean_speed or math.nan)[0],
        "bpm": number(figures.mean_heart_rate),
        "max bpm": number(figures.max_heart_rate),
        "W": number(figures.mean_power),
        "Ascent m": number(figures.ascent_m),
    }


def _definition(reviewed: Reviewed) -> pn.pane.HTML:
    heart = " Heart rate alone tells them here: repeats below a minute may not show." * is_by_heart(
        reviewed
    )
    return pane(f"<p class='note'>Found by this definition: {DEFINITION}.{heart}</p>")
