"""Numbers of a stored session: summary, the stretch selected, zones, laps, notes, files."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewer

from twin.state.review import Reviewed, ReviewState, Stretch, part_of, stretch_of
from twin.views.athlete_spec import zone_words
from twin.views.formats import NOTHING, distance_km, duration, number, speed_of
from twin.views.theme import local

_STYLE = """
.cards { display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); }
.cards div { background: var(--twin-card); border: 1px solid var(--twin-line); border-radius: 8px;
  padding: 8px 12px; min-width: 0; }
.cards span { display: block; font-size: 13px; color: var(--twin-muted); white-space: nowrap; }
.cards b { font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; }
.cards small { color: var(--twin-muted); font-size: 13px; }
.row { display: grid; grid-template-columns: 26px 96px 1fr 66px 46px; gap: 10px; font-size: 14px;
  align-items: center; margin: 5px 0; font-variant-numeric: tabular-nums; }
.row i { display: block; height: 16px; border-radius: 4px; }
.row em { font-style: normal; color: var(--twin-muted); font-size: 13px; white-space: nowrap; }
.row u { text-decoration: none; text-align: right; }
p { margin: 4px 0; } time { color: var(--twin-muted); margin-right: 8px; }
"""
Card = tuple[str, str, str]


def cards_html(cards: Sequence[Card]) -> str:
    """Return label, value and unit of each card; those without a value are left out."""
    shown = [card for card in cards if not card[1].startswith(NOTHING)]
    return "<div class='cards'>" + "".join(
        f"<div><span>{label}</span><b>{value}</b> <small>{unit}</small></div>"
        for label, value, unit in shown
    ) + "</div>"  # fmt: skip


def summary_cards(reviewed: Reviewed) -> list[Card]:
    """Return the numbers of the whole session."""
    s, sport = reviewed.summary, reviewed.session.sport
    if s is None:
        return [("Time", duration(reviewed.samples.index[-1].timestamp()
                                  - reviewed.samples.index[0].timestamp()), ""),
                ("Figures", "…", "being computed")]  # fmt: skip
    mean_speed = s.distance_m / s.moving_time_s if s.moving_time_s > 0 else float("nan")
    pace, unit = speed_of(sport, mean_speed)
    return [
        ("Time", duration(s.duration_s), ""),
        ("Moving", duration(s.moving_time_s), ""),
        ("Distance", distance_km(s.distance_m), "km"),
        ("Pace" if unit == "/km" else "Speed", pace, unit),
        ("Ascent", number(s.ascent_m), "m"),
        ("Heart rate", number(s.mean_heart_rate), f"bpm, max {number(s.max_heart_rate)}"),
        ("Power", number(s.mean_power), f"W, max {number(s.max_power)}"),
        ("Load (Banister)", number(s.banister_trimp), "au"),
        ("Load (Edwards)", number(s.edwards_trimp), "au"),
    ]


def stretch_cards(stretch: Stretch, *, sport: str) -> list[Card]:
    """Return the numbers of a part of a session."""
    pace, unit = speed_of(sport, stretch.mean_speed)
    return [
        ("Time", duration(stretch.duration_s), ""),
        ("Distance", distance_km(stretch.distance_m), "km"),
        ("Pace" if unit == "/km" else "Speed", pace, unit),
        (
            "Heart rate",
            number(stretch.mean_heart_rate),
            f"bpm, max {number(stretch.max_heart_rate)}",
        ),
        ("Power", number(stretch.mean_power), f"W, max {number(stretch.max_power)}"),
        ("Cadence", number(stretch.mean_cadence), "1/min"),
        ("Ascent", number(stretch.ascent_m), "m"),
    ]


def zones_html(reviewed: Reviewed) -> str:
    """Return time in each zone as bars, hardest first."""
    if reviewed.summary is None:
        return "<p>…</p>"
    seconds = [float(np.nan_to_num(s)) for s in reviewed.summary.time_in_zone_s]
    total = sum(seconds) or 1.0
    words = zone_words(reviewed.athlete)
    rows = [
        f"<div class='row'><b>Z{z}</b><em>{escape(words[z - 1])}</em><span><i style='width:"
        f"{100 * s / total:.1f}%;background:var(--twin-zone-{z})'></i></span>"
        f"<u>{duration(s)}</u><u>{100 * s / total:.0f} %</u></div>"
        for z, s in enumerate(seconds, 1)
    ]
    return "".join(reversed(rows))


def pane(html: str) -> pn.pane.HTML:
    """Return HTML in the style of the cards."""
    return pn.pane.HTML(html, stylesheets=[_STYLE], sizing_mode="stretch_width", margin=0)


class StretchCard(Viewer):
    """Numbers of what is selected on the charts."""

    def __init__(self, state: ReviewState, reviewed: Reviewed, **params: object) -> None:
        super().__init__(**params)
        self.state = state
        self._reviewed = reviewed
        self._numbers = pane("")
        self._title = pn.pane.HTML("", margin=(6, 0), sizing_mode="stretch_width")
        self._clear = pmui.Button(label="Clear", variant="text", size="small", on_click=self._reset)
        state.param.watch(self._show, "selection")
        self._show()

    def __panel__(self) -> pn.Column:
        """Return the card."""
        head = pn.Row(self._title, self._clear, sizing_mode="stretch_width", margin=0)
        return pn.Column(head, self._numbers, sizing_mode="stretch_width", margin=0)

    def _reset(self, *_: object) -> None:
        self.state.selection = None

    def _show(self, *_: object) -> None:
        chosen = self.state.selection
        part = part_of(self._reviewed.samples, chosen)
        self._clear.visible = chosen is not None
        if chosen is None:
            self._title.object = "<b>Selection</b> – drag over a chart to select a stretch"
            self._numbers.object = ""
            return
        first, last = (f"{local(t):%H:%M:%S}" for t in chosen)
        self._title.object = f"<b>Selection</b> {first} – {last}"
        self._numbers.object = cards_html(
            stretch_cards(stretch_of(part), sport=self._reviewed.session.sport)
        )


def laps_table(reviewed: Reviewed) -> pd.DataFrame:
    """Return one row per lap, in words for the screen."""
    sport, rows = reviewed.session.sport, []
    for lap in reviewed.laps:
        until = lap.end or reviewed.samples.index[-1].to_pydatetime()
        figures = stretch_of(part_of(reviewed.samples, (lap.start, until)))
        rows.append(
            {
                "Lap": f"{lap.number} {lap.label}".strip(),
                "Time": duration((until - lap.start).total_seconds()),
                "km": distance_km(figures.distance_m),
                speed_of(sport, 1.0)[1]: speed_of(sport, figures.mean_speed)[0],
                "bpm": number(figures.mean_heart_rate),
                "max bpm": number(figures.max_heart_rate),
                "W": number(figures.mean_power),
                "Ascent m": number(figures.ascent_m),
            }
        )
    table = pd.DataFrame(rows)
    return table.loc[:, [column for column in table if not (table[column] == NOTHING).all()]]
