"""Laps of the session being recorded, with what each of them took."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import panel as pn
from panel.viewable import Viewer

from twin.records import Lap, Tick
from twin.state.athlete import AthleteState
from twin.views.formats import NOTHING, distance_km, duration, number, speed_of

_STYLE = """
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums;
  color: var(--twin-text); }
th { color: var(--twin-muted); font-weight: 500; text-align: right; padding: 4px 6px; }
td { text-align: right; padding: 5px 6px; border-top: 1px solid var(--twin-line);
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
p { color: var(--twin-muted); margin: 4px 0; font-size: 14px; }
"""
_LONGEST_WINDOW = "90min"


class LapsTable(Viewer):
    """Laps, newest first; drawn anew only when one is marked."""

    def __init__(self, state: AthleteState, tick: Tick, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._laps = state.laps(tick)
        self._pane = pn.pane.HTML(
            self._words(tick), stylesheets=[_STYLE], sizing_mode="stretch_width", margin=0
        )

    def __panel__(self) -> pn.pane.HTML:
        """Return the table."""
        return self._pane

    def show(self, tick: Tick) -> None:
        """Follow marks, also those of other viewers."""
        laps = self.state.laps(tick)
        if laps != self._laps:
            self._laps = laps
            self._pane.object = self._words(tick)

    def _words(self, tick: Tick) -> str:
        if not self._laps:
            return "<p>No lap marked yet.</p>"
        who = self.state.who(tick)
        frame = self.state.live.frame(who.id, _LONGEST_WINDOW)
        return laps_html(self._laps, frame, sport=who.sport)


def laps_html(laps: Sequence[Lap], frame: pd.DataFrame, *, sport: str) -> str:
    """Return laps as a table, newest first.

    Parameters
    ----------
    laps : sequence of Lap
        In their order.
    frame : DataFrame
        Samples on a UTC index; what it does not hold is shown as unknown.
    sport : str
        On foot, speed is pace.
    """
    speed_unit = speed_of(sport, 1.0)[1]
    words = ("Lap", "Time", "km", "bpm", "max", speed_unit)
    head = "".join(f"<th scope='col'>{word}</th>" for word in words)
    rows = "".join(_row(lap, frame, sport) for lap in reversed(laps))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(lap: Lap, frame: pd.DataFrame, sport: str) -> str:
    name = escape(f"{lap.number} {lap.label}".strip())
    part = frame[frame.index >= pd.Timestamp(lap.start)]
    if lap.end is None:
        cells = ["running", *[NOTHING] * 4]
    else:
        part = part[part.index < pd.Timestamp(lap.end)]
        cells = [duration((lap.end - lap.start).total_seconds()), *_figures(part, sport)]
    return f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _figures(part: pd.DataFrame, sport: str) -> list[str]:
    blank = pd.Series(float("nan"), index=part.index)
    rate = part.get("heart_rate", blank)
    way = part.get("session_distance", blank).dropna()
    covered = float(way.iloc[-1] - way.iloc[0]) if len(way) else float("nan")
    return [
        distance_km(covered),
        number(rate.mean()),
        number(rate.max()),
        speed_of(sport, float(part.get("current_speed", blank).mean()))[0],
    ]
