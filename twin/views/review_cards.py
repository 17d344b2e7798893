"""Numbers of a stored session: summary, the stretch selected, zones, laps, notes, files."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np
import panel as pn

from twin.records import Athlete
from twin.state.review import Reviewed
from twin.state.stretch import Stretch
from twin.views.athlete_spec import zone_words
from twin.views.formats import NOTHING, distance_km, duration, number, speed_of

STYLE = """
.cards { display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); }
.cards div { background: var(--twin-card); border: 1px solid var(--twin-line); border-radius: 8px;
  padding: 8px 12px; min-width: 0; }
.cards span { display: block; font-size: 13px; color: var(--twin-muted); white-space: nowrap; }
.cards b { font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; }
.cards small { color: var(--twin-muted); font-size: 13px; }
.wide { grid-template-columns: repeat(auto-fit, minmax(min(230px, 100%), 1fr)); }
a { color: var(--twin-primary); } .wide p { margin: 4px 0 0; color: var(--twin-muted); font-size: 13px; }
.row { display: grid; grid-template-columns: 26px 96px 1fr 66px 46px; gap: 10px; font-size: 14px;
  align-items: center; margin: 5px 0; font-variant-numeric: tabular-nums; }
.row i { display: block; height: 16px; border-radius: 4px; }
.row em { font-style: normal; color: var(--twin-muted); font-size: 13px; white-space: nowrap; }
.row u { text-decoration: none; text-align: right; }
p { margin: 4px 0; overflow-wrap: anywhere; } h3 { font-size: 15px; margin: 14px 0 4px; } .note { color: var(--twin-muted); font-size: 13px; } time { color: var(--twin-muted); margin-right: 8px; }
"""
_CARD = {"background": "var(--twin-card)", "border": "1px solid var(--twin-line)",
         "border-radius": "8px", "min-width": "0", "padding": "10px"}  # fmt: skip
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
        ("Moving", duration(s.moving_time_s or math.nan), ""),  # 0: it was not measured
        ("Distance", distance_km(s.distance_m or math.nan), "km"),
        ("Pace" if unit == "/km" else "Speed", pace, unit),
        ("Ascent", number(s.ascent_m), "m"),
        ("Heart rate", number(s.mean_heart_rate), f"bpm, max {number(s.max_heart_rate)}"),
        ("Power", number(s.mean_power), f"W, max {number(s.max_power)}"),
        ("Weighted power", number(s.weighted_power), "W"),
        ("Load (Banister)", number(s.banister_trimp), "au"),
        ("Load (Edwards)", number(s.edwards_trimp), "au"),
    ]


def stretch_cards(stretch: Stretch, *, sport: str) -> list[Card]:
    """Return the numbers of a part of a session."""
    pace, unit = speed_of(sport, stretch.mean_speed)
    return [
        ("Time", duration(stretch.duration_s), ""),
        ("Distance", distance_km(stretch.distance_m or math.nan), "km"),
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
    found = reviewed.summary
    bars = zone_bars_html(found.time_in_zone_s, reviewed.athlete, heart_rate_s=found.heart_rate_s)
    return bars or "<p>No heart rate in this session.</p>"


def zone_bars_html(
    time_in_zone_s: Sequence[float], athlete: Athlete, *, heart_rate_s: float
) -> str:
    """Return times in zones 1 to 5 as bars, hardest first, then what was below; empty without any.

    Shares are of all the time with heart rate [s]; a NaN among zones counts as 0.
    """
    if np.isnan(time_in_zone_s).all():
        return ""
    zones = [float(np.nan_to_num(s)) for s in time_in_zone_s]
    below = max(float(np.nan_to_num(heart_rate_s)) - sum(zones), 0.0)
    total = below + sum(zones) or 1.0
    named = [("", "below Z1", "stale")]
    named += [(f"Z{z}", words, f"zone-{z}") for z, words in enumerate(zone_words(athlete), 1)]
    rows = [
        f"<div class='row'><b>{name}</b><em>{escape(words)}</em><span><i style='width:"
        f"{100 * s / total:.1f}%;background:var(--twin-{colour})'></i></span>"
        f"<u>{duration(s)}</u><u>{100 * s / total:.0f} %</u></div>"
        for (name, words, colour), s in zip(named, (below, *zones), strict=True)
    ]
    return "".join(reversed(rows))


def pane(html: str) -> pn.pane.HTML:
    """Return HTML in the style of the cards."""
    return pn.pane.HTML(html, stylesheets=[STYLE], sizing_mode="stretch_width", margin=0)


def card(*content: object) -> pn.Column:
    """Return content in a frame of its own."""
    return pn.Column(*content, styles=_CARD, sizing_mode="stretch_width", margin=0)


def stacked(*cards: object) -> pn.Column:
    """Return cards below each other, with room between."""
    return pn.Column(*cards, styles={"gap": "10px"}, sizing_mode="stretch_width", margin=0)
